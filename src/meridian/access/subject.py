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
    OUTSIDE_CLINICIAN = "outside-clinician"
    """Treats at another organisation, which a patient's Consent lets read; nobody is made a member as this."""


MEMBERS = frozenset(Role) - {Role.GUEST, Role.OUTSIDE_CLINICIAN}
"""Roles that a membership can have."""


@dataclass(frozen=True, slots=True)
class Window:
    """
    What a patient's Consent opens to another organisation, and who looks through it.

    Args:
        share: Its name, in both organisations' logs.
        types: Resource types that are open.
        labelled: Whether what is labelled R or V (v3-Confidentiality) is.
        org: Number of the organisation that looks.
        who: The reader there, as `Practitioner/x`.
        role: The reader's role there.
        ends: When it closes, in ms since the epoch.
    """

    share: str
    types: frozenset[str]
    labelled: bool
    org: int
    who: str
    role: Role
    ends: int


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
        emergency: Logical id of the one Patient whose record the session has open in an emergency; empty for none. The
            door asks each time whether that still stands.
        window: Through which a reader of another organisation looks; *org* and *who* are then those of the record's
            organisation and of the organisation that reads.
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
    emergency: str = ""
    address: str = ""
    agent: str = ""
    request: str = ""
    window: Window | None = None
