"""
A recording of a visit becomes a document: staff's, for so long, and by which consent.

Nobody sent it, so nobody is told what it is: it was made here, and is kept as it is. It is given to its patient by
whoever treats them, as other papers are. One of an identifier is kept once.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from meridian.access.chart import Chart
from meridian.access.files import PIECE, Files, Sent, State
from meridian.access.tapes import Tape
from meridian.access.work import Plan, Resource, Work
from meridian.clock import instant
from meridian.documents import labels, papers
from meridian.faults import Gone
from meridian.fhir import ours

KEEP, END = "documents/$keep-recording", "documents/$end-recording"
ENDS: Final = "recording-ends"
"""The job that destroys one."""
KEPT_UNTIL: Final = "kept-until"
"""Extension of its document."""
LARGEST: Final = 4 * 1024**3
"""Bytes of one: a visit lasts four hours at most, and a person's picture has a limit."""
IDENTIFIER: Final = ours.BASE + "/recordings"
UNSCANNED: Final = "nobody: recorded by our own gateway"
_READ = 1024**2


async def keep(chart: Chart, files: Files, recording: Tape, source: Path) -> str:
    """
    The logical id of its document, made of the file at *source* unless it is there.

    Raises:
        NotFound: If its patient or encounter is not there.
        TooLarge: If it is over `LARGEST`.
    """
    what = f"Patient/{recording.patient}"
    there = await chart.consult(KEEP, lambda work: known(work, recording), what=what)
    if there:
        return there
    facts = await asyncio.to_thread(_facts, source, recording.media)
    said = {
        "name": recording.name, "title": recording.title, "category": "other", "patient": recording.patient,
        "encounter": recording.encounter,
    }  # fmt: skip

    def begin(work: Work) -> Plan[Sent]:
        return (yield from files.begin(work, recording.patient, facts.size, said, most=LARGEST))

    sent = await chart.work(KEEP, begin, what=what)
    try:
        for offset in range(0, facts.size, PIECE):
            await files.append(chart.subject, sent.id, offset, _pieces(source, offset))
        plan = _document(files, sent, facts, recording)
        return str(await chart.work(KEEP, plan, what=what))
    except Exception:
        await files.abandon(chart.subject, sent.id)
        raise


def known(work: Work, recording: Tape) -> Plan[str]:
    """Logical id of what was kept of that identifier; empty where there is nothing."""
    found = yield from work.search("DocumentReference", [("identifier", f"{IDENTIFIER}|{recording.identifier}")])
    return str(found[0]["id"]) if found else ""


def _facts(source: Path, media: str) -> papers.Facts:
    sha1, sha256 = hashlib.sha1(usedforsecurity=False), hashlib.sha256()  # `Attachment.hash` is SHA-1 in FHIR R4
    with source.open("rb") as stream:
        while piece := stream.read(_READ):
            sha1.update(piece)
            sha256.update(piece)
        return papers.Facts(media, stream.tell(), sha1.digest(), sha256.digest())


async def _pieces(source: Path, offset: int) -> AsyncIterator[bytes]:
    """What one request of an upload would bring."""
    with source.open("rb") as stream:  # reads follow in a thread; opening does not wait
        stream.seek(offset)
        for _ in range(PIECE // _READ):
            piece = await asyncio.to_thread(stream.read, _READ)
            if piece:
                yield piece


def _document(files: Files, sent: Sent, facts: papers.Facts, recording: Tape) -> Any:
    def plan(work: Work) -> Plan[str]:
        marks = [labels.WITHHELD]
        binary = yield from work.create("Binary", papers.binary(facts.media, recording.patient, marks))
        made = papers.document(
            facts, sent.said, binary_id=binary["id"], author="", custodian=work.subject.organisation,
            now=instant(work.now), marks=marks,
        )  # fmt: skip
        by_us = [
            ours.extension(papers.SCANNED_BY, valueString=UNSCANNED),
            ours.extension(papers.SCANNED_AT, valueInstant=instant(work.now)),
        ]
        said = told(made, recording)
        document = yield from work.create(
            "DocumentReference", {**said, "docStatus": "final", "extension": [*said["extension"], *by_us]}
        )
        yield from files.adopt(work, sent.id, binary["id"], document["id"])
        yield from files.mark(work, binary["id"], State.CLEAN)
        yield from ends(work, document)
        return str(document["id"])

    return plan


def told(document: Resource, recording: Tape) -> Resource:
    """*document* with what is to be known of a recording."""
    more = [
        ours.extension("staff-only", valueString="yes"),
        ours.extension(KEPT_UNTIL, valueDate=recording.until),
    ]
    if recording.consent:
        reference = {"reference": f"Consent/{recording.consent}"}
        more.append(ours.extension("recorded-by-consent", valueReference=reference))
    return {
        **document,
        "masterIdentifier": {"system": IDENTIFIER, "value": recording.identifier},
        "extension": [*document["extension"], *more],
    }


def ends(work: Work, document: Resource) -> Plan[None]:
    """Have the recording destroyed once it has been kept for as long as it says."""
    yield from work.emit(ENDS, f"DocumentReference/{document['id']}", due=_after(document))


def _after(document: Resource) -> int:
    """When the last day that it is kept is over everywhere, ms since the epoch."""
    until = date.fromisoformat(str((ours.extended(document, KEPT_UNTIL) or {}).get("valueDate", "9999-01-01")))
    return round(datetime.combine(until + timedelta(days=2), time(), UTC).timestamp() * 1000)


def ender(
    servant: Callable[[int], Awaitable[Chart]], files: Files, later: Callable[[int], Exception]
) -> Callable[[Any], Awaitable[None]]:
    """
    What does the job `recording-ends`: the bytes with their key go, and the document after them.

    Whoever has a recording kept for longer (a legal hold) writes a later day into it; *later* puts the job off.
    """

    async def run(job: Any) -> None:
        chart, document = await servant(job.org), job.what.removeprefix("DocumentReference/")

        def plan(work: Work) -> Plan[int]:
            found = yield from work.find("DocumentReference", document)
            if found is None:
                return 0
            due = _after(found)
            if due > work.now:
                return due
            binary = papers.binary_of(found)
            yield from files.destroy(work, binary)
            yield from work.delete("DocumentReference", document)
            yield from work.delete("Binary", binary)
            return 0

        try:
            due = await chart.work(END, plan, what=job.what)
        except Gone:
            return  # somebody took it away before
        if due:
            raise later(due)

    return run
