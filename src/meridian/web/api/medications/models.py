"""The bodies of `/api/medications`. A resource within one is FHIR's own JSON, spelled as FHIR spells it."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from meridian.web.api.models import Body, Fhir, Id, Printable

Outcome = Literal["clear", "alerts", "incomplete", "unavailable"]
Severity = Literal["contraindicated", "major", "moderate", "minor"]
Kind = Literal["interaction", "allergy", "duplicate", "other"]
SourceState = Literal["answered", "failed", "not-asked", "local"]
Form = Literal[
    "tablet",
    "capsule",
    "liquid",
    "drops",
    "spray",
    "inhaler",
    "patch",
    "cream",
    "suppository",
    "injection",
    "pen",
    "pack",
    "device",
]

Words = Annotated[str, StringConstraints(max_length=1000, strip_whitespace=True)]
CodeName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,64}$")]
MedicineReference = Annotated[
    str, StringConstraints(pattern=r"^(MedicationRequest|MedicationStatement)/[A-Za-z0-9.-]{1,64}$")
]
Decimals = Annotated[str, StringConstraints(pattern=r"^\d{1,9}(\.\d{1,6})?$")]
"""A decimal as text, so that its digits stay as they were written."""


# --- formulary and reasons


class Code(Body):
    """A code of a published system."""

    system: str
    code: str
    display: str


class FormularyLine(Body):
    """A medicine that can be chosen rather than typed."""

    id: str = Field(description="As `amlodipine-5-mg-tablet`")
    name: str = Field(description="Substance, strength and form, as it is to be read")
    tall_man: str = Field(description="The same with look-alike names in tall-man letters")
    form: Form
    strength: str
    route: str = Field(description="How it is usually given, in words")
    ingredients: list[str]
    code: Code | None = Field(
        None, description="Nothing where no code is verified: then not every partner can check it"
    )
    units: list[str] = Field(description="What a dose of it may be counted in")
    dispense_unit: str = Field(description="What its quantity is counted in")
    pack: int | None = Field(None, description="Units in one pack, where it is given out in whole packs")
    added: bool = Field(description="Added by the clinic: it cannot be checked but by its words")
    medication: Fhir = Field(description="Its CodeableConcept, for `MedicationRequest.medicationCodeableConcept`")


class Formulary(Body):
    """Medicines that match."""

    medicines: list[FormularyLine]


class KeptLine(FormularyLine):
    """A medicine as those who keep the formulary see it."""

    hidden: bool = Field(description="Not offered to those who prescribe")


class KeptFormulary(Body):
    """By name."""

    medicines: list[KeptLine]


class NewMedicine(Body):
    """A medicine that the clinic adds."""

    name: Annotated[str, StringConstraints(min_length=3, max_length=120, strip_whitespace=True)]
    form: Form
    strength: Annotated[str, StringConstraints(max_length=60, strip_whitespace=True)] = ""
    ingredients: Annotated[
        list[Annotated[str, StringConstraints(min_length=2, max_length=80, strip_whitespace=True, to_lower=True)]],
        Field(min_length=1, max_length=10),
    ]
    pack: Annotated[int, Field(ge=1, le=10_000)] | None = Field(None, description="Units of dose in one pack")
    route: Annotated[str, StringConstraints(max_length=60, strip_whitespace=True)] = ""


class Hiding(Body):
    """Whether a medicine is kept from those who prescribe."""

    hidden: bool


class Reason(Body):
    """A coded reason, and what it is called."""

    code: CodeName
    text: str


class Reasons(Body):
    """Coded reasons by what they are for."""

    override: list[Reason]
    stop: list[Reason]
    change: list[Reason]
    refusal: list[Reason]
    unavailable: list[Reason]


class Said(Body):
    """A coded reason with words of one's own."""

    code: CodeName
    text: Words = ""


# --- check


class CheckQuestion(Body):
    """A draft, to be checked against what the patient takes and does not tolerate."""

    patient: Id
    request: Fhir = Field(description="MedicationRequest: medication and dosageInstruction; who and when are filled in")
    replaces: Printable = Field("", description="Logical id of the prescription that it changes or renews")


class CheckSource(Body):
    """Who was asked, and what became of it."""

    id: Literal["medtrack", "scriptguard", "local"]
    name: str
    state: SourceState
    version: str = ""
    at: str = Field("", description="Instant of the answer or failure")
    why: str = Field(
        "",
        description="Of a failure: `timeout`, `unreachable`, `refused`, `error`, `bad-answer`, `key`, `not-allowed`, "
        "`resting`, `not-set-up`, `isolated`",
    )


class CheckAlert(Body):
    """Something that was found."""

    key: str = Field(description="Names it when it is overridden")
    kind: Kind
    severity: Severity
    interruptive: bool = Field(description="Whether ordering needs an override")
    title: str
    text: str
    with_: list[str] = Field(alias="with", description="What it concerns besides the draft, in words")
    source: str = Field(description="`medtrack`, `scriptguard` or `local`")
    override: Said | None = Field(None, description="The reason for which it was overridden")


class CheckGap(Body):
    """Something that could not be checked."""

    kind: Literal["no-partner", "free-text", "unknown-code", "allergy-free-text", "allergies-not-asked", "not-covered"]
    text: str


class CheckResult(Body):
    """
    What a check found, and how far it went.

    `clear` is only said when a partner answered fully and nobody found anything. `unavailable` means that no partner
    answered, whatever the local rules found: its alerts are shown, and ordering needs a reason.
    """

    id: Id = Field(description="Logical id of the DetectedIssue that keeps it")
    outcome: Outcome
    sources: list[CheckSource]
    alerts: list[CheckAlert]
    gaps: list[CheckGap]
    at: str
    expires: str = Field(description="Instant from which it no longer serves for ordering")


class Override(Said):
    """Why an alert does not keep one from ordering."""

    key: str


# --- prescribing


class Prescription(Body):
    """An order of what was checked."""

    patient: Id
    encounter: Printable = Field("", description="Logical id")
    request: Fhir
    check: Id
    overrides: list[Override] = Field(default_factory=list)
    unavailable: Said | None = Field(None, description="Needed when the outcome is `unavailable`")


class Change(Body):
    """Another prescription in place of one."""

    request: Fhir
    check: Id
    overrides: list[Override] = Field(default_factory=list)
    unavailable: Said | None = None
    code: CodeName
    text: Words = ""


class Prescribed(Body):
    """What was written."""

    id: Id = Field(description="Logical id of the MedicationRequest")
    dose_line: str
    recheck: str = Field("", description="Logical id of the Task that checks again, if one was made")


class Overrides(Body):
    """Overrides of what a later check found."""

    overrides: list[Override]


# --- lists


class ListSafety(Body):
    """What the last check of a prescription said."""

    check: str
    outcome: Outcome
    at: str
    interruptive: int = Field(description="How many alerts interrupted")
    overrides: list[str] = Field(description="Each override in words: what was found, and why it was ordered")
    rechecking: bool = Field(description="Whether a re-check is still to be done")


class MedicineLine(Body):
    """One line of a medicines list."""

    reference: str
    name: str
    tall_man: str
    dose_line: str
    status: str
    since: str = ""
    prescriber: str = ""
    reason: str = Field("", description="What it is for")
    status_reason: str = ""
    refills_left: int | None = None
    days_supply: int | None = None
    runs_out: str = Field("", description="Date by which the supply is used up, as far as is known")
    last_fill: str = ""
    refill_pending: bool = False
    checkable: bool = Field(description="False for free text")
    safety: ListSafety | None = Field(None, description="For staff")


class MedicineList(Body):
    """What a patient takes and took."""

    medicines: list[MedicineLine]
    allergies_asked: bool
    reconciled: str = Field("", description="Instant of the last reconciliation")


class HistoryEvent(Body):
    """Something that happened to a prescription."""

    at: str
    kind: Literal["prescribed", "dispensed", "requested", "approved", "refused", "stopped", "changed"]
    text: str
    quantity: str = ""


class History(Body):
    """A prescription's events, newest first."""

    events: list[HistoryEvent]


# --- refills


class RefillQuestion(Body):
    """A patient asks for more."""

    prescription: Id = Field(description="Logical id of the MedicationRequest")
    note: Words = ""


class RefillTask(Body):
    """The Task."""

    id: Id


class RefillLine(Body):
    """One line of the queue."""

    task: Id
    patient: Id
    patient_name: str
    prescription: Id
    name: str
    tall_man: str
    dose_line: str
    note: str
    asked: str
    status: str
    refills_left: int | None = None
    last_fill: str = ""
    runs_out: str = ""
    preparation: str = Field("", description="Note of the nurse who prepared it")
    check: CheckResult | None = Field(None, description="Of the nurse who prepared it")


class Refills(Body):
    """What is asked for, oldest first."""

    refills: list[RefillLine]


class Approval(Body):
    """Another prescription like the one before."""

    refills: int = Field(0, ge=0, le=12)
    check: Printable = Field("", description="Logical id of a check that was looked at; without one it is made now")
    overrides: list[Override] = Field(default_factory=list)
    unavailable: Said | None = None


class Approved(Prescribed):
    """What became of it, and the check that it rests on."""

    check: CheckResult


class Preparation(Body):
    """What a nurse adds."""

    note: Words = ""


# --- reconciliation


class ReconciliationItem(Body):
    """
    What was found out about one medicine.

    `continue`, `stop`, `change` and `not-taking` name a line; `add` brings a `request` as a MedicationStatement's
    medication and dosage, for what is taken and was not on the list.
    """

    reference: MedicineReference | None = None
    new: Fhir | None = Field(None, description="MedicationStatement with its medication and dosage")
    action: Literal["continue", "stop", "change", "add", "not-taking"]
    code: CodeName | None = Field(None, description="Why it is stopped; one of `reasons.stop`")
    note: Words = ""


class Reconciliation(Body):
    """The list gone through with the patient."""

    patient: Id
    encounter: Printable = ""
    items: list[ReconciliationItem]


class Reconciled(Body):
    """What was written."""

    id: Id = Field(description="Logical id of the Procedure that says it was done")
    written: list[str] = Field(description="References of what was written besides")


# --- quantity


class QuantityQuestion(Body):
    """How much is needed for so many days."""

    form: Form
    dose: Decimals
    unit: str = Field(description="What the dose is counted in, as `tablet`, `mL`, `mg`")
    times: int = Field(ge=1, le=48, description="Times a period")
    period: int = Field(1, ge=1, le=365)
    period_unit: Literal["h", "d", "wk", "mo"] = "d"
    days: int = Field(ge=1, le=365)
    strength: str = Field("", description="As `250 mg` of one unit or `50 mg/mL`; needed to turn mg into units")
    pack: int | None = Field(None, ge=1, le=1000)


class QuantityAnswer(Body):
    """How much to give out."""

    quantity: Decimals
    unit: str
    days_supply: int
    text: str = Field(description="As it stands on the prescription")


class DoseQuestion(Body):
    """A dosage, to be put into words."""

    dosage: Fhir


class DoseAnswer(Body):
    """A dose line by the rules: no trailing zero, units spelled out."""

    text: str
