"""
The inbox: what waits for a person, and what the person does with it short of doing it.

A list and its counts are one search with one scope, so that they cannot disagree. What a role does not work on is, for
it, not there. Kinds that close by an act of their own (`queues.ACTS`) are never completed here.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from meridian.access import correspondence
from meridian.access.chart import Chart
from meridian.access.listing import some, tally, versions
from meridian.access.subject import Subject
from meridian.access.work import Plan, Work
from meridian.clock import instant
from meridian.faults import Conflict, Forbidden, Invalid, Issue, NotFound
from meridian.fhir.ours import OPEN_TASKS, TASK, task
from meridian.messaging import people, queues, tasks
from meridian.messaging.notify import NOTIFY
from meridian.messaging.queues import ALL, MINE, TEAM

Resource: TypeAlias = dict[str, Any]
MOST = 300
"""Lines of one list, the longest waiting first; counts know no such end."""


class Inbox(NamedTuple):
    """
    A list with its counts.

    Args:
        counts: Open Tasks of the view by kind.
        tasks: Those of the kind asked for, or all.
        names: Of everybody they speak of, by reference.
        more: Whether there are more than are listed.
    """

    counts: dict[str, int]
    tasks: list[Resource]
    names: people.Names
    more: bool


class Counts(NamedTuple):
    """What somebody is told at a glance."""

    mine: int
    team: int
    messages: int


async def listed(chart: Chart, view: str, kind: str = "") -> Inbox:
    """
    The open Tasks of a view (`mine`, `team`, `all`), the most urgent first.

    Raises:
        Forbidden: If the role has no inbox.
    """
    return await chart.consult("inbox/$list", lambda work: _listed(work, view, kind), what=f"inbox/{view}")


def _listed(work: Work, view: str, kind: str) -> Plan[Inbox]:
    subject = work.subject
    if not queues.kinds(subject.role, TEAM):
        raise Forbidden("Your role has no inbox")
    counts = yield from _counted(work, view)
    asked = criteria(subject, view, kind)
    if asked is None:
        return Inbox(counts, [], {}, more=False)
    found = yield from some(work, "Task", [*asked, ("_sort", "authored-on")], MOST)
    mentioned = {tasks.reference(one, element) for one in found.resources for element in ("for", "owner", "requester")}
    names = yield from people.names(work, mentioned)
    return Inbox(counts, sorted(found.resources, key=tasks.order), names, found.more)


def _counted(work: Work, view: str) -> Plan[dict[str, int]]:
    asked = criteria(work.subject, view)
    return (yield from tally(work, "Task", asked, "code")) if asked is not None else {}


def criteria(subject: Subject, view: str, kind: str = "") -> list[tuple[str, str]] | None:
    """The one search behind a list and its counts; `None` if nothing can be in it."""
    kinds = queues.kinds(subject.role, view) & ({kind} if kind else queues.kinds(subject.role, view))
    if not kinds or (view == MINE and not subject.who):
        return None
    pairs = [("code", ",".join(f"{TASK}|{one}" for one in sorted(kinds))), ("status", ",".join(OPEN_TASKS))]
    if view == MINE:
        pairs.append(("owner", subject.who))
    elif view == TEAM:
        pairs += [("performer", f"{tasks.ROLE}|{subject.role.value}"), ("owner:missing", "true")]
    return pairs


async def counts(chart: Chart) -> Counts:
    """What waits for the person, for the team, and how many threads have something unread."""
    from meridian.messaging import threads  # noqa: PLC0415  # threads knows the inbox's Tasks

    def plan(work: Work) -> Plan[Counts]:
        waiting = {}
        for view in (MINE, TEAM):
            waiting[view] = sum((yield from _counted(work, view)).values())
        return Counts(waiting[MINE], waiting[TEAM], (yield from threads.unread(work)))

    return await chart.consult("inbox/$count", plan, what="inbox")


async def history(chart: Chart, logical_id: str) -> tuple[list[Resource], people.Names]:
    """
    The versions of a Task, newest first, and the names of those who made them.

    Raises:
        NotFound: If the role does not work on it.
    """

    def plan(work: Work) -> Plan[tuple[list[Resource], people.Names]]:
        _reached(work, (yield from work.read("Task", logical_id)))
        found = yield from versions(work, "Task", logical_id)
        mentioned = {name for one in found for name in (tasks.changed_by(one), tasks.reference(one, "owner"))}
        return found, (yield from people.names(work, mentioned))

    return await chart.consult("inbox/$history", plan, what=f"Task/{logical_id}")


async def assign(chart: Chart, logical_id: str, *, owner: str = "", role: str = "", note: str = "") -> Resource:
    """
    Give a Task to a person (who is told) or to a role, with a note for them.

    Raises:
        NotFound: If the role does not work on it, or there is no such person.
        Invalid: If neither or both are named, or the role is none that work is given to.
        Conflict: If it is done.
    """
    if bool(owner) == bool(role):
        raise Invalid("Name either a person or a role", issues=(Issue("value", "is one of the two", "owner"),))
    if role and role not in queues.TEAMS:
        raise Invalid("That role is given no work", issues=(Issue("value", "is given no work", "role"),))

    def plan(work: Work) -> Plan[Resource]:
        if owner:
            yield from _colleague(work, owner)
        made = yield from _changed(work, logical_id, lambda one: _given(work, one, owner, role, note))
        yield from _followed(work, made, owner, role)
        if owner and owner != work.subject.who:
            yield from work.emit(NOTIFY, f"Task/{logical_id}", said={"kind": "task", "recipient": owner})
        return made

    return await chart.work("inbox/$assign", plan, what=f"Task/{logical_id}")


def _colleague(work: Work, owner: str) -> Plan[None]:
    kind, _, logical_id = owner.partition("/")
    if kind != "Practitioner" or not logical_id:
        raise Invalid("Work is given to a Practitioner", issues=(Issue("value", "is a Practitioner", "owner"),))
    found = yield from work.read(kind, logical_id)
    if found.get("active") is False:
        raise Conflict("This person no longer works here")


def _given(work: Work, one: Resource, owner: str, role: str, note: str) -> Resource:
    _refuse_closed(one)
    one["status"] = "requested" if role else "accepted" if owner == work.subject.who else "received"
    return tasks.noted(tasks.given_to(one, owner, role), note, work.subject.who, instant(work.now))


def _followed(work: Work, made: Resource, owner: str, role: str) -> Plan[None]:
    """A thread goes with its Task: to the team that answers, or to the person, who then takes part."""
    focus, _, thread = tasks.reference(made, "focus").partition("/")
    if tasks.kind(made) != "message" or focus != "Communication":
        return
    if role:
        yield from correspondence.route(work, thread, role)
    if owner:
        yield from correspondence.follow(work, owner, thread)


async def start(chart: Chart, logical_id: str) -> Resource:
    """Begin to work on a Task, which makes it one's own if it was nobody's."""

    def started(work: Work, one: Resource) -> Resource:
        _refuse_closed(one)
        one["status"] = "in-progress"
        one.setdefault("executionPeriod", {})["start"] = instant(work.now)
        return tasks.given_to(one, tasks.reference(one, "owner") or work.subject.who, "")

    return await _act(chart, "start", logical_id, started)


async def complete(chart: Chart, logical_id: str, note: str = "") -> Resource:
    """
    Say that it is done.

    Raises:
        Conflict: If it closes by its own act only, or is done.
    """

    def completed(work: Work, one: Resource) -> Resource:
        return tasks.noted(_closed(work, one, "completed"), note, work.subject.who, instant(work.now))

    return await _act(chart, "complete", logical_id, completed)


async def reject(chart: Chart, logical_id: str, reason: str) -> Resource:
    """
    Say that it will not be done, and why.

    Raises:
        Invalid: If no reason is given.
        Conflict: If it closes by its own act only, or is done.
    """
    if not reason.strip():
        raise Invalid("Say why", issues=(Issue("required", "is needed", "reason"),))

    def rejected(work: Work, one: Resource) -> Resource:
        return {**_closed(work, one, "rejected"), "statusReason": {"text": reason}}

    return await _act(chart, "reject", logical_id, rejected)


async def reopen(chart: Chart, logical_id: str) -> Resource:
    """
    Take up again what was completed or rejected here.

    Raises:
        Conflict: If it is open, or was closed by its own act.
    """

    def reopened(_work: Work, one: Resource) -> Resource:
        if tasks.kind(one) in queues.ACTS or one.get("status") not in ("completed", "rejected"):
            raise Conflict("This cannot be taken up again")
        one.pop("statusReason", None)
        one.get("executionPeriod", {}).pop("end", None)
        if not one.get("executionPeriod", {"start": ""}):
            del one["executionPeriod"]
        return {**one, "status": "accepted" if "owner" in one else "requested"}

    return await _act(chart, "reopen", logical_id, reopened)


async def put_off(chart: Chart, logical_id: str, due: str) -> Resource:
    """Another instant by which it is to be done; empty for none."""

    def moved(_work: Work, one: Resource) -> Resource:
        _refuse_closed(one)
        one.pop("restriction", None)
        return {**one, "restriction": {"period": {"end": due}}} if due else one

    return await _act(chart, "due", logical_id, moved)


async def add(chart: Chart, title: str, *, patient: str = "", owner: str = "", role: str = "", due: str = "",
              urgent: bool = False) -> Resource:  # fmt: skip
    """
    A to-do, for oneself if neither an owner nor a role is named.

    Raises:
        NotFound: If there is no such patient or person.
    """

    def plan(work: Work) -> Plan[Resource]:
        subject = work.subject
        if patient:
            yield from work.read("Patient", patient)
        if owner:
            yield from _colleague(work, owner)
        made = task(
            "to-do",
            patient=f"Patient/{patient}" if patient else "",
            owner=owner or ("" if role else subject.who),
            requester=subject.who,
            now=instant(work.now),
            due=due,
            role=role or ("" if owner or subject.who else subject.role.value),
            priority="urgent" if urgent else "routine",
            note=title,
        )
        kept = yield from work.create("Task", made)
        if owner and owner != subject.who:
            yield from work.emit(NOTIFY, f"Task/{kept['id']}", said={"kind": "task", "recipient": owner})
        return kept

    if role and role not in queues.TEAMS:
        raise Invalid("That role is given no work", issues=(Issue("value", "is given no work", "role"),))
    return await chart.work("inbox/$add", plan, what="Task")


async def _act(chart: Chart, verb: str, logical_id: str, act: Callable[[Work, Resource], Resource]) -> Resource:
    return await chart.work(
        f"inbox/${verb}",
        lambda work: _changed(work, logical_id, lambda one: act(work, one)),
        what=f"Task/{logical_id}",
    )


def _changed(work: Work, logical_id: str, change: Callable[[Resource], Resource]) -> Plan[Resource]:
    who, now = work.subject.who, instant(work.now)

    def changed(one: Resource) -> Resource:
        return tasks.touched(change(_reached(work, one)), who, now)

    return (yield from work.change("Task", logical_id, changed))


def _reached(work: Work, one: Resource) -> Resource:
    """The Task, if the role works on it; else it is not there."""
    subject = work.subject
    if not queues.in_reach(subject.role, subject.who, tasks.kind(one), tasks.reference(one, "owner"), tasks.team(one)):
        raise NotFound("There is no such task")
    return one


def _closed(work: Work, one: Resource, status: str) -> Resource:
    _refuse_closed(one)
    if tasks.kind(one) in queues.ACTS:
        raise Conflict("This closes by what it asks for: do that")
    one.setdefault("executionPeriod", {})["end"] = instant(work.now)
    return {**one, "status": status}


def _refuse_closed(one: Resource) -> None:
    if not tasks.is_open(one):
        raise Conflict("This is done already")


__all__ = ["ALL", "MINE", "MOST", "TEAM", "Counts", "Inbox", "add", "assign", "complete", "counts", "criteria",
           "history", "listed", "put_off", "reject", "reopen", "start"]  # fmt: skip
