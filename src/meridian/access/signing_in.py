"""From who somebody is to what they may do: a subject for the door, and a list of rights for the portal to show by."""

from functools import lru_cache

from meridian.access.interaction import Interaction
from meridian.access.kinds import EVERY, LOG
from meridian.access.policy import rows_for
from meridian.access.rules import PURPOSE_OF
from meridian.access.subject import Role, Subject
from meridian.identity.facts import Caller, Identity


def subject_of(identity: Identity, caller: Caller) -> Subject:
    """
    The subject of a request by *identity*.

    Who has chosen one of several entrusted patients acts for that one alone (minimum necessary).
    """
    role = Role(identity.role)
    return Subject(
        account=identity.account,
        org=identity.org,
        organisation=identity.organisation,
        role=role,
        who=identity.who,
        patients=(identity.patient,) if identity.patient in identity.patients else identity.patients,
        purpose=PURPOSE_OF[role],
        session=identity.session,
        emergency=identity.emergency,
        address=caller.address,
        agent=caller.agent,
        request=caller.request,
    )


def rights(identity: Identity) -> tuple[str, tuple[str, ...]]:
    """The purpose of use and what the role may do, as `Patient.read`; each request is judged again all the same."""
    role = Role(identity.role)
    return PURPOSE_OF[role], _rights(role)


@lru_cache(maxsize=len(Role))
def _rights(role: Role) -> tuple[str, ...]:
    purpose = PURPOSE_OF[role]
    return tuple(
        f"{resource_type}.{interaction.value}"
        for resource_type in sorted(EVERY | LOG)
        for interaction in Interaction
        if any(purpose in rule.purposes for rule in rows_for(role, interaction, resource_type))
    )
