"""Steps of a `Work` for lists: the first of many, how many of each kind in the same scope, and how one came to be."""

from typing import NamedTuple

from meridian.access.interaction import Interaction
from meridian.access.work import Pairs, Plan, Resource, Work
from meridian.fhir.codec import decode
from meridian.fhir.search import parse
from meridian.store.records import Span


class Some(NamedTuple):
    """The first matches of a search, and whether there are more."""

    resources: list[Resource]
    more: bool


def some(work: Work, resource_type: str, pairs: Pairs, most: int) -> Plan[Some]:
    """The first *most* that meet the parameters, in their order."""
    from meridian.store import search as searches  # noqa: PLC0415  # loaded by the first search

    scope = yield from work._scope(Interaction.SEARCH, resource_type)  # noqa: SLF001  # a step of `Work`
    door = work._door  # noqa: SLF001  # likewise
    key = yield from door.records.index_key(scope.org)
    page = yield from searches.run(scope, parse(resource_type, [*pairs, ("_count", str(most))]), key)
    stored = yield from door.records.stored(scope.org, page.matches)
    return Some([work._seen(one) for one in stored], bool(page.next))  # noqa: SLF001  # likewise


def tally(work: Work, resource_type: str, pairs: Pairs, by: str) -> Plan[dict[str, int]]:
    """How many meet the parameters, for each code of the token parameter *by*."""
    from meridian.store.search.tally import tally as counted  # noqa: PLC0415  # loaded by the first search

    scope = yield from work._scope(Interaction.SEARCH, resource_type)  # noqa: SLF001  # a step of `Work`
    key = yield from work._door.records.index_key(scope.org)  # noqa: SLF001  # likewise
    return (yield from counted(scope, parse(resource_type, pairs), key, by))


def versions(work: Work, resource_type: str, logical_id: str) -> Plan[list[Resource]]:
    """The versions of one resource, newest first; at most the newest hundred."""
    scope = yield from work._scope(Interaction.HISTORY, resource_type)  # noqa: SLF001  # a step of `Work`
    span = Span(since=None, at=None, size=100, cursor="")
    found = yield from work._door.records.history(scope, resource_type, logical_id, span)  # noqa: SLF001  # likewise
    return [decode(one.body) for one in found.entries if not one.deleted]
