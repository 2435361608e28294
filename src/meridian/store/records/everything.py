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
from meridian.store.visible import Where, places, visible_types

LARGEST_COUNT = 5_000
"""Resources on a page; a larger record goes on with a cursor."""
AT_ONCE = 200
"""Numbers in one IN list."""
_CURSOR = re.compile(r"([0-2])\.(-?\d{1,10})\.(\d{1,18})", re.ASCII)
_OWN, _SHARED, _REFERRED = range(3)
"""The parts of a record: what is in the compartment; what is in it besides another's; what these refer to."""
_START = (_OWN, -(2**31), 0)

_RIDS = {
    _SHARED: "SELECT rid FROM compartment WHERE org = ? AND pat = ? AND rid > ? ORDER BY rid",
    _REFERRED: "SELECT DISTINCT t.rid FROM resource s CROSS JOIN index_link l ON l.rid = s.rid"
    " CROSS JOIN resource t ON t.org = s.org AND t.type = l.type AND t.id = l.id"
    " WHERE s.org = ? AND s.pat = ? AND t.pat = 0 AND t.rid > ? ORDER BY t.rid",
}
"""Which resources a part may hold, found without looking at anybody else's."""


_SELECT = f"SELECT {COLUMNS} FROM resource r {KEY}"


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
    part, kind, rid = _position(cursor)
    marked: list[tuple[int, Any]] = []
    while part <= _REFERRED and len(marked) <= limit:
        wanted = limit + 1 - len(marked)
        if part == _OWN:
            rows = yield from _own(seen, patient.pat, (kind, rid), wanted)
        else:
            rows = yield from _listed(seen, part, (scope.org, patient.pat, rid), wanted)
        marked += [(part, row) for row in rows]
        part, kind, rid = part + 1, *_START[1:]
    entries = yield from stored(kit.keyring, scope.org, (row for _, row in marked[:limit]))
    if len(marked) <= limit:
        return Everything(entries, "")
    part, last = marked[limit - 1]
    return Everything(entries, f"{part}.{last[1]}.{last[0]}")


def _own(seen: Where, pat: int, after: tuple[int, int], wanted: int) -> Plan[list[Any]]:
    rows: list[Any] = yield Query(
        f"{_SELECT} WHERE {seen.sql} AND r.pat = ? AND (r.type, r.rid) > (?, ?) ORDER BY r.type, r.rid LIMIT ?",
        (*seen.args, pat, *after, wanted),
    )
    return rows


def _listed(seen: Where, part: int, of: tuple[int, int, int], wanted: int) -> Plan[list[Any]]:
    """Rows of a part whose numbers are found first."""
    found = yield Query(_RIDS[part], of)
    rids = [rid for (rid,) in found]
    rows: list[Any] = []
    for start in range(0, len(rids), AT_ONCE):
        some = rids[start : start + AT_ONCE]
        rows += yield Query(
            f"{_SELECT} WHERE r.rid IN ({places(some)}) AND {seen.sql} ORDER BY r.rid", (*some, *seen.args)
        )
        if len(rows) >= wanted:
            break
    return rows[:wanted]


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
