"""read and vread. Source: hl7.org/fhir/R4/http.html#read, #vread."""

from meridian.faults import Gone, NotFound
from meridian.store.plan import Plan, Query
from meridian.store.records.kit import Kit
from meridian.store.records.stored import Stored, stored
from meridian.store.row import COLUMNS, KEY
from meridian.store.scope import Scope
from meridian.store.visible import visible

_CURRENT = f"SELECT {COLUMNS} FROM resource r {KEY} WHERE "
_BEFORE = f"SELECT {COLUMNS} FROM history r {KEY} WHERE "


def read(kit: Kit, scope: Scope, resource_type: str, logical_id: str) -> Plan[Stored]:
    """
    The current version.

    Raises:
        NotFound: If it is not there, or not the caller's to see.
        Gone: If it has been deleted.
    """
    found = yield from current(kit, scope, resource_type, logical_id)
    return _alive(found)


def current(kit: Kit, scope: Scope, resource_type: str, logical_id: str) -> Plan[Stored]:
    """As `read`, but a deletion is given too."""
    where = visible(scope, resource_type)
    rows = yield Query(f"{_CURRENT}{where.sql} AND r.id = ?", (*where.args, logical_id))
    if not rows:
        raise NotFound(f"No {resource_type} with that id")
    [found] = yield from stored(kit.keyring, scope.org, rows)
    return found


def vread(kit: Kit, scope: Scope, resource_type: str, logical_id: str, version: int) -> Plan[Stored]:
    """
    One version.

    Raises:
        NotFound: If there is no such version, or it is not the caller's to see.
        Gone: If that version is a deletion.
    """
    found = yield from current(kit, scope, resource_type, logical_id)
    if found.version == version:
        return _alive(found)
    where = visible(scope, resource_type, current=False)
    rows = yield Query(f"{_BEFORE}{where.sql} AND r.rid = ? AND r.version = ?", (*where.args, found.rid, version))
    if not rows:
        raise NotFound(f"No {resource_type} with that id and version")
    [earlier] = yield from stored(kit.keyring, scope.org, rows)
    return _alive(earlier)


def _alive(found: Stored) -> Stored:
    if found.deleted or found.key is None:
        raise Gone(f"This {found.type} has been deleted", version=found.version)
    return found
