"""update, patch and delete. Source: hl7.org/fhir/R4/http.html#update, #patch, #delete."""

from collections.abc import Callable

from meridian.faults import Gone, NotFound, VersionConflict
from meridian.fhir.codec import decode
from meridian.store.plan import Plan
from meridian.store.records.finding import in_sight
from meridian.store.records.kit import Kit
from meridian.store.records.writing import (
    Draft,
    Permit,
    Present,
    Resource,
    Written,
    locked,
    opened_body,
    refuse_erased,
    write,
)
from meridian.store.scope import Scope

_TYPELESS = "No {type} with that id"


def update(
    kit: Kit,
    scope: Scope,
    logical_id: str,
    resource: Resource,
    *,
    if_match: int | None = None,
    upsert: bool = False,
    permit: Permit | None = None,
) -> Plan[Written]:
    """
    A new version, unless it says what is there already.

    Args:
        kit: Keys, clock and ids.
        scope: What the caller may change.
        logical_id: Which one.
        resource: What it is to be; valid.
        if_match: The version it must be at.
        upsert: Whether to create what is not there, and bring back what was deleted.
        permit: Asked before it is written.

    Raises:
        NotFound: If it is not there (unless *upsert*), or is there and not the caller's.
        Gone: If it was deleted (unless *upsert*).
        VersionConflict: If it is not at *if_match*.
    """
    kind = resource["resourceType"]
    before = yield from _wanted(scope, kind, logical_id, if_match)
    if before is None and not upsert:
        raise NotFound(_TYPELESS.format(type=kind))
    if before is None and if_match is not None:
        raise _other_version()
    if not upsert and before is not None and before.deleted:
        raise Gone(f"This {kind} has been deleted", version=before.version)
    if permit is not None:
        yield from permit({**resource, "id": logical_id})
    [written] = yield from write(kit, scope.org, [Draft(kind, logical_id, resource, before)])
    return written


def patch(
    kit: Kit,
    scope: Scope,
    resource_type: str,
    logical_id: str,
    change: Callable[[Resource], Resource],
    *,
    if_match: int | None = None,
    permit: Permit | None = None,
) -> Plan[Written]:
    """
    A new version made from the present one by *change*, which gives a valid resource or raises.

    Raises:
        NotFound: If it is not there, or not the caller's.
        Gone: If it was deleted.
        VersionConflict: If it is not at *if_match*.
    """
    before = yield from existing(scope, resource_type, logical_id, if_match)
    resource = change(decode((yield from opened_body(kit, scope.org, before))))
    if permit is not None:
        yield from permit({**resource, "id": logical_id})
    [written] = yield from write(kit, scope.org, [Draft(resource_type, logical_id, resource, before)])
    return written


def delete(
    kit: Kit, scope: Scope, resource_type: str, logical_id: str, *, if_match: int | None = None
) -> Plan[Written]:
    """
    A version that says it is deleted; what is deleted already stays as it is.

    Raises:
        NotFound: If it is not there, or not the caller's.
        VersionConflict: If it is not at *if_match*.
    """
    before = yield from _wanted(scope, resource_type, logical_id, if_match)
    if before is None:
        raise NotFound(_TYPELESS.format(type=resource_type))
    [written] = yield from write(kit, scope.org, [Draft(resource_type, logical_id, None, before)])
    return written


def existing(scope: Scope, resource_type: str, logical_id: str, if_match: int | None) -> Plan[Present]:
    """The locked row of a resource that is there, not deleted, the caller's, and at the version asked for."""
    before = yield from _wanted(scope, resource_type, logical_id, if_match)
    if before is None:
        raise NotFound(_TYPELESS.format(type=resource_type))
    if before.deleted:
        raise Gone(f"This {resource_type} has been deleted", version=before.version)
    return before


def _wanted(scope: Scope, resource_type: str, logical_id: str, if_match: int | None) -> Plan[Present | None]:
    """
    The locked row, if there is one; what is there and out of sight is as if it were not, and cannot be taken.

    Sight is asked for even of what is not there, so that both take the same time.
    """
    rows = yield from locked(scope.org, resource_type, [logical_id])
    before = rows.get(logical_id)
    seen = yield from in_sight(scope, resource_type, [before.rid if before is not None else 0])
    if before is None:
        return None
    if not seen:
        raise NotFound(_TYPELESS.format(type=resource_type))
    refuse_erased(before)
    if if_match is not None and before.version != if_match:
        raise _other_version()
    return before


def _other_version() -> VersionConflict:
    return VersionConflict("It is not at the version named by If-Match")
