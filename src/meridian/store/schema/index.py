"""
Search rows: one table for each kind of value, and the parts of names.

Every table begins with organisation and parameter number and goes on with the value, the patient and the resource, so
that "this patient's, with that code" is one range of the primary key, in the order in which it is shown. The second
index, by resource, answers everything that is asked about one resource: further conditions, sort keys, `:missing`,
erasure. What the columns mean is said in `meridian.fhir.search.rows`.
"""

from typing import Any

from sqlalchemy import BigInteger, Column, Double, Index, Integer, String, Table

from meridian.store.schema import Key, table


def _rows(name: str, *value: Column[Any], order: str) -> Table:
    """A table whose primary key is all of its columns, those of the value in the *order* given."""
    shared: tuple[Column[Any], ...] = tuple(Column(one, Integer) for one in ("org", "param"))
    whose: tuple[Column[Any], ...] = tuple(Column(one, Key) for one in ("pat", "rid"))
    columns = {column.name: column for column in (*shared, *value, *whose)}
    ordered = [columns[one] for one in ("org", "param", *order.split())]
    for column in ordered:
        column.primary_key, column.nullable, column.autoincrement = True, False, False
    return table(name, *ordered, Index(f"ix_{name}_rid", "rid", "param"), sqlite_with_rowid=False)


index_text = _rows("index_text", Column("value", String(120)), Column("exact", BigInteger), order="value pat rid exact")
index_token = _rows(
    "index_token", Column("code", String(120)), Column("system", BigInteger), order="code pat rid system"
)
index_link = _rows("index_link", Column("id", String(120)), Column("type", Integer), order="id type pat rid")
index_date = _rows("index_date", Column("high", BigInteger), Column("low", BigInteger), order="high low pat rid")
index_amount = _rows(
    "index_amount",
    Column("low", Double),
    Column("high", Double),
    Column("code", String(60)),
    Column("system", BigInteger),
    Column("unit", String(60)),
    order="low high pat rid code system unit",
)
index_pair = _rows(
    "index_pair",
    Column("code", String(120)),
    Column("system", BigInteger),
    Column("text", String(120)),
    Column("other", BigInteger),
    Column("low", Double),
    Column("high", Double),
    order="code low high text pat rid system other",
)

index_name = table(
    "index_name",
    Column("org", Integer, primary_key=True, autoincrement=False),
    Column("gram", String(3), primary_key=True),
    Column("value", String(120), primary_key=True),
    sqlite_with_rowid=False,
)
"""Each name that anybody bears, once under the empty gram and once under every three letters in it."""
