"""
A patient's medicines as lines, what runs first.

Each has its dose in words and its supply; for staff also what the last check said and which alerts were overridden.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from meridian.access.subject import Role
from meridian.access.work import Plan, Resource, Work
from meridian.fhir import ours
from meridian.medications import formulary, issues, reasons
from meridian.medications.dosage import words
from meridian.medications.dosage.forms import counted
from meridian.medications.issues import Kept
from meridian.medications.prescribers import all_named
from meridian.medications.prescribing import RECHECK, code_of
from meridian.medications.question import medication, name_of

PERSONS = frozenset({Role.PATIENT, Role.PROXY})
REFILL = "refill-request"
RECONCILIATION = "430193006"
"""Medication reconciliation (SNOMED CT, as Synthea's records quote it)."""
_ORDER = ("active", "on-hold", "intended", "draft", "unknown", "completed", "stopped", "cancelled", "not-taken")


@dataclass(frozen=True, slots=True)
class Safety:
    """What the last check of a prescription said; *rechecking* while another is to be done."""

    check: Kept
    rechecking: bool = False

    @property
    def overrides(self) -> list[str]:
        """Each override in words: what was found, and why it was ordered all the same."""
        titles = {alert.key: alert.title for alert in self.check.result.alerts}
        return [f"{titles.get(one.key, 'Alert')}: {one.text}" for one in self.check.overrides]


@dataclass(frozen=True, slots=True)
class Supply:
    """How much of a prescription is left, as far as is known."""

    refills_left: int | None = None
    days: int | None = None
    runs_out: str = ""
    last_fill: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One medicine of the list."""

    resource: Resource
    reference: str
    name: str
    dose_line: str
    status: str
    checkable: bool
    prescriber: str = ""
    supply: Supply = Supply()
    safety: Safety | None = None
    refill_pending: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """The list, whether allergies were asked for, and when it was last gone through together."""

    lines: tuple[Line, ...]
    allergies_asked: bool
    reconciled: str = ""


def listed(work: Work, patient: str) -> Plan[Listed]:
    """The patient's medicines."""
    yield from work.read("Patient", patient)
    of = [("patient", patient)]
    requests = yield from work.search("MedicationRequest", of)
    statements = yield from work.search("MedicationStatement", of)
    dispenses = yield from work.search("MedicationDispense", of)
    tasks = yield from work.search("Task", [*of, ("status", ",".join(ours.OPEN_TASKS))])
    checks = yield from _checks(work, patient)
    names = yield from all_named(work, requests)
    lines = []
    for resource in (*requests, *(one for one in statements if not _of_request(one))):
        line = yield from _line(work, resource, dispenses, tasks, checks)
        who = names.get(resource.get("requester", {}).get("reference", ""), "")
        lines.append(replace(line, prescriber=who))
    allergies = yield from work.search("AllergyIntolerance", of)
    done = yield from work.search("Procedure", [*of, ("code", RECONCILIATION)])
    return Listed(tuple(sorted(lines, key=_place)), bool(allergies), max(map(_performed, done), default=""))


def _checks(work: Work, patient: str) -> Plan[dict[str, Kept]]:
    """The newest check of each prescription; none for patients, who are told by their clinic."""
    if work.subject.role in PERSONS:
        return {}
    found = yield from work.search("DetectedIssue", [("patient", patient)])
    kept = sorted((issues.of(one) for one in found if ours.extended(one, "check-outcome")), key=lambda one: one.at)
    return {order: one for one in kept for order in one.orders}


def _line(
    work: Work,
    resource: Resource,
    dispenses: Sequence[Resource],
    tasks: Sequence[Resource],
    checks: dict[str, Kept],
) -> Plan[Line]:
    concept = yield from medication(work, resource)
    reference = f"{resource['resourceType']}/{resource['id']}"
    open_ = {code_of(task) for task in tasks if task.get("focus", {}).get("reference") == reference}
    kept = checks.get(resource["id"]) if resource["resourceType"] == "MedicationRequest" else None
    coded = any(one.get("system") in (formulary.RXNORM, formulary.OWN) for one in concept.get("coding", []))
    return Line(
        resource=resource,
        reference=reference,
        name=name_of(concept),
        dose_line=words.lines(resource),
        status=resource["status"],
        checkable=coded,
        supply=supply(resource, dispenses),
        safety=Safety(kept, RECHECK in open_) if kept else None,
        refill_pending=REFILL in open_,
    )


def supply(resource: Resource, dispenses: Iterable[Resource]) -> Supply:
    """
    What is left of a prescription, by what it allows and what was given out.

    The first fill is no refill: so many refills are left as were allowed, less the fills after the first.
    """
    if resource["resourceType"] != "MedicationRequest":
        return Supply()
    allowed = resource.get("dispenseRequest", {})
    own = f"MedicationRequest/{resource['id']}"
    fills = sorted(
        (_filled(one), one)
        for one in dispenses
        if any(each.get("reference") == own for each in one.get("authorizingPrescription", []))
        and one.get("status") == "completed"
    ) if dispenses else []  # fmt: skip
    days = _days(allowed.get("expectedSupplyDuration", {}))
    last = fills[-1][0] if fills else ""
    repeats = allowed.get("numberOfRepeatsAllowed")
    left = None if repeats is None else max(int(repeats) - max(len(fills) - 1, 0), 0)
    begun = last or str(resource.get("authoredOn", ""))[:10]
    lasts = _days(fills[-1][1].get("daysSupply", {})) or days if fills else days
    return Supply(left, days, _after(begun, lasts), last)


def _filled(dispense: Resource) -> str:
    return str(dispense.get("whenHandedOver") or dispense.get("whenPrepared") or "")[:10]


def _days(quantity: Resource) -> int | None:
    if "value" not in quantity or quantity.get("code", quantity.get("unit")) not in ("d", "day", "days", None):
        return None
    return int(quantity["value"])


def _after(begun: str, days: int | None) -> str:
    if not days or len(begun) != len("2026-01-01"):
        return ""
    return (date.fromisoformat(begun) + timedelta(days=days)).isoformat()


def _of_request(statement: Resource) -> bool:
    """Whether a statement only says more about a prescription that has a line of its own."""
    return any(one.get("reference", "").startswith("MedicationRequest/") for one in statement.get("derivedFrom", []))


def _place(line: Line) -> tuple[int, str]:
    rank = _ORDER.index(line.status) if line.status in _ORDER else len(_ORDER)
    return rank, line.name.lower()


def _performed(procedure: Resource) -> str:
    return str(procedure.get("performedDateTime", ""))


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a prescription; *kind* as the API names it."""

    at: str
    kind: str
    text: str
    quantity: str = ""


def history(work: Work, prescription: str) -> Plan[list[Event]]:
    """A prescription's events and those of the ones before it, newest first."""
    events: list[Event] = []
    seen: set[str] = set()
    wanted = prescription
    while wanted and wanted not in seen and len(seen) < 50:  # noqa: PLR2004  # years of renewals
        seen.add(wanted)
        request = yield from (work.read if wanted == prescription else work.find)("MedicationRequest", wanted)
        if request is None:
            break
        events.extend((yield from _events(work, request)))
        wanted = request.get("priorPrescription", {}).get("reference", "").removeprefix("MedicationRequest/")
    return sorted(events, key=lambda one: one.at, reverse=True)


def _events(work: Work, request: Resource) -> Plan[list[Event]]:
    own = f"MedicationRequest/{request['id']}"
    fills = yield from work.search("MedicationDispense", [("prescription", own)])
    tasks = yield from work.search("Task", [("focus", own)])
    found = [Event(str(request.get("authoredOn", "")), "prescribed", words.lines(request)), *_end(request)]
    found += [Event(_filled(one), "dispensed", _given(one), _amount(one.get("quantity", {}))) for one in fills]
    for task in tasks:
        if code_of(task) == REFILL:
            found.extend(_of_task(task))
    return found


def _end(request: Resource) -> Iterator[Event]:
    if request["status"] in ("stopped", "cancelled", "entered-in-error"):
        reason = request.get("statusReason", {})
        changed = any(one.get("code") in reasons.CHANGE for one in reason.get("coding", []))
        kind = "changed" if changed and not _stops(reason) else "stopped"
        yield Event(request.get("meta", {}).get("lastUpdated", ""), kind, name_of(reason))


def _stops(reason: Resource) -> bool:
    return any(one.get("code") in reasons.STOP for one in reason.get("coding", []))


def _of_task(task: Resource) -> Iterator[Event]:
    yield Event(task.get("authoredOn", ""), "requested", task.get("description", ""))
    if task["status"] == "completed":
        yield Event(task.get("lastModified", ""), "approved", "")
    if task["status"] == "rejected":
        yield Event(task.get("lastModified", ""), "refused", name_of(task.get("statusReason", {})))


def _given(dispense: Resource) -> str:
    return next((str(one.get("text", "")) for one in dispense.get("note", [])), "")


def _amount(quantity: dict[str, Any]) -> str:
    if "value" not in quantity:
        return ""
    return counted(Decimal(str(quantity["value"])), words.unit(quantity))
