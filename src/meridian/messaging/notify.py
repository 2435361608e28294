"""
Telling people, by mail and text message, that there is something to see.

Whoever has something to tell puts a row into the outbox, in the transaction of what happened:

    yield from work.emit("notify", "Appointment/17", due=..., said={"kind": "appointment-reminder",
                                                                    "recipient": "Patient/4"})

`spread` looks at what the person wants and makes a row for each way (topic `post`), a text message not before it may
ring; `send` composes and sends one. So what failed by one way is not sent again by the other. A link that is to work
without signing in is minted when it is sent: `links` says by whom, for each kind; a minter that gives `None` says that
there is nothing to tell any more. Rows hold codes and references; what is sent says nothing of health.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, TypeAlias

from meridian.access import correspondence
from meridian.access.chart import Chart
from meridian.access.work import Plan, Work
from meridian.clock import Clock
from meridian.clock import now as real_now
from meridian.fhir import ours
from meridian.messaging.kinds import KINDS, SETTINGS, WORDS
from meridian.messaging.quiet import may_ring
from meridian.messaging.reach import Reach, reach
from meridian.post import texts
from meridian.post.letters import Carrier, Product, Undeliverable

NOTIFY, POST = "notify", "post"
"""Topics of the outbox."""
MAIL, SMS = "mail", "sms"


class Notice(NamedTuple):
    """
    What is to be told to whom.

    Args:
        org: The organisation's number.
        kind: One of `KINDS`.
        what: What about, as `Appointment/17`.
        recipient: `Patient/x`, `RelatedPerson/x`, `Practitioner/x`, or `Account/x` for who is none of these.
        said: All that the row said.
    """

    org: int
    kind: str
    what: str
    recipient: str
    said: Mapping[str, Any]


Minter: TypeAlias = Callable[[Notice], Awaitable[str | None]]
"""Gives the path of a link, its secret after the `#`; `None` if there is nothing to tell any more."""


class Row(Protocol):
    """What is used of a row of the outbox."""

    @property
    def no(self) -> int:
        """Its number."""

    @property
    def org(self) -> int:
        """The organisation's."""

    @property
    def what(self) -> str:
        """What about."""

    @property
    def said(self) -> Mapping[str, Any]:
        """Codes and references."""


def _place(notice: Notice) -> str:
    """Where it leads: a page of its kind, or of the one thing it is about."""
    return KINDS[notice.kind].place.format(id=notice.what.partition("/")[2])


@dataclass(frozen=True, slots=True)
class Notifier:
    """
    Tells people.

    Args:
        servant: The door for the platform itself, in an organisation.
        mailbox: The mail address of the account behind a reference; empty if there is none.
        carrier: Takes it out of the house.
        product: Who writes.
        links: Who mints the link, by kind; the others lead to `Kind.place` in the portal.
        clock: What time it is.
    """

    servant: Callable[[int], Awaitable[Chart]]
    mailbox: Callable[[int, str], Awaitable[str]]
    carrier: Carrier
    product: Product
    links: Mapping[str, Minter] = field(default_factory=dict)
    clock: Clock = real_now

    async def spread(self, row: Row) -> None:
        """A row for each way in which the person wants to be told."""
        notice = _notice(row)
        if notice.kind not in KINDS:
            raise ValueError(notice.kind)
        chart = await self.servant(notice.org)
        await chart.work("notify/$spread", lambda work: self._spread(work, notice, row.no), what=notice.what)

    def _spread(self, work: Work, notice: Notice, no: int) -> Plan[None]:
        found = yield from _found(work, notice.recipient)
        if found is None or found.gone:
            return
        now, wanted = self.clock(), (yield from _wanted(work, notice))
        ring = may_ring(now, found.zone or (yield from _zone_of(work)))
        for way, due in ((MAIL, now if wanted.mail else 0), (SMS, ring if wanted.sms and found.phone else 0)):
            if due:
                said = {**notice.said, "way": way, "about": notice.what}
                yield from work.withdraw(POST, f"{no}/{way}")
                yield from work.emit(POST, f"{no}/{way}", due=due, said=said)

    async def send(self, row: Row) -> int:
        """
        Compose and send one; 0, or when to come back (ms since the epoch) if the telephone may not ring now.

        Raises:
            OSError: If the carrier cannot take it just now.
        """
        notice = _notice(row)._replace(what=str(row.said["about"]))
        chart = await self.servant(notice.org)
        found, zone = await chart.consult("notify/$send", lambda work: _to(work, notice), what=notice.what)
        if found is None or found.gone:
            return 0
        sms = row.said["way"] == SMS
        if sms and (ring := may_ring(self.clock(), zone)) > self.clock():
            return ring
        link = await self.links[notice.kind](notice) if notice.kind in self.links else _place(notice)
        if link is not None:
            await (self._text if sms else self._mail)(notice, found, self.product.origin + link)
        return 0

    async def _mail(self, notice: Notice, found: Reach, link: str) -> None:
        to = found.mail or await self.mailbox(notice.org, notice.recipient)
        if not to:
            return
        settings = texts.LANGUAGES[found.language].SETTINGS.format(link=self.product.origin + SETTINGS)
        words = WORDS.get(notice.kind, notice.kind)
        await _carried(
            self.carrier.mail(texts.letter(self.product, to, words, found.language, link=link, settings=settings))
        )

    async def _text(self, notice: Notice, found: Reach, link: str) -> None:
        if found.phone:
            words = WORDS.get(notice.kind, notice.kind)
            await _carried(self.carrier.text(texts.note(self.product, found.phone, words, found.language, link=link)))


async def _carried(sending: Awaitable[None]) -> None:
    """Sent, or refused for good: trying again would change nothing."""
    try:
        await sending
    except Undeliverable:
        return


def _notice(row: Row) -> Notice:
    return Notice(row.org, str(row.said["kind"]), row.what, str(row.said["recipient"]), row.said)


def _to(work: Work, notice: Notice) -> Plan[tuple[Reach | None, str]]:
    found = yield from _found(work, notice.recipient)
    return found, (found.zone if found else "") or (yield from _zone_of(work))


def _found(work: Work, recipient: str) -> Plan[Reach | None]:
    """How the recipient can be reached; `None` if there is no such person any more."""
    kind, _, logical_id = recipient.partition("/")
    if kind == "Account":
        return Reach()
    person = yield from work.find(kind, logical_id)
    if person is None:
        return None
    found = reach(person, work.now)
    return found._replace(mail="") if kind == "Practitioner" else found  # staff are told at the address of the account


def _wanted(work: Work, notice: Notice) -> Plan[correspondence.Wish]:
    kind = KINDS[notice.kind]
    known = {wish.kind: wish for wish in (yield from correspondence.wishes(work, notice.recipient))}
    return known.get(notice.kind, correspondence.Wish(notice.kind, kind.mail, kind.sms))


def _zone_of(work: Work) -> Plan[str]:
    """The organisation's time zone, empty if it is not said."""
    organisation = yield from work.find("Organization", work.subject.organisation)
    zone = ours.extended(organisation or {}, "timezone") or {}
    return str(zone.get("valueCode", ""))
