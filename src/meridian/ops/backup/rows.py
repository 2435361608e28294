"""
MariaDB's rows, read in one consistent snapshot: for a server whose files cannot be had.

A table is read in the order of its primary key and cut where a key's checksum says so, not after so many rows. So a row
that is new changes one batch, and all the others are the same chunks as in the backup before.
"""

import zlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import msgspec
from asyncmy.cursors import SSCursor

from meridian.faults import Unavailable
from meridian.ops.backup import blobs, mariadb
from meridian.ops.backup.manifest import Manifest, Table
from meridian.ops.backup.packs import Reader
from meridian.store.database import MariadbServer
from meridian.store.mariadb import connect

if TYPE_CHECKING:
    from meridian.ops.backup.taking import Making

CUT = 0x3F
"""A batch ends where these bits of a key's checksum are 0: after 64 rows on the average."""
LARGEST = 2**20
"""Bytes after which it ends in any case."""
FETCHED = 500


async def keep(server: MariadbServer, making: "Making") -> dict[str, Any]:
    """Every row."""
    connection = await connect(server, autocommit=False)
    try:
        made = making.clock()
        await mariadb.said(connection, "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        await mariadb.said(connection, "START TRANSACTION WITH CONSISTENT SNAPSHOT")
        facts = {"schema": await mariadb.schema(connection), "heads": await mariadb.heads(connection)}
        earlier = {table.name: table for table in making.before.tables} if making.before else {}
        tables = []
        for name in await _tables(connection):
            if name in earlier:
                making.packer.know(earlier[name].batches.chunks)
            tables.append(await _table(connection, making, name))
    finally:
        connection.close()
    counted = {table.name: (table.rows, table.rows) for table in tables}
    whose = {"catalogue": server.database, "account": server.user}
    return {"engine": "rows", "made": made, "tables": tables, "counts": counted, **whose, **facts}


async def _tables(connection: Any) -> list[str]:
    rows = await mariadb.said(
        connection,
        "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'"
        " ORDER BY table_name",
    )
    return [str(row[0]) for row in rows]


async def _table(connection: Any, making: "Making", name: str) -> Table:
    [(_, makes)] = await mariadb.said(connection, f"SHOW CREATE TABLE `{name}`")
    columns = await mariadb.said(
        connection,
        "SELECT column_name, column_key = 'PRI' FROM information_schema.columns"  # noqa: S608  # the server's own name
        f" WHERE table_schema = DATABASE() AND table_name = '{name}' ORDER BY ordinal_position",
    )
    names = [str(column) for column, _ in columns]
    key = [number for number, (_, first) in enumerate(columns) if first]
    counted = _Counted()
    batches = await blobs.keep_parts(making.packer, counted.batches(_rows(connection, name, names, key), key))
    return Table(name, str(makes), names, counted.rows, batches)


async def _rows(connection: Any, table: str, columns: list[str], key: list[int]) -> AsyncIterator[tuple[Any, ...]]:
    listed = ", ".join(f"`{column}`" for column in columns)
    order = f" ORDER BY {', '.join(f'`{columns[number]}`' for number in key)}" if key else ""
    async with connection.cursor(SSCursor) as cursor:
        await cursor.execute(f"SELECT {listed} FROM `{table}`{order}")  # noqa: S608  # the server's own names
        while rows := await cursor.fetchmany(FETCHED):
            for row in rows:
                yield tuple(row)


class _Counted:
    """Cuts rows into batches, and counts them."""

    def __init__(self) -> None:
        self.rows = 0

    async def batches(self, rows: AsyncIterator[tuple[Any, ...]], key: list[int]) -> AsyncIterator[bytes]:
        waiting: list[bytes] = []
        size = 0
        async for row in rows:
            self.rows += 1
            waiting.append(msgspec.msgpack.encode(row))
            size += len(waiting[-1])
            mark = zlib.crc32(msgspec.msgpack.encode([row[number] for number in key]))
            if not mark & CUT or size > LARGEST:
                yield msgspec.msgpack.encode(waiting)
                waiting, size = [], 0
        if waiting:
            yield msgspec.msgpack.encode(waiting)


async def clear(server: MariadbServer) -> None:
    """Drop every table of a scratch database."""
    connection = await connect(server.known_as())
    try:
        await mariadb.said(connection, "SET SESSION foreign_key_checks = 0")
        for name in await _tables(connection):
            await mariadb.said(connection, f"DROP TABLE `{name}`")
    finally:
        connection.close()


async def lay(server: MariadbServer, found: Manifest, reader: Reader) -> None:
    """
    Every row into an empty database.

    Raises:
        Unavailable: If it is not empty.
        Unreadable: If something was altered, or is not complete.
    """
    connection = await connect(server, autocommit=False)
    try:
        if await _tables(connection):
            raise Unavailable("The database to restore into is not empty")
        await mariadb.said(connection, "SET SESSION foreign_key_checks = 0, sql_mode = 'NO_AUTO_VALUE_ON_ZERO'")
        for table in found.tables:
            await mariadb.said(connection, table.makes)
            await _fill(connection, table, reader)
        await connection.commit()
    finally:
        connection.close()


async def _fill(connection: Any, table: Table, reader: Reader) -> None:
    places = ", ".join(["%s"] * len(table.columns))
    listed = ", ".join(f"`{column}`" for column in table.columns)
    insert = f"INSERT INTO `{table.name}` ({listed}) VALUES ({places})"  # noqa: S608  # signed names
    async with connection.cursor() as cursor:
        async for batch in blobs.read(reader, table.batches):
            rows = [msgspec.msgpack.decode(row) for row in msgspec.msgpack.decode(batch)]
            await cursor.executemany(insert, rows)
