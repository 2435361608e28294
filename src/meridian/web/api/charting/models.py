"""Bodies of `/api/charting`."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from meridian.web.api.models import Body

Text = Annotated[str, StringConstraints(min_length=1, max_length=200_000)]
Short = Annotated[str, StringConstraints(max_length=250, strip_whitespace=True)]
Remark = Annotated[str, StringConstraints(max_length=2_000, strip_whitespace=True)]
FhirDate = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
FhirMoment = Annotated[
    str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?$")
]
Logical = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]{1,64}$")]
Practitioner = Annotated[str, StringConstraints(pattern=r"^Practitioner/[A-Za-z0-9.-]{1,64}$")]


class Named(Body):
    """A person, by reference and name."""

    reference: str
    name: str


class Written(Body):
    """A resource that was made or changed."""

    id: str
    version: int


# --- visits


class VisitOpening(Body):
    """Which visit is opened: that of an appointment, or one of a patient who came or called without."""

    appointment: Logical | None = None
    patient: Logical | None = None
    reason: Short = ""
    way: Literal["visit", "video", "phone"] = "visit"


class Visit(Body):
    """A visit."""

    id: str
    version: int
    status: str
    patient: str = Field(description="Logical id")
    appointment: str | None = Field(description="Logical id")
    start: str | None
    end: str | None
    reason: str
    way: Literal["visit", "video", "phone"]
    with_: list[Named] = Field(alias="with", description="Who takes part")


class VisitEnd(Body):
    """How a visit ends; *anyway* although something is not finished."""

    anyway: bool = False


class VisitEnded(Body):
    """A finished visit, and its notes that stay to be signed."""

    visit: Visit
    unsigned: list[str]


class Workspace(Body):
    """What somebody needs to write at a visit."""

    visit: Visit
    notes: list["NoteLine"]
    drafts: list[str] = Field(description="Places where one has unfinished text of this visit")
    templates: list["NoteTemplate"]


# --- notes


class NoteTemplate(Body):
    """What a new note begins with."""

    id: str
    title: str
    kind: str = Field(description="LOINC code")
    text: str = Field(description="Markdown")
    cosign: bool = Field(description="Whether notes from it are to be co-signed")


class NoteTemplates(Body):
    """The organisation's templates, then ours."""

    templates: list[NoteTemplate]


class TemplateText(Body):
    """What a template is to be."""

    title: Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
    kind: Annotated[str, StringConstraints(max_length=20)] = Field("11506-3", description="LOINC code")
    text: Annotated[str, StringConstraints(min_length=1, max_length=20_000)] = Field(description="Markdown")
    cosign: bool = False
    active: bool = True


class NewTemplate(TemplateText):
    """One more template; *replaces* names the one of ours whose place it takes."""

    replaces: Annotated[str, StringConstraints(max_length=64)] = ""


class TemplateChange(TemplateText):
    """Another version; *base* is the one it was changed from."""

    base: Annotated[int, Field(ge=1)]


class ListedTemplate(TemplateText):
    """A template as its keepers see it."""

    name: str
    form: str = Field(description="Logical id of the Questionnaire; empty for one of ours")
    version: int = Field(description="0 for one of ours")


class ListedTemplates(Body):
    """By title."""

    templates: list[ListedTemplate]


class NewNote(Body):
    """A note to be kept; with *sign* it is signed in the same step."""

    encounter: Logical
    text: Text
    kind: Annotated[str, StringConstraints(max_length=20)] = Field("11506-3", description="LOINC code")
    title: Short = ""
    cosigner: Practitioner | None = Field(None, description="Who is to co-sign it")
    withheld: bool = Field(False, description="Whether the patient is not to see it even when it is signed")  # noqa: FBT003  # pydantic
    sign: bool = False


class NoteText(Body):
    """Another text of an unsigned note."""

    text: Text
    base: int | None = Field(None, ge=1, description="The version it was begun from")


class NoteSigning(Body):
    """How a note is signed."""

    base: int | None = Field(None, ge=1, description="The version that was read")
    withheld: bool = False


class Addendum(Body):
    """What is added to a signed note."""

    text: Text


class NoteRetraction(Body):
    """Why a note is an error."""

    reason: Annotated[str, StringConstraints(min_length=3, max_length=500, strip_whitespace=True)]


class NoteLine(Body):
    """A note and its addenda."""

    id: str
    version: int
    title: str
    kind: str
    state: Literal["preliminary", "final", "amended", "entered-in-error"]
    date: str
    author: Named
    signer: Named | None
    encounter: str
    cosigner: Named | None
    cosigned: bool
    withheld: bool
    text: str
    addenda: list["NoteLine"]


class Notes(Body):
    """Notes, newest first."""

    notes: list[NoteLine]


# --- vital signs


class VitalUnit(Body):
    """A unit: its UCUM code, and as people write it."""

    code: str
    written: str


class VitalSign(Body):
    """A vital sign that can be taken."""

    code: str
    name: str
    units: list[VitalUnit] = Field(description="The one it is kept in first")
    digits: int
    least: float = Field(description="Below that it cannot be, in the unit it is kept in")
    most: float


class VitalSigns(Body):
    """All that can be taken."""

    signs: list[VitalSign]


class VitalReading(Body):
    """One number as it was typed."""

    code: Annotated[str, StringConstraints(max_length=20)]
    value: float = Field(ge=-1000, le=100_000)
    unit: Annotated[str, StringConstraints(max_length=20)]


class VitalsTaking(Body):
    """
    What was taken.

    A value that cannot be is refused with its place; one that is unusual is refused once, and kept when its code comes
    again in *confirmed*.
    """

    patient: Logical
    encounter: Logical | None = None
    at: FhirMoment | None = None
    items: list[VitalReading] = Field(max_length=20)
    confirmed: list[Annotated[str, StringConstraints(max_length=20)]] = Field([], max_length=20)


class VitalsTaken(Body):
    """The Observations that were made, by logical id."""

    observations: list[str]


# --- findings


class Choice(Body):
    """A code with its words."""

    code: str
    display: str


class Choices(Body):
    """Codes that match, the plainest first."""

    choices: list[Choice]


class NewProblem(Body):
    """A problem: a diagnosis code, or words."""

    patient: Logical
    encounter: Logical | None = None
    code: Annotated[str, StringConstraints(max_length=10)] = Field("", description="ICD-10-CM")
    text: Short = ""
    onset: FhirDate | None = None
    confirmed: bool = True
    at_visit_only: bool = Field(False, description="A diagnosis of this visit; else on the list of problems")  # noqa: FBT003  # pydantic
    note: Remark = ""


class ProblemStatus(Body):
    """Whether a problem still is one."""

    status: Literal["active", "inactive", "resolved"]
    at: FhirDate | None = None


class NewAllergy(Body):
    """An allergy, or (with *none*) the statement that none is known."""

    patient: Logical
    encounter: Logical | None = None
    none: bool = False
    substance: Annotated[str, StringConstraints(max_length=20)] = Field("", description="A listed code")
    text: Short = ""
    category: Literal["food", "medication", "environment", "biologic", ""] = ""
    criticality: Literal["low", "high", "unable-to-assess", ""] = ""
    kind: Literal["allergy", "intolerance"] = "allergy"
    reaction: Short = ""
    severity: Literal["mild", "moderate", "severe", ""] = ""
    onset: FhirDate | None = None


class NewImmunization(Body):
    """A vaccine that was given, or (with *reported*) told of."""

    patient: Logical
    encounter: Logical | None = None
    vaccine: Annotated[str, StringConstraints(max_length=10)] = Field(description="CVX")
    at: FhirMoment | None = None
    lot: Annotated[str, StringConstraints(max_length=40)] = ""
    expires: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None
    site: Short = ""
    reported: bool = False
    note: Remark = ""


class NewProcedure(Body):
    """Something that was done: a listed code, or words."""

    patient: Logical
    encounter: Logical | None = None
    code: Annotated[str, StringConstraints(max_length=20)] = Field("", description="A listed code")
    text: Short = ""
    at: FhirMoment | None = None
    note: Remark = ""
