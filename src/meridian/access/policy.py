"""
The decision on one record: pure, with its reason; silence is no.

Nothing here reads a database. The facts a decision rests on are handed in, and `scope.scope` states the same rows for
the database to apply, so that a search and a read cannot disagree; a property test compares the two.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from meridian.access.interaction import LOOK, Interaction
from meridian.access.rules import RULES, Relation, Rule
from meridian.access.subject import Role, Subject


@dataclass(frozen=True, slots=True)
class Facts:
    """
    What a decision needs to know of a record.

    Args:
        org: Its organisation's number.
        patients: Logical ids of the patients in whose compartments it lies; a Patient lies in its own.
        restricted: Labelled R or V (v3-Confidentiality).
        withheld: Labelled NOPAT (v3-ActCode): the patient is not to see it yet.
        cared_for: Whether the care of one of *patients* names the subject.
    """

    org: int
    patients: frozenset[str] = frozenset()
    restricted: bool = False
    withheld: bool = False
    cared_for: bool = False


@dataclass(frozen=True, slots=True)
class Allowed:
    """Yes; *rule* names the row that says so."""

    rule: str


@dataclass(frozen=True, slots=True)
class Denied:
    """
    No.

    Args:
        reason: `organisation`, `role` (no row gives this role the interaction on the type), `purpose`, or
            `relation` (a row does, for other records than this).
    """

    reason: str


Decision: TypeAlias = Allowed | Denied


def decide(subject: Subject, interaction: Interaction, resource_type: str, facts: Facts) -> Decision:
    """Whether *subject* may do *interaction* to the record of *resource_type* that *facts* describe, and why."""
    if facts.org != subject.org:
        return Denied("organisation")
    rows = rows_for(subject.role, interaction, resource_type, subject.within)
    if not rows:
        return Denied("role")
    fitting = [rule for rule in rows if subject.purpose in rule.purposes]
    if not fitting:
        return Denied("purpose")
    for rule in fitting:
        if is_open(subject, rule.relation, resource_type) and stands(subject, interaction, rule.relation, facts):
            return Allowed(rule.name)
    return Denied("relation")


def is_open(subject: Subject, relation: Relation, resource_type: str) -> bool:
    """Whether *relation* speaks of the type at all: through a window, of those that the patient agreed to."""
    if relation is not Relation.CONSENTED:
        return True
    return subject.window is not None and resource_type in subject.window.types


def stands(subject: Subject, interaction: Interaction, relation: Relation, facts: Facts) -> bool:
    """
    Whether *subject* stands in *relation* to the record.

    One's own record may be seen when it lies in any of one's compartments; what one writes must lie in no other's.
    """
    match relation:
        case Relation.OWN_RECORD:
            return not facts.withheld and _owns(subject, interaction, facts)
        case Relation.OWN_MATTER:
            return _owns(subject, interaction, facts)
        case Relation.CONSENTED:
            labelled = subject.window is not None and subject.window.labelled
            return not facts.withheld and (labelled or not facts.restricted) and _owns(subject, interaction, facts)
        case Relation.CARE_TEAM:
            return facts.cared_for
        case Relation.EMERGENCY:
            return bool(subject.emergency) and subject.emergency in facts.patients
        case Relation.ORGANISATION | Relation.LABELLED:
            return relation is Relation.LABELLED or not facts.restricted


def _owns(subject: Subject, interaction: Interaction, facts: Facts) -> bool:
    own = facts.patients & frozenset(subject.patients)
    return bool(own) and (interaction in LOOK or own == facts.patients)


@lru_cache(maxsize=4096)
def rows_for(role: Role, interaction: Interaction, resource_type: str, within: str = "") -> tuple[Rule, ...]:
    """The rows that speak of this role, interaction and type within an operation, whatever purpose and relation."""
    return tuple(_matching(role, interaction, resource_type, within))


def _matching(role: Role, interaction: Interaction, resource_type: str, within: str) -> Iterator[Rule]:
    for rule in RULES:
        if rule.within and within not in rule.within:
            continue
        if role in rule.roles and interaction in rule.interactions and resource_type in rule.types:
            yield rule
