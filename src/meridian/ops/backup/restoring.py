"""
Laying a backup into an empty place.

Nothing is laid over anything. A folder is marked as unfinished until all of it is there, has the hashes that were
signed, and every key that the ledger names is destroyed again; a marked folder is not served. Then it is marked to be
read only, until somebody says that it is to be the clinic's (`meridian restore --accept`).

The master key comes from whoever restores. The ledger of destroyed keys is taken from this backup, from the newest on
the shelf, and from where the source keeps it, if that is there still; the longest counts, and one that cannot be read
stops the restore.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from meridian import clock as clocks
from meridian.audit import log, shredded
from meridian.audit.entry import Entry
from meridian.clock import Clock
from meridian.faults import Conflict
from meridian.files.shelf import Shelf
from meridian.ops import evidence
from meridian.ops.backup import blobs, documents, manifest, rebuilding
from meridian.ops.backup.blobs import Blob
from meridian.ops.backup.manifest import Manifest
from meridian.ops.backup.packs import Reader
from meridian.ops.backup.sealing import Keys
from meridian.settings.marks import READ_ONLY, RESTORING
from meridian.store import migrate
from meridian.store.database import Database, MariadbServer, SqliteFile
from meridian.store.engine import Engine
from meridian.vault.files import replace_file
from meridian.vault.master import Master
from meridian.vault.unreadable import Unreadable

_NAME = re.compile(r"[0-9a-f]{2}|audit-\d+\.anchors|shredded\.ledger")


@dataclass(frozen=True, slots=True)
class Order:
    """
    What is to be restored, and where.

    Args:
        shelf: Of backups.
        master: The master key.
        to: The newest backup made no later than this, ms since the epoch.
        place: An empty folder, or one that is not there yet.
        public: The key that the manifest must be signed with; empty: the one among its secrets.
        ledgers: Further copies of the ledger.
        options: For a private MariaDB server.
        port: Where the restored MariaDB is to listen on this machine, as the restored settings say.
        into: An empty database elsewhere that rows are filled into; `None`: a private server's.
        alone: Whether its settings name nothing of the house that was but its keys, so that it reaches nobody.
        look: Looks at the database when it is as it was, before anything is done to it.
    """

    shelf: Shelf
    master: Master
    to: int
    place: Path
    public: bytes = b""
    ledgers: Sequence[bytes] = ()
    options: tuple[str, ...] = ()
    port: int = 3307
    into: MariadbServer | None = None
    alone: bool = False
    look: Callable[[Database, Manifest], Awaitable[None]] | None = None


class Restored(msgspec.Struct, frozen=True):
    """
    What came of it.

    Args:
        name, found: The backup.
        shredded: Keys that were destroyed again.
        ledger: How many the ledger names.
        size: Bytes.
    """

    name: str
    found: Manifest
    shredded: int
    ledger: int
    size: int


async def restore(order: Order, clock: Clock = clocks.now) -> Restored:
    """
    Lay a backup into an empty place.

    Raises:
        Conflict: If the place is not empty.
        NotFound: If there is no backup of that time or before.
        Missing: If part of it is not on the shelf.
        Unreadable: If something was altered, or the master key is another.
    """
    keys = Keys(order.master)
    name, found = await manifest.newest(order.shelf, keys, order.to, order.public)
    begin(order.place)
    public = order.public or manifest.signing_key(found, keys)
    copies = [*order.ledgers, *await _ledgers(order, keys, found, public)]
    reader = Reader(order.shelf, keys, found.packs)
    size = await _lay_files(order, found, reader)
    async with rebuilding.rebuilt(order, keys, name, found) as database:
        if order.look is not None:
            await order.look(database, found)
        lines = _ledger(order.place / "anchors", copies, public)
        again = await _made_good(database, lines, found, clock())
    _finish(order.place, found)
    return Restored(name, found, again, len(lines), size + rebuilding.size(found))


def begin(place: Path) -> None:
    """
    Take an empty folder, and mark it as unfinished.

    Raises:
        Conflict: If there is something in it.
    """
    if place.exists() and any(place.iterdir()):
        raise Conflict(f"{place} is not empty; a backup is restored into an empty folder only")
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    place.chmod(0o700)
    replace_file(place / RESTORING, b"A backup was not restored to its end here; throw this folder away\n")


async def _ledgers(order: Order, keys: Keys, found: Manifest, public: bytes) -> list[bytes]:
    """The ledger as this backup has it, and as the newest one on the shelf has it."""
    _, newest = await manifest.newest(order.shelf, keys, 2**62, public)
    copies = []
    for one in (found, newest):
        blob = one.anchors.get(shredded.FILE)
        if blob is not None:
            copies.append(await blobs.read_bytes(Reader(order.shelf, keys, one.packs), blob))
    return copies


def _ledger(folder: Path, copies: Sequence[bytes], public: bytes) -> list[shredded.Line]:
    ledger = shredded.Ledger(folder)
    ledger.take(copies, public)
    return ledger.lines(public)


async def _lay_files(order: Order, found: Manifest, reader: Reader) -> int:
    """Secrets, settings, anchors, evidence and sealed files."""
    place, size = order.place, 0
    if found.secrets:
        replace_file(place / "secrets.sealed", found.secrets)
    replace_file(place / "settings.toml", rebuilding.settings(found, order))
    for name, blob in found.anchors.items():
        if name != shredded.FILE:
            await _write(reader, blob, _below(place / "anchors", name))
    if found.evidence is not None:
        proofs = msgspec.msgpack.decode(await blobs.read_bytes(reader, found.evidence), type=dict[str, bytes])
        evidence.laid(place, proofs)
    for part, listing in (found.documents or {}).items():
        for file in await documents.listed(reader, listing):
            await _write(reader, file.content, _below(_below(place / "files", part), file.name, part))
            size += file.content.size
    return size


def _below(folder: Path, name: str, part: str = "") -> Path:
    """A place in *folder*: what a backup calls its files leads nowhere else."""
    if not (_NAME.fullmatch(name) or (part and re.fullmatch(r"[0-9a-f]{32}", name) and name.startswith(part))):
        raise Unreadable("The backup names a file that cannot be one of ours")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / name


async def _write(reader: Reader, blob: Blob, path: Path) -> None:
    await rebuilding.write(blobs.read(reader, blob), path)


async def _made_good(database: Database, lines: Sequence[shredded.Line], found: Manifest, now: int) -> int:
    """The schema of this program, the keys of the ledger destroyed, and an entry that says so."""
    await migrate.upgrade(database)
    async with opened(database) as engine:
        again = await shredded.replay(engine, lines, now)
        entry = Entry(0, now, "restore", what=f"Backup/{found.no}", count=again, rule="command-line")
        await engine.write(lambda: log.record(entry))
    return again


@asynccontextmanager
async def opened(database: Database) -> AsyncIterator[Engine]:
    """An engine on it that records."""
    engine = _engine(database)
    engine.sequencer = log.sequence
    await engine.open()
    try:
        yield engine
    finally:
        await engine.close()


def _engine(database: Database) -> Engine:
    if isinstance(database, SqliteFile):
        from meridian.store.sqlite import Sqlite  # noqa: PLC0415  # only the driver that is used

        return Sqlite(database)
    from meridian.store.mariadb import Mariadb  # noqa: PLC0415  # likewise

    return Mariadb(database)


def _finish(place: Path, found: Manifest) -> None:
    said = f"Restored from backup {found.no}; meridian restore --accept makes it the clinic's\n"
    replace_file(place / READ_ONLY, said.encode())
    (place / RESTORING).unlink()
