"""
A file comes in: begun, brought piece by piece, and in the end a document.

What it is, its bytes say; what its sender says of it only names it. One that is not what it is called, or of a kind
that no record holds, is refused in words that say what it is. A document is in quarantine until it has been scanned,
and is kept from its patient so long (unless the patient sent it, who has it anyway).
"""

import asyncio
import hashlib
from collections.abc import AsyncIterable
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple, TypeAlias

from meridian.access.chart import Chart
from meridian.access.files import PIECE, RECEIVE, Files, Sealed, Sent
from meridian.access.subject import Role
from meridian.access.tapes import Tape
from meridian.access.work import Plan, Work
from meridian.clock import instant
from meridian.documents import labels, papers, recordings
from meridian.documents.checking.kinds import identify, recorded, safe_name
from meridian.documents.checking.sight import CHUNK, Sight
from meridian.faults import Conflict, Forbidden, Invalid
from meridian.fhir import ours

Resource: TypeAlias = dict[str, Any]

SCAN = "document-scan"
"""The job that scans a new document."""
PERSONAL = frozenset({Role.PATIENT, Role.PROXY})
NEXT_DAY = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Coming:
    """
    What somebody says of a file that is about to come.

    Args:
        name: The file's.
        size: Its bytes.
        type: What the browser takes it for; not minded.
        category: One of `categories.CATEGORIES`.
        title: As people are to read it.
        patient: Logical id; empty when nobody knows whose it is.
        encounter, replaces: Logical ids.
        for_patient: Whether its patient is to see it once it is clean.
    """

    name: str
    size: int
    type: str = ""
    category: str = "other"
    title: str | None = None
    patient: str | None = None
    encounter: str | None = None
    replaces: str | None = None
    for_patient: bool = True


class Progress(NamedTuple):
    """How far a file has come; *document* is what it became."""

    id: str
    size: int
    offset: int
    chunk: int
    step: int
    expires: int
    document: str | None


async def begin(chart: Chart, files: Files, coming: Coming) -> Progress:
    """
    Make ready for a file.

    Raises:
        Forbidden: If the subject may make no documents, or no such one.
        NotFound: If the patient, the encounter or the replaced document is not theirs to see.
        TooLarge: If the file is too large.
    """
    name = safe_name(coming.name)
    said = {**asdict(coming), "name": name, "title": coming.title or name}

    def plan(work: Work) -> Plan[Sent]:
        yield from _sensible(work, coming)
        return (yield from files.begin(work, coming.patient or "", coming.size, said))

    files.may_send(chart.subject)
    what = f"Patient/{coming.patient}" if coming.patient else ""
    return _progress(await chart.work(RECEIVE, plan, what=what))


async def begin_recording(chart: Chart, files: Files, recording: Tape, size: int) -> Progress:
    """
    Make ready for a recording of a visit that a browser has made; it comes as any file does, and is kept like one.

    What is kept of that identifier already is not wanted again: the answer names its document.

    Raises:
        Forbidden: If the subject may make no documents.
        TooLarge: If it is too large.
    """
    said = {
        "name": recording.name, "title": recording.title, "category": "other", "patient": recording.patient,
        "encounter": recording.encounter, "replaces": None, "for_patient": False, "recording": asdict(recording),
    }  # fmt: skip

    def plan(work: Work) -> Plan[Sent]:
        if there := (yield from recordings.known(work, recording)):
            return Sent("", size, size, work.now, there, said)
        return (yield from files.begin(work, recording.patient, size, said))

    files.may_send(chart.subject)
    return _progress(await chart.work(RECEIVE, plan, what=f"Patient/{recording.patient}"))


def _sensible(work: Work, coming: Coming) -> Plan[None]:
    """What the file is said to belong to is there, the subject's to see, and of one patient."""
    personal = work.subject.role in PERSONAL
    if personal and not coming.patient:
        raise Invalid("Say whose document this is")
    if coming.patient:
        yield from work.read("Patient", coming.patient)
    if coming.encounter:
        visit = yield from work.read("Encounter", coming.encounter)
        _same_patient(papers.patient_of(visit), coming)
    if coming.replaces:
        before = yield from work.read("DocumentReference", coming.replaces)
        _same_patient(papers.patient_of(before), coming)
        _replaceable(work, before)


def _same_patient(patient: str, coming: Coming) -> None:
    if patient != (coming.patient or ""):
        raise Invalid("The document would belong to another patient than what it refers to")


def _replaceable(work: Work, before: Resource) -> None:
    if not papers.binary_of(before):
        raise Invalid("Only a document that was sent in can be replaced by a file")
    if before["status"] != "current":
        raise Conflict("A newer version has taken that document's place, or it was taken back")
    if work.subject.role in PERSONAL and not sent_by(before, work.subject.who):
        raise Forbidden("Only documents that you sent in yourself can be replaced")


def sent_by(document: Resource, who: str) -> bool:
    """Whether *who* sent it in."""
    return bool(who) and any(one.get("reference") == who for one in document.get("author", ()))


async def state(chart: Chart, files: Files, upload: str) -> Progress:
    """How far it has come; only its own account is told."""
    return _progress(await files.sent(chart.subject, upload))


class Unfinished(NamedTuple):
    """A file that has not come whole; *patient* is empty where nobody said whose it is."""

    progress: Progress
    name: str
    patient: str


async def under_way(chart: Chart, files: Files) -> list[Unfinished]:
    """What the account has begun to send and not finished, the oldest first; to take up again on another page."""
    found = await files.under_way(chart.subject)
    return [Unfinished(_progress(one), one.said["name"], one.said.get("patient") or "") for one in found]


async def append(chart: Chart, files: Files, upload: str, offset: int, pieces: AsyncIterable[bytes]) -> Progress:
    """
    Keep the bytes from *offset* on; the last ones make the document, and asking again gives the same one.

    Raises:
        Conflict: If it stands at another offset; `issues` name it.
        Invalid: If the whole file is none that is taken, in words for its sender; nothing of it is kept then.
    """
    sent = await files.append(chart.subject, upload, offset, pieces)
    if sent.received < sent.size or sent.document:
        return _progress(sent)
    return _progress(await _became(chart, files, sent))


async def abandon(chart: Chart, files: Files, upload: str) -> None:
    """Throw away what has come."""
    await files.abandon(chart.subject, upload)


async def _became(chart: Chart, files: Files, sent: Sent) -> Sent:
    sealed = await files.incoming(chart.subject, sent.id)
    try:
        facts = await _facts(sealed, sent.said)
    except Invalid:
        await files.abandon(chart.subject, sent.id)
        raise

    def plan(work: Work) -> Plan[str]:
        present = yield from files.received(work, sent.id)
        if present.document:
            return present.document
        return (yield from _document(work, files, present, facts))

    document = await chart.work(RECEIVE, plan, what=f"Patient/{sent.said['patient']}" if sent.said["patient"] else "")
    return sent._replace(document=document)


async def _facts(sealed: Sealed, said: Resource) -> papers.Facts:
    """What the bytes say; one pass for the digests, and the walk of `identify`, off the loop."""
    sha1, sha256 = hashlib.sha1(usedforsecurity=False), hashlib.sha256()  # `Attachment.hash` is SHA-1 in FHIR R4
    async for piece in sealed.read():
        await asyncio.to_thread(_digest, piece, sha1, sha256)
    sight = Sight(sealed, asyncio.get_running_loop())
    kind = await (
        asyncio.to_thread(recorded, sight)
        if said.get("recording")
        else asyncio.to_thread(identify, sight, said["name"])
    )
    return papers.Facts(kind.media, sealed.size, sha1.digest(), sha256.digest())


def _digest(piece: bytes, *digests: Any) -> None:
    for one in digests:
        one.update(piece)


def _document(work: Work, files: Files, sent: Sent, facts: papers.Facts) -> Plan[str]:
    said, subject, now = sent.said, work.subject, instant(work.now)
    marks = [labels.QUARANTINE] if subject.role in PERSONAL else [labels.QUARANTINE, labels.WITHHELD]
    binary = yield from work.create("Binary", papers.binary(facts.media, said["patient"] or "", marks))
    made = papers.document(
        facts, said, binary_id=binary["id"], author=subject.who, custodian=subject.organisation, now=now, marks=marks
    )
    if said.get("recording"):
        made = recordings.told(made, Tape(**said["recording"]))
    elif not said["for_patient"] and subject.role not in PERSONAL:
        made = papers.with_extension(made, "staff-only", valueString="yes")
    document = yield from work.create("DocumentReference", made)
    reference = f"DocumentReference/{document['id']}"
    yield from files.adopt(work, sent.id, binary["id"], document["id"])
    if said["replaces"]:
        yield from work.change("DocumentReference", said["replaces"], _superseded)
    yield from _tell(work, said, reference, now)
    yield from work.emit(SCAN, reference)
    if said.get("recording"):
        yield from recordings.ends(work, document)
    return str(document["id"])


def _superseded(before: Resource) -> Resource:
    if before["status"] != "current":
        raise Conflict("A newer version has taken that document's place, or it was taken back")
    return {**before, "status": "superseded"}


def _tell(work: Work, said: Resource, reference: str, now: str) -> Plan[None]:
    """A task for somebody: to find out whose it is, or to look at what a patient sent."""
    due = instant(work.now + NEXT_DAY)
    if not said["patient"]:
        yield from work.create(
            "Task", ours.task("unmatched-document", focus=reference, now=now, due=due, role=Role.FRONT_DESK.value)
        )
    elif work.subject.role in PERSONAL:
        whose = f"Patient/{said['patient']}"
        made = ours.task(
            "document-review", patient=whose, focus=reference, requester=work.subject.who, now=now, due=due,
            role=Role.NURSE.value,
        )  # fmt: skip
        yield from work.create("Task", made)


def _progress(sent: Sent) -> Progress:
    return Progress(sent.id, sent.size, sent.received, PIECE, CHUNK, sent.expires, sent.document or None)
