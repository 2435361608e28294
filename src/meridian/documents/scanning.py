"""The job that scans a new document, and what becomes of it: shown, or refused with the reason and a task."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from meridian.access.chart import Chart
from meridian.access.files import Files, Sealed, State
from meridian.access.work import Plan, Work
from meridian.clock import instant
from meridian.documents import labels, papers
from meridian.documents.checking.kinds import of_media
from meridian.documents.checking.scanning import Scanner, Verdict
from meridian.documents.uploads import NEXT_DAY
from meridian.faults import Forbidden, Gone
from meridian.fhir import ours

Resource: TypeAlias = dict[str, Any]

SCAN, SCANNED = "documents/$scan", "documents/$scanned"


async def scan(chart: Chart, files: Files, scanner: Scanner, document: str) -> None:
    """
    Scan a document that is in quarantine; nothing happens to any other, so this may be done again.

    Raises:
        Unavailable: If a scanner or the file cannot be had; it stays in quarantine.
    """
    waiting = await _waiting(chart, files, document)
    if waiting is None:
        return
    sealed, media = waiting
    verdict = await scanner.look(sealed, of_media(media))
    await chart.work(SCANNED, lambda work: _judged(work, files, document, verdict), what=_reference(document))


async def _waiting(chart: Chart, files: Files, document: str) -> tuple[Sealed, str] | None:
    def plan(work: Work) -> Plan[tuple[Sealed, str] | None]:
        found = yield from work.find("DocumentReference", document)
        if found is None or not labels.has(found, labels.QUARANTINE) or papers.said_of(found, papers.SCANNED_AT):
            return None
        sealed = yield from files.opened(work, papers.binary_of(found), unscanned=True)
        return None if sealed is None else (sealed, str(papers.attachment(found).get("contentType", "")))

    try:
        return await chart.consult(SCAN, plan, what=_reference(document))
    except (Forbidden, Gone):
        return None  # it was judged or taken back meanwhile


def _judged(work: Work, files: Files, document: str, verdict: Verdict) -> Plan[None]:
    before = yield from work.read("DocumentReference", document)
    if papers.said_of(before, papers.SCANNED_AT):
        return
    now = instant(work.now)
    binary = papers.binary_of(before)
    yield from files.mark(work, binary, State.REFUSED if verdict.harm else State.CLEAN)
    after = yield from work.change("DocumentReference", document, lambda one: _said(one, verdict, now))
    if verdict.harm:
        yield from _warn(work, after, now)
        return
    marks = [mark for mark in (labels.WITHHELD,) if labels.has(after, mark)]
    yield from work.change("Binary", binary, lambda one: _shown(one, marks))


def _said(document: Resource, verdict: Verdict, now: str) -> Resource:
    after = papers.with_extension(document, papers.SCANNED_BY, valueString=verdict.by)
    after = papers.with_extension(after, papers.SCANNED_AT, valueInstant=now)
    if verdict.harm:
        return papers.with_extension(after, papers.REFUSED, valueString=verdict.harm)
    staff_only = ours.extended(after, "staff-only") is not None
    after = labels.without(after, labels.QUARANTINE, *([] if staff_only else [labels.WITHHELD]))
    return {**after, "docStatus": "final"} if after["status"] == "current" else after


def _shown(binary: Resource, marks: list[Resource]) -> Resource:
    after = labels.without(binary, labels.QUARANTINE, labels.WITHHELD)
    for mark in marks:
        after = labels.with_label(after, mark)
    return after


def _warn(work: Work, document: Resource, now: str) -> Plan[None]:
    """Somebody is to tell its sender."""
    patient = document.get("subject", {}).get("reference", "")
    made = ours.task(
        "document-review",
        patient=patient,
        focus=_reference(document["id"]),
        now=now,
        due=instant(work.now + NEXT_DAY),
        priority="urgent",
        role="nurse",
        note="A file was refused when it was scanned. Tell its sender.",
    )
    yield from work.create("Task", made)


def _reference(document: str) -> str:
    return f"DocumentReference/{document}"


def handler(
    servant: Callable[[int], Awaitable[Chart]], files: Files, scanner: Scanner
) -> Callable[[Any], Awaitable[None]]:
    """What does the job `document-scan`."""

    async def run(job: Any) -> None:
        await scan(await servant(job.org), files, scanner, job.what.removeprefix("DocumentReference/"))

    return run
