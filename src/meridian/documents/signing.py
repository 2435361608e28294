"""
Signing a result off, and saying whose it is.

A result leaves the inbox by being signed and in no other way: the task is closed in the transaction that writes down
who looked, when, and what they had to say; `access.locks` refuses to close it elsewhere. A correction opens it again.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

from meridian.access.chart import Chart
from meridian.access.work import Plan, Work
from meridian.clock import instant
from meridian.documents import inbox, labels, papers, release, reviewing
from meridian.documents.inbox import Line, one_line
from meridian.documents.revising import completed
from meridian.faults import Conflict, Invalid, Issue
from meridian.fhir import ours

Resource: TypeAlias = dict[str, Any]

SIGN = "results/$sign"


@dataclass(frozen=True, slots=True)
class SignOff:
    """
    That somebody has looked at a result.

    Args:
        comment: What they have to say, for their colleagues and the patient.
        release: To the patient: `now`, `delay` or `hold`.
        reason: Why it is held.
        version: Of the report they looked at; `None` when they do not say.
    """

    comment: str = ""
    release: str = "now"
    reason: str | None = None
    version: int | None = None


async def sign(chart: Chart, report: str, said: SignOff) -> Line:
    """
    Sign a result off.

    Raises:
        Forbidden: If the subject's role signs nothing.
        Conflict: If it is signed already, or nobody's.
        VersionConflict: If it has changed since it was looked at.
        Invalid: If it is held without a reason.
    """
    if said.release == "hold" and not said.reason:
        text = "Say why it is held"
        raise Invalid(text, issues=(Issue("required", text, "reason"),))

    def plan(work: Work) -> Plan[Line]:
        found = yield from work.read("DiagnosticReport", report)
        if not papers.patient_of(found):
            raise Conflict("Nobody knows yet whose result this is; say so first")
        tasks = yield from inbox.open_tasks(work, inbox.REVIEW, f"DiagnosticReport/{report}")
        if not tasks and ours.extended(found, inbox.SIGNED):
            raise Conflict("It has been signed already")
        signed = yield from work.change(
            "DiagnosticReport", report, lambda one: _signed(work, one, said), if_match=said.version
        )
        for task in tasks:
            yield from work.change("Task", task["id"], lambda one: completed(work, one))
        return (yield from one_line(work, (yield from _let(work, signed, said))))

    return await chart.work(SIGN, plan, what=f"DiagnosticReport/{report}")


def _signed(work: Work, report: Resource, said: SignOff) -> Resource:
    who = {"reference": work.subject.who}
    parts: list[Resource] = [{"url": "by", "valueReference": who}, {"url": "at", "valueInstant": instant(work.now)}]
    if said.comment:
        parts.append({"url": "comment", "valueString": said.comment})
    url = f"{ours.EXTENSIONS}/{inbox.SIGNED}"
    others = [one for one in report.get("extension", ()) if one.get("url") != url]
    interpreters = [one for one in report.get("resultsInterpreter", ()) if one != who]
    return {
        **report,
        "extension": [*others, {"url": url, "extension": parts}],
        "resultsInterpreter": [*interpreters, who],
    }


def _let(work: Work, report: Resource, said: SignOff) -> Plan[Resource]:
    """What its patient gets to see."""
    if said.release == "hold":
        return (yield from release.held(work, report, said.reason or ""))
    if report["status"] not in release.FINAL:
        return report  # what is preliminary is not released, whoever signs it
    if said.release == "delay" and labels.has(report, labels.WITHHELD):
        how = yield from release.policy_of(work)
        return (yield from release.delayed(work, report, how.hours or release.LATER))
    return (yield from release.released(work, report))


async def match(chart: Chart, report: str, patient: str) -> Line:
    """
    Say whose a result is; it goes to whoever ordered it, or to the clinicians.

    Raises:
        Conflict: If it is somebody's already.
        NotFound: If the report or the patient is not the subject's to see.
    """

    def plan(work: Work) -> Plan[Line]:
        found = yield from work.read("DiagnosticReport", report)
        if papers.patient_of(found):
            raise Conflict("It is known already whose result this is")
        yield from work.read("Patient", patient)
        results = yield from inbox.results_of(work, found)
        for one in results:
            yield from work.change("Observation", one["id"], lambda each: _given(each, patient))
        kept = yield from work.change("DiagnosticReport", report, lambda one: _given(one, patient))
        for task in (yield from inbox.open_tasks(work, inbox.UNMATCHED, f"DiagnosticReport/{report}")):
            yield from work.change("Task", task["id"], lambda one: completed(work, one))
        yield from reviewing.ask(work, kept, results, [])
        return (yield from one_line(work, (yield from _by_policy(work, kept))))

    return await chart.work("results/$match", plan, what=f"DiagnosticReport/{report}")


def _given(resource: Resource, patient: str) -> Resource:
    bare = {name: value for name, value in resource.items() if name != "contained"}
    return {**bare, "subject": {"reference": f"Patient/{patient}"}}


def _by_policy(work: Work, report: Resource) -> Plan[Resource]:
    how = yield from release.policy_of(work)
    if report["status"] not in release.FINAL:
        return report
    if how.release == "immediate":
        return (yield from release.released(work, report))
    return (yield from release.delayed(work, report, how.hours)) if how.release == "delayed" else report
