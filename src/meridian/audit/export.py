"""
A log as a folder that anybody can verify: the layout of C2SP tlog-tiles, and the verifier's own few files.

    checkpoint            the newest signed checkpoint
    checkpoints           every one in the database, a JSON string a line
    anchors               every one anchored outside it
    key                   the public key; compare it with the one you wrote down
    tile/entries/000      256 entries, each after its length in 16 bits; the last bundle is `NNN.p/WIDTH`
    tile/0/000            their leaf hashes; tile/1/... the hashes over those, and so on

Everything is read and written a piece at a time. The export says what the database says, broken or not: to judge it is
the verifier's.
"""

import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from meridian.audit import checkpoint, reading, tree, verifier
from meridian.audit.anchors import Anchors
from meridian.faults import Conflict, Unavailable
from meridian.store.engine import Engine


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: entries in all, and those of them under the newest checkpoint."""

    entries: int
    signed: int


async def export(engine: Engine, org: int, folder: Path, *, key: verifier.Key, anchors: Anchors) -> Exported:
    """
    Write the log of *org* up to its newest checkpoint into an empty *folder*.

    Raises:
        Conflict: If the folder has something in it.
        Unavailable: If the log has entries and was never signed.
    """
    _expect_empty(folder)
    newest = await engine.read(lambda: checkpoint.newest(org))
    head = await engine.read(lambda: reading.head(org))
    size = 0 if newest is None else verifier.read_checkpoint(newest.rpartition("\n\n")[0] + "\n").size
    if newest is None and head.size:
        raise Unavailable("The log was never signed; start the server once, or sign it by hand")
    (folder / "key").write_text(f"{key}\n")
    if newest is not None:
        (folder / "checkpoint").write_text(newest)
    await _lines(folder / "checkpoints", reading.notes(engine, org, size))
    if anchors.path(org).is_file():
        shutil.copyfile(anchors.path(org), folder / "anchors")
    written = await _tiles(folder / "tile" / "entries", _framed(reading.entries(engine, org, size)))
    level = 0
    while await _tiles(folder / "tile" / str(level), reading.hashes(engine, org, level, min(size, head.size))):
        level += 1
    return Exported(written, size)


def _expect_empty(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Conflict("An export needs an empty folder")


async def _lines(path: Path, notes: AsyncIterator[str]) -> None:
    with path.open("w") as file:
        async for note in notes:
            file.write(json.dumps(note) + "\n")


async def _framed(rows: AsyncIterator[reading.Row]) -> AsyncIterator[bytes]:
    async for row in rows:
        yield len(row.body).to_bytes(2, "big") + row.body


async def _tiles(folder: Path, items: AsyncIterator[bytes]) -> int:
    """Write *items* 256 to a file; gives how many there were."""
    count, tile = 0, bytearray()
    async for item in items:
        tile += item
        count += 1
        if count % tree.TILE == 0:
            _write(folder / verifier.tile_path(count // tree.TILE - 1), tile)
            tile = bytearray()
    if tile:
        path = folder / verifier.tile_path(count // tree.TILE)
        _write(path.with_name(f"{path.name}.p") / str(count % tree.TILE), tile)
    return count


def _write(path: Path, content: bytes | bytearray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
