"""Bodies of `/api/results`."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from meridian.web.api.models import Body, Id

Flag = Literal["critical", "abnormal", "normal", "unknown"]
Place = Literal["far-below", "below", "within", "above", "far-above", "not-as-expected", "unknown"]
Priority = Literal["routine", "urgent", "asap", "stat"]
Release = Literal["now", "delay", "hold"]
Policy = Literal["immediate", "delayed", "signed"]

TestCode = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
Note = Annotated[str, StringConstraints(max_length=2000, strip_whitespace=True)]
Reason = Annotated[str, StringConstraints(min_length=3, max_length=500, strip_whitespace=True)]


class LabTest(Body):
    """A test that can be ordered."""

    key: str
    name: str
    code: str
    system: str
    unit: str
    low: float | None = None
    high: float | None = None


class LabPanel(Body):
    """Tests that are ordered together."""

    key: str
    name: str
    code: str
    system: str
    tests: list[str] = Field(description="Their keys")


class Catalogue(Body):
    """All that can be ordered."""

    tests: list[LabTest]
    panels: list[LabPanel]


class NewOrder(Body):
    """Tests to be done."""

    patient: Id
    encounter: Id | None = None
    tests: list[TestCode] = Field(min_length=1, max_length=40, description="Keys of tests and panels")
    priority: Priority = "routine"
    note: Note = ""


class OrderLine(Body):
    """One order."""

    id: str
    requisition: str = Field(description="Number that the laboratory quotes; orders made together share it")
    patient: str
    name: str
    status: str
    priority: str
    ordered: str
    requester: str
    report: str | None = Field(None, description="The result that answers it")


class Orders(Body):
    """Orders, newest first."""

    orders: list[OrderLine]


class PatientRef(Body):
    """A patient by logical id and name."""

    id: str
    name: str
    born: str = ""


class ValueLine(Body):
    """One measurement of a result."""

    name: str
    value: str = Field(description="The digits that came, or the words")
    unit: str = ""
    flag: str = Field("", description="H, L, HH, LL, A, AA; N when the laboratory says normal, empty when nobody says")
    low: str = ""
    high: str = ""
    range: str = Field("", description="The reference range in words, where it has no ends")
    place: Place = "unknown"
    plain: str = Field("", description="In a sentence, for the patient")


class ResultLine(Body):
    """One result."""

    report: str
    version: int
    task: str | None = Field(None, description="The task of looking at it; none once it is signed")
    patient: PatientRef | None = None
    said: PatientRef | None = Field(None, description="Whose the laboratory says it is, while nobody has matched it")
    name: str
    status: str
    issued: str
    flag: Flag
    corrected: bool = False
    critical: bool = False
    requester: str | None = None
    owner: str | None = None
    values: list[ValueLine]
    released: bool = Field(description="Whether the patient may see it")
    release_due: str | None = Field(None, description="When it is to be released by itself")
    held: str | None = Field(None, description="Why it is held back; none when it is not")
    signed_by: str | None = None
    signed_at: str | None = None
    comment: str = ""
    documents: list[str] = Field([], description="Documents that belong to it")


class Results(Body):
    """Results; those that want attention first."""

    results: list[ResultLine]


class SignOff(Body):
    """That somebody has looked at a result."""

    comment: Note = ""
    release: Release = "now"
    reason: Reason | None = Field(None, description="Why it is held; needed with `hold`")
    version: int | None = Field(None, description="The version that was looked at; another is refused")


class Match(Body):
    """Whose result it is."""

    patient: Id


class Hold(Body):
    """Why a result is kept from its patient."""

    reason: Reason


class Taken(Body):
    """What became of one report."""

    report: str
    state: Literal["matched", "unmatched", "unchanged"]
    task: str | None


class Receipt(Body):
    """What became of each report."""

    reports: list[Taken]


class ReleasePolicy(Body):
    """When patients see results."""

    release: Policy
    hours: int = Field(0, ge=0, le=720, description="After how many hours, with `delayed`")
