"""
Names that no published standard gives us: our extensions, code systems and the kinds of Task the inbox knows.

They are identifiers, not addresses; nothing is fetched from them.
"""

from typing import Any, Final

BASE: Final = "https://meridian-pms.com/fhir"
EXTENSIONS: Final = BASE + "/StructureDefinition"
CODES: Final = BASE + "/CodeSystem"

TASK: Final = CODES + "/task"
"""Code system of `Task.code`: what somebody is to do."""

TASKS: Final = {
    "appointment-request": "Approve an appointment",
    "refill-request": "Decide on a refill",
    "medication-recheck": "Check a medicine again",
    "result-review": "Review a result",
    "unmatched-result": "Find the patient of a result",
    "unmatched-document": "Find the patient of a document",
    "document-review": "Review a document",
    "form-review": "Review a form",
    "message": "Answer a message",
    "cosign": "Co-sign a note",
    "amendment-request": "Amend the record",
    "amendment-review": "Decide on an amendment",
    "emergency-review": "Review an emergency access",
    "accounting-request": "Account for disclosures",
    "complete-form": "Fill in a form",
    "to-do": "To do",
}
"""Codes of `TASK`, each with what an inbox calls it."""

PATIENTS_TASKS: Final = frozenset({"complete-form", "amendment-request", "accounting-request"})
"""Kinds that their patient reads: nothing is said in them that is not the patient's to know."""
STAFF_TASKS: Final = frozenset(TASKS) - PATIENTS_TASKS
"""Kinds that staff do, whoever's act makes them: their urgency and notes are not the patient's."""

NOPAT: Final = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "NOPAT"}
"""Security label of what its patient does not see. Source: terminology.hl7.org/CodeSystem-v3-ActCode.html."""

RESTRICTED: Final = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
"""Security label of what not all who treat may see. Source: terminology.hl7.org/CodeSystem-v3-Confidentiality.html."""

OPEN_TASKS: Final = ("requested", "received", "accepted", "in-progress", "on-hold")
"""`Task.status` of what is still to be done. Source: hl7.org/fhir/R4/valueset-task-status.html."""


def extension(name: str, **value: Any) -> dict[str, Any]:
    """
    One of our extensions.

    >>> extension("hold-expires", valueInstant="2026-01-01T00:00:00Z")["url"]
    'https://meridian-pms.com/fhir/StructureDefinition/hold-expires'
    """
    return {"url": f"{EXTENSIONS}/{name}", **value}


def extended(element: dict[str, Any], name: str) -> dict[str, Any] | None:
    """The extension *name* of *element*, if it has it."""
    url = f"{EXTENSIONS}/{name}"
    return next((one for one in element.get("extension", ()) if one.get("url") == url), None)


def task(
    code: str,
    *,
    patient: str = "",
    focus: str = "",
    owner: str = "",
    requester: str = "",
    now: str,
    due: str = "",
    priority: str = "routine",
    role: str = "",
    note: str = "",
) -> dict[str, Any]:
    """
    A Task of one of our kinds, requested; one of `STAFF_TASKS` is withheld from its patient.

    Args:
        code: One of `TASKS`.
        patient: Reference of whom it is about, as `Patient/17`.
        focus: Reference of what it is about.
        owner: Reference of who is to do it.
        requester: Reference of who asks.
        now: Instant of its making.
        due: Instant by which it is to be done.
        priority: `routine`, `urgent`, `asap` or `stat`.
        role: Which role may take it while it has no owner, as `nurse`.
        note: A sentence for whoever does it; kept sealed with the Task.
    """
    made: dict[str, Any] = {
        "resourceType": "Task",
        **({"meta": {"security": [dict(NOPAT)]}} if code in STAFF_TASKS else {}),
        "status": "requested",
        "intent": "order",
        "priority": priority,
        "code": {"coding": [{"system": TASK, "code": code, "display": TASKS[code]}]},
        "authoredOn": now,
        "lastModified": now,
    }
    for name, reference in (("for", patient), ("focus", focus), ("owner", owner), ("requester", requester)):
        if reference:
            made[name] = {"reference": reference}
    if due:
        made["restriction"] = {"period": {"end": due}}
    if role:
        made["performerType"] = [{"coding": [{"system": CODES + "/role", "code": role}]}]
    if note:
        made["description"] = note
    return made
