"""Threads between patients and the clinic."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, status

from meridian.messaging import letters, threads, writing
from meridian.messaging.letters import Draft
from meridian.messaging.people import Named, Names
from meridian.messaging.threads import Listed, me
from meridian.web.api.dependencies import Own
from meridian.web.api.messaging.models import (
    Attachment,
    Message,
    NewMessage,
    NewThread,
    Seen,
    SentMessage,
    Settled,
    Thread,
    ThreadLine,
    Threads,
    Unread,
    Who,
)
from meridian.web.api.models import Id

router = APIRouter(prefix="/api/messages", tags=["messages"])
ThreadId = Annotated[str, Path(pattern=r"^[A-Za-z0-9.-]{1,64}$")]


@router.get("/threads")
async def list_threads(
    chart: Own,
    patient: Annotated[Id | None, Query(description="Only this patient's, whoever answers")] = None,
    *,
    every: Annotated[
        bool, Query(description="All one may see, not only those that are one's own or one's team's")
    ] = False,
    unread: Annotated[bool, Query(description="Only those with something unread")] = False,
) -> Threads:
    """Threads, those with the newest first."""
    found = await threads.listed(chart, patient=patient or "", every=every, unread_only=unread)
    return Threads(threads=_lines(found), unread=found.unread)


@router.get("/unread")
async def count_unread(chart: Own) -> Unread:
    """How many of one's threads have something unread."""
    found = await chart.consult("messages/$count", threads.unread, what="messages")
    return Unread(unread=found)


@router.post("/threads", status_code=status.HTTP_201_CREATED)
async def begin_thread(chart: Own, body: NewThread) -> SentMessage:
    """Begin a thread."""
    thread = await writing.start(
        chart,
        _draft(body),
        subject=body.subject,
        patient=body.patient or "",
        about=body.about,
        to=tuple(body.to),
        entry=body.entry or "",
    )
    return SentMessage(thread=thread, message=thread)


@router.get("/threads/{thread}")
async def read_thread(chart: Own, thread: ThreadId) -> Thread:
    """A thread with all that was said in it; reading it does not mark it as read."""
    return _thread(await threads.read(chart, thread), me(chart.subject))


@router.post("/threads/{thread}/messages", status_code=status.HTTP_201_CREATED)
async def send_message(chart: Own, thread: ThreadId, body: NewMessage) -> SentMessage:
    """Say something in it. What was sent stays as it is; a correction is another message."""
    return SentMessage(thread=thread, message=await writing.answer(chart, thread, _draft(body)))


@router.post("/threads/{thread}/notes", status_code=status.HTTP_201_CREATED)
async def add_note(chart: Own, thread: ThreadId, body: NewMessage) -> SentMessage:
    """Note something among staff, which the patient does not see."""
    return SentMessage(thread=thread, message=await writing.note(chart, thread, _draft(body)))


@router.post("/threads/{thread}/settle", status_code=status.HTTP_204_NO_CONTENT)
async def settle_thread(chart: Own, thread: ThreadId, body: Settled) -> None:
    """No answer is needed: the team's task is closed."""
    await writing.settle(chart, thread, body.reason)


@router.post("/threads/{thread}/read", status_code=status.HTTP_204_NO_CONTENT)
async def mark_read(chart: Own, thread: ThreadId, body: Seen) -> None:
    """One has read it up to that time."""
    await threads.see(chart, thread, body.at)


@router.post("/threads/{thread}/unread", status_code=status.HTTP_204_NO_CONTENT)
async def mark_unread(chart: Own, thread: ThreadId) -> None:
    """It is to stand as unread again, for oneself."""
    await threads.see(chart, thread, None)


def _draft(body: NewMessage) -> Draft:
    return Draft(body.text, body.key, tuple(body.attachments))


def _lines(found: Listed) -> list[ThreadLine]:
    return [
        ThreadLine(
            id=line.id,
            subject=_subject(first),
            about=_about(first),
            patient=_who(f"Patient/{letters.patient(first)}", found.names),
            last=line.last,
            last_by=_who(line.last_by, found.names),
            noted=line.noted,
            team=line.team,
            waiting=line.waiting,
            unread=line.unread,
            follows=line.follows,
        )
        for line, first in found.lines
    ]


def _thread(found: threads.Thread, reader: str) -> Thread:
    first = found.messages[0]
    said = [one for one in found.messages if not letters.is_note(one)]
    last = said[-1]
    return Thread(
        id=found.id,
        subject=_subject(first),
        about=_about(first),
        entry=letters.entry(first) or None,
        patient=_who(f"Patient/{letters.patient(first)}", found.names),
        team=found.team,
        waiting=found.waiting,
        seen=found.readers.get(reader, 0),
        read_by=[
            _who(who, found.names)
            for who, at in sorted(found.readers.items())
            if who not in (reader, letters.sender(last)) and at >= threads.sent_at(last)
        ],
        messages=[_message(one, found, reader) for one in found.messages],
    )


def _message(one: dict[str, Any], found: threads.Thread, reader: str) -> Message:
    sender = letters.sender(one)
    return Message(
        id=one["id"],
        at=one.get("sent", ""),
        sender=_who(sender, found.names),
        own=sender == reader,
        staff=sender.startswith("Practitioner/"),
        note=letters.is_note(one),
        text=letters.text(one),
        attachments=[
            Attachment(id=name, title=_title(found.documents.get(name, {}))) for name in letters.attached(one)
        ],
        key=letters.key(one) if sender == reader else "",
    )


def _title(document: dict[str, Any]) -> str:
    files = [content["attachment"].get("title", "") for content in document.get("content", ())]
    return str(document.get("description") or next(iter(files), ""))


def _subject(first: dict[str, Any]) -> str:
    return str(first.get("topic", {}).get("text", ""))


def _about(first: dict[str, Any]) -> Any:
    return letters.about(first)


def _who(reference: str, names: Names) -> Who:
    known = names.get(reference, Named(""))
    return Who(reference=reference, name=known.name, born=known.born)
