"""
What a written resource is told of, and in which feeds: whatever way it came, a plain PUT moves the board too.

A feed never names what somebody who follows it may not read. So what is withheld from its patient, or is not the
patient's to see, goes into no feed of a patient; and what is labelled R or V is told to staff without saying what it
is: they read anew, and each sees what their own chart shows. Of what staff lose as well (a task given on, a visit
moved to a colleague) they are told by what stood there before.

Imports tell nothing: they bring years at once, and nobody waits for them.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeAlias

from meridian.access.door import Door
from meridian.access.subject import Role
from meridian.faults import Gone, NotFound
from meridian.fhir.codec import decode
from meridian.fhir.compartments import patients_of
from meridian.fhir.ours import CODES, extended
from meridian.fhir.references import local
from meridian.store.plan import Plan, Tell
from meridian.store.records import Written
from meridian.store.records.writing import restricted, withheld
from meridian.store.scope import Reach, Scope

Resource: TypeAlias = dict[str, Any]

BOARD: Final = "board"
KINDS: Final = {
    "Appointment": "appointment",
    "Encounter": "encounter",
    "Task": "task",
    "Communication": "message",
    "DiagnosticReport": "result",
    "DocumentReference": "document",
    "MedicationRequest": "medicine",
    "MedicationStatement": "medicine",
    "QuestionnaireResponse": "form",
    "ServiceRequest": "order",
}
"""Types that are told of, and the code by which they are."""
NOTE: Final = "note"
"""The code of a message that its patient does not see."""
RECORD: Final = "record"
"""The code of a record that changed as a whole."""

QUIET: Final = frozenset({"import/$run"})
"""Operations that tell nothing."""

_HANDED_ON: Final = frozenset({"Appointment", "Task"})
"""Types that an update may take away from somebody, who is told as well."""
_NOT_THE_PATIENTS: Final = frozenset({"Encounter"})
_ROLE: Final = CODES + "/role"
_TEAMS: Final = frozenset(role.value for role in Role)


def tell(door: Door, written: Written) -> Plan[None]:
    """Tell of what was written, in the transaction that writes it; what made no version is not told of."""
    one = written.stored
    if one.type not in KINDS or written.outcome in {"unchanged", "found"} or door.subject.within in QUIET:
        return
    before = (yield from _before(door, written)) if one.deleted or _may_be_handed_on(written) else None
    after = None if one.deleted else decode(one.body)
    yield from told(one.org, written.outcome, before, after)


def _may_be_handed_on(written: Written) -> bool:
    return written.outcome == "updated" and written.stored.type in _HANDED_ON


def _before(door: Door, written: Written) -> Plan[Resource | None]:
    """The version that was replaced; `None` when there was none to be read."""
    one = written.stored
    every = Scope(one.org, default=Reach(everyone=True, restricted=True))
    try:
        return decode((yield from door.records.vread(every, one.type, one.id, one.version - 1)).body)
    except (NotFound, Gone):
        return None


def told(org: int, did: str, before: Resource | None, after: Resource | None) -> Iterator[Tell]:
    """
    What is told of one resource.

    Args:
        org: Organisation number.
        did: `created`, `updated` or `deleted`.
        before: What stood there, where somebody may have lost it; `None` if that does not matter.
        after: What stands there now; `None` when it was deleted.
    """
    present = after or before
    if present is None:
        return
    kind, what = KINDS[present["resourceType"]], f"{present['resourceType']}/{present['id']}"
    secret = restricted(present)
    staff = dict.fromkeys((*_staff(present), *(_staff(before) if before else ())))
    for feed in staff:
        yield Tell(org, feed, kind, "" if secret else what, {} if secret else {"did": did})
    if present["resourceType"] == "Communication":
        yield from _of_message(org, did, present)
    for at, patient in enumerate(_patients(present)):
        gone = after is None and at > 0  # what is deleted stands in the first compartment only
        said = {} if gone else {"did": did, **_thread_said(present)}
        yield Tell(org, f"patient:{patient}", kind, "" if gone else what, said)


def of_record(org: int, patients: Iterable[str]) -> Iterator[Tell]:
    """What is told when the records of *patients* changed as a whole: each is read anew, and so is the board."""
    yield Tell(org, BOARD, RECORD)
    for patient in patients:
        yield Tell(org, f"patient:{patient}", RECORD, f"Patient/{patient}")


def named(resource: Resource) -> str:
    """`Type/id` for a feed that staff follow; empty if not all of them may read it."""
    return "" if restricted(resource) else f"{resource['resourceType']}/{resource['id']}"


def _staff(resource: Resource) -> Iterator[str]:
    """The feeds of staff that are told of it."""
    match resource["resourceType"]:
        case "Appointment":
            yield BOARD
            if not _held(resource):
                yield from _persons(one.get("actor", {}) for one in resource.get("participant", ()))
        case "Encounter":
            yield BOARD
        case "Task" if "owner" in resource:
            yield from _persons([resource["owner"]])
        case "Task":
            codings = [one for concept in resource.get("performerType", ()) for one in concept.get("coding", ())]
            roles = (one.get("code", "") for one in codings if one.get("system") == _ROLE)
            yield from (f"team:{role}" for role in roles if role in _TEAMS)


def _persons(references: Iterable[Resource]) -> Iterator[str]:
    """Members of staff among *references*; patients have a feed of their own, which those entrusted follow too."""
    for reference in references:
        found = local(reference.get("reference", ""))
        if found is not None and found.type == "Practitioner":
            yield f"person:Practitioner/{found.id}"


def _patients(resource: Resource) -> list[str]:
    """The patients who may see it, and are to be told."""
    if resource["resourceType"] in _NOT_THE_PATIENTS or withheld(resource) or _held(resource):
        return []
    return patients_of(resource)


def _held(resource: Resource) -> bool:
    """Whether it is a time that somebody keeps while they choose, and no visit yet; an offer to who waits is told."""
    if resource["resourceType"] != "Appointment":
        return False
    return extended(resource, "hold-expires") is not None and extended(resource, "wait") is None


def thread_of(message: Resource) -> str:
    """Logical id of the thread that a message is in: its first, or itself."""
    for one in message.get("partOf", ()):
        found = local(one.get("reference", ""))
        if found is not None and found.type == "Communication":
            return str(found.id)
    return str(message["id"])


def _thread_said(resource: Resource) -> dict[str, str]:
    return {"thread": thread_of(resource)} if resource["resourceType"] == "Communication" else {}


def _of_message(org: int, did: str, message: Resource) -> Iterator[Tell]:
    """Into the thread, of which who follows has seen the first message: what is told names that one."""
    thread = thread_of(message)
    feed, kind = (f"notes:{thread}", NOTE) if withheld(message) else (f"thread:{thread}", "message")
    said = {"did": did} if restricted(message) else {"did": did, "message": message["id"]}
    yield Tell(org, feed, kind, f"Communication/{thread}", said)
