"""What waits for a person, and what may be done with it short of doing it."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, status

from meridian.messaging import inbox, queues, tasks
from meridian.messaging.people import Named, Names
from meridian.web.api.dependencies import Glance, Own
from meridian.web.api.messaging.models import (
    Assignment,
    Counts,
    Done,
    Due,
    Inbox,
    Kind,
    NewToDo,
    Reason,
    TaskHistory,
    TaskLine,
    TaskVersion,
    View,
    Who,
)

router = APIRouter(prefix="/api/inbox", tags=["inbox"])
TaskId = Annotated[str, Path(pattern=r"^[A-Za-z0-9.-]{1,64}$")]


@router.get("")
async def read_inbox(
    chart: Own, view: Annotated[View, Query()] = "mine", kind: Annotated[Kind | None, Query()] = None
) -> Inbox:
    """Open tasks, the most urgent first, and how many there are of each kind."""
    found = await inbox.listed(chart, view, kind or "")
    return Inbox(
        view=view, counts=found.counts, tasks=[_line(one, found.names) for one in found.tasks], more=found.more
    )


@router.get("/counts")
async def read_counts(chart: Glance) -> Counts:
    """What waits for oneself and for one's team, and unread messages; asking keeps no session awake."""
    return Counts.model_validate((await inbox.counts(chart))._asdict())


@router.post("/tasks", status_code=status.HTTP_201_CREATED)
async def add_to_do(chart: Own, body: NewToDo) -> TaskLine:
    """Something to do, for oneself, a colleague or a team."""
    made = await inbox.add(
        chart,
        body.title,
        patient=body.patient or "",
        owner=body.owner or "",
        role=body.team or "",
        due=body.due or "",
        urgent=body.urgent,
    )
    return _line(made, {})


@router.get("/{task}/history")
async def read_task_history(chart: Own, task: TaskId) -> TaskHistory:
    """Who did what to it, newest first."""
    found, names = await inbox.history(chart, task)
    return TaskHistory(versions=[_version(one, names) for one in found])


@router.post("/{task}/assign")
async def assign_task(chart: Own, task: TaskId, body: Assignment) -> TaskLine:
    """Give it to a colleague, who is told, or to a team."""
    return _line(await inbox.assign(chart, task, owner=body.owner or "", role=body.team or "", note=body.note), {})


@router.post("/{task}/start")
async def start_task(chart: Own, task: TaskId) -> TaskLine:
    """Begin to work on it; it becomes one's own if it was nobody's."""
    return _line(await inbox.start(chart, task), {})


@router.post("/{task}/complete")
async def complete_task(chart: Own, task: TaskId, body: Done) -> TaskLine:
    """It is done; 409 for kinds that close by what they ask for."""
    return _line(await inbox.complete(chart, task, body.note), {})


@router.post("/{task}/reject")
async def reject_task(chart: Own, task: TaskId, body: Reason) -> TaskLine:
    """It will not be done."""
    return _line(await inbox.reject(chart, task, body.reason), {})


@router.post("/{task}/reopen")
async def reopen_task(chart: Own, task: TaskId) -> TaskLine:
    """It was not done after all."""
    return _line(await inbox.reopen(chart, task), {})


@router.post("/{task}/due")
async def put_off_task(chart: Own, task: TaskId, body: Due) -> TaskLine:
    """Another day by which it is to be done, or none."""
    return _line(await inbox.put_off(chart, task, body.due or ""), {})


def _line(one: dict[str, Any], names: Names) -> TaskLine:
    kind = tasks.kind(one)
    return TaskLine(
        id=one["id"],
        version=int(one["meta"]["versionId"]),
        kind=kind,
        title=one.get("description", ""),
        state=one["status"],
        priority=one.get("priority", "routine"),
        patient=_who(tasks.reference(one, "for"), names),
        focus=tasks.reference(one, "focus"),
        owner=_who(tasks.reference(one, "owner"), names),
        team=tasks.team(one),
        requester=_who(tasks.reference(one, "requester"), names),
        authored=one.get("authoredOn", ""),
        due=tasks.due(one),
        note=_note(one),
        closable=kind not in queues.ACTS,
    )


def _version(one: dict[str, Any], names: Names) -> TaskVersion:
    return TaskVersion(
        version=int(one["meta"]["versionId"]),
        at=one["meta"]["lastUpdated"],
        by=_who(tasks.changed_by(one), names),
        state=one["status"],
        owner=_who(tasks.reference(one, "owner"), names),
        team=tasks.team(one),
        note=_note(one),
    )


def _note(one: dict[str, Any]) -> str:
    notes = one.get("note", ())
    return str(notes[-1].get("text", "")) if notes else ""


def _who(reference: str, names: Names) -> Who | None:
    if not reference:
        return None
    known = names.get(reference, Named(""))
    return Who(reference=reference, name=known.name, born=known.born)
