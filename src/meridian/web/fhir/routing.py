"""
Which handler answers which path and method: one table, from which the CapabilityStatement is written too.

A path is known by its shape: `Type`, `Type/id`, `Type/id/_history/version`, and words that begin with `_` or `$`.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias
from urllib.parse import unquote

from meridian.faults import NotFound, Unsupported
from meridian.fhir.types import SUPPORTED
from meridian.web.exchange import Answer
from meridian.web.faults import MethodNotAllowed
from meridian.web.fhir import batch, exporting, operations, reading, searching, writing
from meridian.web.fhir.call import Call

Handler: TypeAlias = Callable[[Call], Awaitable[Answer]]

ROUTES: Mapping[str, Mapping[str, Handler]] = {
    "": {"POST": batch.process},
    "type": {
        "GET": searching.search,
        "POST": writing.create,
        "PUT": writing.update_where,
        "DELETE": writing.delete_where,
    },
    "type/_search": {"POST": searching.search_by_form, "GET": searching.search},
    "type/_history": {"GET": reading.history_of_type},
    "type/id": {"GET": reading.read, "PUT": writing.update, "PATCH": writing.patch, "DELETE": writing.delete},
    "type/id/_history": {"GET": reading.history_of_one},
    "type/id/_history/version": {"GET": reading.vread},
    "type/id/$everything": {"GET": reading.everything, "POST": reading.everything},
    "$export": {"GET": exporting.kick_off, "POST": exporting.kick_off},
    "type/$export": {"GET": exporting.kick_off, "POST": exporting.kick_off},
    "type/id/$export": {"GET": exporting.kick_off, "POST": exporting.kick_off},
    "_export/id": {"GET": exporting.look, "DELETE": exporting.cancel},
    "_export/id/-": {"GET": exporting.file},
    "type/$": {"GET": operations.on_type, "POST": operations.on_type},
    "type/id/$": {"GET": operations.on_instance, "POST": operations.on_instance},
}

INTERACTIONS: Mapping[tuple[str, str], str] = {
    ("type/id", "GET"): "read",
    ("type/id/_history/version", "GET"): "vread",
    ("type/id", "PUT"): "update",
    ("type/id", "PATCH"): "patch",
    ("type/id", "DELETE"): "delete",
    ("type/id/_history", "GET"): "history-instance",
    ("type/_history", "GET"): "history-type",
    ("type", "POST"): "create",
    ("type", "GET"): "search-type",
}
"""Routes by what the CapabilityStatement calls them."""

_NAMES = {"type": "{type}", "id": "{id}", "version": "{version}", "$": "{operation}"}
TEMPLATES: Mapping[tuple[Handler, int], str] = {
    (handler, len(shape.split("/")) if shape else 0): "".join(f"/{_NAMES.get(part, part)}" for part in shape.split("/"))
    for shape, methods in ROUTES.items()
    for handler in methods.values()
}
"""What a routed request counts as, given its handler and the number of its path's segments."""

ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
"""Source: hl7.org/fhir/R4/datatypes.html#id."""


def route(method: str, path: str) -> tuple[Handler, list[str]]:
    """
    The handler of *path* (below the base) and its segments.

    Raises:
        NotFound: If nothing has that shape, or an id that cannot be.
        Unsupported: If the type is not kept (`type`) or the method not offered (`method`).
    """
    parts = [unquote(part) if "%" in part else part for part in path.split("/") if part]
    shape = _shape(parts)
    methods = ROUTES.get(shape)
    if methods is None:
        raise NotFound("There is nothing here")
    if parts and parts[0][0] not in "_$" and parts[0] not in SUPPORTED:
        raise Unsupported("This resource type is not kept here", what="type")
    handler = methods.get("GET" if method == "HEAD" else method)
    if handler is None:
        raise MethodNotAllowed(", ".join(sorted({*methods, "HEAD"} if "GET" in methods else methods)))
    if shape.startswith(("type/id", "_export/id")) and not ID.fullmatch(parts[1]):
        raise NotFound(f"No {parts[0]} with that id")
    return handler, parts


NAMED = frozenset({"$everything", "$export"})
"""Operations that are routes of their own."""
_PLACES = ("type", "id", "-", "version")


def _shape(parts: list[str]) -> str:
    """
    The shape of a path.

    >>> _shape(["Patient", "1", "_history", "2"]), _shape(["Patient", "_search"]), _shape(["a", "b", "c", "d"])
    ('type/id/_history/version', 'type/_search', 'type/id/-/version')
    """
    if not parts:
        return ""
    if len(parts) > len(_PLACES):
        return "-"
    return "/".join(_named(part, place) for part, place in zip(parts, _PLACES, strict=False))


def _named(part: str, place: str) -> str:
    if part[0] == "$" and part not in NAMED:
        return "$"
    return part if part[0] in "_$" else place
