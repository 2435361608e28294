"""
When a patient sees a result: at once when it is final, some hours later, or once somebody has signed it.

Each organisation says which, as an extension of its Organization. Until then the report and its measurements bear the
label NOPAT, which keeps them from their patient on every path; releasing takes it away. A result that is held stays
until somebody releases it, and the reason for holding it stays in the record.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple, TypeAlias

from meridian.access.chart import Chart
from meridian.access.work import Plan, Work
from meridian.clock import instant
from meridian.documents import labels, papers
from meridian.documents.inbox import DUE, HELD, Line, one_line, results_of
from meridian.faults import Conflict
from meridian.fhir import ours

Resource: TypeAlias = dict[str, Any]

RELEASE: Final = "result-release"
"""The job that releases a result when its time has come; also our extension on the Organization."""
HOURS: Final = "result-release-hours"
HOUR = 3_600_000
FINAL = frozenset({"final", "amended", "corrected", "appended"})
"""
`DiagnosticReport.status` of what is meant for good.

Source: hl7.org/fhir/R4/valueset-diagnostic-report-status.html.
"""
LATER = 24
"""Hours that `delay` means where the policy says none."""


class Policy(NamedTuple):
    """`immediate`, `delayed` by so many *hours*, or `signed`: once it is signed, which is where we begin."""

    release: str = "signed"
    hours: int = 0


async def policy(chart: Chart) -> Policy:
    """The organisation's."""
    return await chart.consult("results/$policy", policy_of)


async def set_policy(chart: Chart, said: Policy) -> Policy:
    """
    Set the organisation's, for results that come from now on.

    Raises:
        Forbidden: If the subject may not change the organisation.
    """

    def plan(work: Work) -> Plan[Policy]:
        yield from work.change("Organization", work.subject.organisation, lambda one: _with_policy(one, said))
        return (yield from policy_of(work))

    return await chart.work("results/$policy", plan, what=f"Organization/{chart.subject.organisation}")


def policy_of(work: Work) -> Plan[Policy]:
    """The organisation's, within an operation."""
    organisation = yield from work.find("Organization", work.subject.organisation)
    if organisation is None:
        return Policy()
    how = ours.extended(organisation, RELEASE) or {}
    hours = ours.extended(organisation, HOURS) or {}
    return Policy(str(how.get("valueCode", Policy().release)), int(hours.get("valueInteger", 0)))


def _with_policy(organisation: Resource, said: Policy) -> Resource:
    names = {f"{ours.EXTENSIONS}/{RELEASE}", f"{ours.EXTENSIONS}/{HOURS}"}
    others = [one for one in organisation.get("extension", ()) if one.get("url") not in names]
    own = [ours.extension(RELEASE, valueCode=said.release), ours.extension(HOURS, valueInteger=said.hours)]
    return {**organisation, "extension": [*others, *own]}


async def now(chart: Chart, report: str) -> Line:
    """
    Let its patient see it.

    Raises:
        Conflict: If it is preliminary, or nobody's.
    """

    def plan(work: Work) -> Plan[Line]:
        found = yield from work.read("DiagnosticReport", report)
        if found["status"] not in FINAL or not papers.patient_of(found):
            raise Conflict("Only a final result of a known patient can be released")
        return (yield from one_line(work, (yield from released(work, found))))

    return await chart.work("results/$release", plan, what=f"DiagnosticReport/{report}")


async def hold(chart: Chart, report: str, reason: str) -> Line:
    """Keep it from its patient until somebody releases it."""

    def plan(work: Work) -> Plan[Line]:
        found = yield from work.read("DiagnosticReport", report)
        return (yield from one_line(work, (yield from held(work, found, reason))))

    return await chart.work("results/$release", plan, what=f"DiagnosticReport/{report}")


def released(work: Work, report: Resource) -> Plan[Resource]:
    """The report, which its patient may see from now on, with its measurements."""
    yield from work.withdraw(RELEASE, _reference(report))
    for observation in (yield from results_of(work, report)):
        if labels.has(observation, labels.WITHHELD):
            yield from work.change("Observation", observation["id"], _shown)
    return (yield from work.change("DiagnosticReport", report["id"], lambda one: _shown(_without_hold(one))))


def held(work: Work, report: Resource, reason: str) -> Plan[Resource]:
    """The report, kept from its patient."""
    yield from work.withdraw(RELEASE, _reference(report))
    for observation in (yield from results_of(work, report)):
        yield from work.change("Observation", observation["id"], _kept)
    return (
        yield from work.change(
            "DiagnosticReport",
            report["id"],
            lambda one: papers.with_extension(_kept(_without_hold(one)), HELD, valueString=reason),
        )
    )


def delayed(work: Work, report: Resource, hours: int) -> Plan[Resource]:
    """The report, released by itself after so many hours."""
    due = work.now + hours * HOUR
    yield from work.withdraw(RELEASE, _reference(report))
    yield from work.emit(RELEASE, _reference(report), due=due)
    return (
        yield from work.change(
            "DiagnosticReport",
            report["id"],
            lambda one: papers.with_extension(_without_hold(one), DUE, valueInstant=instant(due)),
        )
    )


async def due(chart: Chart, report: str) -> None:
    """What the job does: release a result whose time has come and which nobody holds."""

    def plan(work: Work) -> Plan[None]:
        found = yield from work.find("DiagnosticReport", report)
        if found is None or ours.extended(found, HELD) or not ours.extended(found, DUE):
            return
        if found["status"] in FINAL and papers.patient_of(found):
            yield from released(work, found)

    await chart.work("results/$release", plan, what=f"DiagnosticReport/{report}")


def handler(servant: Callable[[int], Awaitable[Chart]]) -> Callable[[Any], Awaitable[None]]:
    """What does the job `result-release`."""

    async def run(job: Any) -> None:
        await due(await servant(job.org), job.what.removeprefix("DiagnosticReport/"))

    return run


def _shown(resource: Resource) -> Resource:
    return labels.without(resource, labels.WITHHELD)


def _kept(resource: Resource) -> Resource:
    return labels.with_label(resource, labels.WITHHELD)


def _without_hold(report: Resource) -> Resource:
    names = {f"{ours.EXTENSIONS}/{HELD}", f"{ours.EXTENSIONS}/{DUE}"}
    others = [one for one in report.get("extension", ()) if one.get("url") not in names]
    bare = {name: value for name, value in report.items() if name != "extension"}
    return {**bare, "extension": others} if others else bare


def _reference(report: Resource) -> str:
    return f"DiagnosticReport/{report['id']}"
