"""
Audit entries of what passes the door: who, in which role and for what purpose, did what to whose record.

Ids only: never a name, a value or a search text. Source: 45 CFR 164.312(b).
"""

from functools import lru_cache

from meridian.access.interaction import Interaction
from meridian.access.policy import rows_for
from meridian.access.subject import Role, Subject
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


@lru_cache(maxsize=4096)
def rule_names(role: Role, purpose: str, interaction: Interaction, resource_type: str, within: str = "") -> str:
    """The rules that open this interaction to the role; which of them admits a record, its label and care team say."""
    fitting = (rule.name for rule in rows_for(role, interaction, resource_type, within) if purpose in rule.purposes)
    return "|".join(dict.fromkeys(fitting))
