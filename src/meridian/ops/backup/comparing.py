"""Whether a restored database is what its backup says: rows of each table, and where each audit log stood."""

from collections.abc import Sequence

from meridian.ops.backup import sqlite
from meridian.ops.backup.manifest import Head, Manifest
from meridian.store.database import Database, SqliteFile


async def differences(database: Database, found: Manifest) -> tuple[str, str]:
    """What differs in rows, and what in the logs, in words; empty where nothing does."""
    counts, heads = await _facts(database, found)
    return _rows(counts, found), _logs(heads, found)


async def _facts(database: Database, found: Manifest) -> tuple[dict[str, int], Sequence[Head]]:
    if isinstance(database, SqliteFile):
        with sqlite.opened(database.path) as connection:
            return {name: least for name, (least, _) in sqlite.counts(connection).items()}, sqlite.heads(connection)
    from meridian.ops.backup import mariadb  # noqa: PLC0415  # its driver is not wanted on SQLite
    from meridian.store.mariadb import connect  # noqa: PLC0415  # likewise

    connection = await connect(database)
    try:
        return await mariadb.counts(connection, found.counts), await mariadb.heads(connection)
    finally:
        connection.close()


def _rows(counts: dict[str, int], found: Manifest) -> str:
    wrong = [
        f"{name} has {counts.get(name, 0)} rows and had {least}" + (f" to {most}" if most != least else "")
        for name, (least, most) in found.counts.items()
        if not least <= counts.get(name, -1) <= most
    ]
    return "; ".join(wrong)


def _logs(heads: Sequence[Head], found: Manifest) -> str:
    """A log of rows or of a file stands where it stood; one of files that were copied for a while, there or further."""
    now = {one.org: one for one in heads}
    wrong = []
    for then in found.heads:
        one = now.get(then.org)
        if one is None or one.size < then.size or (one.size == then.size and one.root != then.root):
            wrong.append(f"the log of organisation {then.org} does not have the {then.size} entries it had")
        elif one.size > then.size and found.engine != "physical":
            wrong.append(f"the log of organisation {then.org} has {one.size - then.size} entries too many")
    return "; ".join(wrong)
