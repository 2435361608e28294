"""
Guests: somebody without an account who comes to one visit, by a link that works once and for fifteen minutes.

The link carries a code after its `#`, which no server and no log sees; kept is its hash. It is shown to whoever makes
it, or sent: then the address is sealed in its row until it has gone, and the code is made when it goes. It is exchanged
for a cookie that is good for this visit alone and for four hours at most, and by which its bearer comes to the lobby,
no further. What is wrong with a code nobody is told: unknown, used, too old and taken back are one.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol

from meridian.access import video_visits
from meridian.access.chart import Chart
from meridian.access.subject import Role, Subject
from meridian.access.video_visits import Calls, Guest, Visit
from meridian.access.work import Plan, Resource, Work
from meridian.faults import Conflict, Forbidden, Invalid, Issue, NotFound, Unauthenticated
from meridian.identity.facts import Caller
from meridian.identity.opaque import mark, new_id, new_secret
from meridian.post import texts
from meridian.post.letters import Carrier, Product, Undeliverable
from meridian.post.phones import e164
from meridian.telehealth import appointments, states, visits
from meridian.telehealth.appointments import MINUTE, Scene
from meridian.telehealth.visits import Done
from meridian.telehealth.ways import Parts

INVITE, GUESTS, CANCEL, SEND, REDEEM = (
    f"video/${name}" for name in ("invite", "guests", "cancel-guest", "send-link", "redeem")
)
TOPIC: Final = "visit-guest"
"""Of the outbox: a link is to be sent."""
LASTING: Final = 15 * MINUTE
"""Of a code; issue "Telehealth"."""
SESSION: Final = 4 * 60 * MINUTE
"""Of what it is exchanged for."""
MOST: Final = 10
"""Links of one visit that somebody could still use."""
PARTS: Final = frozenset({"family", "interpreter", "captioner", "guest"})
INVITING: Final = frozenset({Role.CLINICIAN, Role.NURSE, Role.FRONT_DESK})
PATH: Final = "/visit-guest"
"""Of the portal's page, which is open to everybody."""
PURPOSE: Final = "FAMRQT"
"""v3-ActReason; the role has no rows but within the operations of a visit."""
_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")


class Invited(NamedTuple):
    """A link as it was made; *path* only for one that is shown, and only this once."""

    guest: Guest
    path: str = ""


@dataclass(frozen=True, slots=True)
class Inviting:
    """
    Whom to invite.

    Args:
        part: One of `PARTS`.
        way: `link`, `mail` or `sms`.
        to: A mail address or a telephone number; empty for a link.
    """

    part: str
    way: str = "link"
    to: str = ""


async def invite(chart: Chart, visit: str, inviting: Inviting) -> Invited:
    """
    A new link.

    Raises:
        NotFound: If the visit is none of the subject's.
        Forbidden: If they may not invite.
        Conflict: If the visit is over, or has too many links.
        Invalid: If it cannot be sent there.
    """
    address, secret = _checked(inviting), new_secret()

    def plan(work: Work) -> Plan[Invited]:
        before = yield from _ours(work, visit)
        known = yield from video_visits.guests(work, visit)
        if sum(_waits(one, work.now) for one in known) >= MOST:
            raise Conflict("There are many links of this visit that nobody has used: take some back")
        shown = inviting.way == "link"
        made = Guest(
            work.subject.org, new_id(), visit, inviting.part, inviting.way, appointments.me(work), work.now,
            expires=work.now + LASTING if shown else 0,
        )  # fmt: skip
        sealed = None if shown else (yield from video_visits.sealed(work, before, made.id, address))
        yield from video_visits.invite(work, made, code=mark(secret) if shown else None, address=sealed)
        if not shown:
            yield from work.emit(TOPIC, f"Appointment/{visit}", said={"guest": made.id})
        return Invited(made, f"{PATH}#{secret}" if shown else "")

    return await chart.work(INVITE, plan, what=f"Appointment/{visit}")


async def listed(chart: Chart, visit: str) -> list[Guest]:
    """The visit's links, oldest first."""

    def plan(work: Work) -> Plan[list[Guest]]:
        yield from _readable(work, visit)
        return (yield from video_visits.guests(work, visit))

    return await chart.consult(GUESTS, plan, what=f"Appointment/{visit}")


async def cancel(parts: Parts, chart: Chart, visit: str, guest: str) -> Done:
    """
    Take a link back, with what it was exchanged for; whoever waits or is inside by it is put out.

    Raises:
        NotFound: If the visit or the link is not there, or not theirs.
    """

    def plan(work: Work) -> Plan[Done]:
        appointment = yield from _readable(work, visit)
        found = yield from video_visits.guest(work, guest)
        if found is None or found.visit != visit:
            raise NotFound("There is no such link")
        yield from video_visits.cancel_guest(work, guest)
        before = yield from visits.locked(work, appointment)
        after = _put_out(before, f"Guest/{guest}", work.now, gateway=parts.gateway is not None)
        return (yield from visits.kept(parts, work, Scene(appointment, ""), before, after))

    return await chart.work(CANCEL, plan, what=f"Appointment/{visit}")


def _put_out(visit: Visit, who: str, now: int, *, gateway: bool) -> Visit:
    present = next((one for one in visit.people if one.who == who), None)
    if present is None or visit.ended:
        return visit
    if present.state == "lobby":
        return states.deny(visit, present.id, now)
    return states.remove(visit, present.id, now, gateway=gateway) if present.state == "admitted" else visit


def _waits(guest: Guest, now: int) -> bool:
    """Whether somebody could still use the link, or it is still to be sent."""
    return not (guest.used or guest.cancelled) and (not guest.expires or guest.expires > now)


def _ours(work: Work, visit: str) -> Plan[Visit]:
    """A visit to which the subject may invite, kept from others until this is done."""
    appointment = yield from _readable(work, visit)
    before = yield from visits.locked(work, appointment)
    if before.ended or appointment["status"] not in appointments.COMING:
        raise Conflict("The visit is over, or not to take place")
    return before


def _readable(work: Work, visit: str) -> Plan[Resource]:
    appointment = yield from appointments.of(work, visit)
    if work.subject.role not in INVITING:
        raise Forbidden("Your role does not include inviting to a visit")
    return appointment


async def redeem(calls: Calls, code: str) -> tuple[Guest, str]:
    """
    Exchange a code: the guest, and the secret of their cookie.

    Raises:
        NotFound: If the code is not good, whatever is wrong with it.
    """
    secret = new_secret()
    found = await calls.redeem(mark(code), mark(secret), SESSION)
    if found is None:
        raise NotFound("The link has been used or is too old; ask for a new one")
    return found, secret


async def recognised(calls: Calls, cookie: str) -> Guest:
    """
    Who stands behind a visit's cookie.

    Raises:
        Unauthenticated: If nobody does, or no longer.
    """
    found = await calls.guest(mark(cookie)) if cookie else None
    if found is None:
        raise Unauthenticated("Your link has ended; ask for a new one")
    return found


class Bearer(Protocol):
    """Who came by a link."""

    @property
    def org(self) -> int:
        """The organisation's number."""

    @property
    def id(self) -> str:
        """Of the link."""


def subject_of(guest: Bearer, organisation: str, caller: Caller) -> Subject:
    """A guest as policy and log see them: no role but this one visit's, and a name that says nothing."""
    who = f"Guest/{guest.id}"
    return Subject(
        account=who, org=guest.org, organisation=organisation, role=Role.GUEST, who=who, purpose=PURPOSE,
        address=caller.address, agent=caller.agent, request=caller.request,
    )  # fmt: skip


async def came(chart: Chart, visit: str) -> None:
    """Leave in the log that a guest's link was exchanged, by whom and from where."""
    await chart.consult(REDEEM, lambda work: appointments.of(work, visit), what=f"Appointment/{visit}")


async def clinic(chart: Chart) -> str:
    """What the clinic is called whose visit it is."""

    def plan(work: Work) -> Plan[str]:
        organisation = yield from work.find("Organization", work.subject.organisation)
        return str((organisation or {}).get("name", ""))

    return await chart.consult(visits.LOOK, plan, what=f"Organization/{chart.subject.organisation}")


class Row(Protocol):
    """What is used of a row of the outbox."""

    @property
    def org(self) -> int:
        """The organisation's number."""

    @property
    def what(self) -> str:
        """What about, as `Appointment/17`."""

    @property
    def said(self) -> Mapping[str, Any]:
        """Codes and references."""


@dataclass(frozen=True, slots=True)
class Sender:
    """
    Sends links (topic `TOPIC`); should one go out twice, the newer works and the older does not.

    Args:
        servant: The door for the platform itself, in an organisation.
        carrier: Takes it out of the house.
        product: Who writes.
    """

    servant: Callable[[int], Awaitable[Chart]]
    carrier: Carrier
    product: Product

    async def __call__(self, row: Row) -> None:
        """
        Send one, unless it has gone or was taken back.

        Raises:
            OSError: If the carrier cannot take it just now.
        """
        chart, guest, secret = await self.servant(row.org), str(row.said["guest"]), new_secret()
        visit = row.what.partition("/")[2]

        def plan(work: Work) -> Plan[tuple[str, str] | None]:
            present = yield from video_visits.find(work, visit)
            made = yield from video_visits.guest(work, guest)
            if present is None or present.ended or made is None:
                return None
            address = yield from video_visits.sending(work, guest, mark(secret), work.now + LASTING)
            if address is None:
                return None
            return made.way, (yield from video_visits.opened(work, present, guest, address))

        found = await chart.work(SEND, plan, what=row.what)
        if found is None:
            return
        with suppress(Undeliverable):
            await self._carried(*found, f"{self.product.origin}{PATH}#{secret}")
        await chart.work(SEND, lambda work: video_visits.sent(work, guest), what=row.what)

    async def _carried(self, way: str, to: str, link: str) -> None:
        if way == "sms":
            await self.carrier.text(texts.note(self.product, to, "visit-guest", link=link))
        else:
            await self.carrier.mail(texts.letter(self.product, to, "visit-guest", link=link))


def _checked(inviting: Inviting) -> str:
    """Where it goes, as the carrier takes it."""
    if inviting.part not in PARTS:
        raise _wrong("That is no part of a guest's", "part")
    if inviting.way == "mail" and _MAIL.fullmatch(inviting.to.strip()):
        return inviting.to.strip()
    if inviting.way == "sms" and e164(inviting.to):
        return e164(inviting.to)
    if inviting.way == "link" and not inviting.to:
        return ""
    raise _wrong("It cannot be sent there", "to")


def _wrong(text: str, place: str) -> Invalid:
    return Invalid(text, issues=(Issue("value", text, place),))
