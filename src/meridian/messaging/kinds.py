"""What people are told about, and how they are told if they have not said otherwise."""

from typing import NamedTuple


class Kind(NamedTuple):
    """
    One kind of notification.

    Args:
        place: Where its link leads in the portal, unless `links` mints one; `{id}` stands for what it is about.
        mail, sms: How somebody is told who has not said.
        staff: Whether it is for staff; else for patients and their proxies.
    """

    place: str
    mail: bool = True
    sms: bool = False
    staff: bool = False


KINDS: dict[str, Kind] = {
    "appointment-booked": Kind("/appointments"),
    "appointment-reminder": Kind("/appointments", sms=True),
    "appointment-offer": Kind("/appointments", sms=True),
    "appointment-changed": Kind("/appointments", sms=True),
    "visit-waiting": Kind("/visits/{id}", sms=True),
    "message": Kind("/messages"),
    "result-released": Kind("/record/results"),
    "form": Kind("/to-do"),
    "refill-decided": Kind("/record/medicines"),
    "amendment-decided": Kind("/corrections"),
    "document": Kind("/record/documents"),
    "task": Kind("/inbox", staff=True),
    "staff-message": Kind("/messages", mail=False, staff=True),
}
"""By the `kind` that an outbox row of topic `notify` says."""

WORDS = {"staff-message": "message", "amendment-decided": "refill-decided"}
"""Kinds whose words are those of another."""

SETTINGS = "/settings/notifications"
"""Where people choose."""
