"""Documents as lists show them."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

from meridian.access.chart import Chart
from meridian.access.files import Files, State
from meridian.access.subject import Role
from meridian.access.work import Plan, Work
from meridian.documents import categories, labels, papers
from meridian.documents.checking.kinds import of_media
from meridian.faults import Forbidden
from meridian.fhir import ours

Resource: TypeAlias = dict[str, Any]


class Line(NamedTuple):
    """One document; the names are those of `web.api.documents.models.DocumentLine`."""

    id: str
    version: int
    title: str
    category: str
    category_name: str
    date: str
    type: str
    kind: str
    size: int
    author: str
    author_name: str
    patient: str | None
    encounter: str | None
    state: str
    scanned_by: str | None
    scanned_at: str | None
    why: str
    for_patient: bool
    edition: int
    versions: int
    replaced: bool


async def of_patient(chart: Chart, files: Files, patient: str, *, replaced: bool) -> list[Line]:
    """A patient's documents, newest first; earlier versions only when *replaced*."""

    def plan(work: Work) -> Plan[list[Line]]:
        found = yield from work.search("DocumentReference", [("patient", patient)])
        return (yield from lines(work, files, found))

    listed = await chart.consult("documents/$list", plan, what=f"Patient/{patient}")
    return [line for line in listed if replaced or not line.replaced]


async def unmatched(chart: Chart, files: Files) -> list[Line]:
    """Documents of which nobody knows whose they are: those of open tasks, newest first."""

    def plan(work: Work) -> Plan[list[Line]]:
        asked = [("code", f"{ours.TASK}|unmatched-document"), ("status", ",".join(ours.OPEN_TASKS))]
        tasks = yield from work.search("Task", asked)
        found = []
        for task in tasks:
            document = yield from work.find("DocumentReference", _focus(task))
            if document is not None and not papers.patient_of(document):
                found.append(document)
        return (yield from lines(work, files, found))

    return await chart.consult("documents/$unmatched", plan)


async def versions(chart: Chart, files: Files, document: str) -> list[Line]:
    """All versions of a document, newest first."""

    def plan(work: Work) -> Plan[list[Line]]:
        one = yield from work.read("DocumentReference", document)
        mind(work, one)
        patient = papers.patient_of(one)
        found = (yield from work.search("DocumentReference", [("patient", patient)])) if patient else [one]
        chain = chains(found)
        kept = [each for each in found if chain[each["id"]] == chain[document]]
        return (yield from lines(work, files, kept))

    return await chart.consult("documents/$list", plan, what=f"DocumentReference/{document}")


def mind(work: Work, document: Resource) -> None:
    """
    Pass if the subject's role goes as far as this document.

    Raises:
        Forbidden: If it is a desk's, which files what nobody has matched and sees no more (45 CFR 164.502(b)).
    """
    if work.subject.role is Role.FRONT_DESK and papers.patient_of(document):
        raise Forbidden("Your role files documents that belong to nobody yet; this one has its place")


def one_line(work: Work, files: Files, document: Resource) -> Plan[Line]:
    """One document."""
    [line] = yield from lines(work, files, [document])
    return line


def lines(work: Work, files: Files, documents: Iterable[Resource]) -> Plan[list[Line]]:
    """The documents among *documents* that were sent in (notes are not), newest first."""
    sent = [one for one in documents if papers.binary_of(one)]
    states = yield from files.states(work, (papers.binary_of(one) for one in sent))
    names = yield from called(work, {_author(one) for one in sent})
    chain = chains(sent)
    members = list(chain.values())
    older = _ages(sent)
    ordered = sorted(sent, key=lambda one: one.get("date", ""), reverse=True)
    return [
        _line(one, states.get(papers.binary_of(one)), names)._replace(
            edition=older[one["id"]] + 1, versions=members.count(chain[one["id"]])
        )
        for one in ordered
    ]


def chains(documents: Iterable[Resource]) -> dict[str, str]:
    """
    For each document the first version that it goes back to.

    >>> old, new = {"id": "a"}, {"id": "b", "relatesTo": [
    ...     {"code": "replaces", "target": {"reference": "DocumentReference/a"}}]}
    >>> chains([new, old])
    {'b': 'a', 'a': 'a'}
    """
    before = {one["id"]: papers.replaced_by_it(one) for one in documents}
    return {name: _back(name, before)[-1] for name in before}


def _ages(documents: Iterable[Resource]) -> dict[str, int]:
    before = {one["id"]: papers.replaced_by_it(one) for one in documents}
    return {name: len(_back(name, before)) - 1 for name in before}


def _back(name: str, before: Mapping[str, str]) -> list[str]:
    way = [name]
    while (earlier := before.get(way[-1], "")) in before and earlier not in way:
        way.append(earlier)
    return way


def _line(document: Resource, state: State | None, names: Mapping[str, str]) -> Line:
    attached = papers.attachment(document)
    category = categories.code_of(document)
    media = str(attached.get("contentType", ""))
    kind = of_media(media)
    author = _author(document)
    shown = _state(document, state)
    encounter = next((one.get("reference", "") for one in document.get("context", {}).get("encounter", ())), "")
    return Line(
        id=document["id"],
        version=int(document["meta"]["versionId"]),
        title=document.get("description") or attached.get("title") or "Document",
        category=category,
        category_name=document.get("type", {}).get("text") or categories.CATEGORIES[category],
        date=document.get("date", ""),
        type=media,
        kind=kind.shown if kind else "other",
        size=int(attached.get("size", 0)),
        author=author,
        author_name=names.get(author, ""),
        patient=papers.patient_of(document) or None,
        encounter=str(encounter).removeprefix("Encounter/") or None,
        state=shown,
        scanned_by=papers.said_of(document, papers.SCANNED_BY) or None,
        scanned_at=papers.said_of(document, papers.SCANNED_AT) or None,
        why=papers.said_of(document, papers.RETRACTED if shown == "retracted" else papers.REFUSED),
        for_patient=not labels.has(document, labels.WITHHELD),
        edition=1,
        versions=1,
        replaced=document["status"] == "superseded",
    )


_SHOWN = {State.CLEAN: "clean", State.REFUSED: "refused", State.RETRACTED: "retracted"}


def _state(document: Resource, state: State | None) -> str:
    if document["status"] == papers.ERROR:
        return "retracted"
    return "clean" if state is None else _SHOWN.get(state, "scanning")


def _author(document: Resource) -> str:
    return next((str(one.get("reference", "")) for one in document.get("author", ())), "")


def called(work: Work, people: Iterable[str]) -> Plan[dict[str, str]]:
    """Names of practitioners by reference; patients are named by the page itself."""
    found = {}
    for reference in sorted(set(people)):
        kind, _, logical_id = reference.partition("/")
        if kind == "Practitioner" and logical_id:
            person = yield from work.find(kind, logical_id)
            if person is not None:
                found[reference] = written(person)
    return found


def written(person: Resource) -> str:
    """A person's name as it is written."""
    name: Resource = next(iter(person.get("name", ())), {})
    parts = [*name.get("prefix", ()), *name.get("given", ()), name.get("family", "")]
    return str(name.get("text") or " ".join(part for part in parts if part))


def _focus(task: Resource) -> str:
    return str(task.get("focus", {}).get("reference", "")).removeprefix("DocumentReference/")
