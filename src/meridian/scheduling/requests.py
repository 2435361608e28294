"""What patients ask for and the clinic approves: a pending Appointment that keeps its time, and a Task in the inbox."""

from meridian.access.work import Plan, Resource, Work
from meridian.clock import instant
from meridian.faults import Conflict, Forbidden
from meridian.fhir import ours
from meridian.scheduling import elements, moving, reminders
from meridian.scheduling.services import by_patient


def waiting(work: Work) -> Plan[list[tuple[Resource, Resource]]]:
    """Open requests, each as its Task and its Appointment, the first to take place first."""
    _staff(work)
    asked = [("code", f"{ours.TASK}|appointment-request"), ("status", ",".join(ours.OPEN_TASKS))]
    found: list[tuple[Resource, Resource]] = []
    for task in (yield from work.search("Task", asked)):
        reference = task.get("focus", {}).get("reference", "")
        appointment = yield from work.find("Appointment", reference.removeprefix("Appointment/"))
        if appointment is not None and appointment["status"] == "pending":
            found.append((task, appointment))
    return sorted(found, key=lambda one: elements.start_of(one[1]))


def _staff(work: Work) -> None:
    if by_patient(work):
        raise Forbidden("Requests are decided on by the clinic")


def approve(work: Work, logical_id: str) -> Plan[Resource]:
    """
    The Appointment, booked.

    Raises:
        Conflict: If it is no request any more.
    """
    _staff(work)

    def booked(appointment: Resource) -> Resource:
        _pending(appointment)
        return {**appointment, "status": "booked"}

    made = yield from work.change("Appointment", logical_id, booked)
    yield from _close(work, logical_id, "completed")
    yield from reminders.arrange(work, made)
    yield from reminders.tell(work, made, reminders.BOOKED)
    return made


def refuse(work: Work, logical_id: str, reason: str) -> Plan[Resource]:
    """
    The Appointment, cancelled with a reason that its patient reads.

    Raises:
        Conflict: If it is no request any more.
    """
    _staff(work)
    there = yield from work.read("Appointment", logical_id)

    def refused(appointment: Resource) -> Resource:
        _pending(appointment)
        return elements.cancelled(appointment, "prov", reason)

    made = yield from work.change("Appointment", logical_id, refused)
    yield from _close(work, logical_id, "rejected")
    yield from moving.freed(work, there)
    yield from reminders.tell(work, made, reminders.CHANGED)
    return made


def _pending(appointment: Resource) -> None:
    if appointment["status"] != "pending" or elements.held_until(appointment):
        raise Conflict("It is no open request any more")


def _close(work: Work, logical_id: str, status: str) -> Plan[None]:
    task = yield from moving.request_of(work, logical_id)
    if task is not None:
        now = instant(work.now)
        yield from work.change("Task", task["id"], lambda one: {**one, "status": status, "lastModified": now})
