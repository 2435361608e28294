"""
Making a backup while everything is in use.

The order keeps it consistent: first the anchors, which may then be behind the database's log and never ahead of it;
then the database, as of one moment; then the files it refers to, which were there before their rows; last the ledger
of destroyed keys, of which the newest counts. The manifest is put on the shelf when all of it is there, and before that
there is no backup: one that was killed leaves packs that nothing names, which are swept away later.
"""

import logging
import shutil
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from meridian import clock as clocks
from meridian.audit import shredded
from meridian.audit.checkpoint import Signer
from meridian.clock import Clock
from meridian.faults import Unavailable
from meridian.files.folder import Folder
from meridian.files.shelf import Shelf
from meridian.ops import evidence
from meridian.ops.backup import blobs, documents, keeping, manifest, retention, sqlite
from meridian.ops.backup.manifest import Manifest
from meridian.ops.backup.names import PACK, stamp
from meridian.ops.backup.packs import Packer, Reader
from meridian.ops.backup.sealing import Keys
from meridian.settings import Backups
from meridian.store.database import Database, SqliteFile
from meridian.vault.master import Master
from meridian.vault.unreadable import Unreadable

_log = logging.getLogger("meridian.ops")
DAY = 24 * 3600 * 1000
SWEPT = DAY
"""Milliseconds after which a pack that no backup names is swept away; a younger one may belong to one being made."""


@dataclass(frozen=True, slots=True)
class Source:
    """
    What is backed up.

    Args:
        data: The data folder.
        database: Where records are.
        files: Folder of sealed files; `None` when they lie in a bucket.
        anchors: Folder of the anchors and of the ledger.
        master: Wraps the backup's key.
        signer: Signs its manifest.
        naming: 32 octets by which chunks are named.
        serves: Whether this process has the keys that a server starts with; a function is given fewer.
    """

    data: Path
    database: Database
    files: Path | None
    anchors: Path
    master: Master
    signer: Signer
    naming: bytes = field(repr=False)
    serves: bool = True


@dataclass(frozen=True, slots=True)
class Making:
    """
    A backup under way.

    Args:
        source: What is backed up.
        packer: Keeps its chunks.
        basis: The backup it may rest on, by name; `None` when everything is written anew.
        last: The backup before, whether it may rest on it or not.
        policy: How it is made.
        clock: What time it is.
    """

    source: Source
    packer: Packer
    basis: tuple[str, Manifest] | None
    last: tuple[str, Manifest] | None
    policy: Backups
    clock: Clock

    @property
    def before(self) -> Manifest | None:
        """The backup it may rest on."""
        return self.basis[1] if self.basis else None


async def take(
    source: Source, shelf: Shelf, policy: Backups, *, full: bool = False, clock: Clock = clocks.now
) -> keeping.Backup:
    """
    Make one backup, and let go of those that need not be kept any more.

    Args:
        source: What is backed up.
        shelf: Where it goes.
        policy: Which ones are kept.
        full: Whether to write everything anew; so it is done after `policy.full_every` days by itself.
        clock: What time it is.

    Raises:
        Unavailable: If the database, the disk or the shelf does not answer or has no room, or another is being made.
    """
    with keeping.alone(source.data):
        await shelf.check()
        began = time.monotonic()
        keys = Keys(source.master)
        there = {kept.name: kept.written async for kept in shelf.names()}
        before = await _before(shelf, keys, source, there)
        anew = full or before is None or _is_old(before[1], policy, clock())
        basis = None if anew else before
        packer = Packer(shelf, keys, source.naming, _present(basis, there))
        reader = Reader(shelf, keys, basis[1].packs) if basis else None
        making = Making(source, packer, basis, before, policy, clock)
        made = await _manifest(making, reader, before[1].no + 1 if before else 1)
        await packer.flush()
        took = round((time.monotonic() - began) * 1000)
        whole = msgspec.structs.replace(
            made,
            packs=packer.used,
            sent=packer.sent,
            took=took,
            full=basis is None,
            since=basis[1].since if basis else made.made,
        )
        name = await manifest.put(shelf, whole, packer.key, source.signer)
        removed = await _pruned(shelf, keys, source, policy, clock())
        kept = keeping.Backup(
            name, whole.no, whole.made, took, size_of(whole), whole.sent, whole.full, whole.engine, removed
        )
        keeping.keep_backup(source.data, kept)
        return kept


async def _before(shelf: Shelf, keys: Keys, source: Source, there: Mapping[str, int]) -> tuple[str, Manifest] | None:
    """The backup that was made last, whatever the clock said; `None` if there is none, or its key is gone."""
    last = keeping.last_backup(source.data)
    names = sorted((one.name for one in map(stamp, there) if one is not None), reverse=True)
    if last is not None and last.name in names:
        names.insert(0, last.name)
    for name in names:
        try:
            return name, await manifest.get(shelf, name, keys, source.signer.public)
        except Unreadable:
            continue  # of another master key, or damaged: what is made now stands by itself
    return None


def _is_old(last: Manifest, policy: Backups, now: int) -> bool:
    """Whether too much time has passed since everything was written anew."""
    return now - last.since > policy.full_every * DAY


def _present(basis: tuple[str, Manifest] | None, there: Mapping[str, int]) -> dict[str, bytes]:
    """Packs of the backup before that are on the shelf still."""
    return {name: key for name, key in basis[1].packs.items() if name in there} if basis else {}


async def _manifest(making: Making, reader: Reader | None, no: int) -> Manifest:
    source, packer, before = making.source, making.packer, making.before
    anchors = {path.name: path.read_bytes() for path in _anchors(source.anchors)}
    async with _scratch(source.data) as scratch:
        said = await _database(making, scratch)
    kept_anchors = {name: await blobs.keep_bytes(packer, content) for name, content in anchors.items()}
    kept_files = None
    if source.files is not None:
        kept_files = await documents.keep(source.files, packer, before, reader)
    if ledger := _content(shredded.Ledger(source.anchors).path):
        kept_anchors[shredded.FILE] = await blobs.keep_bytes(packer, ledger)
    if before is not None and before.evidence is not None:
        packer.know(before.evidence.chunks)
    proofs = msgspec.msgpack.encode(evidence.collected(source.data), order="deterministic")
    return Manifest(
        no=no,
        evidence=await blobs.keep_bytes(packer, proofs),
        follows=making.last[0] if making.last else "",
        documents=kept_files,
        anchors=kept_anchors,
        secrets=_content(source.data / "secrets.sealed"),
        settings=_content(source.data / "settings.toml"),
        packs={},
        **said,
    )


async def _database(making: Making, scratch: Path) -> dict[str, Any]:
    if isinstance(making.source.database, SqliteFile):
        return await _sqlite(making.source.database, making, scratch)
    from meridian.ops.backup import mariadb  # noqa: PLC0415  # its driver is not wanted on SQLite

    return await mariadb.keep(making.source.database, making, scratch)


async def _sqlite(database: SqliteFile, making: Making, scratch: Path) -> dict[str, Any]:
    copy, made, before = scratch / "meridian.db", making.clock(), making.before
    sqlite.snapshot(database.path, copy)
    with sqlite.opened(copy) as connection:
        facts = {
            "schema": sqlite.schema(connection),
            "counts": sqlite.counts(connection),
            "heads": sqlite.heads(connection),
        }
    if before is not None and before.database is not None and before.engine == "sqlite":
        making.packer.know(before.database.chunks)
    kept = await blobs.keep(making.packer, sqlite.pieces(copy), blobs.chunk_size(sqlite.size(copy)))
    return {"engine": "sqlite", "made": made, "database": kept, **facts}


@asynccontextmanager
async def _scratch(data: Path) -> AsyncIterator[Path]:
    """A folder of its own, closed to others; what a killed one left is swept away first."""
    folder = data / ".backup"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _anchors(folder: Path) -> list[Path]:
    return sorted(folder.glob("audit-*.anchors"))


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def size_of(made: Manifest) -> int:
    """Bytes of what a backup holds."""
    size = made.database.size if made.database else sum(table.batches.size for table in made.tables)
    size += sum(piece.content.size for piece in made.binlog)
    return size + sum(listing.size for listing in (made.documents or {}).values())


# --- letting go


async def _pruned(shelf: Shelf, keys: Keys, source: Source, policy: Backups, now: int) -> int:
    """As `prune`; a shelf that lets nothing go, as one under a lock does for its time, makes no backup fail."""
    try:
        return await prune(shelf, keys, source, policy, now)
    except Unavailable as wrong:
        _log.warning("old backups could not be let go: %s", wrong.detail)
        return 0


async def prune(shelf: Shelf, keys: Keys, source: Source, policy: Backups, now: int) -> int:
    """
    Let go of backups that are not to be kept, and of packs that none needs; how many backups those were.

    Nothing is let go while a backup is dated in the future, or one that stays does not open: then somebody should look.
    """
    stamps = await manifest.stamps(shelf)
    if not stamps or stamps[-1].made > now + DAY or not _is_due(source.data, now, len(stamps)):
        return 0
    opened: dict[str, Manifest] = {}
    for one in stamps:
        try:
            opened[one.name] = await manifest.get(shelf, one.name, keys, source.signer.public)
        except Unreadable:
            continue
    stay = retention.kept(stamps, policy, {name: one.parent for name, one in opened.items()}, _good(source.data))
    if not all(name in opened for name in stay):
        return 0
    gone = [one for one in stamps if one.name not in stay]
    for one in gone:
        await shelf.remove(one.name)
    await _sweep(shelf, {pack for name in stay for pack in opened[name].packs}, now)
    (source.data / evidence.FOLDER).mkdir(parents=True, exist_ok=True, mode=0o700)
    (source.data / evidence.FOLDER / ".pruned").write_text(str(now), encoding="ascii")
    return len(gone)


def _is_due(data: Path, now: int, count: int) -> bool:
    """Once a day: every manifest has to be opened for it."""
    mark = data / evidence.FOLDER / ".pruned"
    return count > 1 and (not mark.exists() or abs(now - int(mark.read_text(encoding="ascii") or 0)) > DAY * 5 // 6)


def _good(data: Path) -> str:
    """The newest that a drill has restored; what it left untried does not speak against what it holds."""
    return next((one.backup for one in reversed(keeping.drills(data)) if one.passed), "")


async def _sweep(shelf: Shelf, needed: set[str], now: int) -> None:
    async for kept in shelf.names():
        if kept.name.startswith(PACK) and kept.name not in needed and kept.written < now - SWEPT:
            await shelf.remove(kept.name)
    if isinstance(shelf, Folder):
        await shelf.sweep(now - SWEPT)
