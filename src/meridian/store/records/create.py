"""create, plain and conditional. Source: hl7.org/fhir/R4/http.html#create."""

from meridian.fhir.search import Search
from meridian.store.plan import Plan
from meridian.store.records.finding import in_turn, the_one
from meridian.store.records.kit import Kit
from meridian.store.records.writing import Draft, Permit, Resource, Written, write
from meridian.store.scope import Scope


def create(
    kit: Kit,
    scope: Scope,
    resource: Resource,
    *,
    unless: Search | None = None,
    permit: Permit | None = None,
    logical_id: str = "",
) -> Plan[Written]:
    """
    A new resource under a new id.

    Args:
        kit: Keys, clock and ids.
        scope: What the caller may see: only that can meet the condition.
        resource: Valid; an id in it is not minded.
        unless: `If-None-Exist`: one that meets it is given back instead, as `found`.
        permit: Asked before it is written.
        logical_id: The id it gets; a new one when not given.

    Raises:
        PreconditionFailed: If several meet the condition.
        Gone: If the patient's record has been erased.
    """
    if unless is not None:
        yield from in_turn(scope.org)
        there = yield from the_one(kit, scope, unless)
        if there is not None:
            return Written(there, "found")
    logical_id = logical_id or kit.new_id()
    if permit is not None:
        yield from permit({**resource, "id": logical_id})
    [written] = yield from write(kit, scope.org, [Draft(resource["resourceType"], logical_id, resource)])
    return written
