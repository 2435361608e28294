"""
A turn of the job that makes an export: pages of records become sealed files, until the turn's time is over.

A turn ends with one transaction that keeps its files, says where the next one goes on and puts that into the outbox.
It counts only if nobody else has ended the same turn, so that a job which comes twice writes nothing twice; what a
crash leaves behind is bytes that nobody can open, which are swept. A file has about `PIECE` bytes: that, and one page,
is all that is held at a time.
"""

import os
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from meridian.access.chart import Chart
from meridian.access.exports.asking import BEGIN, LASTING, TOPIC, Level, asker
from meridian.access.interaction import Interaction
from meridian.access.subject import Subject
from meridian.access.work import Plan, Work
from meridian.clock import Clock
from meridian.faults import Gone
from meridian.fhir.codec import decode, encode
from meridian.files.sealed import sealed_pieces
from meridian.files.sealing import Sealer, fresh_key
from meridian.files.shelf import Shelf
from meridian.store import exports
from meridian.store.exports import Export, Kept, State
from meridian.store.keys import numbers
from meridian.store.records import Stored
from meridian.vault.keyring import Keyring

PAGE: Final = 200
"""Resources read, and named in an entry, at a time."""
PIECE: Final = 4 * 1024 * 1024
"""Bytes after which a file is closed; a resource is never cut, so that it may have some more."""
PATIENTS: Final = 100
"""Members of a Group that are looked at together."""
SECONDS: Final = 45.0
"""Of a turn; well below what a job may take here (`jobs.worker.LONGEST`) and in a function."""
MOST: Final = 256 * 1024 * 1024
"""Bytes of a turn, so that it ends in time where storage is slow."""


class Place(NamedTuple):
    """
    Where a turn goes on.

    Args:
        type: Index of the type.
        group: Index of the first of the members that are looked at together.
        after: Id of the last resource that was written; empty at the beginning.
        files: How many files there are.
    """

    type: int = 0
    group: int = 0
    after: str = ""
    files: int = 0


class Made(NamedTuple):
    """A file that lies on the shelf, and its key, not yet sealed."""

    kept: Kept
    key: bytes


@dataclass(slots=True)
class _Pen:
    """Writes lines of one type at a time into files on a shelf."""

    shelf: Shelf
    number: int
    made: list[Made] = field(default_factory=list)
    total: int = 0
    resources: int = 0
    _lines: bytearray = field(default_factory=bytearray)
    _count: int = 0
    _type: str = ""

    async def add(self, resource_type: str, line: bytes) -> None:
        """One resource more."""
        if resource_type != self._type or len(self._lines) >= PIECE:
            await self.close()
        self._type = resource_type
        self._lines += line + b"\n"
        self._count += 1
        self.total += len(line) + 1
        self.resources += 1

    async def close(self) -> None:
        """Put the file that is open on the shelf, sealed."""
        if not self._lines:
            return
        key, name, plain = fresh_key(), os.urandom(16).hex(), bytes(self._lines)
        sealer = Sealer(key, name, len(plain))
        await self.shelf.put(name, sealed_pieces(sealer, 0, _once(plain)))
        self.made.append(Made(Kept(self.number, self._type, self._count, len(plain), name, b""), key))
        self.number += 1
        self._lines, self._count = bytearray(), 0


async def _once(plain: bytes) -> AsyncIterator[bytes]:
    yield plain


@dataclass(frozen=True, slots=True)
class Writer:
    """
    Makes exports.

    Args:
        shelf: Where their files lie.
        keyring: Seals the files' keys.
        chart: The door, for whoever asked.
        clock: What time it is.
        seconds: Of a turn.
    """

    shelf: Shelf
    keyring: Keyring
    chart: Callable[[Subject], Chart]
    clock: Clock
    seconds: float = SECONDS

    async def turn(self, export: Export) -> None:
        """
        Do some of it.

        Raises:
            Forbidden, NotFound: If its asker may not have it any more.
            Unavailable: If the database or the shelf does not answer; nothing was kept of the turn then.
        """
        chart = self.chart(asker(export.asked["asker"]))
        place = Place(**export.place)
        pen = _Pen(self.shelf, place.files)
        until = time.monotonic() + self.seconds
        while place.type < len(export.asked["types"]) and time.monotonic() < until and pen.total < MOST:
            place = await self._page(chart, export, place, pen)
        await pen.close()
        await self._ended(chart, export, place._replace(files=pen.number), pen)

    async def _page(self, chart: Chart, export: Export, place: Place, pen: _Pen) -> Place:
        kind = export.asked["types"][place.type]
        found = await chart.consult(BEGIN, lambda work: _read(work, export, place), what=f"Export/{export.id}")
        for one in found.resources:
            if (line := _line(one)) is not None:
                await pen.add(kind, line)
        return found.next

    async def _ended(self, chart: Chart, export: Export, place: Place, pen: _Pen) -> None:
        whole = place.type >= len(export.asked["types"])

        def plan(work: Work) -> Plan[bool]:
            state = State.DONE if whole else State.RUNNING
            expires = work.now + LASTING if whole else export.expires
            mine = yield from exports.advance(export, state, place._asdict(), pen.resources, expires)
            if not mine:
                return False
            for made in pen.made:
                sealed = yield from exports.wrapped(self.keyring, export.org, made.kept.name, made.key)
                yield from exports.keep(export.id, made.kept._replace(wrapped=sealed))
            if not whole:
                yield from work.emit(TOPIC, f"Export/{export.id}", said={"turn": export.turn + 1})
            return True

        if not await chart.work(BEGIN, plan, what=f"Export/{export.id}"):
            for made in pen.made:
                await self.shelf.remove(made.kept.name)


class _Found(NamedTuple):
    resources: list[Stored]
    next: Place


def _read(work: Work, export: Export, place: Place) -> Plan[_Found]:
    """A page of records, and where the next one begins."""
    door, kind = work._door, export.asked["types"][place.type]  # noqa: SLF001  # a step of `Work`, as those of `listing`
    members: list[str] = export.asked["members"]
    scope = yield from work._scope(Interaction.SEARCH, kind)  # noqa: SLF001  # likewise
    whose = yield from _whose(export, members, place)
    rows: list[Stored] = []
    if whose != ():
        rows = yield from exports.walk(
            door.records.kit,
            scope,
            kind,
            after=place.after,
            since=export.asked["since"],
            whose=() if whose == EVERYBODY else whose,
            most=PAGE,
        )
    mine = yield from _once_each(export, members, place, rows, whose)
    work._touched.extend(mine)  # noqa: SLF001  # likewise
    if len(rows) == PAGE:
        return _Found(mine, place._replace(after=rows[-1].id))
    if export.asked["level"] == Level.GROUP and place.group + PATIENTS < len(members):
        return _Found(mine, place._replace(group=place.group + PATIENTS, after=""))
    return _Found(mine, Place(place.type + 1, 0, "", place.files))


EVERYBODY: Final = (-1,)
"""Stands for all patients where numbers of some could stand."""


def _whose(export: Export, members: list[str], place: Place) -> Plan[tuple[int, ...] | None]:
    """Numbers of the patients that are looked at; `None`: what is nobody's as well."""
    match Level(export.asked["level"]):
        case Level.SYSTEM:
            return None
        case Level.PATIENT:
            return EVERYBODY
        case Level.GROUP:
            return (yield from numbers(export.org, members[place.group : place.group + PATIENTS]))


def _once_each(
    export: Export, members: list[str], place: Place, rows: list[Stored], whose: tuple[int, ...] | None
) -> Plan[list[Stored]]:
    """Without what is mostly about another member, with whom it comes."""
    if export.asked["level"] != Level.GROUP or not whose:
        return rows
    others = [one for one in rows if one.pat not in whose]
    if not others:
        return rows
    elsewhere = [*members[: place.group], *members[place.group + PATIENTS :]]
    found = set((yield from numbers(export.org, elsewhere)))
    return [one for one in rows if one.pat in whose or one.pat not in found]


def _line(one: Stored) -> bytes | None:
    """Its JSON on one line; `None` where it was destroyed meanwhile."""
    try:
        body = one.body
    except Gone:
        return None
    return encode(decode(body)) if b"\n" in body else body
