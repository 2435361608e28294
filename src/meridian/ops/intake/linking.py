"""
The lasting id of everything that is imported, and references that point at it.

An id follows from the source alone, so that a second import meets what the first one made: the resource's own id, else
the UUID it goes by in its Bundle, else a UUID made from its content. Organizations, practitioners and other things
that every Bundle brings along anew are one and the same when they share an identifier: the first one's id counts.
"""

import re
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from meridian.fhir import codec, references
from meridian.ops.intake.reading import Item

NAMESPACE = uuid.UUID("6d657269-6469-616e-2d69-6d706f727400")
SHARED = frozenset({"Organization", "Practitioner", "Location", "Medication", "Device"})
"""Types of which the same one may come in many Bundles."""

_urn = re.compile(r"urn:uuid:([0-9A-Fa-f-]{36})").fullmatch


def settle(item: Item) -> None:
    """Give the resource its lasting id, in place."""
    item.resource["id"] = own_id(item)


def own_id(item: Item) -> str:
    """
    The id that follows from the source.

    >>> own_id(Item("f", "", {"resourceType": "Patient"}, "urn:uuid:11111111-2222-3333-4444-555555555555"))
    '11111111-2222-3333-4444-555555555555'
    """
    if "id" in item.resource:
        return str(item.resource["id"])  # a bad one is refused with the rest of what is wrong
    named = _urn(item.full_url)
    if named:
        return named[1].lower()
    return str(uuid.uuid5(NAMESPACE, codec.encode(item.resource).decode()))


def keys(resource: dict[str, Any]) -> list[tuple[str, str]]:
    """(system, value) of each identifier that is complete."""
    found = resource.get("identifier", [])
    listed = found if isinstance(found, list) else []
    return [
        (one["system"], one["value"])
        for one in listed
        if isinstance(one, dict) and isinstance(one.get("system"), str) and isinstance(one.get("value"), str)
    ]


def link(items: Iterable[Item], chosen: Callable[[str, str], str]) -> None:
    """
    Point references within the unit at lasting ids, in place.

    Args:
        items: One unit, settled.
        chosen: Given type and id, the id of the one that stands for it; the same id for most.
    """
    unit = list(items)
    targets: dict[str, str] = {}
    for item in unit:
        kind, identity = str(item.resource.get("resourceType")), item.resource["id"]
        here = f"{kind}/{chosen(kind, identity)}"
        if item.full_url:
            targets[item.full_url] = here
        if here != f"{kind}/{identity}":
            targets[f"{kind}/{identity}"] = here
    for item in unit:
        if isinstance(item.resource.get("resourceType"), str):
            references.rewrite(item.resource, targets)
