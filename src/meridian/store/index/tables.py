"""The index tables as statements, drawn from what `meridian.fhir.search.rows` says about each kind."""

from typing import Any, NamedTuple, TypeAlias

from meridian.fhir.search.rows import Amount, Date, Link, Pair, Rows, Text, Token

Row: TypeAlias = tuple[Any, ...]


class Table(NamedTuple):
    """
    One kind's table.

    Args:
        name: Of the table.
        attribute: Of `Rows`, where its rows come from.
        insert: Takes organisation, the row, patient, resource.
        delete: The same, for taking one row out.
        select: Takes a resource; gives its rows, each followed by its patient.
        erase: Takes a resource.
    """

    name: str
    attribute: str
    insert: str
    delete: str
    select: str
    erase: str


def _table(name: str, attribute: str, row: Any) -> Table:
    columns = ("org", *row._fields, "pat", "rid")
    return Table(
        name,
        attribute,
        insert=f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",  # noqa: S608  # constants
        delete=f"DELETE FROM {name} WHERE {' AND '.join(f'{c} = ?' for c in columns)}",  # noqa: S608  # constants
        select=f"SELECT {', '.join((*row._fields, 'pat'))} FROM {name} WHERE rid = ?",  # noqa: S608  # constants
        erase=f"DELETE FROM {name} WHERE rid = ?",  # noqa: S608  # constants
    )


TEXT = _table("index_text", "text", Text)
TOKEN = _table("index_token", "token", Token)
TABLES = (
    TEXT,
    TOKEN,
    _table("index_link", "link", Link),
    _table("index_date", "date", Date),
    _table("index_amount", "amount", Amount),
    _table("index_pair", "pair", Pair),
)


def distinct(rows: Rows, table: Table) -> dict[Row, None]:
    """A resource's rows of one table, each once and in order."""
    return dict.fromkeys(getattr(rows, table.attribute))
