"""Transactions through the door: every entry allowed, validated and permitted; then all of it, or nothing."""

from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import parse_qsl

from meridian.access.answers import Stored, Written
from meridian.access.door import Door, named
from meridian.access.interaction import Interaction
from meridian.access.locks import refuse_deletion
from meridian.access.permits import permit
from meridian.access.telling import tell
from meridian.access.writing import may_upsert, patched
from meridian.faults import Fault, Issue, Unsupported
from meridian.fhir import bundles, validation
from meridian.fhir.bundles import Request
from meridian.fhir.search import Search, parse
from meridian.store.plan import Plan
from meridian.store.records import Operation
from meridian.store.records.transaction import Verb
from meridian.store.scope import Scope

Json: TypeAlias = dict[str, Any]
Results: TypeAlias = list[Written | Stored | None]

ACTION = "transaction"
MOST_ISSUES = 50
_VERBS: Mapping[str, Interaction] = {
    "GET": Interaction.READ,
    "HEAD": Interaction.READ,
    "POST": Interaction.CREATE,
    "PUT": Interaction.UPDATE,
    "PATCH": Interaction.PATCH,
    "DELETE": Interaction.DELETE,
}


class Done(NamedTuple):
    """What became of an entry: a version written, one read, or nothing to delete."""

    request: Request
    result: Written | Stored | None


async def transaction(door: Door, bundle: Json, base: str) -> list[Done]:
    """
    Do everything that a transaction Bundle asks for, or nothing; what became of its entries, in their order.

    Raises:
        Fault: What one of the entries would raise by itself, with the entry's place.
    """
    requests: list[Request] = []

    def prepared() -> Callable[[], Plan[Results]]:
        requests.extend(bundles.transaction(bundle, base))
        rules, operations = _read(door, requests)
        kinds = _interactions(requests)
        allowed = permit(door, lambda kind: kinds.get(kind, ()))

        def plan() -> Plan[Results]:
            scopes = yield from _scopes(door)
            results = yield from door.records.transaction(lambda verb: scopes[verb], operations, permit=allowed)
            for one in results:
                if isinstance(one, Written):
                    yield from refuse_deletion(door, one)
                    yield from tell(door, one)
            kept = [one.stored if isinstance(one, Written) else one for one in results if one is not None]
            whose = yield from door.whose(*kept)
            for entry in door.entries(ACTION, "", whose=whose, seen=named(kept), rule="|".join(rules)):
                yield from door.leave(entry)
            return results

        return plan

    results = await door.do(ACTION, "", prepared)
    done = [Done(request, result) for request, result in zip(requests, results, strict=True)]
    return sorted(done, key=lambda one: one.request.index)


def _read(door: Door, requests: list[Request]) -> tuple[list[str], list[Operation]]:
    """
    The rules that allow the entries, and what the store is to do.

    Raises:
        Fault: The first that an entry raises, with the issues of all that are alike in kind.
    """
    rules: set[str] = set()
    operations: list[Operation] = []
    faults: list[Fault] = []
    for request in requests:
        try:
            rules.add(door.allow(_VERBS[request.method], request.type))
            operations.append(_operation(door, request))
        except Fault as fault:
            faults.append(_placed(request, fault))
    if faults:
        first = faults[0]
        alike = (issue for fault in faults if type(fault) is type(first) for issue in fault.issues)
        first.issues = tuple(islice(alike, MOST_ISSUES))
        raise first
    return sorted(rules), operations


def _scopes(door: Door) -> Plan[dict[str, Scope]]:
    """The scope of each verb; what a condition or a conditional reference may find is what a search may."""
    return {
        "read": (yield from door.scope(Interaction.SEARCH)),
        "create": (yield from door.scope(Interaction.SEARCH)),
        "update": (yield from door.scope(Interaction.UPDATE)),
        "patch": (yield from door.scope(Interaction.PATCH)),
        "delete": (yield from door.scope(Interaction.DELETE)),
    }


def _interactions(requests: list[Request]) -> dict[str, set[Interaction]]:
    kinds: dict[str, set[Interaction]] = {}
    for request in requests:
        kinds.setdefault(request.type, set()).add(_VERBS[request.method])
    return kinds


def _operation(door: Door, request: Request) -> Operation:
    """What the store is to do for an entry; its resource is validated here, but for links between entries."""
    verb = _STORE_VERBS[request.method]
    if request.resource is not None:
        validation.check(request.resource, expect=request.type, conditional=True)
    if verb == "read" and (len(request.path) != 2 or request.query):  # noqa: PLR2004  # Type/id
        raise Unsupported("Only a read by id can stand in a transaction; searches go into a batch")
    if verb == "patch" and not request.id:
        raise Unsupported("A patch in a transaction names its resource by id")
    return Operation(
        verb,
        request.type,
        request.id,
        resource=request.resource,
        link=request.full_url,
        if_match=request.if_match or None,
        condition=_condition(request),
        change=patched(request.patch, request.type) if verb == "patch" else None,
        upsert=verb == "update" and may_upsert(door, request.type),
    )


def _condition(request: Request) -> Search | None:
    criteria = request.if_none_exist if request.method == "POST" else request.query
    if not criteria:
        return None
    return parse(request.type, parse_qsl(criteria, keep_blank_values=True))


_STORE_VERBS: Mapping[str, Verb] = {
    "GET": "read",
    "HEAD": "read",
    "POST": "create",
    "PUT": "update",
    "PATCH": "patch",
    "DELETE": "delete",
}


def _placed(request: Request, fault: Fault) -> Fault:
    """*fault*, whose issues say which entry they are about."""
    if not fault.issues:
        fault.issues = (Issue("processing", fault.detail, request.place),)
    elif not fault.issues[0].place.startswith("Bundle"):
        at = f"{request.place}.resource"
        fault.issues = tuple(Issue(one.code, one.text, _within(at, one.place)) for one in fault.issues)
    return fault


def _within(place: str, inner: str) -> str:
    """
    A place in a resource as a place in the Bundle that holds it.

    >>> _within("Bundle.entry[2].resource", "Patient.name[0]")
    'Bundle.entry[2].resource.name[0]'
    """
    _, _, rest = inner.partition(".")
    return f"{place}.{rest}" if rest else place
