"""
Reviewing emergency access: who, when, why, what was opened by it, and whether that was justified.

What was opened is read from the log, where each entry of it carries the session and the purpose BTG. Nobody reviews
their own. A review is made once; what was found is in the row as a code, and in words in the Task.
"""

from dataclasses import replace
from functools import partial
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from meridian.access.chart import Chart
from meridian.access.subject import Role
from meridian.access.work import Plan, Work
from meridian.audit import search as log
from meridian.audit.entry import Entry
from meridian.clock import instant
from meridian.faults import Conflict, Forbidden, NotFound
from meridian.fhir import ours
from meridian.identity import emergencies
from meridian.identity.emergencies import Emergency

Resource: TypeAlias = dict[str, Any]
Verdict = Literal["justified", "not-justified"]

LIST, REVIEW = "emergency/$reviews", "emergency/$review"
VERDICTS: Final = ours.CODES + "/emergency-verdict"
MOST: Final = 200
PAGES: Final = 20
"""Pages of the log that are gone through for one."""


class Use(NamedTuple):
    """One use of emergency access, with the name of who used it."""

    row: Emergency
    name: str


class Seen(NamedTuple):
    """Something that was opened: when, how, what, and how many resources that gave out."""

    at: int
    action: str
    what: str
    given: tuple[str, ...]


class Opened(NamedTuple):
    """A use with all that a review goes by."""

    use: Use
    patient: str
    """The patient's name; empty if nobody was found."""
    explanation: str
    note: str
    seen: list[Seen]


async def listed(chart: Chart, *, waiting: bool) -> list[Use]:
    """Those that wait for their review, the one due first at first; or all, newest first."""

    def plan(work: Work) -> Plan[list[Use]]:
        _officer(work)
        rows = yield from emergencies.listed(work.subject.org, MOST, waiting=waiting)
        names: dict[str, str] = {}
        for who in {one.who for one in rows}:
            names[who] = yield from _name(work, who)
        return [Use(one, names[one.who]) for one in rows]

    found: list[Use] = await chart.consult(LIST, plan)
    return found


async def shown(chart: Chart, identity: str) -> Opened:
    """
    One of them, with what was opened by it.

    Raises:
        NotFound: If there is none of that name here.
    """
    found: Opened = await chart.consult(LIST, partial(_shown, identity=identity), what=f"Emergency/{identity}")
    return found


def _shown(work: Work, identity: str) -> Plan[Opened]:
    _officer(work)
    row = yield from _row(work, identity)
    task = yield from work.read("Task", row.task)
    patient = ""
    if row.patient:
        patient = yield from _name(work, f"Patient/{row.patient}")
    use = Use(row, (yield from _name(work, row.who)))
    notes = [str(one.get("text", "")) for one in task.get("note", ())]
    return Opened(use, patient, str(task.get("description", "")), "\n".join(notes), (yield from _seen(row, work.now)))


def _seen(row: Emergency, now: int) -> Plan[list[Seen]]:
    """What the log has of it, oldest first."""
    if not row.patient:
        return []
    asked = log.about([row.patient], row.began, (row.ended or now) + 1, agents=[row.who] if row.who else ())
    found: list[Seen] = []
    for _ in range(PAGES):
        page, edge = yield from log.entries(row.org, asked)
        found += [_said(one) for _, one in page if _is_of(one, row)]
        if edge is None:
            break
        asked = replace(asked, after=edge)
    return found[::-1]


def _is_of(entry: Entry, row: Emergency) -> bool:
    own = {emergencies.START, emergencies.STOP}
    by_it = entry.session == row.session and entry.purpose == emergencies.PURPOSE
    return by_it and entry.action not in own and not entry.action.startswith("alert-")


def _said(entry: Entry) -> Seen:
    return Seen(entry.time, entry.action, entry.what, entry.seen)


async def review(chart: Chart, identity: str, verdict: Verdict, note: str) -> None:
    """
    Say what one came to.

    Raises:
        NotFound: If there is none of that name here.
        Forbidden: If it is one's own.
        Conflict: If it was reviewed before, or has not ended.
    """

    def plan(work: Work) -> Plan[None]:
        _officer(work)
        row = yield from _row(work, identity, lock=True)
        if row.account == work.subject.account:
            raise Forbidden("Nobody reviews their own emergency access")
        if not row.ended and work.now < row.ends:
            raise Conflict("It has not ended yet")
        if not (yield from emergencies.review(row, work.subject.who, verdict, work.now)):
            raise Conflict("It was reviewed before")
        yield from work.change("Task", row.task, partial(_closed, verdict=verdict, note=note, work=work))
        yield from work.noted(
            "break-glass-reviewed", f"Task/{row.task}", patient=row.patient, outcome="ok", rule=verdict,
            request=work.subject.request,
        )  # fmt: skip

    await chart.work(REVIEW, plan, what=f"Emergency/{identity}")


def _closed(task: Resource, *, verdict: str, note: str, work: Work) -> Resource:
    now = instant(work.now)
    said: Resource = {"time": now, "text": note}
    if work.subject.who:
        said["authorReference"] = task["owner"] = {"reference": work.subject.who}
    return task | {
        "status": "completed",
        "lastModified": now,
        "businessStatus": {"coding": [{"system": VERDICTS, "code": verdict}]},
        "note": [*task.get("note", ()), said],
    }


def _officer(work: Work) -> None:
    """Pass for those who oversee, before anything is looked up."""
    if work.subject.role is not Role.SECURITY_OFFICER:
        raise Forbidden("Emergency access is reviewed by security officers")


def _row(work: Work, identity: str, *, lock: bool = False) -> Plan[Emergency]:
    row = yield from emergencies.by_id(work.subject.org, identity, lock=lock)
    if row is None:
        raise NotFound("There is no emergency access of that name")
    return row


def _name(work: Work, reference: str) -> Plan[str]:
    kind, _, logical_id = reference.partition("/")
    person = (yield from work.find(kind, logical_id)) if logical_id else None
    first: Resource = next(iter((person or {}).get("name", ())), {})
    return str(first.get("text") or " ".join([*first.get("given", ()), first.get("family", "")]).strip())
