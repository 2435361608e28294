"""Giving a time back: with its reason, to those who wait for it. Of a series, this one or it and all that follow."""

from dataclasses import dataclass

from meridian.access.work import Plan, Resource, Work
from meridian.clock import instant
from meridian.faults import Conflict, Forbidden, Invalid, Issue
from meridian.fhir.ours import extended
from meridian.scheduling import elements, moving, reminders
from meridian.scheduling.services import by_patient

REASONS = ("pat", "pat-crs", "pat-cpp", "prov", "maint", "other")
"""Codes of `elements.CANCELLATION` that are offered."""
CANCELLABLE = ("proposed", "pending", "booked", "waitlist")
OWN_REASON = "pat-cpp"
"""Cancelled by the patient in the portal."""


@dataclass(frozen=True, slots=True)
class Cancellation:
    """
    Why.

    Args:
        reason: One of `REASONS`.
        comment: In the words of whoever cancels.
        following: Whether those of the series that come after it are cancelled too.
    """

    reason: str = "other"
    comment: str = ""
    following: bool = False


def cancel(work: Work, logical_id: str, why: Cancellation) -> Plan[Resource]:
    """
    The Appointment, cancelled; what is cancelled already stays as it is.

    Raises:
        Conflict: If its patient has come, or it is over.
        Forbidden: If a patient cancels it later than the service allows.
    """
    if why.reason not in REASONS:
        raise Invalid("That is no reason to cancel", issues=(Issue("value", "is not among the reasons", "reason"),))
    there = yield from work.read("Appointment", logical_id)
    if there["status"] == "cancelled":
        return there
    if by_patient(work):
        yield from _by_patient(work, there, why)
    if why.following and elements.series_of(there):
        return (yield from _following(work, there, why))
    return (yield from ended(work, there, why))


def _by_patient(work: Work, there: Resource, why: Cancellation) -> Plan[None]:
    if why.following:
        raise Forbidden("A series is cancelled by the clinic: call")
    if not elements.held_until(there) and there["status"] != "waitlist":
        service = yield from moving.service_for(work, there)
        if service is not None and there["status"] == "booked":
            moving.in_time(work, service, there)


def ended(work: Work, there: Resource, why: Cancellation) -> Plan[Resource]:
    """It alone, cancelled, with all that follows from that."""
    reason = OWN_REASON if by_patient(work) and not why.reason.startswith("pat") else why.reason

    def cancelled(appointment: Resource) -> Resource:
        if appointment["status"] not in CANCELLABLE:
            raise Conflict("It cannot be cancelled any more")
        return elements.cancelled(appointment, reason, why.comment)

    made = yield from work.change("Appointment", there["id"], cancelled)
    yield from reminders.drop(work, there["id"])
    held = elements.held_until(there)
    if not held or extended(there, "wait"):
        yield from moving.freed(work, there)
    if not held and not by_patient(work) and there["status"] in elements.OPEN:
        yield from reminders.tell(work, made, reminders.CHANGED)
    if there["status"] == "pending" and not held:
        yield from _close_request(work, there["id"])
    return made


def _close_request(work: Work, logical_id: str) -> Plan[None]:
    task = yield from moving.request_of(work, logical_id)
    if task is not None:
        now = instant(work.now)
        yield from work.change("Task", task["id"], lambda one: {**one, "status": "cancelled", "lastModified": now})


def _following(work: Work, there: Resource, why: Cancellation) -> Plan[Resource]:
    answer = there
    for one in (yield from moving.later_in_series(work, there)):
        made = yield from ended(work, one, why)
        answer = made if made["id"] == there["id"] else answer
    return answer
