"""
The bodies of `/api`, as the portal's generated client sees them.

Python spells names with underscores, JSON in camel case; both are accepted coming in, only the latter goes out. Times
are milliseconds since the epoch. Unknown members are refused, so that a misspelt one is noticed.
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from meridian.fhir.codec import encode

Role = Literal[
    "patient",
    "proxy",
    "helper",
    "front-desk",
    "nurse",
    "clinician",
    "lab",
    "pharmacist",
    "security-officer",
    "administrator",
    "service",
    "platform-operator",
]
Step = Literal["totp", "enrol-totp", "passkey", "new-password", "done"]
Method = Literal["totp", "recovery-code", "passkey"]

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
Email = Annotated[str, StringConstraints(min_length=3, max_length=254)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
Code = Annotated[str, StringConstraints(min_length=6, max_length=32)]
Password = Annotated[str, StringConstraints(min_length=1, max_length=1024)]


def _in_unicode(given: dict[str, Any]) -> dict[str, Any]:
    """Half of a surrogate pair, and what is nested without end, is nothing that can be kept."""
    try:
        encode(given)
    except (ValueError, RecursionError):
        raise ValueError("holds what is no Unicode text, or is nested too deep") from None
    return given


def _encodes(given: str) -> str:
    if not given.isprintable():
        raise ValueError("holds what is no letter")
    return given


Printable = Annotated[str, AfterValidator(_encodes)]
"""Text without control characters and halves of surrogate pairs."""
Fhir = Annotated[dict[str, Any], AfterValidator(_in_unicode)]
"""A resource or a part of one, as FHIR spells it; looked at by whoever takes it."""
Reference = Annotated[
    str, StringConstraints(pattern=r"^(Practitioner|Patient|RelatedPerson|Device)/[A-Za-z0-9.-]{1,64}$")
]


class Body(BaseModel):
    """What all bodies have in common."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        json_schema_serialization_defaults_required=True,
    )


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    type: str = Field("about:blank", description="Kind of problem; `about:blank` when the status says it all")
    title: str
    status: int
    detail: str = ""
    request_id: str = Field("", description="Quote it when asking for help; also in `X-Request-ID`")
    errors: list["ProblemPlace"] = Field([], description="Each place that is wrong")


class ProblemPlace(BaseModel):
    """One place that is wrong."""

    place: str = Field(description="Name of the field, as `password`; empty when the whole is meant")
    detail: str


# --- edition


class Edition(Body):
    """Which product this is."""

    edition: str = Field(description="`careconnect360` or `meridian-pms`; the portal's look")
    title: str
    tagline: str
    support_email: str
    demo: bool
    passkeys: bool = Field(description="Whether passkeys are offered")
    read_only: bool = Field(description="Whether records can be read at present and not changed")
    code_unlocks: bool = Field(description="Whether a code alone takes up a session that was idle too long")


# --- session


class Organisation(Body):
    """An organisation, by its Organization's logical id."""

    id: str
    name: str


class Account(Body):
    """The account that is signed in."""

    id: str
    name: str
    email: str


class Membership(Body):
    """One role in one organisation."""

    id: str
    organisation: Organisation
    role: Role
    person: str = Field(description="`Practitioner/x`, `Patient/x`, `RelatedPerson/x`; may be empty")


class OwnPatient(Body):
    """A patient record that is one's own or entrusted."""

    id: str
    name: str


class EmergencyStanding(Body):
    """The one patient whose record the session has open in an emergency, and until when at most."""

    patient: str
    ends: int


class PurposeChoice(Body):
    """For what one goes on."""

    purpose: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,16}$")]


class Session(Body):
    """Who is signed in, as whom, and what that allows."""

    account: Account
    person: str = Field(description="The active membership's person as a reference; may be empty")
    organisation: Organisation
    role: Role
    memberships: list[Membership]
    patients: list[OwnPatient]
    patient: str | None = Field(description="Logical id of the chosen patient")
    purpose: str = Field(description="Purpose of use, a v3-ActReason code")
    purposes: list[str] = Field(description="What it can be switched between; empty where there is no choice")
    emergency: EmergencyStanding | None = Field(description="Whose record is open in an emergency")
    expires_at: int = Field(description="When the access token ends; refresh before")
    ends_at: int = Field(description="When the session ends whatever happens")
    idle_seconds: int = Field(description="Log off after this long without activity")
    may: list[str] = Field(description="What the role may do, as `Patient.read`")


class SignIn(Body):
    """An e-mail address and a password."""

    email: Email
    password: Password


class SignInStep(Body):
    """What comes next."""

    step: Step
    methods: list[Method] = []


class OwnPassword(Body):
    """A password of one's own."""

    password: Password


class CodeBody(Body):
    """A code from an authenticator app, or a recovery code."""

    code: Code


class Reauthentication(Body):
    """The password, or a code of the authenticator app."""

    password: Password | None = None
    code: Code | None = None


class Choice(Body):
    """The id of what is chosen."""

    id: Id


class PatientChoice(Body):
    """The patient that is chosen; `null` for none."""

    id: Id | None


class Credential(BaseModel):
    """A PublicKeyCredential as `toJSON()` gives it (w3.org/TR/webauthn-3 section 5.1)."""

    model_config = ConfigDict(extra="allow")

    id: Annotated[str, StringConstraints(max_length=2048)]
    raw_id: Annotated[str, StringConstraints(max_length=2048)] = Field(alias="rawId")
    type: Literal["public-key"]
    response: dict[str, Any]


class CredentialOptions(BaseModel):
    """Options for `navigator.credentials`, to be read with `parse…OptionsFromJSON()`."""

    model_config = ConfigDict(extra="allow")

    challenge: str


# --- account


class Passkey(Body):
    """A passkey of the account."""

    id: str
    name: str
    created_at: int
    last_used_at: int | None


class SessionLine(Body):
    """One session of the account."""

    id: str
    current: bool
    created_at: int
    last_seen_at: int
    address: str
    agent: str


class Security(Body):
    """How the account is protected, and where it is signed in."""

    totp: bool
    passkeys: list[Passkey]
    recovery_codes_left: int
    sessions: list[SessionLine]
    staff: bool = Field(description="Whether a second factor must stay")
    password: bool = Field(description="Whether there is a password; an account may have passkeys only")
    minimum_length: int = Field(description="Of a new password, in characters")


class TotpSeed(Body):
    """The secret of an authenticator app, shown once."""

    secret: str = Field(description="Base32, for typing in")
    uri: str = Field(description="`otpauth://` address")
    qr_svg: str = Field(description="The same as a picture; an SVG document")


class RecoveryCodes(Body):
    """Codes that work once each; shown this one time."""

    recovery_codes: list[str]


class NewPasskey(Body):
    """A passkey to keep."""

    name: Name
    credential: Credential


class NewPassword(Body):
    """A change of password."""

    current: Password
    new: Password


# --- recovery and invitations


class RecoveryRequest(Body):
    """Whose password was forgotten."""

    email: Email


class RecoveryConfirmation(Body):
    """The secret of the mailed link, and a new password."""

    token: Annotated[str, StringConstraints(max_length=128)]
    password: Password


class Invitation(Body):
    """What an invitation is for."""

    email: str
    name: str
    organisation: Organisation
    role: Role
    minimum_length: int = Field(description="Of the password, in characters")
    known: bool = Field(description="Whether the address has an account already: then its present password is asked")


class Acceptance(Body):
    """A name and a password for a new account; the present password for one that exists."""

    name: Name
    password: Password


# --- people


class Person(Body):
    """A member of the organisation."""

    membership: str
    account: str
    name: str
    email: str
    role: Role
    person: str
    status: Literal["active", "invited", "disabled"]
    last_sign_in: int | None
    second_factor: bool


class NewPerson(Body):
    """Somebody to invite."""

    email: Email
    name: Name
    role: Role
    person: Reference | None = None
    patients: list[Id] = []


class PersonChange(Body):
    """What to change of a membership."""

    role: Role | None = None
    status: Literal["active", "disabled"] | None = None


class PersonAdded(Body):
    """The membership, and that an invitation was sent."""

    membership: str
    status: Literal["invited"]


# --- patients


class PatientLine(Body):
    """A patient in a list."""

    id: str
    name: str
    birth_date: str | None = None
    gender: str | None = None
    identifier: str | None = None


class Patients(Body):
    """Patients found."""

    patients: list[PatientLine]


class DuplicateQuestion(Body):
    """Of a patient about to be registered."""

    family: Name
    given: Annotated[str, StringConstraints(max_length=120)] = ""
    birth_date: Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")] | None = None


# --- bringing records in


class ImportTrouble(Body):
    """One thing that was not imported, and why."""

    file: str
    entry: str
    element: str
    problem: str


class ImportProgress(Body):
    """How far an import is; the last report is `done`."""

    created: int
    updated: int
    unchanged: int
    refused: int
    troubles: list[ImportTrouble]
    done: bool


# --- programs


class AccessToken(BaseModel):
    """RFC 6749 section 5.1; snake case as the RFC spells it."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105  # the name of a kind of token
    expires_in: int
    scope: str = ""
