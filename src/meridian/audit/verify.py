"""
Whether a log is whole in the live database: the stand-alone verifier's walk, fed from the tables and the anchors.

What grows meanwhile is left out: checkpoints and anchors are counted first and the log's size is taken after them, so
that each of them must be within it.
"""

import heapq
import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import TypeVar

from meridian.audit import checkpoint, reading, verifier
from meridian.audit.anchors import Anchors
from meridian.store.engine import Engine

T = TypeVar("T")


async def verify(
    engine: Engine,
    org: int,
    *,
    keys: Sequence[verifier.Key],
    anchors: Anchors,
    progress: Callable[[int, int], None] | None = None,
) -> verifier.Report:
    """
    Read the whole log of *org*; the report's first finding names its first bad entry.

    Args:
        engine: The database.
        org: Whose log.
        keys: The public keys it was signed with, from elsewhere than the database.
        anchors: The checkpoints kept outside it.
        progress: Called now and then with the entries read, and how many there are.

    Raises:
        Unavailable: If the database does not answer.
    """
    report = verifier.Report(origin=keys[0].name)
    with tempfile.TemporaryDirectory() as name:
        sources = await _checkpoints(engine, org, Path(name), anchors)
        head = await engine.read(lambda: reading.head(org))
        notes = [verifier.Notes(path, keys, report) for path in sources]
        walk = verifier.Walk(heapq.merge(*notes, key=lambda one: one.size), open_end=True)
        try:
            stray = await _walk(engine, org, walk, head, progress)
            _check_head(walk, head)
            _check_stray(stray)
        except verifier.Broken as broken:
            report.findings.insert(0, broken.finding)
    report.entries, report.root, report.checkpoints = walk.size, walk.root.hex(), walk.checkpoints
    report.signed = walk.sound.size if walk.sound else 0
    return report


async def _checkpoints(engine: Engine, org: int, folder: Path, anchors: Anchors) -> list[Path]:
    """The checkpoints there are now, from both places, as files that do not grow."""
    kept, anchored = folder / "database", folder / "anchors"
    newest = await engine.read(lambda: checkpoint.newest(org))
    size = verifier.read_checkpoint(newest.rpartition("\n\n")[0] + "\n").size if newest else -1
    with kept.open("w") as file:
        async for note in reading.notes(engine, org, size):
            file.write(json.dumps(note) + "\n")
    if not anchors.path(org).is_file():
        return [kept]
    shutil.copyfile(anchors.path(org), anchored)
    return [kept, anchored]


async def _walk(
    engine: Engine,
    org: int,
    walk: verifier.Walk,
    head: reading.Head,
    progress: Callable[[int, int], None] | None,
) -> tuple[int, bytes, bytes] | None:
    """Feed the walk; gives the first entry beside which another hash is kept than its tile has, if there is one."""
    rows, hashes = reading.entries(engine, org, head.size), reading.hashes(engine, org, 0, head.size)
    stray = None
    while True:
        row, claim = await _next(rows), await _next(hashes)
        if row is None and claim is None:
            break
        walk.take(None if row is None else row.body, claim)
        if row is not None and stray is None and row.leaf != claim:
            stray = (row.seq, claim or b"", row.leaf)
        if progress is not None and walk.size % reading.PIECE == 0:
            progress(walk.size, head.size)
    walk.finish()
    return stray


async def _next(items: AsyncIterator[T]) -> T | None:
    return await anext(items, None)


def _check_head(walk: verifier.Walk, head: reading.Head) -> None:
    """The log ends where its head says, with the head's root."""
    if (walk.size, walk.root) != (head.size, head.root):
        first = min(walk.size, head.size)
        text = f"the log's head counts {head.size} entries with root {head.root.hex()}, the entries are {walk.size}"
        kind = "cut-off" if walk.size < head.size else "head"
        raise verifier.Broken(
            verifier.Finding(kind, first, max(walk.size, head.size) - 1, text, head.root.hex(), walk.root.hex())
        )
    if head.last >= head.size:
        text = f"entries {head.size} to {head.last} are kept and were never appended"
        raise verifier.Broken(verifier.Finding("inserted", head.size, head.last, text))


def _check_stray(stray: tuple[int, bytes, bytes] | None) -> None:
    if stray is not None:
        seq, expected, found = stray
        text = f"the hash kept beside entry {seq} is {found.hex()}; the entry is whole and hashes to {expected.hex()}"
        raise verifier.Broken(verifier.Finding("hash", seq, seq, text, expected.hex(), found.hex()))
