"""
A MariaDB database from its backup: files prepared in their order, or rows filled in; then its binary log to a moment.

mariadb-backup's full copy is prepared first, and each later one is then applied to it; what was written after the last
of them comes from the binary logs that the backup after it holds.
"""

import json
import shutil
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from meridian.faults import Unavailable
from meridian.ops.backup import blobs, manifest, mariadb, own_server, programs, rebuilding, rows
from meridian.ops.backup.manifest import Manifest
from meridian.ops.backup.packs import Reader
from meridian.ops.backup.sealing import Keys
from meridian.store.database import MariadbServer
from meridian.store.mariadb import connect
from meridian.vault.unreadable import Unreadable

if TYPE_CHECKING:
    from meridian.ops.backup.restoring import Order


async def lay(order: "Order", keys: Keys, name: str, found: Manifest, files: Path) -> None:
    """The data folder *files*: with everything in it, or empty where rows are filled in."""
    if found.engine == "rows":
        await own_server.installed(files)
        return
    chain = [one async for one in _chain(order, keys, found)]
    del name
    for number, one in enumerate(reversed(chain)):
        target = files if number == 0 else files.with_name("increment")
        await _extract(order, keys, one, target)
        more = [f"--incremental-dir={target}"] if number else []
        await programs.run([_program("mariadb-backup"), "--prepare", f"--target-dir={files}", *more])
        if number:
            shutil.rmtree(target)


async def _chain(order: "Order", keys: Keys, found: Manifest) -> AsyncIterator[Manifest]:
    """The backup, and those it adds to, the full one last."""
    public = order.public or manifest.signing_key(found, keys)
    yield found
    while found.parent:
        found = await manifest.get(order.shelf, found.parent, keys, public)
        yield found


async def _extract(order: "Order", keys: Keys, one: Manifest, target: Path) -> None:
    if one.database is None:
        raise Unreadable("The backup holds no database")
    own_server.folder(target)
    stream = blobs.read(Reader(order.shelf, keys, one.packs), one.database)
    await programs.run([_program("mbstream"), "-x", "-C", str(target)], stream)


def _program(name: str) -> str:
    program = mariadb.found(name)
    if not program:
        raise Unavailable(f"To restore this backup here, install {name}: apt-get install mariadb-backup")
    return program


async def filled(order: "Order", keys: Keys, name: str, found: Manifest, server: MariadbServer) -> MariadbServer:
    """The database on the private *server*, as it was, with an account for the restored house."""
    whole = replace(server, database=found.catalogue)
    if found.engine == "rows":
        async with _connected(server) as connection:
            await mariadb.said(
                connection,
                f"CREATE DATABASE `{found.catalogue}` CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin",
            )
        await rows.lay(whole, found, Reader(order.shelf, keys, found.packs))
    else:
        await _continue(order, keys, name, found, whole)
    await own_server.let_in(whole, found.account, password(keys, found))
    return whole


@asynccontextmanager
async def _connected(server: MariadbServer) -> AsyncIterator[object]:
    connection = await connect(server)
    try:
        yield connection
    finally:
        connection.close()


def password(keys: Keys, found: Manifest) -> str:
    """Of the account, as the secrets have it."""
    section = tomllib.loads(found.settings.decode()).get("mariadb", {})
    secrets = json.loads(keys.secrets(found.secrets))
    return str(secrets.get(section.get("password", "mariadb/password"), ""))


async def _continue(order: "Order", keys: Keys, name: str, found: Manifest, server: MariadbServer) -> None:
    """What was written after the backup and before the moment that was asked for."""
    after = await _after(order, keys, name, found)
    if after is None or not after.binlog or not found.binlog_from[0]:
        return
    folder = own_server.folder(order.place / ".binlog")
    reader = Reader(order.shelf, keys, after.packs)
    for piece in after.binlog:
        await rebuilding.write(blobs.read(reader, piece.content), folder / Path(piece.name).name)
    until = datetime.fromtimestamp(order.to / 1000 + 1, UTC)  # the log's times are whole seconds, and it stops before
    events = programs.output(
        [
            _program("mariadb-binlog"),
            f"--start-position={found.binlog_from[1]}",
            f"--stop-datetime={until:%Y-%m-%d %H:%M:%S}",
            f"--database={found.catalogue}",
            *(str(folder / Path(piece.name).name) for piece in after.binlog),
        ]
    )
    await programs.run(
        [_program("mariadb"), "--no-defaults", f"--socket={server.socket}", "--user=root", "--binary-mode"], events
    )
    shutil.rmtree(folder)


async def _after(order: "Order", keys: Keys, name: str, found: Manifest) -> Manifest | None:
    """The backup that was made next."""
    public = order.public or manifest.signing_key(found, keys)
    for stamped in await manifest.stamps(order.shelf):
        if stamped.made > found.made:
            one = await manifest.get(order.shelf, stamped.name, keys, public)
            if one.follows == name:
                return one
    return None
