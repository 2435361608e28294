"""From who somebody is to what they may do: a subject for the door, and a list of rights for the portal to show by."""

from functools import lru_cache

from meridian.access.interaction import Interaction
from meridian.access.kinds import EVERY, LOG
from meridian.access.policy import rows_for
from meridian.access.rules import CHOSEN, PURPOSE_OF
from meridian.access.subject import Role, Subject
from meridian.identity.facts import Caller, Identity


def subject_of(identity: Identity, caller: Caller, purpose: str = "") -> Subject:
    """
    The subject of a request by *identity*.

    Who has chosen one of several entrusted patients acts for that one alone (minimum necessary). A *purpose* that the
    request names stands before the session's, and that before the role's; whether the role has rows for it is asked at
    each interaction, and what they refuse is recorded under the purpose that was named.
    """
    role = Role(identity.role)
    return Subject(
        account=identity.account,
        org=identity.org,
        organisation=identity.organisation,
        role=role,
        who=identity.who,
        patients=(identity.patient,) if identity.patient in identity.patients else identity.patients,
        purpose=purpose or standing_purpose(identity),
        session=identity.session,
        emergency=identity.emergency,
        address=caller.address,
        agent=caller.agent,
        request=caller.request,
    )


def standing_purpose(identity: Identity) -> str:
    """The session's purpose of use, v3-ActReason: that of its role unless another was chosen."""
    return identity.purpose or PURPOSE_OF[Role(identity.role)]


def purposes(identity: Identity) -> tuple[str, ...]:
    """What the session's purpose can be switched between; none for those who have no choice."""
    return CHOSEN.get(Role(identity.role), ())


def rights(identity: Identity) -> tuple[str, tuple[str, ...]]:
    """The purpose of use and what the role may do, as `Patient.read`; each request is judged again all the same."""
    purpose = standing_purpose(identity)
    return purpose, _rights(Role(identity.role), purpose)


@lru_cache(maxsize=4 * len(Role))
def _rights(role: Role, purpose: str) -> tuple[str, ...]:
    return tuple(
        f"{resource_type}.{interaction.value}"
        for resource_type in sorted(EVERY | LOG)
        for interaction in Interaction
        if any(purpose in rule.purposes for rule in rows_for(role, interaction, resource_type))
    )
