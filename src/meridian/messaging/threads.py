"""
Threads between a patient and the clinic: read, counted, and marked as read by each person for themselves.

The first Communication is the thread, the others are `partOf` it. What patients write waits for the team that answers
(`letters.ABOUT`), with a Task in its inbox; the front desk sees the threads it answers and no other. A list and the
count of the unread are the same rows (`access/correspondence`).
"""

from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

from meridian.access import correspondence
from meridian.access.chart import Chart
from meridian.access.correspondence import Line, Wanted
from meridian.access.listing import some
from meridian.access.subject import Role, Subject
from meridian.access.telling import named
from meridian.access.work import Plan, Work
from meridian.faults import Forbidden, NotFound
from meridian.messaging import letters, people

Resource: TypeAlias = dict[str, Any]
MOST = 100
"""Threads of one list, those with the newest first."""
MOST_MESSAGES = 500
"""Messages of one thread that are shown, the newest."""
PERSONAL = frozenset({Role.PATIENT, Role.PROXY})
LIMITED: dict[Role, tuple[str, ...]] = {role: (role.value,) for role in (Role.FRONT_DESK, Role.SECURITY_OFFICER)}
"""Roles that see only the threads their team answers."""


class Listed(NamedTuple):
    """Threads with their first messages, names for all references, and how many of the same are unread."""

    lines: list[tuple[Line, Resource]]
    names: people.Names
    unread: int


class Thread(NamedTuple):
    """
    A thread with all that was said in it, oldest first.

    Args:
        id: The first message's logical id.
        team: The role that answers.
        waiting: Whether the patient waits for an answer.
        messages: With notes among staff, where the reader is staff.
        documents: What the messages bring, by logical id, as far as the reader may see it.
        names: Of everybody who wrote, by reference.
        readers: How far each person has read, in ms since the epoch.
    """

    id: str
    team: str
    waiting: bool
    messages: list[Resource]
    documents: dict[str, Resource]
    names: people.Names
    readers: dict[str, int]


def me(subject: Subject) -> str:
    """The reference under which somebody writes and reads."""
    return subject.who or f"Account/{subject.account}"


def wanted(subject: Subject, *, patient: str = "", every: bool = False, unread: bool = False) -> Wanted:
    """The threads that are somebody's: a patient's own; of staff those they take part in or their team is to answer."""
    personal = subject.role in PERSONAL
    limit = LIMITED.get(subject.role, ())
    mine = not personal and not every and not patient
    teams = limit or ((subject.role.value,) if mine else ())
    return Wanted(me(subject), personal, mine, teams, (patient,) if patient else (), unread)


async def listed(chart: Chart, *, patient: str = "", every: bool = False, unread_only: bool = False) -> Listed:
    """
    Threads, those with the newest first; at most `MOST`.

    Args:
        chart: Whose.
        patient: Only this patient's; then all of them, whoever answers.
        every: All that the person may see, not only those that are theirs.
        unread_only: Only those with something unread.
    """
    asked = wanted(chart.subject, patient=patient, every=every, unread=unread_only)

    def plan(work: Work) -> Plan[Listed]:
        lines = yield from correspondence.threads(work, asked, MOST)
        first = {one["id"]: one for one in (yield from _first(work, [line.id for line in lines]))}
        kept = [(line, first[line.id]) for line in lines if line.id in first]
        mentioned = {name for line, one in kept for name in (line.last_by, f"Patient/{letters.patient(one)}")}
        names = yield from people.names(work, mentioned)
        return Listed(kept, names, (yield from correspondence.unread(work, asked)))

    return await chart.consult("messages/$list", plan, what="messages")


def _first(work: Work, ids: list[str]) -> Plan[list[Resource]]:
    if not ids:
        return []
    found = yield from some(work, "Communication", [("_id", ",".join(ids))], MOST)
    return found.resources


def unread(work: Work) -> Plan[int]:
    """How many of somebody's threads have something unread; 0 for roles without messages."""
    try:
        return (yield from correspondence.unread(work, wanted(work.subject)))
    except Forbidden:
        return 0


async def read(chart: Chart, thread: str) -> Thread:
    """
    A thread with all its messages.

    Raises:
        NotFound: If it is not there, not a thread, or another team's where the role sees its own only.
    """
    return await chart.consult("messages/$read", lambda work: _read(work, thread), what=f"Communication/{thread}")


def _read(work: Work, thread: str) -> Plan[Thread]:
    first, standing = yield from opened(work, thread)
    rest = yield from some(
        work, "Communication", [("part-of", f"Communication/{thread}"), ("_sort", "-sent")], MOST_MESSAGES
    )
    messages = [first, *sorted(rest.resources, key=lambda one: one.get("sent", ""))]
    wanted_documents = {one for message in messages for one in letters.attached(message)}
    documents: dict[str, Resource] = {}
    for one in sorted(wanted_documents):
        if (found := (yield from work.find("DocumentReference", one))) is not None:
            documents[one] = found
    readers = (yield from correspondence.people(work, thread)).read
    writers = {letters.sender(message) for message in messages} | {f"Patient/{letters.patient(first)}"}
    return Thread(
        thread,
        standing.team,
        standing.waiting,
        messages,
        documents,
        (yield from people.names(work, writers | readers.keys())),
        readers,
    )


def sent_at(message: Resource) -> int:
    """When it was sent, in ms since the epoch; 0 if that is not said."""
    sent = str(message.get("sent", ""))
    return round(datetime.fromisoformat(sent).timestamp() * 1000) if sent else 0


class Standing(NamedTuple):
    """What the row of a thread says."""

    team: str
    last: int
    noted: int
    waiting: bool


def opened(work: Work, thread: str) -> Plan[tuple[Resource, Standing]]:
    """
    The first message of a thread and how it stands, kept from others until the transaction ends.

    Raises:
        NotFound: As `read`.
    """
    first = yield from work.read("Communication", thread)
    standing = yield from correspondence.standing(work, thread)
    limit = LIMITED.get(work.subject.role)
    if standing is None or not letters.starts_a_thread(first) or (limit is not None and standing[0] not in limit):
        raise NotFound("There is no such thread")
    return first, Standing(*standing)


async def may_follow(chart: Chart, thread: str) -> None:
    """
    Pass if the chart's subject may follow the feed of a thread: whoever may open it.

    Raises:
        NotFound: As `read`.
    """
    await chart.consult("messages/$read", lambda work: opened(work, thread), what=f"Communication/{thread}")


async def may_follow_notes(chart: Chart, thread: str) -> None:
    """
    Likewise the feed of the notes in it, which is for staff.

    Raises:
        NotFound: As `read`; and to whom notes are not shown.
    """
    if chart.subject.role in PERSONAL:
        raise NotFound("There is no such thread")
    await may_follow(chart, thread)


async def see(chart: Chart, thread: str, at: int | None) -> None:
    """
    Mark a thread as read up to *at* (ms since the epoch), or as unread; who has come to its end is told in its feed.

    Raises:
        NotFound: As `read`.
    """

    def plan(work: Work) -> Plan[None]:
        first, standing = yield from opened(work, thread)
        who, until = me(work.subject), min(at, work.now) if at is not None else 0
        before = (yield from correspondence.people(work, thread)).read.get(who, 0)
        yield from correspondence.see(work, who, thread, until)
        if before < standing.last <= until:
            yield from work.tell(f"thread:{thread}", "read", named(first))

    await chart.work("messages/$see", plan, what=f"Communication/{thread}")
