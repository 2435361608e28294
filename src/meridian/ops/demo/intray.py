"""
What came in lately: documents as people sent them, and results as the laboratory did, in every state there is.

All of it goes through the doors of those who sent it, at the times they did: the files are sealed and scanned, and
the results wait in the inbox, are released, held, or belong to nobody yet.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from meridian.access.chart import Chart
from meridian.access.files import Files
from meridian.access.rules import PURPOSE_OF
from meridian.access.subject import Role, Subject
from meridian.clock import Clock, instant
from meridian.documents import catalogue, intake, orders, revising, signing, uploads
from meridian.documents.checking.scanning import Scanner
from meridian.documents.scanning import scan
from meridian.ops.demo import pdf, pictures
from meridian.ops.demo.elements import UCUM, Resource, ident
from meridian.ops.demo.messages import ChartOf
from meridian.ops.demo.organisations import HARBOR, Organisation, seat

HOUR = 3_600_000
REPORT = "urn:oid:2.25.8360.2"
"""Identifier system of the demo laboratory's reports."""


@dataclass(frozen=True)
class Sent:
    """
    One document.

    Args:
        key: Names it here.
        who: A seat, or a patient's key.
        patient: A patient's key; empty when nobody knows whose it is.
        ago: Hours before now.
        name, title, category: As its sender said.
        replaces: Key of the document of which it is a newer version.
        seen: Whether its patient may see it.
    """

    key: str
    who: str
    patient: str
    ago: float
    name: str
    title: str
    category: str
    replaces: str = ""
    seen: bool = True


SENT = (
    Sent("plan-1", "okafor", "margaret-obrien", 400, "plan.pdf", "Knee exercises, first sheet", "letter"),
    Sent("plan-2", "okafor", "margaret-obrien", 26, "plan-2.pdf", "Knee exercises", "letter", replaces="plan-1"),
    Sent("chest", "nurse", "margaret-obrien", 90, "chest.png", "Chest X-ray", "imaging"),
    Sent("card", "desk", "margaret-obrien", 91, "card.png", "Insurance card", "insurance"),
    Sent("diary", "margaret-obrien", "margaret-obrien", 20, "pressure.txt", "My blood pressure at home", "other"),
    Sent("private", "okafor", "margaret-obrien", 30, "memo.pdf", "Memo for colleagues", "letter", seen=False),
    Sent("wrong", "nurse2", "margaret-obrien", 70, "scan.pdf", "Laboratory sheet", "lab-result"),
    Sent("acting", "desk", "jurgen-mueller", 6, "invoice.pdf", "Form from elsewhere", "form"),
    Sent("fax-1", "desk", "", 3, "fax-0412.pdf", "Fax without a name", "letter"),
    Sent("fax-2", "desk", "", 29, "fax-0398.pdf", "Discharge letter, name cut off", "letter"),
)
ACTING = b"5 0 obj << /S /JavaScript /JS (app.alert\\(1\\)) >> endobj\n"


@dataclass(frozen=True)
class Drawn:
    """
    One result.

    Args:
        patient: A patient's key; empty when the laboratory's words do not say for sure.
        ago: Hours before now.
        panel: Key of the catalogue.
        values: Measurements, by key of the catalogue, each with the laboratory's flag where it sent one.
        ordered: Whether Dr. Okafor had ordered it.
        then: What became of it: `waiting`, `signed`, `held`, or `later`.
    """

    patient: str
    ago: float
    panel: str
    values: tuple[tuple[str, str, str], ...]
    ordered: bool = True
    then: str = "waiting"


DRAWN = (
    Drawn("margaret-obrien", 5, "hba1c", (("hba1c", "8.9", "H"),)),
    Drawn("wang-xiuying", 2, "basic-metabolic",
          (("potassium", "6.6", "HH"), ("creatinine", "2.31", "H"), ("sodium", "137", "N"))),
    Drawn("jurgen-mueller", 27, "urate", (("urate", "8.4", "H"),)),
    Drawn("elena-rossi", 30, "lipids",
          (("cholesterol", "176", "N"), ("ldl", "98", "N"), ("hdl", "58", "N"), ("triglycerides", "101", "N"))),
    Drawn("lukasz-zielinski", 50, "blood-count", (("hemoglobin", "14.8", "N"), ("leukocytes", "6.1", "N")),
          ordered=False),
    Drawn("margaret-obrien", 75, "lipids", (("cholesterol", "212", "H"), ("ldl", "131", "H")), then="signed"),
    Drawn("margaret-obrien", 3, "crp", (("crp", "9.8", "H"),), then="later"),
    Drawn("sofia-alvarez", 48, "tsh", (("tsh", "6.10", "H"),), then="held"),
    Drawn("", 8, "basic-metabolic", (("potassium", "5.4", "H"), ("sodium", "139", "N")), ordered=False),
)  # fmt: skip


async def write(chart_of: ChartOf, files: Files, number: int, now: datetime) -> None:
    """All of it, through the doors of Harbor Family Clinic, the organisation of that *number*."""
    tray = _Tray(chart_of, files, number, int(now.timestamp() * 1000))
    made: dict[str, str] = {}
    for sent in sorted(SENT, key=lambda one: -one.ago):
        made[sent.key] = await tray.send(sent, made)
    await tray.take_back(made["wrong"])
    for place, drawn in enumerate(DRAWN, 1):
        await tray.take(drawn, place)


@dataclass(frozen=True)
class _Tray:
    """Who brings things in, and when."""

    chart_of: ChartOf
    files: Files
    number: int
    now: int

    def chart(self, who: str, ago: float) -> Chart:
        """The door of a seat or of a patient, at that time."""
        return self.chart_of(_subject(HARBOR, self.number, who), self._at(ago))

    def _at(self, ago: float) -> Clock:
        moment = self.now - int(ago * HOUR)
        return lambda: moment

    async def send(self, sent: Sent, made: dict[str, str]) -> str:
        """A document, scanned; its id."""
        body = _body(sent)
        chart, files = self.chart(sent.who, sent.ago), replace(self.files, clock=self._at(sent.ago))
        coming = uploads.Coming(
            name=sent.name,
            size=len(body),
            category=sent.category,
            title=sent.title,
            patient=_patient(sent.patient) or None,
            replaces=made.get(sent.replaces),
            for_patient=sent.seen,
        )
        begun = await uploads.begin(chart, files, coming)
        done = await uploads.append(chart, files, begun.id, 0, _pieces(body))
        assert done.document is not None  # noqa: S101  # all of it was sent
        servant = self.chart_of(_servant(HARBOR, self.number), self._at(sent.ago - 0.01))
        await scan(servant, files, Scanner(), done.document)
        return done.document

    async def take_back(self, document: str) -> None:
        """It was somebody else's."""
        reason = "Belongs to another patient with the same name"
        await revising.retract(self.chart("nurse2", 69), self.files, document, reason)

    async def take(self, drawn: Drawn, number: int) -> None:
        """A result, and what became of it."""
        requisition = ""
        if drawn.ordered:
            wanted = orders.Wanted(_patient(drawn.patient), [drawn.panel])
            [order] = await orders.place(self.chart("okafor", drawn.ago + 30), wanted)
            requisition = order.requisition
        bundle = _bundle(drawn, number, instant(self._at(drawn.ago)()), requisition)
        [taken] = await intake.take(self.chart("lab", drawn.ago), bundle)
        said = _SIGNED.get(drawn.then)
        if said is not None:
            await signing.sign(self.chart("okafor", drawn.ago - 1), taken.report, said)


_SIGNED = {
    "signed": signing.SignOff(comment="A little high. We talk about food at your next visit."),
    "held": signing.SignOff(release="hold", reason="I will call her first"),
    "later": signing.SignOff(comment="Fits the cold you told us about.", release="delay"),
}


def _subject(organisation: Organisation, number: int, who: str) -> Subject:
    if "-" in who:
        patient = _patient(who)
        return Subject(
            who, number, organisation.id, Role.PATIENT, f"Patient/{patient}", (patient,), PURPOSE_OF[Role.PATIENT]
        )
    member = seat(organisation, who)
    return Subject(who, number, organisation.id, member.role, f"Practitioner/{member.id}", (), PURPOSE_OF[member.role])


def _servant(organisation: Organisation, number: int) -> Subject:
    return Subject("meridian", number, organisation.id, Role.SERVICE, purpose="HOPERAT")


def _patient(key: str) -> str:
    return ident("patient", HARBOR.key, key) if key else ""


def _body(sent: Sent) -> bytes:
    if sent.name == "chest.png":
        return pictures.chest()
    if sent.name == "card.png":
        return pictures.card()
    if sent.name.endswith(".txt"):
        return b"Mon  138/84\nTue  141/86\nWed  135/82\nThu  133/80\nFri  136/83\n"
    page = pdf.page(sent.title, [HARBOR.name, "", *_WORDS.get(sent.key, ("Received at the front desk.",))])
    return page.replace(b"xref\n", ACTING + b"xref\n", 1) if sent.key == "acting" else page


_WORDS = {
    "plan-1": ("Raise the leg for ten minutes, three times a day.",),
    "plan-2": ("Raise the leg for ten minutes, three times a day.", "New: bend and stretch slowly, ten times each."),
    "private": ("Prefers a call in the morning.",),
    "wrong": ("Laboratory sheet.",),
    "fax-1": ("Dear colleagues, thank you for seeing this patient.", "The name was not sent along."),
    "fax-2": ("Discharged in good condition. Please check the wound in a week.",),
}


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    yield body


def _bundle(drawn: Drawn, number: int, issued: str, requisition: str) -> Resource:
    named = [(f"urn:uuid:{ident('drawn', number, key)}", _measured(key, text, flag))
             for key, text, flag in drawn.values]  # fmt: skip
    panel = catalogue.ordered(drawn.panel)
    assert panel is not None  # noqa: S101  # the table above names what there is
    report: Resource = {
        "resourceType": "DiagnosticReport",
        "identifier": [{"system": REPORT, "value": f"D-{number:04d}"}],
        "status": "final",
        "code": catalogue.concept(panel),
        "effectiveDateTime": issued,
        "issued": issued,
        "result": [{"reference": name} for name, _ in named],
        **_whose(drawn, requisition),
    }
    entries = [{"fullUrl": name, "resource": one} for name, one in named]
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": report}, *entries]}


def _whose(drawn: Drawn, requisition: str) -> Resource:
    if requisition:
        return {"basedOn": [{"identifier": {"system": orders.REQUISITION, "value": requisition}}]}
    if drawn.patient:
        return {"subject": {"reference": f"Patient/{_patient(drawn.patient)}"}}
    said = {"resourceType": "Patient", "id": "p", "name": [{"text": "OBRIEN, M"}], "birthDate": "1955-03-03"}
    return {"contained": [said], "subject": {"reference": "#p"}}


def _measured(key: str, text: str, flag: str) -> Resource:
    test = catalogue.TESTS[key]
    ends = {"low": test.low, "high": test.high}
    limits = {end: _quantity(str(limit), test) for end, limit in ends.items() if limit is not None}
    coding: dict[str, Any] = {"system": _FLAGS, "code": flag}
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": catalogue.concept(test),
        "valueQuantity": _quantity(text, test),
        "interpretation": [{"coding": [coding]}],
        "referenceRange": [limits],
    }


_FLAGS = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"


def _quantity(text: str, test: catalogue.Test) -> Resource:
    return {"value": Decimal(text), "unit": test.unit, "system": UCUM, "code": test.ucum}
