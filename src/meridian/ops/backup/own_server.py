"""
A private MariaDB server on files that were restored: for looking into them and for drills, never for a clinic's day.

It listens on its socket, in a folder closed to others, and where asked on this machine's own address; it writes no
binary log, and is stopped when it has been used.
"""

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from meridian.faults import Unavailable
from meridian.ops.backup import mariadb, programs
from meridian.store.database import MariadbServer
from meridian.store.mariadb import connect

QUIET = "--innodb-use-native-aio=0"
"""It is one of several servers, which share what the kernel has of asynchronous requests."""
PATIENCE = 120.0
"""Seconds that it may take to start or stop: a large database has to be recovered first."""


@asynccontextmanager
async def running(
    folder: Path, database: str, options: Sequence[str] = (), *, port: int = 0
) -> AsyncIterator[MariadbServer]:
    """
    A server on the data folder *folder*.

    Args:
        folder: Of its data; its socket is put beside it.
        database: To be used.
        options: Further ones.
        port: Of this machine's own address where accounts are asked for their passwords; 0: it listens nowhere, and
            whoever may enter the folder is its administrator.

    Raises:
        Unavailable: If it does not start.
    """
    door = folder.parent / "s"
    where = [f"--port={port}", "--bind-address=127.0.0.1"] if port else ["--skip-networking", "--skip-grant-tables"]
    places = [f"--datadir={folder}", f"--socket={door}", f"--pid-file={folder.parent / 'pid'}"]
    log = folder.parent / "mariadbd.log"
    with log.open("ab") as said:
        process = await asyncio.create_subprocess_exec(
            _program(), "--no-defaults", *places, *as_root(), *where, QUIET, "--skip-log-bin", "--skip-slave-start",
            "--skip-name-resolve", "--innodb-flush-log-at-trx-commit=1", "--max-allowed-packet=64M",
            "--character-set-server=utf8mb4", *options,
            stdin=asyncio.subprocess.DEVNULL, stdout=said, stderr=said,
        )  # fmt: skip
    server = MariadbServer(user="root", database=database, socket=str(door))
    try:
        await _answers(process, door, log)
        yield server
    finally:
        await _stopped(process)


def _program() -> str:
    program = mariadb.found("mariadbd")
    if not program:
        raise Unavailable("To restore a MariaDB backup here, install its server: apt-get install mariadb-server-core")
    return program


def as_root() -> list[str]:
    """The server refuses to be root's unless it is told."""
    return ["--user=root"] if os.geteuid() == 0 else []


async def _answers(process: asyncio.subprocess.Process, door: Path, log: Path) -> None:
    for _ in range(int(PATIENCE * 20)):
        if process.returncode is not None:
            break
        if _listens(door):
            return
        await asyncio.sleep(0.05)
    last = [line for line in _lines(log) if "ERROR" in line][-1:] or ["no reason given"]
    raise Unavailable(f"The restored database does not start: {last[0]}")


def _listens(door: Path) -> bool:
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as probe, contextlib.suppress(OSError):
        probe.connect(str(door))
        return True
    return False


def _lines(log: Path) -> list[str]:
    return log.read_text(encoding="utf-8", errors="replace").splitlines()


async def _stopped(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), PATIENCE)
        except TimeoutError:
            process.kill()
            await process.wait()


def folder(path: Path) -> Path:
    """A new folder, closed to others."""
    path.mkdir(mode=0o700)
    return path


async def installed(folder: Path) -> None:
    """An empty data folder."""
    await programs.run([
        mariadb.found("mariadb-install-db") or "mariadb-install-db", "--no-defaults", f"--datadir={folder}", *as_root(),
        QUIET, "--skip-test-db", "--auth-root-authentication-method=normal", "--skip-name-resolve",
    ])  # fmt: skip


async def let_in(server: MariadbServer, user: str, password: str) -> None:
    """Let the account of the secrets in from this machine's own address."""
    connection: Any = await connect(server)
    try:
        for sql in (
            "FLUSH PRIVILEGES",
            f"CREATE OR REPLACE USER {_text(user)}@'127.0.0.1' IDENTIFIED BY {_text(password)}",
            f"GRANT ALL ON `{server.database}`.* TO {_text(user)}@'127.0.0.1'",
            "FLUSH PRIVILEGES",
        ):
            await mariadb.said(connection, sql)
    finally:
        connection.close()


def _text(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
