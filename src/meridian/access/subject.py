"""The person or program a request comes from, as policy sees them."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Roles of a membership; one is active at a time (minimum necessary, 45 CFR 164.502(b))."""

    PATIENT = "patient"
    PROXY = "proxy"
    HELPER = "helper"
    """Looks after somebody's appointments, and sees nothing of the chart."""
    FRONT_DESK = "front-desk"
    NURSE = "nurse"
    CLINICIAN = "clinician"
    LAB = "lab"
    PHARMACIST = "pharmacist"
    SECURITY_OFFICER = "security-officer"
    ADMINISTRATOR = "administrator"
    SERVICE = "service"
    PLATFORM_OPERATOR = "platform-operator"
    GUEST = "guest"
    """Comes to one video visit by a link, without an account; nobody is made a member as this."""


MEMBERS = frozenset(Role) - {Role.GUEST}
"""Roles that a membership can have."""


@dataclass(frozen=True, slots=True)
class Subject:
    """
    Who asks, in which organisation and role, for what purpose, from where.

    Args:
        account: Account id.
        org: Organisation number; every row carries it.
        organisation: The Organization's logical id.
        role: The one role that is active.
        who: Reference of the person, `Practitioner/x`, `Patient/x`, `RelatedPerson/x` or `Device/x`.
        patients: Logical ids of the Patient records that are one's own (patient) or entrusted (proxy).
        purpose: v3-ActReason code.
        within: The operation this is done in, as `Appointment/$book`: rows of the policy may hold within one only.
        session: Session id; empty for programs.
        address, agent, request: Of the request, for the audit log.
    """

    account: str
    org: int
    organisation: str
    role: Role
    who: str = ""
    patients: tuple[str, ...] = ()
    purpose: str = "TREAT"
    within: str = ""
    session: str = ""
    address: str = ""
    agent: str = ""
    request: str = ""
