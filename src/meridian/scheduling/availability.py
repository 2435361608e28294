"""
Times at which everything that a service needs is free, computed when they are asked for.

`openings` is the judgement, and knows no database: hours and claims in, times out. Hours are a grid that begins where
somebody's hours begin, so that an odd visit in the morning does not shift the afternoon.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from meridian.access.diary import Claim, busy
from meridian.access.work import Plan, Work
from meridian.faults import Invalid, Issue
from meridian.scheduling import hours as timetables
from meridian.scheduling import services, zones
from meridian.scheduling.hours import ALWAYS, NEVER, Hours
from meridian.scheduling.services import DAY, MINUTE, Service
from meridian.scheduling.spans import Span, covers, without

LONGEST = 92 * DAY
"""The longest stretch that is looked through, house policy."""
MOST = 2000
"""Times that are given at most."""


@dataclass(frozen=True, slots=True)
class Wish:
    """
    What is looked for.

    Args:
        service: For which service.
        start: From when, in ms since the epoch.
        end: Until when a visit may last.
        minutes: How long; 0 is as long as the service takes.
        actors: References that must be among those who are there.
        count: Times that are wanted at most.
        each: Whether the same time with another provider is another; else the least busy provider stands for all.
        but: Logical id of an Appointment that is to be moved: its own claims are no hindrance.
    """

    service: Service
    start: int
    end: int
    minutes: int = 0
    actors: tuple[str, ...] = ()
    count: int = 500
    each: bool = False
    but: str = ""

    @property
    def length(self) -> int:
        """Of a visit, in milliseconds."""
        return (self.minutes or self.service.minutes) * MINUTE


class Opening(NamedTuple):
    """A time at which *actors* are free together, and the zone of the first of them."""

    start: int
    end: int
    actors: tuple[str, ...]
    zone: str


@dataclass(frozen=True, slots=True)
class Question:
    """A wish, and all that its answer needs: who is asked for, their hours, and what they are taken by."""

    wish: Wish
    groups: Sequence[tuple[str, ...]] = ()
    timetable: Mapping[str, Hours] = field(default_factory=dict)
    claims: Sequence[Claim] = ()

    @property
    def actors(self) -> list[str]:
        """References of everybody and everything it is about."""
        return list(self.timetable)

    def answer(self) -> list[Opening]:
        """Times that meet the wish, in order."""
        return openings(self.wish, self.groups, self.timetable, self.claims) if self.groups else []


def find(work: Work, wish: Wish) -> Plan[list[Opening]]:
    """As `ask`, answered."""
    return (yield from ask(work, wish)).answer()


def ask(work: Work, wish: Wish) -> Plan[Question]:
    """
    What has to be known to meet *wish*; for patients only as far ahead as the service allows.

    To answer takes longer than to read, and is better done where no database waits for it.

    Raises:
        Invalid: If it looks through too much, or for nobody's time.
    """
    if wish.end - wish.start > LONGEST:
        raise Invalid("Times are looked for in at most 92 days", issues=(Issue("value", "is too far off", "end"),))
    wish = _bounded(work, wish)
    groups = _needed((yield from services.groups(work, wish.service)), wish.actors)
    if not groups:
        raise Invalid("Nobody is named whose time would be taken", issues=(Issue("required", "is missing", "actor"),))
    if wish.start >= wish.end:
        return Question(wish)
    actors = sorted({one for group in groups for one in group})
    default = yield from zones.of_organisation(work)
    timetable = yield from hours_of(work, actors, default)
    claims = yield from busy(work, actors, wish.start - DAY, wish.end + DAY, wish.but)
    return Question(wish, groups, timetable, claims)


def _bounded(work: Work, wish: Wish) -> Wish:
    earliest, latest = work.now, wish.end
    if services.by_patient(work):
        earliest += wish.service.lead * MINUTE
        latest = min(latest, work.now + wish.service.horizon * DAY)
    return replace(wish, start=max(wish.start, earliest), end=latest, count=min(max(wish.count, 1), MOST))


def _needed(groups: Sequence[tuple[str, ...]], asked: Sequence[str]) -> list[tuple[str, ...]]:
    """
    Of each group those who are asked for, where any is; and a group for each who is in none.

    >>> _needed([("Practitioner/a", "Practitioner/b"), ("Location/r",)], ["Practitioner/b", "Device/d"])
    [('Practitioner/b',), ('Location/r',), ('Device/d',)]
    """
    narrowed = [tuple(one for one in group if one in asked) or group for group in groups]
    known = {one for group in groups for one in group}
    return [*narrowed, *((one,) for one in dict.fromkeys(asked) if one not in known)]


def hours_of(work: Work, actors: Sequence[str], default: str) -> Plan[dict[str, Hours]]:
    """
    When each of *actors* may be booked, by their Schedules.

    Without one, practitioners may not be booked; rooms and devices may whenever somebody is there to use them.
    """
    found: dict[str, Hours] = {}
    for first in range(0, len(actors), 60):
        some = set(actors[first : first + 60])
        for schedule in (yield from work.search("Schedule", [("actor", ",".join(sorted(some)))])):
            timetable = timetables.read(schedule, default)
            for actor in schedule["actor"]:
                reference = actor.get("reference", "")
                if reference in some and reference not in found:
                    found[reference] = timetable
    away, free = replace(NEVER, zone=default), replace(ALWAYS, zone=default)
    return {one: found.get(one, away if one.startswith("Practitioner") else free) for one in actors}


def openings(
    wish: Wish, groups: Sequence[tuple[str, ...]], timetable: Mapping[str, Hours], claims: Sequence[Claim]
) -> list[Opening]:
    """The times at which one of each group is free for as long as *wish* says, by their hours and *claims*."""
    taken: dict[str, list[Claim]] = {}
    for claim in claims:
        taken.setdefault(claim.actor, []).append(claim)
    books = {actor: _book(wish, hours, taken.get(actor, [])) for actor, hours in timetable.items()}
    ordered = [sorted(group, key=lambda actor: (books[actor].load, actor)) for group in groups]
    found: dict[int, list[Opening]] = {}
    for actor in ordered[0]:
        for start in _starts(wish, books[actor]):
            if start in found and not wish.each:
                continue
            others = _others(ordered[1:], books, start, start + wish.length)
            if others is not None:
                opening = Opening(start, start + wish.length, (actor, *others), timetable[actor].zone)
                found.setdefault(start, []).append(opening)
    return [one for start in sorted(found) for one in found[start]][: wish.count]


class _Book(NamedTuple):
    """One actor's blocks of hours, what of them is free, and how much is taken."""

    blocks: list[Span]
    free: list[Span]
    load: int


def _book(wish: Wish, hours: Hours, claims: Sequence[Claim]) -> _Book:
    first, _ = zones.day_span(hours.zone, zones.day_of(hours.zone, wish.start))
    blocks = hours.open(first, wish.end, wish.service.reference)
    before, after = wish.service.before * MINUTE, wish.service.after * MINUTE
    cuts = ((one.starts - max(after, one.before), one.ends + max(before, one.after)) for one in claims)
    return _Book(blocks, without(blocks, cuts), sum(one.ends - one.starts for one in claims))


def _starts(wish: Wish, book: _Book) -> Iterator[int]:
    """Beginnings on the grid of each block, where there is room before the next claim."""
    stride, length, at = wish.service.stride, wish.length, 0
    for begin, end in book.free:
        while book.blocks[at][1] <= begin:
            at += 1
        origin = book.blocks[at][0]
        start = origin + -(-(max(begin, wish.start) - origin) // stride) * stride
        while start + length <= end:
            yield start
            start += stride


def _others(
    groups: Sequence[Sequence[str]], books: Mapping[str, _Book], start: int, end: int
) -> tuple[str, ...] | None:
    """One of each group who is free, or nothing."""
    chosen: list[str] = []
    for group in groups:
        free = next((one for one in group if one not in chosen and covers(books[one].free, start, end)), None)
        if free is None:
            return None
        chosen.append(free)
    return tuple(chosen)


def overlapping(claims: Sequence[Claim], start: int, end: int) -> list[Claim]:
    """Those of *claims* that overlap; touching ends do not."""
    return [one for one in claims if one.starts < end and start < one.ends]
