"""An import by an administrator at the portal: a rehearsal first, then the same file in earnest, with progress told."""

import asyncio
import io
from collections.abc import AsyncIterator
from typing import NamedTuple

from meridian.access.chart import Chart
from meridian.access.subject import Role
from meridian.access.work import Plan, Work
from meridian.faults import Forbidden
from meridian.ops.intake.doors import ACTION, Rehearsal, Through
from meridian.ops.intake.loading import Loader
from meridian.ops.intake.outcome import Outcome
from meridian.ops.intake.reading import Trouble
from meridian.ops.intake.sources import Document

MOST_TROUBLES = 200
"""Troubles that are told one by one; the rest is counted."""


class Progress(NamedTuple):
    """
    How far it is; the last one is *done*.

    Args:
        created, updated, unchanged, refused: Resources so far.
        troubles: What was refused since the last report, and why; no patient data.
        done: Whether this is all.
    """

    created: int
    updated: int
    unchanged: int
    refused: int
    troubles: tuple[Trouble, ...] = ()
    done: bool = False


async def run(chart: Chart, name: str, body: bytes, *, dry_run: bool) -> AsyncIterator[Progress]:
    """
    Import the file *name* with these bytes; a dry run checks everything and writes nothing.

    Raises:
        Forbidden: If the role may not import; before anything is read.
        Unavailable: If the records cannot be written any more; what was reported stands.
    """
    await chart.consult(ACTION, _allowed)
    reports: asyncio.Queue[Progress | None] = asyncio.Queue()
    troubles: list[Trouble] = []
    told = 0

    def tick(outcome: Outcome, *, done: bool = False) -> None:
        nonlocal told
        some = tuple(troubles[: MOST_TROUBLES - told])
        told += len(some)
        troubles.clear()
        reports.put_nowait(_progress(outcome, some, done=done))

    loader = Loader(Rehearsal() if dry_run else Through(chart), troubles.append, tick)

    async def load() -> None:
        try:
            outcome = await loader.load([Document(name, io.BytesIO(body))])
            tick(outcome, done=True)
        finally:
            reports.put_nowait(None)

    task = asyncio.create_task(load())
    try:
        while (report := await reports.get()) is not None:
            yield report
        await task
    finally:
        task.cancel()


def _allowed(work: Work) -> Plan[None]:
    """Refuse everybody but administrators, of a dry run too."""
    if work.subject.role is not Role.ADMINISTRATOR:
        raise Forbidden("Only an administrator brings records in")
    yield from ()


def _progress(outcome: Outcome, troubles: tuple[Trouble, ...], *, done: bool) -> Progress:
    created, updated, unchanged = (outcome.total(became) for became in ("created", "updated", "unchanged"))
    return Progress(created, updated, unchanged, outcome.refused, troubles, done)
