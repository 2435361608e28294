"""
What was signed stays as it was signed: an invariant of the records, whoever asks and by whatever way.

A note is a DocumentReference that carries its own text. Once it is final its text, author, date, patient and visit are
frozen; it may gain an addendum (`docStatus` amended), a co-signature and a release to its patient, and its author may
say that it was entered in error. A QuestionnaireResponse is frozen in the same way once it has been handed in. Neither
is ever deleted. Only `merging` moves them to another patient, and moves them back. The task of looking at a result is
closed by signing the result, and by nothing else; that of reviewing an emergency access by its review, and nothing else
changes it.

The permit asks here before anything is written, so that REST, patches, bundles and operations all obey.
"""

from typing import Any, Final, TypeAlias

from meridian.access.door import Door
from meridian.faults import Conflict, Gone, Issue, NotFound
from meridian.fhir.codec import decode
from meridian.fhir.ours import OPEN_TASKS, TASK
from meridian.store.plan import Plan
from meridian.store.records import Written
from meridian.store.scope import Reach, Scope

Resource: TypeAlias = dict[str, Any]

SIGNED: Final = frozenset({"final", "amended"})
HANDED_IN: Final = frozenset({"completed", "amended", "entered-in-error"})

LOCKABLE: Final = frozenset({"DocumentReference", "QuestionnaireResponse", "Task"})

CLOSED_BY: Final = {"result-review": "results/$sign", "emergency-review": "emergency/$review"}
"""Tasks that one operation alone closes, by their code."""
UNTOUCHED: Final = frozenset({"emergency-review"})
"""Those of them that nothing else changes either, not even once they are closed: they are about who might."""

_NOTE_MAY: Final = frozenset({"meta", "status", "docStatus", "authenticator", "extension", "text"})
"""Elements of a signed note that may change, some of them in certain ways only."""
_FORM_MAY: Final = frozenset({"meta", "status", "extension", "text"})


def is_locked(resource: Resource) -> bool:
    """Whether *resource* may not be changed any more, but in the ways above."""
    if resource["resourceType"] == "DocumentReference":
        return resource.get("docStatus") in SIGNED and any(
            "data" in one.get("attachment", {}) for one in resource.get("content", ())
        )
    if resource["resourceType"] == "Task":
        return bool(_closed_by(resource)) and (_untouched(resource) or resource.get("status") in OPEN_TASKS)
    return resource["resourceType"] == "QuestionnaireResponse" and resource.get("status") in HANDED_IN


def _closed_by(task: Resource) -> str:
    """The operation that alone closes it; empty for most."""
    return CLOSED_BY.get(_kind(task), "")


def _untouched(task: Resource) -> bool:
    return _kind(task) in UNTOUCHED


def _kind(task: Resource) -> str:
    codings = task.get("code", {}).get("coding", ())
    return next((str(one.get("code", "")) for one in codings if one.get("system") == TASK), "")


def leaves(before: Resource, after: Resource, within: str) -> str:
    """
    Why an open task may not become *after* in the operation *within*; empty where it may.

    Its kind, its matter and its patient stay, so that it does not slip out as something else.
    """
    operation = _closed_by(before)
    if not operation or within == operation:
        return ""
    if _untouched(before):
        return "Emergency access is reviewed, and what was said of it stays"
    if before.get("status") not in OPEN_TASKS:
        return ""
    same = all(before.get(name) == after.get(name) for name in ("code", "focus", "for"))
    return "" if same and after.get("status") in OPEN_TASKS else "A result leaves the inbox by being signed"


def breaks(before: Resource, after: Resource, who: str) -> str:
    """
    Why the change may not be; empty where it may.

    Args:
        before: What is there.
        after: What it is to be.
        who: Reference of who changes it.
    """
    if not is_locked(before):
        return ""
    may = _NOTE_MAY if before["resourceType"] == "DocumentReference" else _FORM_MAY
    if {**before, **dict.fromkeys(may)} != {**after, **dict.fromkeys(may)}:
        return "It has been signed or handed in; what it says can no longer be changed"
    if before["resourceType"] == "DocumentReference":
        return _note_breaks(before, after, who)
    return "" if after["status"] in _FORM_STEPS.get(before["status"], ()) else "Its status cannot go back"


_FORM_STEPS: Final = {
    "completed": ("completed", "amended", "entered-in-error"),
    "amended": ("amended", "entered-in-error"),
    "entered-in-error": ("entered-in-error",),
}


def _note_breaks(before: Resource, after: Resource, who: str) -> str:
    if after.get("docStatus") not in SIGNED or (before["docStatus"], after["docStatus"]) == ("amended", "final"):
        return "A signed note cannot be unsigned"
    if before["status"] != after["status"]:
        signers = {one.get("reference") for one in (*before.get("author", ()), before.get("authenticator", {}))}
        if before["status"] == "entered-in-error" or after["status"] != "entered-in-error" or who not in signers:
            return "Only its author can say that a signed note was entered in error, and not take it back"
    if (
        before.get("authenticator") != after.get("authenticator")
        and after.get("authenticator", {}).get("reference") != who
    ):
        return "A note is signed by oneself only"
    return ""


def keep_signed(door: Door, after: Resource) -> Plan[None]:
    """
    Pass if the resource may become *after*.

    Raises (when driven):
        Conflict: If what is there is signed, and *after* would change it.
    """
    kind = after["resourceType"]
    if kind not in LOCKABLE:
        return
    before = yield from _present(door, kind, after["id"])
    if before is None:
        return
    why = leaves(before, after, door.subject.within) if kind == "Task" else breaks(before, after, door.subject.who)
    if why:
        raise _refused(why, f"{kind}/{after['id']}")


def refuse_deletion(door: Door, written: Written) -> Plan[None]:
    """
    Undo the transaction if what it deleted was signed.

    Asked once it is deleted, within the transaction, so that only those learn of it who might delete it.

    Raises (when driven):
        Conflict: If it was.
    """
    one = written.stored
    if written.outcome != "deleted" or one.type not in LOCKABLE or one.version < 2:  # noqa: PLR2004  # the first deletes nothing
        return
    try:
        before = yield from door.records.vread(_all(door), one.type, one.id, one.version - 1)
    except (NotFound, Gone):
        return
    if is_locked(decode(before.body)):
        raise _refused("It has been signed or handed in, and stays", f"{one.type}/{one.id}")


def _present(door: Door, kind: str, logical_id: str) -> Plan[Resource | None]:
    """The current version, whoever may see it; the caller has been found to be allowed to change it."""
    try:
        found = yield from door.records.read(_all(door), kind, logical_id)
    except (NotFound, Gone):
        return None
    return decode(found.body)


def _all(door: Door) -> Scope:
    return Scope(door.subject.org, default=Reach(everyone=True, restricted=True))


def _refused(why: str, place: str) -> Conflict:
    return Conflict(why, issues=(Issue("business-rule", why, place),))
