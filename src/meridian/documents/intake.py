"""
Results come in: matched to an order and a patient, or made a task for somebody; never guessed, and never lost.

A laboratory sends a Bundle with reports and their measurements. Each report carries an identifier, by which the same
one sent again is known: it changes what is there, unless it was issued before that, and a change brings it back into
the inbox. Whose it is must follow from the order it answers, or from a patient's identifier; where the two disagree, or
a birth date does not fit, it is nobody's until a person says so, and what the laboratory said of the patient is kept
with it.

The whole Bundle is one transaction: all of it is taken, or none.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeAlias

from meridian.access.chart import Chart
from meridian.access.work import Plan, Work
from meridian.documents import inbox, labels, orders, papers, release, reviewing
from meridian.documents.flags import interpreted
from meridian.faults import Conflict, Invalid, Issue
from meridian.fhir import ours

Resource: TypeAlias = dict[str, Any]

MOST_REPORTS = 50
MOST_RESULTS = 500
"""Measurements in one Bundle, house policy."""
LABORATORY: Final = {
    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0074", "code": "LAB", "display": "Laboratory"}]
}
_MEASURED: Final = {
    "coding": [
        {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"},
    ]
}
_SERVERS_OWN: Final = ("id", "meta", "subject", "encounter", "basedOn", "contained", "extension", "text")
"""Elements of what comes in that are ours to say."""


class Taken(NamedTuple):
    """What became of a report: `matched`, `unmatched` or `unchanged`; *task* is for whoever has to do with it."""

    report: str
    state: str
    task: str | None


@dataclass(frozen=True, slots=True)
class Parcel:
    """
    What a Bundle holds.

    Args:
        reports: As they came.
        found: Every resource by each name that a reference may call it.
    """

    reports: tuple[Resource, ...]
    found: Mapping[str, Resource]

    def at(self, reference: Mapping[str, Any], within: Resource) -> Resource | None:
        """What a reference of *within* leads to, if that came along."""
        if not isinstance(reference, Mapping):
            raise Invalid("A reference has to be an object")
        name = str(reference.get("reference", ""))
        if name.startswith("#"):
            return next((one for one in within.get("contained", ()) if one.get("id") == name[1:]), None)
        return self.found.get(name)


async def take(chart: Chart, bundle: Resource) -> list[Taken]:
    """
    Take in what a laboratory sends.

    Raises:
        Invalid: If it is no such Bundle; `issues` say what is wrong where.
        Forbidden: If the subject's role takes in no results.
    """
    parcel = unpacked(bundle)

    def plan(work: Work) -> Plan[list[Taken]]:
        how = yield from release.policy_of(work)
        taken: list[Taken] = []
        for report in parcel.reports:
            taken += [(yield from _take(work, parcel, report, how))]
        return taken

    return await chart.work("results/$intake", plan)


def unpacked(bundle: Resource) -> Parcel:
    """
    The parts of a Bundle.

    Raises:
        Invalid: If there are no reports, too many, one without an identifier, or measurements of none.
    """
    entries = bundle.get("entry") if bundle.get("resourceType") == "Bundle" else None
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise _wrong("A Bundle with entries is wanted", "bundle")
    found: dict[str, Resource] = {}
    reports: list[Resource] = []
    for at, entry in enumerate(entries):
        resource = entry.get("resource")
        if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
            raise _wrong("Each entry has a resource", f"bundle.entry[{at}]")
        names = {str(entry.get("fullUrl", "")), f"{resource['resourceType']}/{resource.get('id', '')}"}
        found.update(dict.fromkeys(names - {""}, resource))
        if resource["resourceType"] == "DiagnosticReport":
            _sound(resource, at)
            reports.append(resource)
    if not 0 < len(reports) <= MOST_REPORTS:
        raise _wrong(f"A Bundle holds from 1 to {MOST_REPORTS} reports", "bundle.entry")
    parcel = Parcel(tuple(reports), found)
    _whole(parcel, entries)
    return parcel


def _sound(report: Resource, at: int) -> None:
    place = f"bundle.entry[{at}].resource"
    if not any(one.get("system") and one.get("value") for one in _list(report, "identifier")):
        raise _wrong("A report needs an identifier with a system, by which it is known when it comes again", place)
    if any("data" in one for one in _list(report, "presentedForm")):
        raise _wrong("A file is sent as a document, which is scanned, and not within a report", place)
    if not isinstance(report.get("code"), dict) or not isinstance(report.get("status"), str):
        raise _wrong("A report says what it is of, and its status", place)


def _whole(parcel: Parcel, entries: list[Resource]) -> None:
    """Every measurement belongs to a report, and every one that a report names is there."""
    named: set[int] = set()
    for report in parcel.reports:
        for reference in _list(report, "result"):
            one = parcel.at(reference, report)
            if one is None or one.get("resourceType") != "Observation":
                raise _wrong("A report names a measurement that is not in the Bundle", "DiagnosticReport.result")
            named.add(id(one))
    measured = [one["resource"] for one in entries if one["resource"]["resourceType"] == "Observation"]
    left = [one for one in measured if id(one) not in named]
    if left or len(named) > MOST_RESULTS:
        raise _wrong("Each measurement belongs to a report, and they are not too many", "bundle.entry")


def _take(work: Work, parcel: Parcel, report: Resource, how: release.Policy) -> Plan[Taken]:
    before = yield from _known(work, report)
    orders_found = yield from _orders(work, report)
    patient = yield from _whose(work, parcel, report, before, orders_found)
    results = [_incoming(one, patient) for one in _measured(parcel, report)]
    if before is not None and (_is_older(report, before) or not (yield from _changed(work, before, report, results))):
        return Taken(before["id"], "unchanged", None)
    marks = [] if patient and _at_once(how, report) and not _is_held(before) else [labels.WITHHELD]
    references = yield from _kept(work, before, results, marks)
    made = _report(report, patient, orders_found, references, marks, said=_said(parcel, report))
    if before is None:
        kept = yield from work.create("DiagnosticReport", made)
    else:
        kept = yield from work.change("DiagnosticReport", before["id"], lambda one: _renewed(one, made))
    yield from _orders_done(work, orders_found, report)
    task = yield from reviewing.ask(work, kept, results, orders_found)
    if patient and how.release == "delayed" and report["status"] in release.FINAL and not _is_held(before):
        yield from release.delayed(work, kept, how.hours)
    return Taken(kept["id"], "matched" if patient else "unmatched", task)


def _known(work: Work, report: Resource) -> Plan[Resource | None]:
    """The report as it is here, by any of its identifiers."""
    tokens = ",".join(_tokens(report["identifier"]))
    found = yield from work.search("DiagnosticReport", [("identifier", tokens)])
    if len(found) > 1:
        raise Conflict("Two reports bear these identifiers already")
    return found[0] if found else None


def _tokens(identifiers: list[Resource]) -> list[str]:
    """Identifiers as a search wants them."""
    return [_token(one["system"], one["value"]) for one in identifiers if one.get("system") and one.get("value")]


def _token(system: str, value: str) -> str:
    """Source: hl7.org/fhir/R4/search.html#escaping."""
    return "|".join(re.sub(r"([\\,|$])", r"\\\1", str(part)) for part in (system, value))


def _orders(work: Work, report: Resource) -> Plan[list[Resource]]:
    """Our orders that the report says it answers."""
    found: dict[str, Resource] = {}
    for based in _list(report, "basedOn"):
        kind, _, logical_id = str(based.get("reference", "")).partition("/")
        if kind == "ServiceRequest" and logical_id:
            one = yield from work.find("ServiceRequest", logical_id)
            found.update({one["id"]: one} if one is not None else {})
        number = str(based.get("identifier", {}).get("value", ""))
        if number:
            for name, system in (("identifier", orders.ORDER), ("requisition", orders.REQUISITION)):
                asked = [(name, _token(system, number))]
                found.update({one["id"]: one for one in (yield from work.search("ServiceRequest", asked))})
    return list(found.values())


def _whose(
    work: Work, parcel: Parcel, report: Resource, before: Resource | None, answered: list[Resource]
) -> Plan[str]:
    """Logical id of its patient; empty when that does not follow from what came. What a person matched stays."""
    if before is not None and papers.patient_of(before):
        return papers.patient_of(before)
    candidates = {papers.patient_of(one) for one in answered}
    said = parcel.at(report.get("subject", {}), report)
    named = yield from _named(work, report, said)
    if named is not None:
        candidates |= named
    if len(candidates) != 1:
        return ""
    [patient] = candidates
    found = yield from work.find("Patient", patient) if patient else _none()
    if found is None or not _fits(found, said):
        return ""
    return str(found["id"])


def _named(work: Work, report: Resource, said: Resource | None) -> Plan[set[str] | None]:
    """Patients that the subject of the report names; `None` when it names none."""
    subject = report.get("subject", {})
    kind, _, logical_id = str(subject.get("reference", "")).partition("/")
    if said is None and kind == "Patient" and logical_id:
        found = yield from work.find("Patient", logical_id)
        return {found["id"]} if found is not None else {""}
    identifiers = [*([subject["identifier"]] if "identifier" in subject else []), *_list(said or {}, "identifier")]
    tokens = _tokens(identifiers)
    if not tokens:
        return None
    matching = yield from work.search("Patient", [("identifier", ",".join(tokens))])
    return {one["id"] for one in matching} or {""}


def _none() -> Plan[None]:
    yield from ()


def _fits(patient: Resource, said: Resource | None) -> bool:
    """Whether what the laboratory says of the patient does not contradict the record."""
    if said is None or "birthDate" not in said or "birthDate" not in patient:
        return True
    return bool(said["birthDate"] == patient["birthDate"])


def _measured(parcel: Parcel, report: Resource) -> list[Resource]:
    found = (parcel.at(reference, report) for reference in _list(report, "result"))
    return [one for one in found if one is not None]


def _incoming(observation: Resource, patient: str) -> Resource:
    """A measurement as it is kept."""
    made = {name: value for name, value in observation.items() if name not in _SERVERS_OWN}
    made.setdefault("category", [_MEASURED])
    if patient:
        made["subject"] = {"reference": f"Patient/{patient}"}
    return interpreted(made)


def _changed(work: Work, before: Resource, report: Resource, results: list[Resource]) -> Plan[bool]:
    present = yield from inbox.results_of(work, before)
    same = ("status", "code", "conclusion", "issued", "effectiveDateTime")
    if any(before.get(name) != report.get(name) for name in same) or len(present) != len(results):
        return True
    return any(_bare(one) not in [_bare(each) for each in present] for one in results)


def _is_older(report: Resource, before: Resource) -> bool:
    """Whether it was issued before what is here: it came late, or was sent once more, and takes nobody's place."""
    said, known = _issued(report), _issued(before)
    return said is not None and known is not None and said < known


def _issued(report: Resource) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(report.get("issued", "")))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _bare(observation: Resource) -> Resource:
    return {name: value for name, value in observation.items() if name not in {"id", "meta", "text"}}


def _kept(work: Work, before: Resource | None, results: list[Resource], marks: list[Resource]) -> Plan[list[Resource]]:
    """References to the measurements, written: those of the same code anew, others added, missing ones struck out."""
    present = (yield from inbox.results_of(work, before)) if before is not None else []
    left = {_code(one): one for one in present}
    references = []
    for one in results:
        marked = _marked(one, marks)
        old = left.pop(_code(one), None)
        if old is None:
            kept = yield from work.create("Observation", marked)
        else:
            kept = yield from work.change("Observation", old["id"], _as(marked))
        references.append({"reference": f"Observation/{kept['id']}"})
    for gone in left.values():
        yield from work.change("Observation", gone["id"], lambda one: {**one, "status": papers.ERROR})
    return references


def _as(wanted: Resource) -> Callable[[Resource], Resource]:
    return lambda present: {**wanted, "id": present["id"]}


def _code(observation: Resource) -> str:
    code = observation.get("code", {})
    codings = sorted(f"{one.get('system')}|{one.get('code')}" for one in code.get("coding", ()))
    return ",".join(codings) or str(code.get("text", ""))


def _marked(resource: Resource, marks: Iterable[Resource]) -> Resource:
    for mark in marks:
        resource = labels.with_label(resource, mark)
    return resource


def _report(
    report: Resource,
    patient: str,
    answered: list[Resource],
    references: list[Resource],
    marks: list[Resource],
    *,
    said: Resource | None,
) -> Resource:
    made = {name: value for name, value in report.items() if name not in {*_SERVERS_OWN, "result"}}
    if not any(coding.get("code") == "LAB" for one in _list(made, "category") for coding in _list(one, "coding")):
        made["category"] = [*_list(made, "category"), LABORATORY]
    if references:
        made["result"] = references
    if patient:
        made["subject"] = {"reference": f"Patient/{patient}"}
    elif said is not None:
        made["contained"] = [{**said, "id": "said"}]
        made["subject"] = {"reference": "#said"}
    if answered:
        made["basedOn"] = [{"reference": f"ServiceRequest/{one['id']}"} for one in answered]
    visit = next((one["encounter"] for one in answered if "encounter" in one), None)
    if patient and visit is not None:
        made["encounter"] = visit
    return _marked(made, marks)


def _said(parcel: Parcel, report: Resource) -> Resource | None:
    """What the laboratory says of the patient: just enough to find out who it is."""
    subject = report.get("subject", {})
    found = parcel.at(subject, report) or {}
    said: Resource = {"resourceType": "Patient"}
    for name in ("identifier", "name", "birthDate", "gender"):
        if name in found:
            said[name] = found[name]
    if "identifier" in subject:
        said["identifier"] = [*said.get("identifier", []), subject["identifier"]]
    if "display" in subject and "name" not in said:
        said["name"] = [{"text": subject["display"]}]
    return said if len(said) > 1 else None


def _renewed(before: Resource, made: Resource) -> Resource:
    """What came takes the place of what was; that it is held stays, that it was signed does not."""
    after = {**made, "id": before["id"]}
    hold = ours.extended(before, inbox.HELD)
    if hold is not None:
        after["extension"] = [hold]
    return after


def _at_once(how: release.Policy, report: Resource) -> bool:
    return how.release == "immediate" and report["status"] in release.FINAL


def _is_held(report: Resource | None) -> bool:
    return report is not None and ours.extended(report, inbox.HELD) is not None


def _orders_done(work: Work, answered: list[Resource], report: Resource) -> Plan[None]:
    if report["status"] not in release.FINAL:
        return
    for one in answered:
        if one["status"] == "active":
            yield from work.change("ServiceRequest", one["id"], lambda order: {**order, "status": "completed"})


def _list(resource: Resource, name: str) -> list[Any]:
    found = resource.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise _wrong(f"{name} is to be a list of objects", name)
    return found


def _wrong(text: str, place: str) -> Invalid:
    return Invalid(text, issues=(Issue("invalid", text, place),))
