"""The audit log as AuditEvents, for those who oversee: found by `audit.search`, and looking is recorded too."""

from collections.abc import Sequence

import msgspec

from meridian.access.answers import Page, Stored
from meridian.access.door import Door, named
from meridian.access.interaction import Interaction
from meridian.audit import search as log
from meridian.faults import NotFound
from meridian.fhir.search.moments import interval

KIND = "AuditEvent"
PARAMETERS = frozenset(log.PARAMETERS)
"""The search parameters that AuditEvents can be found by."""


async def read(door: Door, logical_id: str) -> Stored:
    """One AuditEvent of the subject's organisation."""
    what = f"{KIND}/{logical_id}"
    try:
        rule = door.allow(Interaction.READ, KIND)
        body = await door.engine.read(lambda: log.read(door.subject.org, logical_id))
    except Exception as fault:  # noqa: BLE001  # every failure leaves an entry
        await door.refuse(Interaction.READ, what, fault)
    await door.record(Interaction.READ, what, rule=rule)
    return _stored(door, logical_id, body)


async def vread(door: Door, logical_id: str, version: int) -> Stored:
    """An AuditEvent has one version."""
    if version != 1:
        await door.refuse(Interaction.VREAD, f"{KIND}/{logical_id}", NotFound(f"No {KIND} with that id and version"))
    return await read(door, logical_id)


async def search(door: Door, pairs: Sequence[tuple[str, str]]) -> Page:
    """AuditEvents of the subject's organisation, newest first."""
    try:
        rule = door.allow(Interaction.SEARCH, KIND)
        asked = log.parse(pairs)
        found = await door.engine.read(lambda: log.run(door.subject.org, asked))
    except Exception as fault:  # noqa: BLE001  # every failure leaves an entry
        await door.refuse(Interaction.SEARCH, KIND, fault)
    page = Page([_stored(door, logical_id, body) for logical_id, body in found.events], next=found.next)
    await door.record(Interaction.SEARCH, KIND, seen=named(page.matches), rule=rule)
    return page


def _stored(door: Door, logical_id: str, body: bytes) -> Stored:
    recorded = interval(msgspec.json.decode(body, type=_Event).recorded) or (0, 0)
    return Stored(
        door.subject.org, 0, KIND, logical_id, 1, 0, recorded[0], deleted=False, sealed=b"", key=None, plain=body
    )


class _Event(msgspec.Struct):
    """When it was recorded."""

    recorded: str
