"""
Writing: a thread begun, an answer, a note among staff, and what goes with them in the same transaction.

What a patient or a proxy writes makes the thread wait, with one open Task for the team; what staff answer closes it,
and so does saying that no answer is needed. A message is never changed: a correction is another message. The key that
whoever writes chooses makes a message that is sent twice one message. Proxies write as themselves, in the patient's
record.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from meridian.access import correspondence
from meridian.access.chart import Chart
from meridian.access.listing import some
from meridian.access.telling import named
from meridian.access.work import Plan, Work
from meridian.clock import instant
from meridian.faults import Forbidden, Invalid, Issue
from meridian.fhir.ours import OPEN_TASKS, RESTRICTED, TASK, task
from meridian.messaging import letters, tasks
from meridian.messaging.letters import Draft
from meridian.messaging.notify import NOTIFY
from meridian.messaging.threads import PERSONAL, Standing, me, opened, sent_at

Resource: TypeAlias = dict[str, Any]
WORKING_DAYS = 2
"""Within which a patient is told to expect an answer."""
_WEEKEND = 5
AGAIN_MS = 24 * 3600 * 1000
"""Who has not read what was said last is told of more in the same thread after this long only."""


async def start(
    chart: Chart,
    draft: Draft,
    *,
    subject: str,
    patient: str = "",
    about: str = "other",
    to: tuple[str, ...] = (),
    entry: str = "",
) -> str:
    """
    Begin a thread; gives its id.

    Args:
        chart: Who writes.
        draft: What.
        subject: What the thread is called.
        patient: Logical id of whose record it belongs to; may be left out by who has just one.
        about: One of `letters.ABOUT`: who answers.
        to: `Practitioner/x` whom it is for; the first becomes owner of the Task.
        entry: Logical id of an AuditEvent that the thread asks about.

    Raises:
        Invalid, TooLarge: If it cannot be sent so.
        NotFound: If the patient or a document is not theirs.
    """
    draft, line = letters.checked(draft), letters.subject_line(subject)
    if about not in letters.ABOUT:
        raise Invalid("That is nothing a thread is about", issues=(Issue("code-invalid", "is unknown", "about"),))
    whose = _whose(chart, patient)

    def plan(work: Work) -> Plan[str]:
        who, now = me(work.subject), work.now
        if (sent := (yield from _sent(work, draft, who))) is not None:
            return str(sent["id"])
        yield from work.read("Patient", whose)
        yield from _attachable(work, draft, whose)
        team, recipients = letters.ABOUT[about], _recipients(work, whose, to)
        for one in to:
            yield from work.read("Practitioner", one.removeprefix("Practitioner/"))
        made = letters.communication(
            draft, patient=f"Patient/{whose}", sender=who, recipients=recipients, sent=instant(now), about=about,
            topic=line, entry=entry, restricted=about == letters.PRIVACY,
        )  # fmt: skip
        kept = yield from _kept(work, made, draft, who)
        thread = str(kept["id"])
        yield from correspondence.begin(work, thread, team)
        for one in to:
            yield from correspondence.follow(work, one, thread)
        yield from _said(work, kept, kept, Standing(team, 0, 0, waiting=False), to[0] if to else "")
        return thread

    return await chart.work("messages/$start", plan, what=f"Patient/{whose}")


async def answer(chart: Chart, thread: str, draft: Draft) -> str:
    """
    Say something in a thread; gives the message's id.

    Raises:
        Invalid, TooLarge: If it cannot be sent so.
        NotFound: If the thread or a document is not theirs.
    """
    draft = letters.checked(draft)

    def plan(work: Work) -> Plan[str]:
        first, standing = yield from opened(work, thread)
        who, whose = me(work.subject), letters.patient(first)
        if (sent := (yield from _sent(work, draft, who))) is not None:
            return str(sent["id"])
        yield from _attachable(work, draft, whose)
        made = letters.communication(
            draft, patient=f"Patient/{whose}", sender=who, recipients=_recipients(work, whose, ()),
            sent=instant(work.now), thread=thread, restricted=letters.is_restricted(first),
        )  # fmt: skip
        kept = yield from _kept(work, made, draft, who)
        yield from _said(work, first, kept, standing, "")
        return str(kept["id"])

    return await chart.work("messages/$answer", plan, what=f"Communication/{thread}")


async def note(chart: Chart, thread: str, draft: Draft) -> str:
    """
    Note something among staff, which the patient does not see; gives its id.

    Raises:
        Forbidden: If the writer is no staff.
        Invalid, TooLarge, NotFound: As `answer`.
    """
    draft = letters.checked(draft)

    def plan(work: Work) -> Plan[str]:
        if work.subject.role in PERSONAL:
            raise Forbidden("Your role does not include notes among staff")
        first, _ = yield from opened(work, thread)
        who, whose = me(work.subject), letters.patient(first)
        if (sent := (yield from _sent(work, draft, who))) is not None:
            return str(sent["id"])
        yield from _attachable(work, draft, whose)
        made = letters.communication(
            draft, patient=f"Patient/{whose}", sender=who, recipients=(), sent=instant(work.now),
            category=letters.NOTE, thread=thread, restricted=letters.is_restricted(first),
        )  # fmt: skip
        kept = yield from _kept(work, made, draft, who)
        at = sent_at(kept)
        yield from correspondence.noted(work, thread, who, at)
        yield from _told(work, first, (yield from correspondence.people(work, thread)).following, "note")
        yield from _takes_part(work, who, thread, at)
        return str(kept["id"])

    return await chart.work("messages/$note", plan, what=f"Communication/{thread}")


async def settle(chart: Chart, thread: str, reason: str = "") -> None:
    """
    Say that a thread needs no answer: its Task is closed, the patient is told nothing.

    Raises:
        Forbidden: If who says so is no staff.
        NotFound: If the thread is not theirs to see.
    """

    def plan(work: Work) -> Plan[None]:
        if work.subject.role in PERSONAL:
            raise Forbidden("Your role does not include saying so")
        first, standing = yield from opened(work, thread)
        yield from _close_tasks(work, thread, f"No answer needed. {letters.tidy(reason)}".strip())
        yield from correspondence.settle(work, thread)
        yield from work.tell(f"team:{standing.team}", "message", named(first))
        yield from correspondence.see(work, me(work.subject), thread, work.now)

    await chart.work("messages/$settle", plan, what=f"Communication/{thread}")


def _whose(chart: Chart, patient: str) -> str:
    """The patient a thread is about: the one named, or the only one of one's own."""
    own = chart.subject.patients
    if chart.subject.role in PERSONAL and not patient and len(own) == 1:
        return own[0]
    if not patient:
        raise Invalid("Say whose record this is about", issues=(Issue("required", "is needed", "patient"),))
    return patient


def _recipients(work: Work, whose: str, to: tuple[str, ...]) -> tuple[str, ...]:
    """Whom it is for: the clinic or those named, of a patient's; the patient, of staff's."""
    if work.subject.role not in PERSONAL:
        return (f"Patient/{whose}", *to)
    return to or (f"Organization/{work.subject.organisation}",)


def _sent(work: Work, draft: Draft, who: str) -> Plan[Resource | None]:
    """What the same person sent under the same key before."""
    found = yield from some(work, "Communication", _once(draft, who), 1)
    return found.resources[0] if found.resources else None


def _once(draft: Draft, who: str) -> list[tuple[str, str]]:
    pairs = [("identifier", f"{letters.KEY}|{draft.key}")]
    return pairs if who.startswith("Account/") else [*pairs, ("sender", who)]


def _kept(work: Work, made: Resource, draft: Draft, who: str) -> Plan[Resource]:
    """The message as it is kept, once for each key, even if it is sent twice at the same moment."""
    if who.startswith("Account/"):
        raise Forbidden("Who writes messages has a record of their own, which this account has not")
    return (yield from work.create("Communication", made, if_none_exist=_once(draft, who)))


def _attachable(work: Work, draft: Draft, whose: str) -> Plan[None]:
    """
    Pass if each document is the patient's and the writer may see it.

    Raises:
        NotFound: If one is not there, or not theirs.
    """
    for one in draft.attachments:
        found = yield from work.read("DocumentReference", one)
        if found.get("subject", {}).get("reference") != f"Patient/{whose}":
            raise Invalid(
                "A document belongs to another record", issues=(Issue("value", "is another's", "attachments"),)
            )


def _said(work: Work, first: Resource, kept: Resource, before: Standing, owner: str) -> Plan[None]:
    """All that goes with a message which the patient sees: the thread's standing, its Task, who is told."""
    thread, who, personal = str(first["id"]), me(work.subject), work.subject.role in PERSONAL
    whose, at = letters.patient(kept), sent_at(kept)
    read, followers = yield from correspondence.people(work, thread)
    yield from correspondence.said(work, thread, who, at, waiting=personal)
    yield from work.tell(f"team:{before.team}", "message", named(first))
    yield from _told(work, first, followers, "message")
    yield from _takes_part(work, who, thread, at)
    if personal:
        yield from _wait(work, first, before.team, owner)
        told = {one for one in followers if one.startswith("Practitioner/")}
        kind = "staff-message"
    else:
        yield from _close_tasks(work, thread, "")
        told = {f"Patient/{whose}", *(one for one in followers if one.startswith("RelatedPerson/"))}
        kind = "message"
    for one in sorted(told - {who}):
        if read.get(one, 0) >= before.last or before.last <= work.now - AGAIN_MS:  # not for each of several in a row
            yield from work.emit(NOTIFY, f"Communication/{thread}", said={"kind": kind, "recipient": one})


def _told(work: Work, first: Resource, followers: list[str], kind: str) -> Plan[None]:
    """Tell staff who take part in a thread; its patient, and those entrusted, are told by what is written."""
    for one in sorted(followers):
        if one.startswith("Practitioner/") and one != me(work.subject):
            yield from work.tell(f"person:{one}", kind, named(first))


def _takes_part(work: Work, who: str, thread: str, at: int) -> Plan[None]:
    """Whoever writes has read what is above, and follows what comes."""
    yield from correspondence.take_part(work, who, thread, at)


def _wait(work: Work, first: Resource, team: str, owner: str) -> Plan[None]:
    """One open Task for the thread, for whoever answers; labelled as the thread is."""
    thread, whose = str(first["id"]), letters.patient(first)
    asked = _open_tasks(thread)
    made = task(
        "message",
        patient=f"Patient/{whose}",
        focus=f"Communication/{thread}",
        requester=me(work.subject),
        owner=owner,
        now=instant(work.now),
        due=instant(_working_days_after(work.now)),
        role=team,
    )
    if letters.is_restricted(first):
        made["meta"]["security"].append(dict(RESTRICTED))
    yield from work.create("Task", made, if_none_exist=asked)


def _close_tasks(work: Work, thread: str, note: str) -> Plan[None]:
    who, now = work.subject.who, instant(work.now)

    def closed(one: Resource) -> Resource:
        if not tasks.is_open(one):
            return one
        one.setdefault("owner", {"reference": who})
        one.setdefault("executionPeriod", {})["end"] = now
        return tasks.touched(tasks.noted({**one, "status": "completed"}, note, who, now), who, now)

    found = yield from some(work, "Task", _open_tasks(thread), 10)
    for one in found.resources:
        yield from work.change("Task", one["id"], closed)


def _open_tasks(thread: str) -> list[tuple[str, str]]:
    return [
        ("focus", f"Communication/{thread}"),
        ("code", f"{TASK}|message"),
        ("status", ",".join(OPEN_TASKS)),
    ]


def _working_days_after(now: int) -> int:
    """
    The same time of day `WORKING_DAYS` later, weekends left out; in ms since the epoch.

    >>> friday = 1_800_000_000_000                                      # 2027-01-15
    >>> (_working_days_after(friday) - friday) // 86_400_000
    4
    """
    moment, left = datetime.fromtimestamp(now / 1000, UTC), WORKING_DAYS
    while left:
        moment += timedelta(days=1)
        left -= moment.weekday() < _WEEKEND
    return int(moment.timestamp() * 1000)
