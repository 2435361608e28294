"""update and delete of whatever meets a condition. Source: hl7.org/fhir/R4/http.html#cond-update, #cdelete."""

from meridian.faults import Invalid, Issue
from meridian.fhir.search import Search
from meridian.store.plan import Plan
from meridian.store.records.create import create
from meridian.store.records.finding import in_turn, the_one
from meridian.store.records.kit import Kit
from meridian.store.records.update import delete, update
from meridian.store.records.writing import Permit, Resource, Written
from meridian.store.scope import Scope


def update_where(
    kit: Kit,
    scope: Scope,
    condition: Search,
    resource: Resource,
    *,
    if_match: int | None = None,
    upsert: bool = False,
    permit: Permit | None = None,
) -> Plan[Written]:
    """
    Update the one resource that meets *condition*, or create it.

    Without a match it is created: under its own id if it names one (which needs *upsert*), else under a new one.

    Raises:
        PreconditionFailed: If several meet the condition.
        Invalid: If the resource names an id and the one found has another.
    """
    yield from in_turn(scope.org)
    found = yield from the_one(kit, scope, condition)
    named = str(resource.get("id", ""))
    if found is None and not named:
        return (yield from create(kit, scope, resource, permit=permit))
    if found is not None and named and named != found.id:
        text = "The resource names another id than that of the one found"
        raise Invalid(text, issues=(Issue("value", text, f"{resource['resourceType']}.id"),))
    logical_id = found.id if found is not None else named
    return (yield from update(kit, scope, logical_id, resource, if_match=if_match, upsert=upsert, permit=permit))


def delete_where(kit: Kit, scope: Scope, condition: Search) -> Plan[Written | None]:
    """
    Delete the one resource that meets *condition*; `None` when none does.

    Raises:
        PreconditionFailed: If several do.
    """
    found = yield from the_one(kit, scope, condition)
    if found is None:
        return None
    return (yield from delete(kit, scope, found.type, found.id))
