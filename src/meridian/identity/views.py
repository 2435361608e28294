"""What is shown of accounts, sessions and members; no secret among it but those shown once, which say so."""

from dataclasses import dataclass, field
from typing import Literal

Status = Literal["active", "invited", "disabled"]


@dataclass(frozen=True, slots=True)
class MembershipLine:
    """One role in one organisation."""

    id: str
    organisation: str
    organisation_name: str
    role: str
    who: str


@dataclass(frozen=True, slots=True)
class Portrait:
    """The person behind a session, for their own eyes."""

    name: str
    email: str
    organisation: str
    """The active organisation's name."""
    memberships: tuple[MembershipLine, ...]


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session that is alive."""

    id: str
    created: int
    seen: int
    address: str
    agent: str


@dataclass(frozen=True, slots=True)
class PasskeyLine:
    """One passkey; *used* is 0 for never."""

    id: str
    name: str
    created: int
    used: int


@dataclass(frozen=True, slots=True)
class Security:
    """How an account is protected, and where it is signed in."""

    totp: bool
    password: bool
    staff: bool
    recovery_codes: int
    minimum_length: int
    passkeys: tuple[PasskeyLine, ...]
    sessions: tuple[SessionLine, ...]


@dataclass(frozen=True, slots=True)
class Seed:
    """An authenticator app's secret, shown once."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)
    qr_svg: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Trusted:
    """Somebody trusted with a patient's record; *starts* and *ends* in ms, *ends* 0 for no end."""

    membership: str
    name: str
    email: str
    role: str
    who: str
    status: Status
    starts: int
    ends: int


@dataclass(frozen=True, slots=True)
class Invitation:
    """What an invitation is for."""

    email: str
    name: str
    organisation: str
    organisation_name: str
    role: str
    minimum_length: int
    known: bool


@dataclass(frozen=True, slots=True)
class Member:
    """A membership with its account; *last_sign_in* is 0 for never."""

    membership: str
    account: str
    name: str
    email: str
    role: str
    who: str
    status: Status
    last_sign_in: int
    second_factor: bool
    active: bool = True
    """Whether the account may sign in at all."""
    org: int = 0
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Enroller:
    """Somebody who may add a second factor: signed in, or on the way to be and obliged to."""

    account: str
    pending: str = ""
    session: str = ""
    org: int = 0
