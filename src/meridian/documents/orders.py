"""Ordering laboratory tests: a ServiceRequest each, under one requisition number that the laboratory quotes."""

import secrets
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeAlias

from meridian.access.chart import Chart
from meridian.access.work import Plan, Work
from meridian.clock import instant
from meridian.documents import catalogue, papers
from meridian.documents.listing import called
from meridian.faults import Invalid, Issue
from meridian.fhir import ours

Resource: TypeAlias = dict[str, Any]

ORDER: Final = ours.CODES + "/order-number"
"""Identifier system of one order."""
REQUISITION: Final = ours.CODES + "/requisition-number"
"""Of orders that were made together."""
CATEGORY: Final = ours.CODES + "/order-category"
LABORATORY: Final = {"coding": [{"system": CATEGORY, "code": "laboratory"}], "text": "Laboratory"}
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that look alike


@dataclass(frozen=True, slots=True)
class Wanted:
    """Tests that are wanted: keys of the catalogue."""

    patient: str
    tests: list[str]
    encounter: str | None = None
    priority: str = "routine"
    note: str = ""


class Line(NamedTuple):
    """One order; the names are those of `web.api.results.models.OrderLine`."""

    id: str
    requisition: str
    patient: str
    name: str
    status: str
    priority: str
    ordered: str
    requester: str
    report: str | None


async def place(chart: Chart, wanted: Wanted) -> list[Line]:
    """
    Order tests.

    Raises:
        Forbidden: If the subject's role orders nothing.
        Invalid: If one is not in the catalogue.
    """
    unknown = [key for key in wanted.tests if catalogue.ordered(key) is None]
    if unknown:
        text = "That is not in the catalogue"
        raise Invalid(text, issues=tuple(Issue("value", text, f"tests.{wanted.tests.index(one)}") for one in unknown))
    requisition = _number("R")

    def plan(work: Work) -> Plan[list[Line]]:
        yield from work.read("Patient", wanted.patient)
        if wanted.encounter:
            visit = yield from work.read("Encounter", wanted.encounter)
            if papers.patient_of(visit) != wanted.patient:
                raise Invalid("The visit is another patient's")
        made = []
        for number, key in enumerate(dict.fromkeys(wanted.tests), 1):
            order = _order(work, wanted, key, requisition, f"{requisition}-{number}")
            made.append(_line((yield from work.create("ServiceRequest", order)), {}))
        return made

    return await chart.work("results/$order", plan, what=f"Patient/{wanted.patient}")


async def of_patient(chart: Chart, patient: str) -> list[Line]:
    """A patient's laboratory orders, newest first, with the results that answer them."""

    def plan(work: Work) -> Plan[list[Line]]:
        found = yield from work.search("ServiceRequest", [("patient", patient), ("category", f"{CATEGORY}|laboratory")])
        reports = yield from work.search("DiagnosticReport", [("patient", patient), ("category", "LAB")])
        answers = {
            str(one.get("reference", "")).removeprefix("ServiceRequest/"): report["id"]
            for report in reports
            for one in report.get("basedOn", ())
        }
        lines = [_line(one, answers) for one in found]
        names = yield from called(work, (one.requester for one in lines))
        return [one._replace(requester=names.get(one.requester, one.requester)) for one in lines]

    lines = await chart.consult("results/$list", plan, what=f"Patient/{patient}")
    return sorted(lines, key=lambda line: line.ordered, reverse=True)


def _order(work: Work, wanted: Wanted, key: str, requisition: str, number: str) -> Resource:
    one = catalogue.ordered(key)
    assert one is not None  # noqa: S101  # the caller has looked
    made: Resource = {
        "resourceType": "ServiceRequest",
        "identifier": [{"system": ORDER, "value": number}],
        "requisition": {"system": REQUISITION, "value": requisition},
        "status": "active",
        "intent": "order",
        "priority": wanted.priority,
        "category": [LABORATORY],
        "code": catalogue.concept(one),
        "subject": {"reference": f"Patient/{wanted.patient}"},
        "authoredOn": instant(work.now),
    }
    if work.subject.who:
        made["requester"] = {"reference": work.subject.who}
    if wanted.encounter:
        made["encounter"] = {"reference": f"Encounter/{wanted.encounter}"}
    if wanted.note:
        made["note"] = [{"text": wanted.note}]
    return made


def _line(order: Resource, answers: dict[str, str]) -> Line:
    return Line(
        id=order["id"],
        requisition=str(order.get("requisition", {}).get("value", "")),
        patient=papers.patient_of(order),
        name=str(order.get("code", {}).get("text", "Test")),
        status=order["status"],
        priority=order.get("priority", "routine"),
        ordered=order.get("authoredOn", ""),
        requester=str(order.get("requester", {}).get("reference", "")),
        report=answers.get(order["id"]),
    )


def _number(prefix: str) -> str:
    """A number that can be read aloud; 40 bits, and never told apart from its patient's chart by its look."""
    return prefix + "".join(secrets.choice(_LETTERS) for _ in range(8))
