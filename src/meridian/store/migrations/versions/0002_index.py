"""Search rows."""

import sqlalchemy as sa
from alembic import op

from meridian.store.schema import MARIADB, Key

revision = "0002"
down_revision = "0001"
repeatable = True


def _rows(name: str, *value: sa.Column[object]) -> None:
    columns = [
        sa.Column("org", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("param", sa.Integer, autoincrement=False, nullable=False),
        *value,
    ]
    op.create_table(
        name,
        *columns,
        sa.PrimaryKeyConstraint(*(column.name for column in columns), name=f"pk_{name}"),
        if_not_exists=True,
        sqlite_with_rowid=False,
        **MARIADB,
    )
    op.create_index(f"ix_{name}_rid", name, ["rid", "param"], if_not_exists=True)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def _number(name: str, kind: type) -> sa.Column[int]:
    return sa.Column(name, kind, autoincrement=False, nullable=False)


def _whose() -> tuple[sa.Column[int], sa.Column[int]]:
    return _number("pat", Key), _number("rid", Key)


def upgrade() -> None:
    _rows("index_text", _text("value", 120), *_whose(), _number("exact", sa.BigInteger))
    _rows("index_token", _text("code", 120), *_whose(), _number("system", sa.BigInteger))
    _rows("index_link", _text("id", 120), _number("type", sa.Integer), *_whose())
    _rows("index_date", _number("high", sa.BigInteger), _number("low", sa.BigInteger), *_whose())
    _rows(
        "index_amount",
        _number("low", sa.Double),
        _number("high", sa.Double),
        *_whose(),
        _text("code", 60),
        _number("system", sa.BigInteger),
        _text("unit", 60),
    )
    _rows(
        "index_pair",
        _text("code", 120),
        _number("low", sa.Double),
        _number("high", sa.Double),
        _text("text", 120),
        *_whose(),
        _number("system", sa.BigInteger),
        _number("other", sa.BigInteger),
    )
    op.create_table(
        "index_name",
        sa.Column("org", sa.Integer, autoincrement=False, nullable=False),
        _text("gram", 3),
        _text("value", 120),
        sa.PrimaryKeyConstraint("org", "gram", "value", name="pk_index_name"),
        if_not_exists=True,
        sqlite_with_rowid=False,
        **MARIADB,
    )
