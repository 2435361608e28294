"""Searching through the door: the scope is part of every statement, and what was given out is recorded first."""

from collections.abc import Sequence
from functools import partial

from meridian.access.answers import Page
from meridian.access.door import Door, Whose, named
from meridian.access.interaction import Interaction
from meridian.fhir.search import Search, parse
from meridian.store.plan import Plan


async def search(door: Door, resource_type: str, pairs: Sequence[tuple[str, str]], *, lenient: bool, base: str) -> Page:
    """
    Resources of a type that meet the parameters, as far as the subject may see them.

    Args:
        door: Who asks.
        resource_type: What for.
        pairs: Parameters, decoded, in their order.
        lenient: Ignore unknown parameters and say so in the page.
        base: This server's own FHIR address, for references that spell it out.
    """
    action = Interaction.SEARCH
    try:
        rule = door.allow(action, resource_type)
        asked = parse(resource_type, pairs, lenient=lenient, base=base)
        key = await door.index_key()
        page, whose = await door.engine.read(partial(_found, door, asked, key))
    except Exception as fault:  # noqa: BLE001  # every failure leaves an entry
        await door.refuse(action, resource_type, fault)
    given = [*page.matches, *page.included] if page.included else page.matches
    await door.record(action, resource_type, whose=whose, seen=named(given), rule=rule)
    return page


def _found(door: Door, asked: Search, key: bytes) -> Plan[tuple[Page, Whose]]:
    from meridian.store import search as searches  # noqa: PLC0415  # loaded by the first search

    scope = yield from door.scope(Interaction.SEARCH)
    page = yield from searches.run(scope, asked, key)
    opened = yield from door.records.stored(scope.org, [*page.matches, *page.includes])
    count = len(page.matches)
    whose = yield from door.whose(*opened)
    return Page(opened[:count], opened[count:], page.total, page.next, asked.ignored), whose
