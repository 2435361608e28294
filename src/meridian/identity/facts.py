"""
What the rest of the platform learns about somebody who is signed in, and about where a request came from.

Identity says who it is; what that person may do is `access`'s to decide. The role is therefore a bare string here.
"""

from dataclasses import dataclass

PERSONAL = frozenset({"patient", "proxy", "helper"})
"""Roles of people who look after themselves or their own; a second factor is offered to them, not demanded."""

PROGRAM = "service"
"""The role of a program; it has a client secret instead of a password, and no session to keep."""

MANAGER = "administrator"
"""The role that invites, changes and removes an organisation's people."""

ROLES = frozenset(
    {
        *PERSONAL,
        "front-desk",
        "nurse",
        "clinician",
        "lab",
        "pharmacist",
        "security-officer",
        MANAGER,
        PROGRAM,
        "platform-operator",
    }
)
"""Every role a membership can have; `access.subject.Role` has the same ones, checked by a test."""


def is_staff(role: str) -> bool:
    """Whether the role needs a second factor (45 CFR 164.312(d); house policy)."""
    return role not in PERSONAL and role != PROGRAM


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a request came from, for the audit log and for throttling."""

    address: str = ""
    agent: str = ""
    request: str = ""
    device: str = ""
    """The device cookie's value, empty for a device not seen before."""


NOBODY = Caller()
"""The platform itself, as at the command line."""


@dataclass(frozen=True, slots=True)
class Identity:
    """
    Somebody signed in, with one membership active.

    Args:
        account: Account id.
        org: Organisation number.
        organisation: The Organization's logical id.
        role: The active membership's role.
        who: Reference of the person, `Practitioner/x`, `Patient/x`, `RelatedPerson/x` or `Device/x`.
        patients: Logical ids of the Patient records that are one's own or entrusted.
        patient: The one of them that is chosen; empty when none or not needed.
        session: Session id.
        membership: Membership id.
        factors: How it was proved, as `("pwd", "otp")` (RFC 8176 names).
        expires: When the access token ends, in ms since the epoch.
        ends: When the session ends whatever happens, in ms.
        purpose: The purpose of use (v3-ActReason) that was chosen for the session; empty for its role's.
        emergency: Logical id of the one Patient whose record the session has open in an emergency; empty for none.
        emergency_ends: Until when at most, in ms.
    """

    account: str
    org: int
    organisation: str
    role: str
    who: str = ""
    patients: tuple[str, ...] = ()
    patient: str = ""
    session: str = ""
    membership: str = ""
    factors: tuple[str, ...] = ()
    expires: int = 0
    ends: int = 0
    purpose: str = ""
    emergency: str = ""
    emergency_ends: int = 0


@dataclass(frozen=True, slots=True)
class Grant:
    """
    The secrets a signed-in browser keeps in its cookies.

    Args:
        identity: Who they stand for.
        access: The access token.
        refresh: The refresh token; empty when the one in use stays.
        device: The device cookie's new value; empty when the device is known.
    """

    identity: Identity
    access: str
    refresh: str = ""
    device: str = ""

    def __repr__(self) -> str:
        """Without the secrets."""
        return f"Grant({self.identity!r})"


@dataclass(frozen=True, slots=True)
class Stage:
    """
    How far a sign-in has come.

    Args:
        step: `totp`, `passkey`, `enrol-totp`, or `done`.
        methods: Ways to take the next step, as `("totp", "recovery-code", "passkey")`.
        pending: Secret of the unfinished sign-in, for its cookie; empty when done.
        grant: What a finished one is given.
    """

    step: str
    methods: tuple[str, ...] = ()
    pending: str = ""
    grant: Grant | None = None

    def __repr__(self) -> str:
        """Without the secrets."""
        return f"Stage({self.step!r}, {self.methods!r})"
