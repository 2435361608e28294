"""
Following feeds through the door: who may follow which, and what they missed.

One's own are known by who one is: `person:`, `patient:` of those one looks after, `team:` of one's role, and the
board of whoever sees all Appointments. Others (`thread:`, `visit:`) belong to features, which say in a `Check` who may;
`app/offers.py` puts them together. A feed that one may not follow and one that is not there look the same.

What is handed out names only what the subject may read now: a line about something that has been taken out of their
sight since says that something happened, and not what.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias

from meridian.access.door import Door, Whose
from meridian.access.interaction import Interaction
from meridian.access.recording import rule_names
from meridian.access.rules import CARERS, PERSONS, STAFF
from meridian.access.scope import scope
from meridian.access.subject import Role, Subject
from meridian.access.telling import BOARD
from meridian.faults import Fault, Invalid, Issue, NotFound, Unavailable
from meridian.store import feeds
from meridian.store.feeds import Caught, Happening
from meridian.store.kinds import NUMBERS
from meridian.store.plan import Plan
from meridian.store.scope import Scope

if TYPE_CHECKING:
    from meridian.access.chart import Chart

__all__ = ["NONE", "Caught", "Check", "Checks", "Happening", "me", "shown"]

Check: TypeAlias = "Callable[[Chart, str], Awaitable[None]]"
"""Passes if the chart's subject may follow the feed with that id behind its prefix; raises `NotFound` if not."""
Checks: TypeAlias = Mapping[str, Check]
"""By the feed's prefix, as `thread`."""
Join: TypeAlias = Callable[[Sequence[str]], Awaitable[None]]
"""Is given the names of feeds that the subject may follow."""
NONE: Final[Checks] = MappingProxyType({})

ACTION: Final = "feeds/$sync"
MOST: Final = 200
"""Feeds that one question names."""
WITHIN: Final = {
    "Task": "inbox/$list",
    "Communication": "messages/$read",
    "Encounter": "scheduling/$board",
}
"""Operations by which some roles see what they do not see by a plain read."""


def me(subject: Subject) -> str:
    """The feed of the subject as a person."""
    return f"person:{subject.who or f'Account/{subject.account}'}"


async def nobody(_: Sequence[str]) -> None:
    """Nobody begins to follow: what was missed is wanted, and no more."""


async def since(
    door: Door, chart: "Chart", asked: Mapping[str, int], checks: Checks, join: Join = nobody
) -> dict[str, Caught]:
    """
    What came in feeds after the numbers the subject knows, by the feeds' own names.

    Args:
        door: Whose.
        chart: The same, for checks.
        asked: The last number known of each feed, -1 for one who begins to follow now; `me`, `team` and `mine` stand
            for one's own person, role and patients.
        checks: Who may follow the feeds of features.
        join: Begins to follow, once it is clear that the subject may and before it is read what was missed: so
            nothing falls between.

    Raises:
        NotFound: If there is no such feed, or it is not the subject's; the issue names it.
        Invalid: If there are over `MOST`.
    """
    try:
        wanted = _resolved(door.subject, asked)
        for name in wanted:
            await _may_follow(chart, name, checks)
        await join(list(wanted))
        caught, opened = await door.engine.read(lambda: _caught(door, wanted))
    except Exception as fault:  # noqa: BLE001  # every failure leaves an entry
        await door.refuse(ACTION, "feeds", fault)
    seen = dict.fromkeys(one.what for each in caught.values() for one in each.events if one.what)
    await door.record(ACTION, "feeds", whose=Whose("", opened), seen=tuple(seen))
    return caught


def _resolved(subject: Subject, asked: Mapping[str, int]) -> dict[str, int]:
    """The feeds meant, each once: a name says more of it than an alias."""
    if len(asked) > MOST:
        raise Invalid(f"At most {MOST} feeds are followed at once")
    wanted: dict[str, int] = {}
    for alias in _ALIASES & asked.keys():
        wanted |= dict.fromkeys(_meant(subject, alias), asked[alias])
    return wanted | {name: known for name, known in asked.items() if name not in _ALIASES}


_ALIASES: Final = frozenset({"me", "team", "mine"})


def _meant(subject: Subject, alias: str) -> list[str]:
    match alias:
        case "me":
            return [me(subject)]
        case "team":
            return [f"team:{subject.role.value}"]
        case _:
            return [f"patient:{one}" for one in subject.patients] if subject.role in PERSONS else []


async def _may_follow(chart: "Chart", name: str, checks: Checks) -> None:
    prefix, _, rest = name.partition(":")
    if _own(chart.subject, name, prefix, rest):
        return
    check = checks.get(prefix)
    try:
        if check is None or not rest:
            raise NotFound("not one of ours")
        await check(chart, rest)
    except Unavailable:
        raise
    except Fault as fault:
        text = "There is no such feed"
        raise NotFound(text, issues=(Issue("not-found", text, name),)) from fault


def _own(subject: Subject, name: str, prefix: str, rest: str) -> bool:
    """Whether it is a feed that the subject follows for who they are."""
    match prefix:
        case "person":
            return name == me(subject)
        case "patient":
            return subject.role in PERSONS and rest in subject.patients
        case "team":
            return subject.role in STAFF and rest == subject.role.value
        case "shared":
            return not rest and subject.role in CARERS
    return name == BOARD and sees_the_board(subject)


def sees_the_board(subject: Subject) -> bool:
    """Whether the subject may look for any patient's Appointments."""
    reach = scope(subject, Interaction.SEARCH).of("Appointment")
    return reach is not None and reach.everyone


def _caught(door: Door, wanted: Mapping[str, int]) -> Plan[tuple[dict[str, Caught], frozenset[str]]]:
    """What came, and what of it lies in a record that is open in an emergency."""
    caught = {}
    for name, known in wanted.items():
        caught[name] = yield from feeds.since(door.subject.org, name, known)
    sight = yield from _in_sight(door, {one.what for each in caught.values() for one in each.events})
    said = {
        name: each._replace(events=[one if one.what in sight else _blank(one) for one in each.events])
        for name, each in caught.items()
    }
    return said, frozenset((yield from door.opened(sight - {""})))


def _in_sight(door: Door, whats: Iterable[str]) -> Plan[set[str]]:
    """Those of *whats* that the subject may read now; what was deleted counts as it was."""
    named: dict[str, list[str]] = {}
    for what in whats:
        kind, _, logical_id = what.partition("/")
        if kind in NUMBERS and logical_id:
            named.setdefault(kind, []).append(logical_id)
    found = {""}
    for kind, ids in named.items():
        for each in (yield from _scopes(door, kind)):
            found.update((yield from feeds.in_sight(each, kind, sorted(ids))))
    return found


def _scopes(door: Door, kind: str) -> Plan[list[Scope]]:
    """By which the subject reads the type: plainly, and within the operation that shows it."""
    found = [(yield from door.scope(Interaction.READ))]
    if kind in WITHIN:
        found.append((yield from door.within(WITHIN[kind]).scope(Interaction.READ)))
    return found


def shown(subject: Subject, happening: Happening) -> Happening:
    """
    A line as it is handed out while it is new: without what the subject's role reads nothing of.

    Labels and relations were minded when it was told (`access.telling`); `since` minds how they are now.
    """
    kind = happening.what.partition("/")[0]
    return happening if not kind or _reads(subject.role, subject.purpose, kind) else _blank(happening)


@lru_cache(maxsize=4096)
def _reads(role: Role, purpose: str, kind: str) -> bool:
    return any(rule_names(role, purpose, Interaction.READ, kind, within) for within in ("", WITHIN.get(kind, "")))


def _blank(happening: Happening) -> Happening:
    return happening._replace(what="", said={})
