"""
What comes along with the matches: `_include` what they refer to, `_revinclude` what refers to them.

Each is reached only as the scope shows it, like a match. `:iterate` goes on from what came along, until nothing new
does.

Source: hl7.org/fhir/R4/search.html#include.
"""

from collections.abc import Iterable, Sequence

from meridian.faults import TooCostly
from meridian.fhir.search.query import Include
from meridian.store.kinds import NUMBERS
from meridian.store.plan import Plan, Query
from meridian.store.row import Sealed
from meridian.store.search.asking import Asking, bodies
from meridian.store.search.criteria import stored
from meridian.store.visible import Where, places

MOST = 1_000
"""Resources that may come along with one page."""


def along(matches: Sequence[Sealed], includes: Sequence[Include], asking: Asking) -> Plan[list[Sealed]]:
    """
    The resources that come along with *matches*, none of which is among them.

    Raises:
        TooCostly: If there are more than `MOST`.
    """
    known = {match.rid for match in matches}
    found: list[Sealed] = []
    fresh = list(matches)
    wanted = list(includes)
    while fresh and wanted:
        came: dict[int, Sealed] = {}
        for include in wanted:
            rows = yield from _step(fresh, include, asking)
            came.update((row.rid, row) for row in rows if row.rid not in known)
        fresh = list(came.values())
        found += fresh
        known |= came.keys()
        if len(found) > MOST:
            raise TooCostly(f"More than {MOST} resources would come along; ask for fewer matches or includes")
        wanted = [include for include in wanted if include.iterate]
    return found


def _step(rows: Sequence[Sealed], include: Include, asking: Asking) -> Plan[list[Sealed]]:
    numbers = tuple(dict.fromkeys(n for parameter in include.parameters for n in parameter.stored))
    if not numbers:
        return []
    if include.reverse:
        return (yield from _referring(rows, include, numbers, asking))
    return (yield from _referred(rows, include, numbers, asking))


def _referred(rows: Sequence[Sealed], include: Include, numbers: tuple[int, ...], asking: Asking) -> Plan[list[Sealed]]:
    rids = [row.rid for row in rows if row.type == NUMBERS[include.source]]
    if not rids:
        return []
    params = stored(numbers, "x")
    types = _targets(include)
    seen = asking.resources(types, "r")
    picked = Where(
        f"SELECT DISTINCT r.rid AS rid FROM index_link x CROSS JOIN {seen.table} ON r.id = x.id AND r.type = x.type "
        f"WHERE x.rid IN ({places(rids)}) AND {params.sql} AND {seen.where.sql} LIMIT ?",
        (*rids, *params.args, *seen.where.args, MOST + 1),
    )
    return (yield from _rows(picked))


def _targets(include: Include) -> Iterable[str]:
    if include.target:
        return (include.target,)
    only = {parameter.only_type for parameter in include.parameters}
    return tuple(only) if "" not in only else ()


def _referring(
    rows: Sequence[Sealed], include: Include, numbers: tuple[int, ...], asking: Asking
) -> Plan[list[Sealed]]:
    ids: dict[int, list[str]] = {}
    for row in rows:
        if not include.target or row.type == NUMBERS[include.target]:
            ids.setdefault(row.type, []).append(row.id)
    only = {NUMBERS[parameter.only_type] for parameter in include.parameters if parameter.only_type}
    found: list[Sealed] = []
    for kind, some in ids.items():
        if only and kind not in only:
            continue
        params = stored(numbers, "x")
        seen = asking.resource(include.source, "r")
        picked = Where(
            f"SELECT DISTINCT r.rid AS rid FROM index_link x CROSS JOIN {seen.table} ON r.rid = x.rid "
            f"WHERE x.org = ? AND {params.sql} AND x.id IN ({places(some)}) AND x.type = ? "
            f"AND {seen.where.sql} LIMIT ?",
            (asking.org, *params.args, *some, kind, *seen.where.args, MOST + 1),
        )
        found += yield from _rows(picked)
    return found


def _rows(picked: Where) -> Plan[list[Sealed]]:
    rows = yield Query(f"{bodies(picked.sql, 0)} ORDER BY r.rid", picked.args)
    return [Sealed(*row) for row in rows]
