"""Bodies of `/api/forms`."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from meridian.web.api.models import Body, Fhir

Logical = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]{1,64}$")]
Instant = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$")]
Item = Fhir
"""A QuestionnaireResponse.item, as FHIR spells it."""


class Form(Body):
    """A form in a list."""

    id: str
    version: int
    title: str
    status: str
    kind: Literal["form", "note-template"]
    questions: int
    scored: bool


class Forms(Body):
    """By title."""

    forms: list[Form]


class WholeForm(Form):
    """A form and the Questionnaire it is."""

    resource: dict[str, Any]


class FormKeeping(Body):
    """A Questionnaire to be kept; *base* is the version it was changed from."""

    resource: Fhir
    base: int | None = Field(None, ge=1)


class FormSending(Body):
    """Which form goes to whom."""

    patient: Logical
    questionnaire: Logical
    appointment: Logical | None = None
    due: Instant | None = None


class FormSent(Body):
    """The Task that asks for it."""

    task: str
    due: str | None


class Response(Body):
    """Answers as they are kept."""

    id: str
    version: int
    status: str
    items: list[Item]
    score: float | None
    authored: str


class AskedForm(Body):
    """A form that somebody is asked to fill in."""

    task: str
    patient: str = Field(description="Logical id")
    title: str
    due: str | None
    appointment: str | None = Field(description="Logical id")
    status: str
    form: dict[str, Any] = Field(description="The Questionnaire")
    response: Response | None


class AskedForms(Body):
    """Soonest first."""

    forms: list[AskedForm]


class Answers(Body):
    """Answers; *base* is the version of the response that they were begun from."""

    items: list[Item] = Field(max_length=500)
    base: int | None = Field(None, ge=1)


class TakenDown(Body):
    """Answers that staff fill in with the patient."""

    patient: Logical
    questionnaire: Logical
    encounter: Logical | None = None
    items: list[Item] = Field(max_length=500)


class ReviewCandidate(Body):
    """What an answer proposes for the chart."""

    key: str
    kind: Literal["observation", "allergy", "problem"]
    title: str
    value: str


class Review(Body):
    """A response for somebody to look at."""

    response: Response
    patient: str = Field(description="Logical id")
    title: str
    form: dict[str, Any] = Field(description="The Questionnaire as it was answered")
    candidates: list[ReviewCandidate]
    reviewed: bool
    band: str | None = Field(description="What the score means, as the form says")


class ReviewDone(Body):
    """Which proposals are accepted."""

    accept: list[Annotated[str, StringConstraints(max_length=300)]] = Field([], max_length=500)
    note: Annotated[str, StringConstraints(max_length=2_000)] = ""


class Filed(Body):
    """References of what was filed."""

    filed: list[str]
