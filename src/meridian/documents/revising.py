"""What happens to a document later: another title, category or patient, shown to its patient or not, taken back."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from meridian.access.chart import Chart
from meridian.access.files import Files, State
from meridian.access.work import Plan, Work
from meridian.clock import instant
from meridian.documents import categories, labels, papers
from meridian.documents.listing import Line, mind, one_line
from meridian.documents.uploads import PERSONAL, sent_by
from meridian.faults import Conflict, Forbidden, Gone, NotFound
from meridian.fhir import ours

Resource: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Revision:
    """What is to be otherwise; `None` stays. *patient* is a logical id."""

    title: str | None = None
    category: str | None = None
    patient: str | None = None
    for_patient: bool | None = None


async def revise(chart: Chart, files: Files, document: str, said: Revision, *, version: int | None = None) -> Line:
    """
    Change what a document says of itself; with another patient, its file's key is sealed anew under theirs.

    Raises:
        NotFound: If the document or the patient is not the subject's to see.
        VersionConflict: If it is not at *version*.
        Conflict: If it is to be shown before it was found clean.
    """

    def plan(work: Work) -> Plan[Line]:
        before = yield from work.read("DocumentReference", document)
        mind(work, before)
        _standing(before)
        moved = said.patient is not None and said.patient != papers.patient_of(before)
        if moved:
            yield from work.read("Patient", said.patient or "")
        after = yield from work.change(
            "DocumentReference", document, lambda present: _revised(present, said, moved=moved), if_match=version
        )
        yield from _follow(work, after, said, moved=moved)
        return (yield from one_line(work, files, after))

    return await chart.work("documents/$revise", plan, what=f"DocumentReference/{document}")


def _standing(document: Resource) -> None:
    if not papers.binary_of(document):
        raise NotFound("This document was not sent in")
    if document["status"] == papers.ERROR:
        raise Gone("This document was taken back")


def _revised(document: Resource, said: Revision, *, moved: bool) -> Resource:
    after = dict(document)
    if said.title is not None:
        after["description"] = said.title
    if said.category is not None:
        after["category"] = [categories.concept(said.category)]
        after["type"] = categories.concept(said.category)
    if moved:
        after["subject"] = {"reference": f"Patient/{said.patient}"}
        after.pop("context", None)  # the visit is another patient's
        after.pop("relatesTo", None)  # and so are earlier versions
    if said.for_patient:
        if labels.has(after, labels.QUARANTINE):
            raise Conflict("It has not been found clean yet, so its patient cannot see it")
        after = labels.without(after, labels.WITHHELD)
    elif said.for_patient is False:
        after = labels.with_label(after, labels.WITHHELD)
    return after


def _follow(work: Work, document: Resource, said: Revision, *, moved: bool) -> Plan[None]:
    """The Binary bears the same labels and belongs to the same patient; the key of its file follows it."""
    binary = papers.binary_of(document)
    marks = document.get("meta", {}).get("security", [])

    def like_it(present: Resource) -> Resource:
        after = labels.without(present, labels.WITHHELD, labels.QUARANTINE)
        for mark in marks:
            after = labels.with_label(after, mark)
        if moved:
            after["securityContext"] = {"reference": f"Patient/{said.patient}"}
        return after

    yield from work.change("Binary", binary, like_it)
    if moved:
        yield from _matched(work, document)


def _matched(work: Work, document: Resource) -> Plan[None]:
    """Nobody needs to look for its patient any more."""
    asked = [
        ("focus", f"DocumentReference/{document['id']}"),
        ("code", f"{ours.TASK}|unmatched-document"),
        ("status", ",".join(ours.OPEN_TASKS)),
    ]
    for task in (yield from work.search("Task", asked)):
        yield from work.change("Task", task["id"], lambda one: completed(work, one))


def completed(work: Work, task: Resource) -> Resource:
    """A Task that the subject has done."""
    done = {**task, "status": "completed", "lastModified": instant(work.now)}
    if work.subject.who:
        done["owner"] = {"reference": work.subject.who}
    return done


async def retract(chart: Chart, files: Files, document: str, reason: str) -> Line:
    """
    Take a document back: it says so and why, and its bytes are handed out no more; nothing is deleted.

    Raises:
        Forbidden: If a patient takes back what somebody else sent.
    """

    def plan(work: Work) -> Plan[Line]:
        before = yield from work.read("DocumentReference", document)
        mind(work, before)
        _standing(before)
        if work.subject.role in PERSONAL and not sent_by(before, work.subject.who):
            raise Forbidden("Only documents that you sent in yourself can be taken back")
        after = yield from work.change("DocumentReference", document, lambda one: _taken_back(work, one, reason))
        yield from files.mark(work, papers.binary_of(after), State.RETRACTED)
        return (yield from one_line(work, files, after))

    return await chart.work("documents/$retract", plan, what=f"DocumentReference/{document}")


def _taken_back(work: Work, document: Resource, reason: str) -> Resource:
    after = papers.with_extension(document, papers.RETRACTED, valueString=reason)
    if work.subject.who:
        after = papers.with_extension(after, papers.RETRACTED_BY, valueString=work.subject.who)
    if work.subject.role not in PERSONAL:
        after = labels.with_label(after, labels.WITHHELD)  # it may be about somebody else
    after.pop("docStatus", None)
    return {**after, "status": papers.ERROR}
