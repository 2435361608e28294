"""
The links in a resource: finding them, reading them, and pointing them elsewhere.

A link is a `Reference.reference`, or an element of type `uri`, `url`, `oid` or `uuid`; where they stand in a type comes
from its table, so identifiers and texts that merely look like links are left alone. Whether a reference is well formed
was decided in `meridian.fhir.validation.references`.

Source: hl7.org/fhir/R4/references.html; hl7.org/fhir/R4/http.html#trules.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final, NamedTuple, TypeAlias

from meridian.fhir import definitions

Json: TypeAlias = dict[str, Any]

URIS: Final = frozenset({"uri", "url", "oid", "uuid"})
"""Types whose values a transaction rewrites beside references; canonicals are not among them."""

_local = re.compile(r"([A-Za-z]+)/([A-Za-z0-9.\-]{1,64})(?:/_history/([A-Za-z0-9.\-]{1,64}))?").fullmatch
_search = re.compile(r"([A-Za-z]+)\?(\S+)").fullmatch
_address = re.compile(r"""(\s(?:href|src)\s*=\s*)("[^"<]*"|'[^'<]*')""")


class Local(NamedTuple):
    """A reference to a resource of this server; *version* is empty unless it names one."""

    type: str
    id: str
    version: str = ""


class Search(NamedTuple):
    """A conditional reference: the one resource of *type* that *query* finds."""

    type: str
    query: str


def local(text: str) -> Local | None:
    """
    *text* as a relative reference, if it is one.

    >>> local("Patient/17")
    Local(type='Patient', id='17', version='')
    """
    match = _local(text)
    if match is None or not definitions.is_resource(match[1]):
        return None
    return Local(match[1], match[2], match[3] or "")


def search(text: str) -> Search | None:
    """
    *text* as a conditional reference, if it is one.

    >>> search("Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|99")
    Search(type='Practitioner', query='identifier=http://hl7.org/fhir/sid/us-npi|99')

    Source: hl7.org/fhir/R4/http.html#trules, "conditional references".
    """
    match = _search(text)
    return Search(match[1], match[2]) if match and definitions.is_resource(match[1]) else None


def references(resource: Json) -> Iterator[Json]:
    """
    Each Reference in *resource* that has a `reference`, contained resources' too; change the object to change it.

    Those that only carry an identifier or a display are left out.
    """
    for container, _, kind in _links(resource, resource["resourceType"]):
        if kind == "reference":
            yield container


def place(value: Any, wanted: Json, path: str = "") -> str:
    """
    FHIRPath of the object *wanted* in *value*, for an issue; empty when it is not there.

    >>> subject = {"reference": "Patient/1"}
    >>> place({"resourceType": "Group", "member": [{"entity": subject}]}, subject)
    'Group.member[0].entity'
    """
    if value is wanted:
        return path
    parts: Iterable[tuple[str, Any]] = ()
    if isinstance(value, dict):
        path = path or str(value.get("resourceType", ""))
        parts = ((f"{path}.{key}", item) for key, item in value.items())
    elif isinstance(value, list):
        parts = ((f"{path}[{index}]", item) for index, item in enumerate(value))
    return next((found for inner, item in parts if (found := place(item, wanted, inner))), "")


def rewrite(resource: Json, targets: Mapping[str, str]) -> None:
    """
    Point each link that is a key of *targets* at its value, in place.

    A version or fragment after the link stays (`urn:uuid:...#part`). Addresses in narrative are links as well.
    """
    for container, key, kind in _links(resource, resource["resourceType"]):
        text = container[key]
        if kind == "xhtml":
            container[key] = _rewritten_narrative(text, targets)
        elif text in targets:
            container[key] = targets[text]
        elif "#" in text and text.partition("#")[0] in targets:
            link, _, fragment = text.partition("#")
            container[key] = f"{targets[link]}#{fragment}"


def _rewritten_narrative(text: str, targets: Mapping[str, str]) -> str:
    def replaced(match: re.Match[str]) -> str:
        quote, link = match[2][0], match[2][1:-1]
        return f"{match[1]}{quote}{targets.get(link, link)}{quote}"

    return _address.sub(replaced, text)


_Found: TypeAlias = tuple[Any, Any, str]


def _links(value: Json, structure: str) -> Iterator[_Found]:
    """Where links stand: an object or array, the property or index in it, and the type of what is there."""
    steps = _steps(structure)
    for key, item in value.items():
        step = steps.get(key)
        if step is None:
            continue
        if step in _LEAVES:
            yield from _leaves(value, key, item, step)
        elif type(item) is list:
            for one in item:
                if type(one) is dict:
                    yield from _links(one, _kind(one, step))
        elif type(item) is dict:
            yield from _links(item, _kind(item, step))


def _leaves(value: Json, key: str, item: Any, kind: str) -> Iterator[_Found]:
    if type(item) is str:
        yield value, key, kind
    elif type(item) is list:
        for index, one in enumerate(item):
            if type(one) is str:
                yield item, index, kind


_LEAVES: Final = URIS | {"reference", "xhtml"}


def _kind(value: Json, step: str) -> str:
    """The structure of *value*: for a resource within another, its own type."""
    return str(value.get("resourceType", "Resource")) if step == "Resource" else step


@cache
def _steps(structure: str) -> dict[str, str]:
    """For each property that may hold links, the structure below it or the type of link it is."""
    found: dict[str, str] = {"reference": "reference"} if structure == "Reference" else {}
    for element in definitions.elements(structure).values():
        for key, kind in element.spellings().items():
            if kind.code in _LEAVES or definitions.exists(kind.code):
                found[key] = kind.code
            if not definitions.exists(kind.code):
                found[f"_{key}"] = "Element"
    return found
