"""Results as lists show them: those that wait for a signature, those of nobody, those of a patient."""

from collections.abc import Iterable
from typing import Any, NamedTuple, TypeAlias

from meridian.access.chart import Chart
from meridian.access.work import Plan, Work
from meridian.documents import labels, papers
from meridian.documents.flags import Value, level, value
from meridian.documents.listing import called
from meridian.fhir import ours

Resource: TypeAlias = dict[str, Any]

REVIEW, UNMATCHED = "result-review", "unmatched-result"
CORRECTED = frozenset({"amended", "corrected", "appended"})
HELD, DUE, SIGNED = "held-because", "release-due", "sign-off"
"""Extensions of a DiagnosticReport."""
SOME = 50
"""Ids that one search names."""


class Who(NamedTuple):
    """A patient as a line names them."""

    id: str
    name: str
    born: str


class Line(NamedTuple):
    """One result; the names are those of `web.api.results.models.ResultLine`."""

    report: str
    version: int
    task: str | None
    patient: Who | None
    said: Who | None
    name: str
    status: str
    issued: str
    flag: str
    corrected: bool
    critical: bool
    requester: str | None
    owner: str | None
    values: list[Value]
    released: bool
    release_due: str | None
    held: str | None
    signed_by: str | None
    signed_at: str | None
    comment: str
    documents: list[str]

    def dump(self) -> dict[str, Any]:
        """As nested dictionaries."""
        return {
            **self._asdict(),
            "patient": self.patient._asdict() if self.patient else None,
            "said": self.said._asdict() if self.said else None,
            "values": [one._asdict() for one in self.values],
        }


async def waiting(chart: Chart, *, everybody: bool) -> list[Line]:
    """What waits for a signature, one's own and nobody's or everybody's: critical first, then abnormal, then by age."""

    def plan(work: Work) -> Plan[list[Line]]:
        tasks = yield from open_tasks(work, REVIEW)
        if not everybody:
            tasks = [one for one in tasks if _owner(one) in {"", work.subject.who}]
        return (yield from _of_tasks(work, tasks))

    found = await chart.consult("results/$inbox", plan)
    return sorted(found, key=lambda line: (_ORDER[line.flag], line.issued))


_ORDER = {"critical": 0, "abnormal": 1, "unknown": 2, "normal": 3}


async def unmatched(chart: Chart) -> list[Line]:
    """What belongs to nobody yet, oldest first."""

    def plan(work: Work) -> Plan[list[Line]]:
        return (yield from _of_tasks(work, (yield from open_tasks(work, UNMATCHED))))

    return sorted(await chart.consult("results/$inbox", plan), key=lambda line: line.issued)


async def of_patient(chart: Chart, patient: str) -> list[Line]:
    """A patient's results, newest first."""

    def plan(work: Work) -> Plan[list[Line]]:
        reports = yield from work.search("DiagnosticReport", [("patient", patient), ("category", "LAB")])
        return (yield from lines(work, reports, {}))

    found = await chart.consult("results/$list", plan, what=f"Patient/{patient}")
    return sorted(found, key=lambda line: line.issued, reverse=True)


def open_tasks(work: Work, code: str, focus: str = "") -> Plan[list[Resource]]:
    """Open tasks of a kind, about one thing or about any."""
    asked = [("code", f"{ours.TASK}|{code}"), ("status", ",".join(ours.OPEN_TASKS))]
    return (yield from work.search("Task", [*asked, ("focus", focus)] if focus else asked))


def one_line(work: Work, report: Resource) -> Plan[Line]:
    """One result, with its task if it has an open one."""
    reference = f"DiagnosticReport/{report['id']}"
    code = REVIEW if papers.patient_of(report) else UNMATCHED
    tasks = yield from open_tasks(work, code, reference)
    [line] = yield from lines(work, [report], dict.fromkeys([report["id"]], tasks[0]) if tasks else {})
    return line


def _of_tasks(work: Work, tasks: list[Resource]) -> Plan[list[Line]]:
    by_report = {_focus(one): one for one in tasks if _focus(one)}
    reports = yield from _by_id(work, "DiagnosticReport", by_report)
    return (yield from lines(work, reports, by_report))


def lines(work: Work, reports: Iterable[Resource], tasks: dict[str, Resource]) -> Plan[list[Line]]:
    """The reports with their measurements and patients, which are asked for together."""
    every = list(reports)
    wanted = dict.fromkeys(name for report in every for name in _results(report))
    observations = {one["id"]: one for one in (yield from _by_id(work, "Observation", wanted))}
    whose = dict.fromkeys(name for report in every if (name := papers.patient_of(report)))
    patients = {one["id"]: one for one in (yield from _by_id(work, "Patient", whose))}
    made = [_line(one, observations, patients, tasks.get(one["id"])) for one in every]
    names = yield from called(work, (who for one in made for who in (one.requester, one.signed_by) if who))
    return [_named(one, names) for one in made]


def _named(line: Line, names: dict[str, str]) -> Line:
    """With names for references, where they are known."""
    asked, signed = line.requester, line.signed_by
    return line._replace(
        requester=names.get(asked, asked) if asked else asked, signed_by=names.get(signed, signed) if signed else signed
    )


def results_of(work: Work, report: Resource) -> Plan[list[Resource]]:
    """A report's measurements, as far as the subject sees them."""
    return (yield from _by_id(work, "Observation", _results(report)))


def _by_id(work: Work, kind: str, ids: Iterable[str]) -> Plan[list[Resource]]:
    wanted = list(ids)
    found: list[Resource] = []
    for start in range(0, len(wanted), SOME):
        found += yield from work.search(kind, [("_id", ",".join(wanted[start : start + SOME]))])
    return found


def _line(
    report: Resource, observations: dict[str, Resource], patients: dict[str, Resource], task: Resource | None
) -> Line:
    values = [value(observations[one]) for one in _results(report) if one in observations]
    flagged = level([one.flag for one in values])
    signed = _signed(report)
    return Line(
        report=report["id"],
        version=int(report["meta"]["versionId"]),
        task=task["id"] if task else None,
        patient=_who(patients.get(papers.patient_of(report))),
        said=_who(next((one for one in report.get("contained", ()) if one["resourceType"] == "Patient"), None)),
        name=_name(report),
        status=report["status"],
        issued=report.get("issued") or report.get("effectiveDateTime") or report["meta"]["lastUpdated"],
        flag=flagged,
        corrected=report["status"] in CORRECTED,
        critical=flagged == "critical",
        requester=_requester(task),
        owner=(_owner(task) or None) if task else None,
        values=values,
        released=not labels.has(report, labels.WITHHELD) and bool(papers.patient_of(report)),
        release_due=papers.said_of(report, DUE) or None,
        held=papers.said_of(report, HELD) or None,
        signed_by=signed.get("by"),
        signed_at=signed.get("at"),
        comment=signed.get("comment", ""),
        documents=[_document(one) for one in report.get("presentedForm", ()) if _document(one)],
    )


def _signed(report: Resource) -> dict[str, str]:
    """Who signed it last, when and with which words; empty when nobody has."""
    found = ours.extended(report, SIGNED)
    parts = found.get("extension", ()) if found else ()
    said = {one["url"]: one for one in parts}
    if not said:
        return {}
    return {
        "by": str(said["by"]["valueReference"]["reference"]),
        "at": str(said["at"]["valueInstant"]),
        "comment": str(said.get("comment", {}).get("valueString", "")),
    }


def _who(patient: Resource | None) -> Who | None:
    return None if patient is None else Who(patient["id"], _listed(patient), str(patient.get("birthDate", "")))


def _listed(patient: Resource) -> str:
    """
    A patient's name as lists have it.

    >>> _listed({"name": [{"family": "Müller", "given": ["Anna"]}]})
    'MÜLLER, Anna'
    """
    name: Resource = next(iter(patient.get("name", ())), {})
    parts = (name.get("family", "").upper(), " ".join(name.get("given", ())))
    return ", ".join(part for part in parts if part) or str(name.get("text", ""))


def _name(report: Resource) -> str:
    code = report.get("code", {})
    displays = (str(one.get("display", "")) for one in code.get("coding", ()))
    return str(code.get("text") or next((one for one in displays if one), "Result"))


def _results(report: Resource) -> list[str]:
    named = (str(one.get("reference", "")) for one in report.get("result", ()))
    return [one.removeprefix("Observation/") for one in named if one.startswith("Observation/")]


def _document(attachment: Resource) -> str:
    url = str(attachment.get("url", ""))
    return url.removeprefix("DocumentReference/") if url.startswith("DocumentReference/") else ""


def _requester(task: Resource | None) -> str | None:
    return str((task or {}).get("requester", {}).get("reference", "")) or None


def _owner(task: Resource | None) -> str:
    return str((task or {}).get("owner", {}).get("reference", ""))


def _focus(task: Resource) -> str:
    return str(task.get("focus", {}).get("reference", "")).removeprefix("DiagnosticReport/")
