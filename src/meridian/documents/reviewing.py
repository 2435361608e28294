"""The tasks about results: to look at one and sign it, or to find out whose it is; never two open ones for a result."""

from collections.abc import Iterable
from typing import Any, TypeAlias

from meridian.access.subject import Role
from meridian.access.work import Plan, Work
from meridian.clock import instant
from meridian.documents import flags, inbox, papers
from meridian.fhir import ours

Resource: TypeAlias = dict[str, Any]

HOUR = 3_600_000
DUE = {"critical": HOUR, "abnormal": 24 * HOUR, "unknown": 3 * 24 * HOUR, "normal": 7 * 24 * HOUR}
"""Milliseconds until a result should have been looked at, house policy."""
PRIORITY = {"critical": "urgent"}


def ask(work: Work, report: Resource, results: Iterable[Resource], orders: Iterable[Resource]) -> Plan[str]:
    """
    Have somebody look at a result, or find its patient; gives the task's id.

    One that is open already stays, with what is now urgent; so a correction never makes two.
    """
    reference = f"DiagnosticReport/{report['id']}"
    patient = papers.patient_of(report)
    level = flags.level([flags.flag(one) for one in results])
    code = inbox.REVIEW if patient else inbox.UNMATCHED
    present = yield from inbox.open_tasks(work, code, reference)
    if present:
        yield from work.change("Task", present[0]["id"], lambda one: _pressing(work, one, level))
        return str(present[0]["id"])
    owner = _orderer(orders) if patient else ""
    made = ours.task(
        code,
        patient=f"Patient/{patient}" if patient else "",
        focus=reference,
        owner=owner,
        requester=work.subject.who,
        now=instant(work.now),
        due=instant(work.now + DUE[level]),
        priority=PRIORITY.get(level, "routine"),
        role="" if owner else Role.CLINICIAN.value if patient else Role.NURSE.value,
    )
    return str((yield from work.create("Task", made))["id"])


def _pressing(work: Work, task: Resource, level: str) -> Resource:
    if level != "critical" or task.get("priority") == "urgent":
        return {**task, "lastModified": instant(work.now)}
    due = {"period": {"end": instant(work.now + DUE[level])}}
    return {**task, "priority": "urgent", "restriction": due, "lastModified": instant(work.now)}


def _orderer(orders: Iterable[Resource]) -> str:
    """Who ordered it, if that is one person."""
    asked = {str(one.get("requester", {}).get("reference", "")) for one in orders}
    return asked.pop() if len(asked) == 1 and next(iter(asked)).startswith("Practitioner/") else ""
