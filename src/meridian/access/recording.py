"""
Audit entries of what passes the door: who, in which role and for what purpose, did what to whose record.

Ids only: never a name, a value or a search text. Source: 45 CFR 164.312(b).
"""

from functools import lru_cache

from meridian.access.interaction import Interaction
from meridian.access.policy import rows_for
from meridian.access.rules import Relation
from meridian.access.subject import Role, Subject, Window
from meridian.audit.entry import Entry


def entry(
    subject: Subject,
    now: int,
    action: str,
    *,
    outcome: str = "ok",
    what: str = "",
    patient: str = "",
    seen: tuple[str, ...] = (),
    rule: str = "",
) -> Entry:
    """
    The entry of one interaction.

    Args:
        subject: Who did it.
        now: When, in ms since the epoch.
        action: An `Interaction`, or `batch`, `transaction`.
        outcome: `ok`, `refused` or `failed`.
        what: `Type/id`, `Type/id/_history/n`, or `Type`.
        patient: Whose record it concerns; empty when nobody's or several people's.
        seen: `Type/id` of every resource given out or changed.
        rule: Name of the rule that allowed, or the reason that refused.
    """
    return Entry(
        org=subject.org,
        time=now,
        action=action,
        outcome=outcome,
        account=subject.account,
        who=subject.who,
        role=subject.role.value,
        purpose=subject.purpose,
        what=what,
        patient=patient,
        count=len(seen),
        seen=seen,
        rule=rule,
        address=subject.address,
        agent=subject.agent,
        request=subject.request,
        session=subject.session,
    )


def at_home(made: Entry, window: Window) -> Entry:
    """
    The entry, for the log of the organisation that looks through *window*, of what the discloser's log says in full.

    Ids of another organisation's records say nothing here and may be those of other things, so it has only the share's.
    """
    return Entry(
        org=window.org,
        time=made.time,
        action="shared-read",
        outcome=made.outcome,
        account=made.account,
        who=window.who,
        role=window.role.value,
        purpose=made.purpose,
        what=f"Share/{window.share}",
        count=made.count or 1,
        rule=made.rule,
        address=made.address,
        agent=made.agent,
        request=made.request,
        session=made.session,
    )


@lru_cache(maxsize=4096)
def rule_names(role: Role, purpose: str, interaction: Interaction, resource_type: str, within: str = "") -> str:
    """
    The rules that open this interaction to the role; which of them admits a record, its label and care team say.

    Those of emergency access open no type that others do not, and are named where they were needed (`Door.whose`).
    """
    rows = rows_for(role, interaction, resource_type, within)
    fitting = (one.name for one in rows if purpose in one.purposes and one.relation is not Relation.EMERGENCY)
    return "|".join(dict.fromkeys(fitting))
