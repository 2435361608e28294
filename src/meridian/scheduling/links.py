"""
Links of reminders, which act without signing in: each confirms once and cancels once, until its appointment begins.

The token is made where the reminder is sent, stands after the `#` of the link, and is kept nowhere; `access.diary`
knows its hash. Whoever has it learns the time of a visit and the clinic's name, and nothing of the patient.
"""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any, Final

from meridian.access.chart import Chart
from meridian.access.diary import Diary, Link, keep_link, use_link
from meridian.access.work import Plan, Resource, Work
from meridian.faults import Conflict, NotFound
from meridian.scheduling import cancelling, elements, zones
from meridian.scheduling.cancelling import Cancellation

PATH: Final = "/appointment-link"
"""Of the portal's page, which is open to everybody."""
BYTES: Final = 24
"""Of a token: 192 bits, so that none can be guessed."""
MINT, LOOK, ACT = "Appointment/$remind", "Appointment/$link", "Appointment/$answer"


def digest(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


def mint(work: Work, logical_id: str, said: dict[str, Any]) -> Plan[str | None]:
    """The path of a new link; nothing when the appointment no longer stands as it did when this was arranged."""
    there = yield from work.find("Appointment", logical_id)
    if there is None or there["status"] != "booked":
        return None
    start = elements.start_of(there)
    if start <= work.now or start != said.get("start", start):
        return None
    token = secrets.token_urlsafe(BYTES)
    yield from keep_link(work, digest(token), logical_id, start, start)
    return f"{PATH}#{token}"


@dataclass(frozen=True, slots=True)
class Seen:
    """
    What a link shows.

    Args:
        start: An instant with the clinic's offset.
        end: Likewise.
        zone: The clinic's time zone.
        clinic: The organisation's name.
        state: `booked`, `confirmed`, `cancelled`, or `changed` where it is no longer what the reminder said.
        actions: What the link can still do: `confirm`, `cancel`.
    """

    start: str
    end: str
    zone: str
    clinic: str
    state: str
    actions: tuple[str, ...]


async def find(diary: Diary, token: str) -> Link:
    """
    The link of a token.

    Raises:
        NotFound: If there is none, or it has ended: nobody outside can tell which.
    """
    found = await diary.link(digest(token))
    if found is None or found.expires <= diary.clock():
        raise NotFound("This link has ended")
    return found


async def look(chart: Chart, link: Link) -> Seen:
    """What the link shows; *chart* is the platform's own in the link's organisation."""
    return await chart.consult(LOOK, lambda work: seen(work, link), what=f"Appointment/{link.appointment}")


def seen(work: Work, link: Link) -> Plan[Seen]:
    """As `look`."""
    there = yield from work.find("Appointment", link.appointment)
    organisation = yield from work.find("Organization", work.subject.organisation)
    if there is None or not elements.start_of(there):
        raise NotFound("This link has ended")
    zone = elements.zone_of(there, zones.of(organisation) or zones.DEFAULT)
    stands = there["status"] == "booked" and elements.start_of(there) == link.starts
    state = "confirmed" if link.confirmed else "booked"
    if not stands:
        state = "cancelled" if there["status"] == "cancelled" else "changed"
    used = {"confirm": link.confirmed, "cancel": link.cancelled}
    return Seen(
        start=zones.stamp(zone, elements.start_of(there)),
        end=zones.stamp(zone, elements.end_of(there)),
        zone=zone,
        clinic=str((organisation or {}).get("name", "")),
        state=state,
        actions=tuple(name for name, when in used.items() if stands and not when),
    )


async def act(chart: Chart, link: Link, token: str, action: str) -> Seen:
    """
    Confirm or cancel.

    Raises:
        Conflict: If the link was used for that before, or the appointment is no longer what the reminder said.
    """
    what = f"Appointment/{link.appointment}"
    return await chart.work(ACT, lambda work: _acted(work, link, digest(token), action), what=what)


def _acted(work: Work, link: Link, hashed: bytes, action: str) -> Plan[Seen]:
    column = {"confirm": "confirmed", "cancel": "cancelled"}[action]
    if not (yield from use_link(work, hashed, column)):
        raise Conflict("This link was used already")
    there = yield from work.read("Appointment", link.appointment)
    if there["status"] != "booked" or elements.start_of(there) != link.starts:
        raise Conflict("The appointment has changed since: sign in to see it")
    if action == "cancel":
        yield from cancelling.ended(work, there, Cancellation("pat-crs"))
    else:
        yield from work.change("Appointment", link.appointment, confirmed)
    return (yield from seen(work, link._replace(confirmed=work.now if action == "confirm" else link.confirmed)))


def confirmed(appointment: Resource) -> Resource:
    """*appointment*, its patient having said that they come."""
    return elements.extending(appointment, "confirmed", valueBoolean=True)
