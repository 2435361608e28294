"""Reading through the door: read, vread, history and $everything. Each is recorded before it is handed out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from meridian.access.answers import Page, Stored
from meridian.access.door import Door, Whose, named
from meridian.access.interaction import Interaction
from meridian.faults import Malformed, Unsupported
from meridian.fhir.search.moments import interval
from meridian.store.plan import Plan
from meridian.store.records import Span
from meridian.store.records.history import DEFAULT_COUNT

T = TypeVar("T")
Pairs = Sequence[tuple[str, str]]


async def look(
    door: Door, interaction: Interaction, resource_type: str, what: str, plan: Callable[[], Plan[T]]
) -> tuple[T, str]:
    """
    What *plan* finds within the subject's scope, and the rules that allow it; a refusal is recorded and raised.

    The caller records what is found, and only then hands it out.
    """
    try:
        rule = door.allow(interaction, resource_type)
        return await door.engine.read(plan), rule
    except Exception as fault:  # noqa: BLE001  # every failure leaves an entry
        await door.refuse(interaction, what, fault)


async def read(door: Door, resource_type: str, logical_id: str) -> Stored:
    """The current version."""
    what = f"{resource_type}/{logical_id}"
    plan = partial(_read, door, resource_type, logical_id)
    (found, whose), rule = await look(door, Interaction.READ, resource_type, what, plan)
    await door.record(Interaction.READ, what, whose=whose, rule=rule)
    return found


def _read(door: Door, resource_type: str, logical_id: str) -> Plan[tuple[Stored, Whose]]:
    scope = yield from door.scope(Interaction.READ)
    found = yield from door.records.read(scope, resource_type, logical_id)
    return found, (yield from door.whose(found))


async def vread(door: Door, resource_type: str, logical_id: str, version: int) -> Stored:
    """One version."""
    what = f"{resource_type}/{logical_id}/_history/{version}"
    plan = partial(_vread, door, resource_type, logical_id, version)
    (found, whose), rule = await look(door, Interaction.VREAD, resource_type, what, plan)
    await door.record(Interaction.VREAD, what, whose=whose, rule=rule)
    return found


def _vread(door: Door, resource_type: str, logical_id: str, version: int) -> Plan[tuple[Stored, Whose]]:
    scope = yield from door.scope(Interaction.VREAD)
    found = yield from door.records.vread(scope, resource_type, logical_id, version)
    return found, (yield from door.whose(found))


async def history(door: Door, resource_type: str, logical_id: str | None, pairs: Pairs) -> Page:
    """Versions of one resource, or of all of a type, newest first."""
    interaction = Interaction.HISTORY_TYPE if logical_id is None else Interaction.HISTORY
    what = resource_type if logical_id is None else f"{resource_type}/{logical_id}"
    plan = partial(_history, door, interaction, resource_type, logical_id, pairs)
    (page, whose), rule = await look(door, interaction, resource_type, what, plan)
    seen = tuple(dict.fromkeys(named(page.matches)))
    await door.record(interaction, what, whose=whose, seen=seen, rule=rule)
    return page


def _history(
    door: Door, interaction: Interaction, resource_type: str, logical_id: str | None, pairs: Pairs
) -> Plan[tuple[Page, Whose]]:
    asked = _window(pairs, frozenset({"_since", "_at", "_count", "_cursor"}))
    span = Span(since=asked.since, at=asked.at, size=asked.count or DEFAULT_COUNT, cursor=asked.cursor)
    scope = yield from door.scope(interaction)
    versions = yield from door.records.history(scope, resource_type, logical_id, span)
    page = Page(versions.entries, total=versions.total, next=versions.next)
    return page, (yield from door.whose(*page.matches))


async def everything(door: Door, logical_id: str, pairs: Pairs) -> Page:
    """The record of a patient, as far as the subject may see it: each type as a search would show it."""
    what = f"Patient/{logical_id}"
    plan = partial(_everything, door, logical_id, pairs)
    (page, whose), rule = await look(door, Interaction.EVERYTHING, "Patient", what, plan)
    await door.record(Interaction.EVERYTHING, what, whose=whose, seen=named(page.matches), rule=rule)
    return page


def _everything(door: Door, logical_id: str, pairs: Pairs) -> Plan[tuple[Page, Whose]]:
    asked = _window(pairs, frozenset({"_since", "_type", "_count", "_cursor"}))
    scope = yield from door.scope(Interaction.SEARCH)
    found = yield from door.records.everything(
        scope, logical_id, types=asked.types, since=asked.since, count=asked.count, cursor=asked.cursor
    )
    whole = not found.next and not asked.cursor
    page = Page(found.entries, total=len(found.entries) if whole else None, next=found.next)
    return page, (yield from door.whose(*page.matches))._replace(patient=logical_id)


@dataclass(slots=True)
class _Window:
    since: int | None = None
    at: tuple[int, int] | None = None
    count: int | None = None
    cursor: str = ""
    types: tuple[str, ...] = field(default=())


def _window(pairs: Pairs, offered: frozenset[str]) -> _Window:
    """
    What the parameters of a history or of $everything ask for.

    Raises:
        Unsupported: If one is not *offered*.
        Malformed: If a value cannot be read.
    """
    window = _Window()
    for name, value in pairs:
        if name not in offered:
            raise Unsupported(f"The parameter {name[:80]} is not offered here", what="parameter")
        match name:
            case "_since":
                window.since = _interval(name, value)[0]
            case "_at":
                window.at = _interval(name, value)
            case "_count":
                window.count = _count(value)
            case "_type":
                window.types = tuple(value.split(","))
            case _:
                window.cursor = value
    return window


def _interval(name: str, value: str) -> tuple[int, int]:
    found = interval(value)
    if found is None:
        raise Malformed(f"The parameter {name} takes a date or an instant")
    return found


def _count(value: str) -> int:
    if not (value.isascii() and value.isdigit() and 0 < int(value[:9]) < 10**6):  # more than any page
        raise Malformed("The parameter _count takes a number from 1")
    return int(value[:9])
