"""Which kinds of Task each role works on: all of them, or only those given to the person or the role."""

from typing import Final

from meridian.access.subject import Role
from meridian.fhir.ours import STAFF_TASKS

MINE, TEAM, ALL = "mine", "team", "all"

ACTS: Final = frozenset(
    {
        "appointment-request", "refill-request", "medication-recheck", "result-review", "unmatched-result",
        "unmatched-document", "form-review", "message", "cosign", "amendment-review",
    }
)  # fmt: skip
"""Kinds that close by what they ask for (a result by its sign-off, a message by its answer), and by nothing else."""

WIDE: Final[dict[Role, frozenset[str]]] = {
    Role.CLINICIAN: STAFF_TASKS,
    Role.NURSE: STAFF_TASKS,
    Role.FRONT_DESK: frozenset({"appointment-request", "unmatched-document"}),
    Role.LAB: frozenset({"unmatched-result"}),
    Role.PHARMACIST: frozenset({"medication-recheck"}),
}
"""Kinds of which the role sees every Task."""

NARROW: Final[dict[Role, frozenset[str]]] = {
    Role.FRONT_DESK: frozenset({"message", "to-do"}),
    Role.LAB: frozenset({"to-do"}),
    Role.PHARMACIST: frozenset({"to-do"}),
    Role.ADMINISTRATOR: frozenset({"to-do", "amendment-review"}),
    Role.SECURITY_OFFICER: frozenset({"to-do", "message"}),
}
"""Kinds of which it sees what was given to the person or to the role: a to-do or a message may be about anything."""

TEAMS: Final = (Role.CLINICIAN, Role.NURSE, Role.FRONT_DESK, Role.LAB, Role.PHARMACIST, Role.ADMINISTRATOR)
"""Roles that work may be given to."""


def kinds(role: Role, view: str) -> frozenset[str]:
    """
    The kinds that a role's list *view* shows.

    >>> sorted(kinds(Role.FRONT_DESK, ALL)), "message" in kinds(Role.FRONT_DESK, TEAM)
    (['appointment-request', 'unmatched-document'], True)
    """
    wide = WIDE.get(role, frozenset())
    return wide if view == ALL else wide | NARROW.get(role, frozenset())


def in_reach(role: Role, who: str, kind: str, owner: str, team: str) -> bool:
    """Whether somebody in *role* works on a Task of *kind* that *owner* has, or, without one, the role *team*."""
    if kind in WIDE.get(role, frozenset()):
        return True
    if kind not in NARROW.get(role, frozenset()):
        return False
    return bool(who) and owner == who if owner else team == role.value
