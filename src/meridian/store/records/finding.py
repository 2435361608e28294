"""Which resources meet a condition, for interactions that depend on it. Source: hl7.org/fhir/R4/http.html#ccreate."""

from msgspec.structs import replace

from meridian.faults import PreconditionFailed
from meridian.fhir.search import Search
from meridian.store.keys import index_key
from meridian.store.plan import Plan, Query
from meridian.store.records.kit import Kit
from meridian.store.records.stored import Stored, stored
from meridian.store.row import Sealed
from meridian.store.scope import Scope
from meridian.store.visible import places, visible


def the_one(kit: Kit, scope: Scope, condition: Search) -> Plan[Stored | None]:
    """
    The only resource in *scope* that meets *condition*; `None` when none does.

    Raises:
        PreconditionFailed: If several do.
    """
    rows = yield from _matches(kit, scope, condition)
    if len(rows) > 1:
        raise PreconditionFailed(f"More than one {condition.type} meets the condition")
    found = yield from stored(kit.keyring, scope.org, rows)
    return found[0] if found else None


def _matches(kit: Kit, scope: Scope, condition: Search) -> Plan[list[Sealed]]:
    from meridian.store import search  # noqa: PLC0415  # loaded by the first condition

    key = yield from index_key(kit.keyring, scope.org)
    two = replace(condition, count=2, sort=(), includes=(), total="none", summary="false", cursor="")
    page = yield from search.run(scope, two, key)
    return list(page.matches)


def in_sight(scope: Scope, resource_type: str, rids: list[int]) -> Plan[set[int]]:
    """Those of the resources *rids*, all of one type, that the scope shows."""
    if not rids:
        return set()
    where = visible(scope, resource_type)
    rows = yield Query(
        f"SELECT r.rid FROM resource r WHERE {where.sql} AND r.rid IN ({places(rids)})",
        (*where.args, *rids),
    )
    return {rid for (rid,) in rows}


def in_turn(org: int) -> Plan[None]:
    """
    Wait until no other process is deciding on a condition in this organisation.

    Otherwise two might find nothing at the same moment and both create it.
    """
    yield Query("SELECT no FROM patient WHERE org = ? AND id = '' FOR UPDATE", (org,))
