"""
`Patient/$everything`: the record of a patient in a few range scans, and whom and what it refers to.

Source: hl7.org/fhir/R4/patient-operation-everything.html.
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from meridian.faults import Malformed
from meridian.fhir.types import TYPES
from meridian.store.kinds import NUMBERS
from meridian.store.plan import Plan, Query
from meridian.store.records.kit import Kit
from meridian.store.records.reading import read
from meridian.store.records.stored import Stored, stored
from meridian.store.row import COLUMNS, KEY
from meridian.store.scope import Scope
from meridian.store.visible import Where, visible_types

LARGEST_COUNT = 5_000
"""Resources on a page; a larger record goes on with a cursor."""
_CURSOR = re.compile(r"([0-2])\.(-?\d{1,10})\.(\d{1,18})", re.ASCII)
_START = (0, -(2**31), 0)

_REFERRED = (
    "SELECT t.rid FROM resource s JOIN index_link l ON l.rid = s.rid"
    " JOIN resource t ON t.org = s.org AND t.type = l.type AND t.id = l.id WHERE s.org = ? AND s.pat = ?"
)
_SOURCES = (
    "resource r {key} WHERE {seen} AND r.pat = ?",
    "compartment c JOIN resource r ON r.rid = c.rid {key} WHERE {seen} AND c.org = ? AND c.pat = ?",
    f"resource r {{key}} WHERE {{seen}} AND r.pat = 0 AND r.rid IN ({_REFERRED})",
)
"""What is in the compartment; what is in it besides another's; what these refer to that is nobody's."""


class Everything(NamedTuple):
    """A page of a record, and where the next one begins (empty at the end)."""

    entries: list[Stored]
    next: str


def everything(
    kit: Kit,
    scope: Scope,
    logical_id: str,
    *,
    types: Sequence[str] = (),
    since: int | None = None,
    count: int | None = None,
    cursor: str = "",
) -> Plan[Everything]:
    """
    The patient, all in the patient's compartment, and what that refers to, as far as the scope shows it.

    Args:
        kit: Keys.
        scope: What the caller may see.
        logical_id: The Patient's.
        types: `_type`; empty for all.
        since: `_since`, in milliseconds.
        count: Resources on a page; `None` for all, up to `LARGEST_COUNT`.
        cursor: Where the page begins.

    Raises:
        NotFound: If the Patient is not there, or not the caller's.
        Gone: If the Patient has been deleted.
        Malformed: If the cursor is not ours.
    """
    patient = yield from read(kit, scope, "Patient", logical_id)
    seen = _seen(scope, types, since)
    limit = min(count or LARGEST_COUNT, LARGEST_COUNT)
    phase, kind, rid = _position(cursor)
    rows: list[Any] = []
    last = (phase, kind, rid)
    while phase < len(_SOURCES) and len(rows) <= limit:
        of = (patient.pat,) if phase == 0 else (scope.org, patient.pat)
        found = yield Query(
            f"SELECT {COLUMNS} FROM {_SOURCES[phase].format(key=KEY, seen=seen.sql)}"  # noqa: S608  # constants and places
            " AND (r.type, r.rid) > (?, ?) ORDER BY r.type, r.rid LIMIT ?",
            (*seen.args, *of, kind, rid, limit + 1 - len(rows)),
        )
        rows += found
        if len(rows) <= limit:
            phase, kind, rid = phase + 1, _START[1], _START[2]
        elif len(found) > 1:
            last = (phase, found[-2][1], found[-2][0])
        else:
            last = (phase, kind, rid)
    entries = yield from stored(kit.keyring, scope.org, rows[:limit])
    return Everything(entries, "{}.{}.{}".format(*last) if len(rows) > limit else "")


def _seen(scope: Scope, types: Sequence[str], since: int | None) -> Where:
    where = visible_types(scope, [name for name in types if name in NUMBERS] if types else TYPES)
    if since is None:
        return Where(f"{where.sql} AND r.deleted = 0", where.args)
    return Where(f"{where.sql} AND r.deleted = 0 AND r.updated >= ?", (*where.args, since))


def _position(cursor: str) -> tuple[int, int, int]:
    if not cursor:
        return _START
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise Malformed("The cursor is not one that this server gave")
    phase, kind, rid = (int(part) for part in found.groups())
    return phase, kind, rid
