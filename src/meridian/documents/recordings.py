"""
A recording of a visit becomes a document: staff's, for so long, and by which consent.

Nobody sent it, so nobody is told what it is: it was made here, and is kept as it is. It is given to its patient by
whoever treats them, as other papers are. One of an identifier is kept once.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from meridian.access.chart import Chart
from meridian.access.files import PIECE, Files, Sent, State
from meridian.access.work import Plan, Resource, Work
from meridian.clock import instant
from meridian.documents import labels, papers
from meridian.fhir import ours

KEEP: Final = "documents/$keep-recording"
LARGEST: Final = 4 * 1024**3
"""Bytes of one: a visit lasts four hours at most, and a person's picture has a limit."""
IDENTIFIER: Final = ours.BASE + "/recordings"
UNSCANNED: Final = "nobody: recorded by our own gateway"
_READ = 1024**2


@dataclass(frozen=True, slots=True)
class Recording:
    """
    What is to be kept.

    Args:
        identifier: One is kept once.
        name: The file's.
        title: As people read it.
        media: Media type.
        patient, encounter, consent: Logical ids; the last two may be empty.
        until: Last day that it is kept.
    """

    identifier: str
    name: str
    title: str
    media: str
    patient: str
    encounter: str
    consent: str
    until: str


async def keep(chart: Chart, files: Files, recording: Recording, source: Path) -> str:
    """
    The logical id of its document, made of the file at *source* unless it is there.

    Raises:
        NotFound: If its patient or encounter is not there.
        TooLarge: If it is over `LARGEST`.
    """
    what = f"Patient/{recording.patient}"
    known = await chart.consult(KEEP, lambda work: _known(work, recording), what=what)
    if known:
        return known
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


def _known(work: Work, recording: Recording) -> Plan[str]:
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


def _document(files: Files, sent: Sent, facts: papers.Facts, recording: Recording) -> Any:
    def plan(work: Work) -> Plan[str]:
        marks = [labels.WITHHELD]
        binary = yield from work.create("Binary", papers.binary(facts.media, recording.patient, marks))
        made = papers.document(
            facts, sent.said, binary_id=binary["id"], author="", custodian=work.subject.organisation,
            now=instant(work.now), marks=marks,
        )  # fmt: skip
        document = yield from work.create("DocumentReference", _told(made, recording, instant(work.now)))
        yield from files.adopt(work, sent.id, binary["id"], document["id"])
        yield from files.mark(work, binary["id"], State.CLEAN)
        return str(document["id"])

    return plan


def _told(document: Resource, recording: Recording, now: str) -> Resource:
    """*document* with what is to be known of a recording."""
    more = [
        ours.extension("staff-only", valueString="yes"),
        ours.extension("kept-until", valueDate=recording.until),
        ours.extension(papers.SCANNED_BY, valueString=UNSCANNED),
        ours.extension(papers.SCANNED_AT, valueInstant=now),
    ]
    if recording.consent:
        reference = {"reference": f"Consent/{recording.consent}"}
        more.append(ours.extension("recorded-by-consent", valueReference=reference))
    return {
        **document,
        "docStatus": "final",
        "masterIdentifier": {"system": IDENTIFIER, "value": recording.identifier},
        "extension": [*document["extension"], *more],
    }
