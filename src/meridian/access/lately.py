"""Whom one saw last: read from one's own entries in the log, so that nothing else need be kept of it."""

import msgspec

from meridian.access.door import Door
from meridian.audit import search as log

LOOKED_AT = 100
"""Entries that are looked at."""


class _What(msgspec.Struct):
    reference: str = ""


class _Entity(msgspec.Struct):
    what: _What | None = None


class _Event(msgspec.Struct):
    entity: list[_Entity] = []


_decode = msgspec.json.Decoder(_Event).decode


async def patients(door: Door, most: int) -> list[str]:
    """Logical ids of the patients that the subject's own reads concerned, newest first, at most *most*."""
    if not door.subject.who:
        return []
    asked = log.parse([("agent", door.subject.who), ("action", "R"), ("outcome", "0"), ("_count", str(LOOKED_AT))])
    found = await door.engine.read(lambda: log.run(door.subject.org, asked))
    names: dict[str, None] = {}
    for _, body in found.events:
        for entity in _decode(body).entity:
            if entity.what is not None and entity.what.reference.startswith("Patient/"):
                names[entity.what.reference.split("/")[1]] = None
    return list(names)[:most]
