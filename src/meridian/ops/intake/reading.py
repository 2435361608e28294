"""
Resources out of one document: a Bundle's entries, a single resource, or the lines of NDJSON.

What a document holds comes in units. References by `fullUrl` are understood within a unit: a Bundle is one, and so are
`LINES` lines of NDJSON, where references are `Type/id` anyhow.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from meridian.faults import Fault, Invalid, TooLarge
from meridian.fhir import codec
from meridian.ops.intake.sources import BROKEN, Document

Resource: TypeAlias = dict[str, Any]

LARGEST = 256 * 2**20
"""Bytes of one JSON document; a larger one must come as NDJSON, which needs no memory to speak of."""
LONGEST = 16 * 2**20
"""Bytes of one line of NDJSON."""
LINES = 500
KINDS = frozenset({"transaction", "batch", "collection", "searchset", "document"})
"""Bundles whose entries are records as they stand; a history has deletions, and a message wants something done."""
ADDING = frozenset({"POST", "PUT"})


@dataclass(frozen=True, slots=True)
class Item:
    """
    A resource and where it was found; *full_url* is what its neighbours call it.

    One that is to be there *once* is left alone when one with its identifier is there already.
    """

    file: str
    entry: str
    resource: Resource
    full_url: str = ""
    once: bool = False


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that could not be imported, as a line of the error file; no patient data."""

    file: str
    entry: str
    element: str
    problem: str


Unit: TypeAlias = tuple[list[Item], list[Trouble]]


def units(document: Document) -> Iterator[Unit]:
    """Everything in *document*; what cannot be read comes as trouble, and never stops the rest."""
    try:
        if document.is_table:
            from meridian.ops.intake import tables  # noqa: PLC0415  # which builds on this

            yield from tables.units(document.name, document.stream)
        elif document.is_lines:
            yield from _lines(document)
        else:
            yield _whole(document)
    except BROKEN as wrong:
        problem = f"the file is damaged or cannot be read ({type(wrong).__name__})"
        yield [], [Trouble(document.name, "", "", problem)]


def _whole(document: Document) -> Unit:
    try:
        body = document.stream.read(LARGEST + 1)
        if len(body) > LARGEST:
            raise TooLarge(f"The file is larger than {LARGEST >> 20} MB; bring it as NDJSON")
        resource = codec.decode(body)
        if resource.get("resourceType") != "Bundle":
            return [Item(document.name, "", resource)], []
        return _bundle(document.name, resource)
    except Fault as fault:
        return [], troubles(document.name, "", fault)


def _bundle(file: str, bundle: Resource) -> Unit:
    kind, entries = bundle.get("type"), bundle.get("entry", [])
    if kind not in KINDS:
        raise Invalid(f"A Bundle of this type is not imported; its type must be one of: {', '.join(sorted(KINDS))}")
    if not isinstance(entries, list):
        raise Invalid("Bundle.entry must be an array")
    items: list[Item] = []
    refused: list[Trouble] = []
    for number, entry in enumerate(entries):
        found = _entry(file, f"Bundle.entry[{number}]", entry)
        items.append(found) if isinstance(found, Item) else refused.append(found)
    return items, refused


def _entry(file: str, place: str, entry: Any) -> Item | Trouble:
    if not isinstance(entry, dict) or not isinstance(entry.get("resource"), dict):
        return Trouble(file, place, f"{place}.resource", "is required")
    request, full_url = entry.get("request"), entry.get("fullUrl", "")
    if isinstance(request, dict) and request.get("method") not in ADDING:
        return Trouble(file, place, f"{place}.request.method", "must be POST or PUT: an import only adds")
    if not isinstance(full_url, str):
        return Trouble(file, place, f"{place}.fullUrl", "must be a string")
    return Item(file, place, entry["resource"], full_url)


def _lines(document: Document) -> Iterator[Unit]:
    items: list[Item] = []
    refused: list[Trouble] = []
    for number, line in enumerate(iter(lambda: document.stream.readline(LONGEST + 1), b""), 1):
        if line.isspace():
            continue
        place = f"line {number}"
        try:
            if len(line) > LONGEST:
                raise TooLarge(f"A line is longer than {LONGEST >> 20} MB")
            items.append(Item(document.name, place, codec.decode(line)))
        except Fault as fault:
            refused += troubles(document.name, place, fault)
            if len(line) > LONGEST and not line.endswith(b"\n"):
                break  # what follows is the rest of this line, and no line of its own
        if len(items) + len(refused) >= LINES:
            yield items, refused
            items, refused = [], []
    yield items, refused


def troubles(file: str, entry: str, fault: Fault) -> list[Trouble]:
    """A line for each issue of *fault*, or one for all when it names none."""
    issues = [(issue.place, issue.text) for issue in fault.issues] or [("", fault.detail)]
    return [Trouble(file, entry, element, problem) for element, problem in issues]
