"""
What a batch or transaction Bundle asks for, read and checked; doing it is the store's work.

An entry becomes a `Request`. In a transaction anything wrong refuses the whole Bundle, with every place; in a batch
each entry stands alone, so `read` takes one. Resources themselves are checked in `meridian.fhir.validation`.

Source: hl7.org/fhir/R4/bundle.html; hl7.org/fhir/R4/http.html#transaction.
"""

import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from meridian.faults import Fault, Invalid, Issue, Malformed, TooLarge, Unsupported
from meridian.fhir.patch import Operation
from meridian.fhir.patch import parse as parse_patch
from meridian.fhir.types import SUPPORTED

Json: TypeAlias = dict[str, Any]

MOST_ENTRIES: Final = 5_000
"""Entries of one Bundle; house policy. The largest Synthea bundle has 622."""

_ORDER: Final = {"DELETE": 0, "POST": 1, "PUT": 2, "PATCH": 2, "GET": 3, "HEAD": 3}
_CHANGES: Final = frozenset({"DELETE", "PUT", "PATCH"})
_CONDITIONS: Final = ("ifMatch", "ifNoneMatch", "ifNoneExist", "ifModifiedSince")

_id = re.compile(r"[A-Za-z0-9.\-]{1,64}").fullmatch
_etag = re.compile(r'(?:W/)?"([1-9][0-9]{0,9})"').fullmatch
_uri = re.compile(r"(?:urn:(?:uuid|oid):|https?://)\S+").fullmatch


@dataclass(frozen=True, slots=True)
class Request:
    """
    One entry, as HTTP would have said it.

    Args:
        index: Its place in the Bundle, where its answer goes.
        method: GET, HEAD, POST, PUT, PATCH or DELETE.
        path: The parts of the address, as `("Patient", "17")`.
        query: What followed the question mark, still encoded; criteria where there is no id.
        resource: What comes with a POST or PUT.
        patch: What comes with a PATCH.
        full_url: What other entries call it; empty when they do not.
        if_match: The version it must have; 0 when it does not matter.
        if_none_match: The entity tag a GET knows already, or empty.
        if_none_exist: The criteria of a conditional create, or empty.
    """

    index: int
    method: str
    path: tuple[str, ...]
    query: str = ""
    resource: Json | None = None
    patch: tuple[Operation, ...] = ()
    full_url: str = ""
    if_match: int = 0
    if_none_match: str = ""
    if_none_exist: str = ""

    @property
    def type(self) -> str:
        """The resource type it is about; empty for the whole system."""
        return self.path[0] if self.path else ""

    @property
    def id(self) -> str:
        """The logical id it names; empty for a type."""
        return self.path[1] if len(self.path) > 1 else ""

    @property
    def place(self) -> str:
        """Where it stands, for an issue."""
        return f"Bundle.entry[{self.index}]"


def transaction(bundle: Json, base: str = "") -> list[Request]:
    """
    The requests of a transaction, in the order in which they are to be done: DELETE, POST, PUT and PATCH, then GET.

    Args:
        bundle: As `codec.decode` gives it.
        base: Our own address, which request addresses may begin with.

    Raises:
        Invalid: With an issue for each entry that is wrong, or where two entries are about one resource.
        TooLarge: If it has more than `MOST_ENTRIES`.

    Source: hl7.org/fhir/R4/http.html#trules.
    """
    requests: list[Request] = []
    issues: list[Issue] = []
    for index, entry in enumerate(entries(bundle, "transaction")):
        try:
            requests.append(read(entry, index, base))
        except Fault as fault:
            issues += fault.issues
    issues += _overlaps(requests)
    if issues:
        raise Invalid("The transaction cannot be done as it is", issues=tuple(issues[:50]))
    return sorted(requests, key=lambda request: _ORDER[request.method])


def entries(bundle: Json, kind: str) -> list[Any]:
    """
    The entries of a Bundle of type *kind*.

    Raises:
        Invalid: If it is no such Bundle.
        TooLarge: If it has more than `MOST_ENTRIES`.
    """
    if bundle.get("resourceType") != "Bundle":
        raise _wrong("resourceType", "must be Bundle")
    if bundle.get("type") != kind:
        raise _wrong("Bundle.type", f"must be {kind}")
    found = bundle.get("entry", [])
    if not isinstance(found, list):
        raise _wrong("Bundle.entry", "must be an array")
    if len(found) > MOST_ENTRIES:
        raise TooLarge(f"A Bundle has at most {MOST_ENTRIES} entries")
    return found


def read(entry: Any, index: int, base: str = "") -> Request:
    """
    One entry.

    Raises:
        Invalid: If it cannot be asked so; the issue names its place.
        Unsupported: If it asks for a method or type that is not offered.
    """
    place = f"Bundle.entry[{index}]"
    asked = _asked(entry, place)
    method, path, query = _addressed(asked, place, base)
    resource = entry.get("resource")
    operations: tuple[Operation, ...] = ()
    if method == "PATCH":
        operations, resource = _operations(resource, f"{place}.resource"), None
    elif method in {"POST", "PUT"}:
        _check_resource(resource, method, path, place)
    elif resource is not None:
        raise _wrong(f"{place}.resource", f"must not come with {method}")
    return Request(
        index,
        method,
        path,
        query,
        resource,
        operations,
        _full_url(entry, place),
        _version(asked.get("ifMatch"), f"{place}.request.ifMatch"),
        asked.get("ifNoneMatch", ""),
        asked.get("ifNoneExist", "").removeprefix("?"),
    )


def _asked(entry: Any, place: str) -> Json:
    """The `request` of an entry, whose members are strings."""
    asked = entry.get("request") if isinstance(entry, dict) else None
    if not isinstance(asked, dict):
        raise _wrong(f"{place}.request", "is required", "required")
    for name in ("method", "url"):
        if name not in asked:
            raise _wrong(f"{place}.request.{name}", "is required", "required")
    for name in ("method", "url", *_CONDITIONS):
        if not isinstance(asked.get(name, ""), str):
            raise _wrong(f"{place}.request.{name}", "must be a string", "structure")
    return asked


def _addressed(asked: Json, place: str, base: str) -> tuple[str, tuple[str, ...], str]:
    """Method, path and query."""
    method = asked["method"]
    if method not in _ORDER:
        raise _not_offered(f"{place}.request.method", "must be GET, HEAD, POST, PUT, PATCH or DELETE", "method")
    address, _, query = asked["url"].removeprefix(base).partition("?")
    path = tuple(address.strip("/").split("/")) if address.strip("/") else ()
    if path and path[0] not in SUPPORTED and method not in {"GET", "HEAD"}:
        raise _not_offered(f"{place}.request.url", "must name a type that is kept here", "type")
    if not _fits(method, path, query):
        raise _wrong(f"{place}.request.url", f"is no address for {method}")
    return method, path, query


def _fits(method: str, path: tuple[str, ...], query: str) -> bool:
    """Whether *method* may be used there."""
    if method in _CHANGES:
        named = len(path) == 2 and bool(_id(path[1])) and not query  # noqa: PLR2004 - Type/id
        return named or (len(path) == 1 and bool(query))
    if method == "POST":
        return len(path) == 1 and not query
    return True


def _check_resource(resource: Any, method: str, path: tuple[str, ...], place: str) -> None:
    """That there is one, of the type and id the address says."""
    if not isinstance(resource, dict):
        raise _wrong(f"{place}.resource", f"is required with {method}", "required")
    if resource.get("resourceType") != path[0]:
        raise _wrong(f"{place}.resource.resourceType", "must be the type of request.url")
    if method == "PUT" and len(path) > 1 and resource.get("id") != path[1]:
        raise _wrong(f"{place}.resource.id", "must be the id of request.url")


def _operations(resource: Any, place: str) -> tuple[Operation, ...]:
    """
    A patch within a Bundle: a Binary of JSON Patch.

    Source: hl7.org/fhir/R4/http.html#patch, "using Patch in a batch/transaction".
    """
    if not isinstance(resource, dict) or resource.get("resourceType") != "Binary":
        raise _wrong(place, "must be a Binary that holds a JSON Patch")
    if str(resource.get("contentType")).partition(";")[0] != "application/json-patch+json":
        raise _wrong(f"{place}.contentType", "must be application/json-patch+json")
    try:
        return parse_patch(binascii.a2b_base64(str(resource.get("data")).encode(), strict_mode=True))
    except (ValueError, Malformed):
        raise _wrong(f"{place}.data", "must be a JSON Patch in base64") from None


def _full_url(entry: Json, place: str) -> str:
    url = entry.get("fullUrl", "")
    if url and not (isinstance(url, str) and _uri(url)):
        raise _wrong(f"{place}.fullUrl", "must be an absolute URI")
    return str(url)


def _version(text: Any, place: str) -> int:
    """The version in an entity tag, as `W/"3"`; 0 if none is given."""
    if not text:
        return 0
    match = _etag(text)
    if match is None:
        raise _wrong(place, 'must be an entity tag as W/"3"')
    return int(match[1])


def _overlaps(requests: Iterable[Request]) -> list[Issue]:
    """Two entries that change one resource, or go by one name."""
    found: list[Issue] = []
    changed: set[tuple[str, ...]] = set()
    named: set[str] = set()
    for request in requests:
        if request.method in _CHANGES and request.id:
            if request.path in changed:
                found.append(Issue("duplicate", "is about a resource that another entry changes", request.place))
            changed.add(request.path)
        if request.full_url and request.method in {"POST", "PUT"}:
            if request.full_url in named:
                found.append(Issue("duplicate", "is the fullUrl of another entry", f"{request.place}.fullUrl"))
            named.add(request.full_url)
    return found


def _wrong(place: str, text: str, code: str = "value") -> Invalid:
    return Invalid(f"{place} {text}", issues=(Issue(code, text, place),))


def _not_offered(place: str, text: str, what: str) -> Unsupported:
    return Unsupported(f"{place} {text}", what=what, issues=(Issue("not-supported", text, place),))
