"""
The policy as the database applies it: for one subject and interaction, which records of each type are in reach.

Derived from the rows of `rules`, never written beside them; search, includes, chains, counts, histories and bundles
all run within the `Scope` made here, so they obey the policy by construction.
"""

from functools import lru_cache
from typing import TypeAlias

from meridian.access.interaction import Interaction
from meridian.access.kinds import EVERY, LOG
from meridian.access.policy import rows_for
from meridian.access.rules import Relation
from meridian.access.subject import Role, Subject
from meridian.store.scope import Reach, Scope


def scope(
    subject: Subject, interaction: Interaction, numbers: tuple[int, ...] = (), broken: tuple[int, ...] = ()
) -> Scope:
    """
    What *subject* may reach by *interaction*.

    Args:
        subject: Who asks.
        interaction: For what; reading and updating reach different types.
        numbers: The patient numbers of `subject.patients` (`patient.no`); those without a record have none.
        broken: Those of `subject.emergency`, if that stands.
    """
    asker = (subject.org, subject.role, subject.purpose, subject.who, subject.within)
    opened = subject.window and (subject.window.types, subject.window.labelled)
    return _scope(asker, interaction, numbers, broken, opened)


_Opened: TypeAlias = tuple[frozenset[str], bool] | None
"""Of a window: the types, and whether what is labelled is open."""


@lru_cache(maxsize=2048)
def _scope(
    asker: tuple[int, Role, str, str, str],
    interaction: Interaction,
    numbers: tuple[int, ...],
    broken: tuple[int, ...],
    opened: _Opened,
) -> Scope:
    org, role, purpose, who, within = asker
    types, labelled = opened or (frozenset(), False)
    reaches = {}
    for resource_type in sorted(EVERY | LOG):
        rows = rows_for(role, interaction, resource_type, within)
        relations = {rule.relation for rule in rows if purpose in rule.purposes}
        if resource_type not in types:
            relations.discard(Relation.CONSENTED)
        reach = _reach(relations, who or None, numbers, broken, labelled=labelled)
        if reach is not None:
            reaches[resource_type] = reach
    return Scope(org, reaches)


def _reach(
    relations: set[Relation],
    who: str | None,
    numbers: tuple[int, ...],
    broken: tuple[int, ...] = (),
    *,
    labelled: bool = False,
) -> Reach | None:
    """The union of *relations* as one reach; `None` when they admit nothing whatever the record."""
    if not relations:
        return None
    everyone = bool(relations & {Relation.ORGANISATION, Relation.LABELLED})
    team = who if Relation.CARE_TEAM in relations else None
    own = numbers if relations & {Relation.OWN_RECORD, Relation.OWN_MATTER, Relation.CONSENTED} else ()
    theirs = broken if Relation.EMERGENCY in relations else ()
    return Reach(
        everyone=everyone,
        patients=own + theirs,
        withheld=Relation.OWN_MATTER in relations or bool(theirs),
        labelled=labelled or Relation.CONSENTED not in relations,
        care_of=None if everyone else team,
        restricted=Relation.LABELLED in relations,
        member=team,
    )


def admits(reach: Reach, *, numbers: frozenset[int], restricted: bool, cared_for: bool, withheld: bool = False) -> bool:
    """
    Whether *reach* admits a record, said in Python: the meaning that the SQL of `store` must have.

    Args:
        reach: Of the record's type.
        numbers: Patient numbers of its compartments.
        restricted: Labelled R or V.
        cared_for: Whether the care of one of its patients names `reach.member`.
        withheld: Labelled NOPAT.
    """
    if numbers & set(reach.patients) and (reach.withheld or not withheld) and (reach.labelled or not restricted):
        return True
    if reach.member is not None and cared_for:
        return True
    return reach.everyone and (reach.restricted or not restricted)
