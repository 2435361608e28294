"""
Who may see what, as a WHERE: the one place where a `Scope` becomes SQL.

Every statement that runs on somebody's behalf carries the result for each table alias it reads resources from; the
condition names the organisation too. A type that is not in the scope gives a condition that is never true.

    where = visible(scope, "Observation", "r")
    yield Query(f"SELECT r.rid FROM resource r WHERE {where.sql} AND r.updated > ?", (*where.args, since))

Restricted resources (labelled R or V) are shown to those whose reach admits them, to the patient whose they are, and to
members who care for that patient. Withheld ones (labelled NOPAT) are not shown to the patient whose they are, unless
the reach admits them; to whom a patient lets read, neither are.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from meridian.store.kinds import NUMBERS
from meridian.store.scope import Reach, Scope

RESTRICTED = 1
"""In the column `restricted`: labelled R or V."""
WITHHELD = 2
"""Likewise: labelled NOPAT, not for the patient yet."""


class Where(NamedTuple):
    """A condition that stands alone or in a row of ANDs, and its arguments in order."""

    sql: str
    args: tuple[Any, ...]


def visible(scope: Scope, resource_type: str, alias: str = "r", *, current: bool = True) -> Where:
    """
    The condition that a row of `resource` is of *resource_type* and may be seen.

    Args:
        scope: Whose eyes.
        resource_type: A type's name.
        alias: Of `resource`, or of `history` with *current* false: of a replaced version only the patient it was then
            written for counts, not the compartments its resource is in today.
        current: Whether *alias* is of `resource`.
    """
    number = NUMBERS.get(resource_type)
    reach = scope.of(resource_type)
    if number is None or reach is None:
        return Where("0 = 1", ())
    sql, args = _reached(reach, scope.org, alias, current)
    return Where(f"{alias}.org = ? AND {alias}.type = ?{sql}", (scope.org, number, *args))


def visible_types(scope: Scope, types: Iterable[str], alias: str = "r", *, current: bool = True) -> Where:
    """The condition that a row is of one of *types* and may be seen; types that are seen alike share a clause."""
    alike: dict[Reach, list[int]] = {}
    for resource_type in types:
        if (reach := scope.of(resource_type)) is not None and resource_type in NUMBERS:
            alike.setdefault(reach, []).append(NUMBERS[resource_type])
    clauses: list[str] = []
    args: list[Any] = [scope.org]
    for reach, numbers in alike.items():
        sql, more = _reached(reach, scope.org, alias, current)
        clauses.append(f"({alias}.type IN ({places(numbers)}){sql})")
        args += [*numbers, *more]
    if not clauses:
        return Where("0 = 1", ())
    return Where(f"{alias}.org = ? AND ({' OR '.join(clauses)})", tuple(args))


def places(values: Iterable[Any]) -> str:
    """A `?` for each value."""
    return ", ".join("?" for _ in values)


@lru_cache(maxsize=2048)
def _reached(reach: Reach, org: int, alias: str, current: bool) -> tuple[str, tuple[Any, ...]]:  # noqa: FBT001  # a cache's key is positional
    """` AND (...)` for one reach, or nothing when it admits everything."""
    if reach.everyone and reach.restricted:
        return "", ()
    alternatives: list[Where] = []
    if reach.patients:
        alternatives.append(_of_patients(reach, org, alias, current))
    if reach.ids:
        alternatives.append(Where(f"{alias}.id IN ({places(reach.ids)})", reach.ids))
    if reach.everyone or reach.care_of is not None:
        alternatives.append(_of_staff(reach, org, alias, current))
    if not alternatives:
        return " AND 0 = 1", ()
    joined = " OR ".join(sql for sql, _ in alternatives)
    return f" AND ({joined})", tuple(arg for _, args in alternatives for arg in args)


def _of_patients(reach: Reach, org: int, alias: str, current: bool) -> Where:  # noqa: FBT001  # as above
    patients = reach.patients
    own = f"{alias}.pat IN ({places(patients)})"
    hidden = (0 if reach.withheld else WITHHELD) | (0 if reach.labelled else RESTRICTED)
    released = f"({alias}.restricted & {hidden}) = 0" if hidden else "1 = 1"
    if not current:
        return Where(f"({own} AND {released})", patients)
    further = _FURTHER.format(alias=alias, places=places(patients))
    return Where(f"(({own} OR {further}) AND {released})", (*patients, org, *patients))


def _of_staff(reach: Reach, org: int, alias: str, current: bool) -> Where:  # noqa: FBT001  # as above
    clauses: list[Where] = []
    if not reach.everyone and reach.care_of is not None:
        clauses.append(_cared_for(reach.care_of, org, alias, current))
    if not reach.restricted:
        plain = Where(f"({alias}.restricted & {RESTRICTED}) = 0", ())
        if reach.member is None:
            clauses.append(plain)
        else:
            cared = _cared_for(reach.member, org, alias, current)
            clauses.append(Where(f"({plain.sql} OR {cared.sql})", cared.args))
    return Where(f"({' AND '.join(sql for sql, _ in clauses)})", tuple(arg for _, args in clauses for arg in args))


def _cared_for(member: str, org: int, alias: str, current: bool) -> Where:  # noqa: FBT001  # as above
    """Whether the member cares for a patient in whose compartment the row is."""
    own = _CARED.format(alias=alias)
    if not current:
        return Where(own, (org, member))
    return Where(f"({own} OR {_SHARED.format(alias=alias)})", (org, member) * 2)


_FURTHER = "EXISTS (SELECT 1 FROM compartment xc WHERE xc.org = ? AND xc.pat IN ({places}) AND xc.rid = {alias}.rid)"
_CARED = "{alias}.pat IN (SELECT xm.pat FROM care xm WHERE xm.org = ? AND xm.member = ?)"
_SHARED = (
    "EXISTS (SELECT 1 FROM compartment xc JOIN care xm ON xm.org = xc.org AND xm.pat = xc.pat"
    " WHERE xc.rid = {alias}.rid AND xm.org = ? AND xm.member = ?)"
)
