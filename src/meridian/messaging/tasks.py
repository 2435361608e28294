"""What a Task says, read for the inbox; the elements are FHIR's, the codes ours (`fhir/ours.py`)."""

from typing import Any, TypeAlias

from meridian.fhir import ours
from meridian.fhir.ours import CODES, OPEN_TASKS, TASK

Resource: TypeAlias = dict[str, Any]
ROLE = CODES + "/role"
CHANGED_BY = "changed-by"
"""Our extension on Task: who made this version."""


def kind(task: Resource) -> str:
    """Its code of ours; empty if it is of no kind the inbox knows."""
    codings = task.get("code", {}).get("coding", ())
    return next((one.get("code", "") for one in codings if one.get("system") == TASK), "")


def reference(task: Resource, element: str) -> str:
    """A reference of it, as `Practitioner/x`; empty if there is none."""
    return str(task.get(element, {}).get("reference", ""))


def team(task: Resource) -> str:
    """The role it is for while nobody owns it; empty if there is none."""
    codings = [one for concept in task.get("performerType", ()) for one in concept.get("coding", ())]
    return next((one.get("code", "") for one in codings if one.get("system") == ROLE), "")


def due(task: Resource) -> str:
    """Instant by which it is to be done; empty if that is not said."""
    return str(task.get("restriction", {}).get("period", {}).get("end", ""))


def is_open(task: Resource) -> bool:
    """Whether it is still to be done."""
    return task.get("status") in OPEN_TASKS


def given_to(task: Resource, owner: str, role: str) -> Resource:
    """The Task given to a person or, without an owner, to a role."""
    task.pop("owner", None)
    if owner:
        task["owner"] = {"reference": owner}
    if role:
        task["performerType"] = [{"coding": [{"system": ROLE, "code": role}]}]
    return task


def noted(task: Resource, text: str, who: str, now: str) -> Resource:
    """The Task with one more note, if there is a *text*."""
    if text:
        note: Resource = {"time": now, "text": text}
        if who:
            note["authorReference"] = {"reference": who}
        task["note"] = [*task.get("note", ()), note]
    return task


def touched(task: Resource, who: str, now: str) -> Resource:
    """The Task as changed by *who* just now."""
    url = ours.extension(CHANGED_BY)["url"]
    task["lastModified"] = now
    task["extension"] = [one for one in task.get("extension", ()) if one.get("url") != url]
    if who:
        task["extension"].append(ours.extension(CHANGED_BY, valueReference={"reference": who}))
    if not task["extension"]:
        del task["extension"]
    return task


def changed_by(task: Resource) -> str:
    """Who made this version; who asked for it if nobody has changed it."""
    found = ours.extended(task, CHANGED_BY) or {}
    return str(found.get("valueReference", {}).get("reference", "")) or reference(task, "requester")


_URGENCY = {"stat": 0, "asap": 1, "urgent": 2}


def order(task: Resource) -> tuple[int, str, str]:
    """Sorts an inbox: what is urgent, then what is due first, then what has waited longest."""
    return _URGENCY.get(task.get("priority", ""), 3), due(task) or "9", str(task.get("authoredOn", ""))
