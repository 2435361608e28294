"""
The machine that a deployment runs on, as far as whoever attacks may look at it: settings, secrets, processes, output.

Only what `--data` names is looked at, and the processes that serve it. Values of secrets stay in memory: what an attack
says of one is its name.
"""

import base64
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from meridian.faults import Fault, Unavailable
from meridian.settings import BadSettings, Settings, load
from meridian.store.database import MariadbServer
from meridian.store.dialect import for_mariadb
from meridian.store.plan import Query
from meridian.threats import leaks
from meridian.threats.attack import NotRun
from meridian.vault.master import Master, open_master
from meridian.vault.secrets import Secrets, Vault

if TYPE_CHECKING:
    from meridian.settings.databases import MariaDB
    from meridian.threats.attacker import Attacker

PUBLIC = frozenset({"audit/public-key"})
"""Names in the vault of what is no secret."""
SERVING = frozenset({"serve", "demo"})
USUAL = "var/meridian"
LONGEST = 64 * 2**20
"""Bytes of a log that are looked through: its last ones."""
ROWS = 20_000
"""Of each table of a database server."""


def folder(attacker: "Attacker") -> Path:
    """
    The data folder.

    Raises:
        NotRun: If the deployment does not run here.
    """
    if attacker.data is None:
        raise NotRun("it runs on another machine; say --data where it runs")
    return attacker.data.resolve()


def settings(attacker: "Attacker") -> Settings:
    """
    As the data folder has them.

    Raises:
        NotRun: If they cannot be read.
    """
    try:
        return load(folder(attacker))
    except BadSettings as wrong:
        raise NotRun(f"its settings cannot be read: {wrong}") from wrong


def vault(attacker: "Attacker") -> Vault:
    """
    Where its secrets are.

    Raises:
        NotRun: If they cannot be opened.
    """
    said = settings(attacker)
    try:
        if said.secrets is None:
            return Secrets(said.data / "secrets.sealed", _master(said))
        from meridian.vault.manager import managed_secrets  # noqa: PLC0415  # an extra

        return managed_secrets(said.secrets, said.edition.secret_prefix)
    except (Fault, OSError, ImportError) as wrong:
        raise NotRun(f"its secrets cannot be opened: {type(wrong).__name__}") from wrong


def _master(said: Settings) -> Master:
    if said.kms is None:
        return open_master(said.data / "master.key")
    from meridian.vault.kms import kms_master  # noqa: PLC0415  # an extra

    return kms_master(said.kms, said.edition.secret_prefix)


def own(attacker: "Attacker") -> leaks.Known:
    """
    Every secret of the deployment, and the master key.

    Raises:
        NotRun: If there are none to be had, so that looking for them would show nothing.
    """
    kept = vault(attacker)
    try:
        values = {f"the secret {name}": leaks.forms(kept.get(name).reveal()) for name in kept.names()}
    except (Fault, OSError) as wrong:
        raise NotRun(f"its secrets cannot be read: {type(wrong).__name__}") from wrong
    values = {name: some for name, some in values.items() if name.removeprefix("the secret ") not in PUBLIC}
    with suppress(OSError):
        for line in (folder(attacker) / "master.key").read_text(encoding="ascii").splitlines():
            values["the master key"] = leaks.forms(line.split()[-1]) | values.get("the master key", set())
    known = leaks.Known(values)
    if not len(known):
        raise NotRun("it has no secrets")
    return known


def of_people(attacker: "Attacker") -> leaks.Known:
    """What the people of the material sign in with, and the tokens that were given to them."""
    people = attacker.material.people
    values = {f"the password of {part}": {login.password.encode()} for part, login in people.items()}
    values |= {f"the authenticator's secret of {part}": _seeds(login.seed) for part, login in people.items()}
    values["a token"] = {token.rpartition(".")[2].encode() for token in attacker.tokens()}
    return leaks.Known(values)


def _seeds(seed: str) -> set[bytes]:
    return {seed.encode(), base64.b32decode(seed + "=" * (-len(seed) % 8))}


def processes(attacker: "Attacker") -> list[Path]:
    """
    The folders in `/proc` of whatever serves that data folder, and of what these have started.

    Raises:
        NotRun: If nothing does.
    """
    data = folder(attacker)
    every = [place for place in Path("/proc").glob("[0-9]*") if place.name != str(os.getpid())]
    found = [place for place in every if _serves(place, data)]
    if not found:
        raise NotRun("no process that serves it was found on this machine")
    parents = {place: _parent(place) for place in every}
    known = {place.name for place in found}
    while more := {place.name for place, parent in parents.items() if parent in known} - known:
        known |= more
    return [place for place in every if place.name in known]


def _serves(place: Path, data: Path) -> bool:
    """Whether its command says so, or it holds a file of that folder open."""
    try:
        words = (place / "cmdline").read_bytes().decode(errors="replace").split("\0")
        if SERVING & set(words):
            at = words.index("--data") + 1 if "--data" in words else 0
            if ((place / "cwd").readlink() / (words[at] if at else USUAL)).resolve() == data:
                return True
        return any(data in one.readlink().parents for one in (place / "fd").iterdir())
    except (OSError, IndexError):
        return False


def _parent(place: Path) -> str:
    """Its parent's number. Source: proc_pid_stat(5), the fourth field, after a name that may hold anything."""
    try:
        return (place / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1]
    except (OSError, IndexError):
        return ""


def said(attacker: "Attacker") -> Iterator[tuple[str, bytes]]:
    """
    What its processes have written to files: what each is called, and the bytes.

    Raises:
        NotRun: If they write to none, as where another program keeps what they say.
    """
    files = {path for place in processes(attacker) for path in _written(place)}
    log = settings(attacker).logs.file
    files |= {path for path in Path(log).parent.glob("*") if path.is_file()} if log else set()
    if not files:
        raise NotRun("what its processes say is not kept in a file here")
    for path in sorted(files):
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - LONGEST))
            yield path.name, file.read()


def _written(place: Path) -> Iterator[Path]:
    for number in ("1", "2"):
        with suppress(OSError):
            path = (place / "fd" / number).readlink()
            if path.is_file():
                yield path


async def database(attacker: "Attacker") -> AsyncIterator[tuple[str, bytes]]:
    """
    The bytes of its database, by file; of a server's, rows by table, `ROWS` of each at most.

    Raises:
        NotRun: If they cannot be read.
    """
    data, server = folder(attacker), settings(attacker).mariadb
    if server is None:
        files = sorted(data.glob("meridian.db*"))
        if not files:
            raise NotRun("its database is not in its folder")
        for path in files:
            yield path.name, path.read_bytes()
        return
    async for table in _tables(_place(attacker, server)):
        yield table


async def rows(attacker: "Attacker", asked: Query) -> Sequence[Sequence[Any]]:
    """
    What its database answers to a SELECT.

    Raises:
        NotRun: If it does not.
    """
    server = settings(attacker).mariadb
    if server is not None:
        return await _answered(_place(attacker, server), asked)
    try:
        database = sqlite3.connect(f"file:{folder(attacker) / 'meridian.db'}?mode=ro", uri=True)
        with closing(database):
            return database.execute(asked.sql, asked.args).fetchall()
    except sqlite3.Error as wrong:
        raise NotRun(f"its database cannot be read: {wrong}") from wrong


def _place(attacker: "Attacker", server: "MariaDB") -> MariadbServer:
    login = vault(attacker).login(server.password, server.user)
    return MariadbServer(
        server.host, server.port, login.user, login.password.reveal(), server.database, tls_ca=server.tls_ca
    )


async def _answered(place: MariadbServer, asked: Query) -> Sequence[Sequence[Any]]:
    from meridian.store.mariadb import connect  # noqa: PLC0415  # only where there is a server

    try:
        connection = await connect(place)
    except Unavailable as wrong:
        raise NotRun("its database does not answer") from wrong
    try:
        async with connection.cursor() as cursor:
            await cursor.execute(for_mariadb(asked.sql), tuple(asked.args))
            found: Sequence[Sequence[Any]] = await cursor.fetchall()
            return found
    finally:
        connection.close()


async def _tables(place: MariadbServer) -> AsyncIterator[tuple[str, bytes]]:
    from meridian.store.mariadb import connect  # noqa: PLC0415  # only where there is a server

    try:
        connection = await connect(place)
    except Unavailable as wrong:
        raise NotRun("its database does not answer") from wrong
    try:
        async with connection.cursor() as cursor:
            await cursor.execute("SHOW TABLES")
            for name in [str(row[0]) for row in await cursor.fetchall()]:
                await cursor.execute(f"SELECT * FROM `{name}` LIMIT {ROWS}")  # noqa: S608  # its own names
                yield name, b"\n".join(_cell(one) for row in await cursor.fetchall() for one in row)
    finally:
        connection.close()


def _cell(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
