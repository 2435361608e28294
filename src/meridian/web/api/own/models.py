"""The bodies of `/api/own`."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from meridian.web.api.models import Body, Email, Id, Name

Line = Annotated[str, StringConstraints(max_length=500, strip_whitespace=True)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=5000, strip_whitespace=True)]
Item = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z]{2,40}/[A-Za-z0-9.-]{1,64}$")]
Version = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z]{2,40}/[A-Za-z0-9.-]{1,64}/_history/[0-9]{1,9}$")]


class ContactPoint(Body):
    """A way to be reached (hl7.org/fhir/R4/datatypes.html#ContactPoint)."""

    system: Literal["phone", "email", "sms"]
    value: Annotated[str, StringConstraints(min_length=3, max_length=254, strip_whitespace=True)]
    use: Literal["home", "work", "mobile"] | None = None
    rank: int | None = None


class Address(Body):
    """Where somebody lives (hl7.org/fhir/R4/datatypes.html#Address)."""

    use: Literal["home", "work", "temp"] | None = "home"
    line: list[Line] = Field(default_factory=list)
    city: Line = ""
    state: Line = ""
    postal_code: Line = ""
    country: Line = ""


class Profile(Body):
    """How to be reached, and in which language."""

    telecom: list[ContactPoint]
    address: list[Address]
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")] | Literal[""] = ""


class ProfileChange(Body):
    """What is left out stays as it is."""

    telecom: list[ContactPoint] | None = None
    address: list[Address] | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")] | Literal[""] = ""


class AmendmentRequest(Body):
    """What is wrong with an item of the record, and what would be right."""

    patient: Id
    item: Item
    wrong: Text
    right: Text


class Amendment(Body):
    """A request and how it stands."""

    id: str
    patient: str
    item: str
    what: str
    state: Literal["open", "granted", "denied"]
    asked_at: str
    due: str
    extended: bool
    notes: list[str]
    ground: str = ""
    amended: str = ""
    disagreement: str = ""


class Granting(Body):
    """What amends the item, and a word to the patient."""

    amended: Version
    text: Annotated[str, StringConstraints(max_length=5000)] = ""


class Denial(Body):
    """One of the grounds of 45 CFR 164.526(a)(2), and why in words."""

    ground: Literal["not-ours", "not-in-set", "not-inspectable", "accurate"]
    text: Text


class Statement(Body):
    """A reason for more time, or a statement of disagreement."""

    text: Text


class Paper(Body):
    """Something to agree to, and how things stand with it."""

    key: str
    version: int
    required: bool
    state: Literal["open", "agreed", "refused", "withdrawn", "outdated"]
    since: str = ""


class PaperAnswer(Body):
    """Yes or no."""

    patient: Id
    agreed: bool


def address_of(one: Address) -> dict[str, Any]:
    """As FHIR spells it, without what is empty."""
    said = {
        "use": one.use,
        "line": [line for line in one.line if line],
        "city": one.city,
        "state": one.state,
        "postalCode": one.postal_code,
        "country": one.country,
    }
    return {name: value for name, value in said.items() if value}


class TrustRequest(Body):
    """Whom to trust with what, until when."""

    patient: Id
    name: Name
    email: Email
    relationship: Literal["PRN", "GUARD", "SPS", "CHILD", "SIB", "GRPRN", "FRND", "POWATT"]
    role: Literal["proxy", "helper"]
    until: Annotated[str, StringConstraints(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""


class PatientInvitation(Body):
    """A patient to invite to their own record."""

    patient: Id
    name: Name
    email: Email


class TrustStarted(Body):
    """The membership that waits to be accepted."""

    membership: str


class TrustedPerson(Body):
    """Somebody who has or had a record: the patient, or whom they trust."""

    membership: str
    name: str
    email: str
    role: Literal["patient", "proxy", "helper"]
    person: str
    status: Literal["active", "invited", "disabled"]
    starts: int
    ends: int | None
