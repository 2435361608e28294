"""
Every table, as SQLAlchemy's `metadata`: the truth that migrations are tested against, and nothing at run time.

Only migrations, and the test that compares them with this, import these modules: a running server reads and writes with
SQL of its own. `load()` gathers the parts, each of which is owned by the layer that uses it.

Rules that both engines share:

- Every table carries `org` unless it belongs to the platform, and its indexes begin with it.
- Times are milliseconds since the epoch in a BIGINT; yes and no are 1 and 0 in a SMALLINT.
- Text compares by its code points: `utf8mb4_nopad_bin` on MariaDB is what SQLite's BINARY is.
- Bytes that are compared are `Bytes(n)`, bytes that are only kept are `Blob`.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Table
from sqlalchemy.dialects.mysql import MEDIUMBLOB, VARBINARY

PARTS = (
    "records",
    "index",
    "audit",
    "identity",
    "outbox",
    "scheduling",
    "documents",
    "inbox",
    "charting",
    "feeds",
    "telehealth",
    "exports",
    "watching",
    "oversight",
    "destruction",
    "responding",
    "sharing",
)
"""The modules of this folder, in the order of their migrations."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

MARIADB = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_nopad_bin"}
"""Options of every table; migrations pass them to `op.create_table` too."""

Key = BigInteger().with_variant(Integer(), "sqlite")
"""A number the database gives out, or one that refers to it; SQLite counts only in its own INTEGER."""

Blob = LargeBinary().with_variant(MEDIUMBLOB(), "mysql", "mariadb")
"""Bytes that are kept and never compared, up to 16 MiB."""


def Bytes(length: int) -> Any:  # noqa: N802  # stands where SQLAlchemy's own types stand
    """Bytes that are compared, at most *length* of them."""
    return LargeBinary(length).with_variant(VARBINARY(length), "mysql", "mariadb")


def table(name: str, *columns: Any, **options: Any) -> "Table[Any]":
    """A table of `metadata` with the options that MariaDB needs."""
    return Table(name, metadata, *columns, **dict[str, Any](MARIADB), **options)


def counted(name: str) -> Column[int]:
    """A primary key that the database counts up and never gives out twice."""
    return Column(name, Key, primary_key=True, autoincrement=True)


def load() -> MetaData:
    """The metadata with every part that exists in it."""
    for part in PARTS:
        if find_spec(f"{__name__}.{part}"):
            import_module(f"{__name__}.{part}")
    return metadata
