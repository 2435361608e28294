"""
Two forms that both clinics use, and what became of them: one handed in and waiting to be looked at, one still asked.

The PHQ-9 is the published questionnaire; its codes, questions and points are those of US Core's example of it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from meridian.charting.forms.evaluate import ORDINAL
from meridian.charting.forms.filling import FORMS
from meridian.fhir import ours
from meridian.ops.demo.elements import LOINC, Resource, chance, ident, moment, reference
from meridian.ops.demo.organisations import Organisation
from meridian.ops.demo.roster import Life

OPTIONS = (
    ("LA6568-5", "Not at all"),
    ("LA6569-3", "Several days"),
    ("LA6570-1", "More than half the days"),
    ("LA6571-9", "Nearly every day"),
)
QUESTIONS = (
    ("44250-9", "Little interest or pleasure in doing things"),
    ("44255-8", "Feeling down, depressed, or hopeless"),
    ("44259-0", "Trouble falling or staying asleep, or sleeping too much"),
    ("44254-1", "Feeling tired or having little energy"),
    ("44251-7", "Poor appetite or overeating"),
    ("44258-2", "Feeling bad about yourself, or that you are a failure or have let yourself or your family down"),
    ("44252-5", "Trouble concentrating on things, such as reading the newspaper or watching television"),
    ("44253-3", "Moving or speaking so slowly that other people could have noticed, or the opposite"),
    ("44260-8", "Thoughts that you would be better off dead, or of hurting yourself in some way"),
)
TOTAL = ("44261-6", "Patient Health Questionnaire 9 item (PHQ-9) total score [Reported]")
BANDS = ((0, 4, "Minimal"), (5, 9, "Mild"), (10, 14, "Moderate"), (15, 19, "Moderately severe"), (20, 27, "Severe"))
"""Of the total, as the authors of the PHQ-9 give them (Kroenke, Spitzer, Williams 2001)."""

HANDED_IN = ("margaret-obrien",)
ASKED = ("elena-rossi", "sofia-alvarez")


def resources(organisation: Organisation) -> Iterator[Resource]:
    """The clinic's forms."""
    yield _phq9(organisation)
    yield _before(organisation)


def of(life: Life, now: datetime) -> Iterator[Resource]:
    """A form that the patient has handed in, or is asked to fill in."""
    if life.key in HANDED_IN:
        yield from _handed_in(life, now)
    if life.key in ASKED:
        yield _asked(life, "before-visit", now) | {"id": ident("form-asked", life.id)}


def _phq9(organisation: Organisation) -> Resource:
    options = [
        {
            "extension": [{"url": ORDINAL, "valueDecimal": points}],
            "valueCoding": {"system": LOINC, "code": code, "display": words},
        }
        for points, (code, words) in enumerate(OPTIONS)
    ]
    items: list[Resource] = [
        {
            "linkId": code,
            "code": [{"system": LOINC, "code": code}],
            "text": text,
            "type": "choice",
            "required": True,
            "answerOption": options,
            "extension": [ours.extension("files-as", valueCode="nothing")],
        }
        for code, text in QUESTIONS
    ]
    total = {
        "linkId": "total",
        "code": [{"system": LOINC, "code": TOTAL[0], "display": TOTAL[1]}],
        "text": "Score",
        "type": "integer",
        "readOnly": True,
        "extension": [ours.extension("score", valueBoolean=True), *(_band(*band) for band in BANDS)],
    }
    words = "Over the last two weeks, how often were you bothered by …"
    lead: Resource = {"linkId": "lead", "type": "display", "text": words}
    return _form(organisation, "phq-9", "How have you been? (PHQ-9)", [lead, *items, total])


def _band(low: int, high: int, text: str) -> Resource:
    parts = [
        {"url": "low", "valueDecimal": Decimal(low)},
        {"url": "high", "valueDecimal": Decimal(high)},
        {"url": "text", "valueString": text},
    ]
    return {"url": f"{ours.EXTENSIONS}/score-band", "extension": parts}


def _before(organisation: Organisation) -> Resource:
    smokes = {"question": "smoke", "operator": "=", "answerBoolean": True}
    new = {"question": "allergies", "operator": "=", "answerBoolean": True}
    whole = [
        {"url": "http://hl7.org/fhir/StructureDefinition/minValue", "valueInteger": 0},
        {"url": "http://hl7.org/fhir/StructureDefinition/maxValue", "valueInteger": 100},
    ]
    items: list[Resource] = [
        {
            "linkId": "reason",
            "type": "text",
            "text": "What would you like to talk about?",
            "required": True,
            "maxLength": 2000,
        },
        {"linkId": "allergies", "type": "boolean", "text": "Are there allergies we should know of?", "required": True},
        {
            "linkId": "allergy",
            "type": "string",
            "text": "What are you allergic to?",
            "repeats": True,
            "enableWhen": [new],
            "extension": [ours.extension("files-as", valueCode="allergy")],
        },
        {"linkId": "smoke", "type": "boolean", "text": "Do you smoke?"},
        {
            "linkId": "cigarettes",
            "type": "integer",
            "text": "How many cigarettes a day?",
            "enableWhen": [smokes],
            "extension": whole,
        },
        {
            "linkId": "medicines",
            "type": "group",
            "text": "Medicines you bought without a prescription",
            "repeats": True,
            "item": [
                {"linkId": "medicine", "type": "string", "text": "Name"},
                {"linkId": "often", "type": "string", "text": "How often do you take it?"},
            ],
        },
    ]
    return _form(organisation, "before-visit", "Before your visit", items)


def _form(organisation: Organisation, key: str, title: str, items: Sequence[Resource]) -> Resource:
    return {
        "resourceType": "Questionnaire",
        "id": ident("form", organisation.key, key),
        "name": key,
        "title": title,
        "status": "active",
        "subjectType": ["Patient"],
        "publisher": organisation.name,
        "item": list(items),
    }


def _handed_in(life: Life, now: datetime) -> Iterator[Resource]:
    luck = chance("phq-9", life.id)
    points = [luck.choice((0, 0, 1, 1, 2)) for _ in QUESTIONS[:-1]] + [0]
    at = now - timedelta(hours=20)
    answers = [
        {"linkId": code, "text": text, "answer": [{"valueCoding": _option(chosen)}]}
        for (code, text), chosen in zip(QUESTIONS, points, strict=True)
    ]
    answers.append({"linkId": "total", "text": "Score", "answer": [{"valueInteger": sum(points)}]})
    identity = ident("form-answers", life.id)
    yield {
        "resourceType": "QuestionnaireResponse",
        "id": identity,
        "extension": [ours.extension("score", valueDecimal=Decimal(sum(points)))],
        "questionnaire": f"{FORMS}{ident('form', life.organisation.key, 'phq-9')}|1",
        "status": "completed",
        "subject": life.subject,
        "author": life.subject,
        "source": life.subject,
        "authored": moment(at),
        "item": answers,
    }
    yield _asked(life, "phq-9", at) | {
        "id": ident("form-asked", life.id),
        "status": "completed",
        "output": [{"type": {"text": "Answers"}, "valueReference": reference("QuestionnaireResponse", identity)}],
    }
    review = ours.task(
        "form-review",
        patient=str(life.subject["reference"]),
        focus=f"QuestionnaireResponse/{identity}",
        requester=str(life.subject["reference"]),
        now=moment(at),
        role="nurse",
    )
    yield review | {"id": ident("form-review", life.id)}


def _option(points: int) -> Resource:
    code, words = OPTIONS[points]
    return {"system": LOINC, "code": code, "display": words}


def _asked(life: Life, key: str, now: datetime) -> Resource:
    patient = str(life.subject["reference"])
    return ours.task(
        "complete-form",
        patient=patient,
        focus=f"Questionnaire/{ident('form', life.organisation.key, key)}",
        owner=patient,
        now=moment(now),
        due=moment(now + timedelta(days=6)),
        note="Before your visit" if key == "before-visit" else "How have you been? (PHQ-9)",
    )
