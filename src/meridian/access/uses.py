"""
What the log says of one patient's record: entries, for the patient and for who accounts for disclosures.

The log itself is a security officer's to search. Here it is read for one record that the subject may read, within an
operation whose rows say so, and a bounded number of entries at a time; looking leaves an entry like any other.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final, NamedTuple

from meridian.access.door import Door, Whose
from meridian.access.interaction import Interaction
from meridian.access.work import Plan, Resource
from meridian.audit import search as log
from meridian.audit.entry import Entry
from meridian.faults import Fault
from meridian.fhir.codec import decode
from meridian.store import shares
from meridian.store.records.moving import merged_into
from meridian.store.scope import Reach, Scope

__all__ = ["Entry", "Use", "Uses", "Who", "outside", "uses"]

KIND: Final = "AuditEvent"
MOST: Final = 20_000
"""Entries that one question goes through; what there is beyond is told to be there."""
PAGES: Final = 400
"""Pages of the log that it looks at."""


class Use(NamedTuple):
    """An entry, and the logical id of its AuditEvent."""

    id: str
    entry: Entry


class Uses(NamedTuple):
    """Entries, newest first, and whether these are all."""

    found: list[Use]
    complete: bool


class Who(NamedTuple):
    """An organisation outside: its name and address as it says them, and the reader's name where it is known."""

    organisation: str
    address: str = ""
    name: str = ""


class Wanted(NamedTuple):
    """
    What is asked for.

    Args:
        patient: Logical id.
        since: Ms since the epoch.
        until: Likewise; not part of it.
        actions: Only these, if there are any; what other organisations read comes besides.
    """

    patient: str
    since: int
    until: int
    actions: tuple[str, ...] = ()


async def uses(door: Door, wanted: Wanted) -> Uses:
    """
    What was done with a patient's record, and came off.

    Raises:
        Forbidden: If the operation the door is within gives the role nothing of the log.
        NotFound: If the patient is not the subject's to see.
    """
    action, what = door.subject.within, f"Patient/{wanted.patient}"
    try:
        rule = door.allow(Interaction.SEARCH, KIND)
        asked = await door.engine.read(lambda: _asked(door, wanted))
        found: dict[str, Use] = {}
        complete = True
        for one in asked:
            complete &= await _gone_through(door, one, found)
    except Exception as fault:  # noqa: BLE001  # every failure leaves an entry
        await door.refuse(action, what, fault)
    await door.record(action, what, whose=Whose(wanted.patient), rule=rule)
    return Uses(sorted(found.values(), key=lambda one: -one.entry.time), complete)


def _asked(door: Door, wanted: Wanted) -> Plan[list[log.Asked]]:
    """The searches that find it: by the patient's id, and the ids of records that were put into that one."""
    org, patient = door.subject.org, wanted.patient
    door.allow(Interaction.READ, "Patient")
    scope = yield from door.scope(Interaction.READ)
    yield from door.records.read(scope, "Patient", patient)
    names = [patient, *(yield from merged_into(org, [patient]))][: log.MOST_VALUES]
    about = partial(log.about, names, wanted.since, wanted.until)
    if not wanted.actions:
        return [about()]
    known = {one.no: f"Organization/{one.id}" for one in (yield from shares.places())}
    readers = dict.fromkeys(one.recipient for one in (yield from shares.of_patients(org, names)))
    agents = [known[one] for one in readers if one in known]
    return [about(actions=wanted.actions), *([about(agents=agents)] if agents else [])]


async def _gone_through(door: Door, asked: log.Asked, found: dict[str, Use]) -> bool:
    """Add what fits to *found*; whether nothing was left out."""
    org, place = door.subject.org, asked
    for _ in range(PAGES):
        entries, following = await door.engine.read(partial(log.entries, org, place))
        for seq, entry in entries:
            if entry.outcome == "ok":
                found[log.identifier(org, seq)] = Use(log.identifier(org, seq), entry)
        if following is None:
            return True
        if len(found) >= MOST:
            break
        place = log.onward(place, following)
    return False


async def outside(door: Door, readers: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Who]:
    """Who looked from other organisations, by `Organization/x` and account, as entries name them."""
    return await door.engine.read(lambda: _outside(door, sorted(set(readers))))


def _outside(door: Door, readers: Sequence[tuple[str, str]]) -> Plan[dict[tuple[str, str], Who]]:
    places = {f"Organization/{one.id}": one for one in (yield from shares.places())}
    found: dict[tuple[str, str], Who] = {}
    for reference, account in readers:
        place = places.get(reference)
        if place is None:
            found[reference, account] = Who("")
            continue
        kept = yield from _open(door, place.no, reference)
        who = yield from shares.reader(place.no, account)
        person = (yield from _open(door, place.no, who)) if who else {}
        found[reference, account] = Who(place.name, _address(kept), _name(person))
    return found


def _open(door: Door, org: int, reference: str) -> Plan[Resource]:
    """What an organisation says of itself or of who works there; nothing where it says nothing."""
    kind, _, logical_id = reference.partition("/")
    try:
        scope = Scope(org, {kind: Reach(everyone=True)})
        return decode((yield from door.records.read(scope, kind, logical_id)).body)
    except Fault:
        return {}


def _name(person: Resource) -> str:
    names = person.get("name") or [{}]
    return str(names[0].get("text", "")) or " ".join([*names[0].get("given", ()), names[0].get("family", "")]).strip()


def _address(organisation: Resource) -> str:
    for one in organisation.get("address", ()):
        parts = [*one.get("line", ()), one.get("city"), one.get("state"), one.get("postalCode")]
        return str(one.get("text") or ", ".join(str(part) for part in parts if part))
    return ""
