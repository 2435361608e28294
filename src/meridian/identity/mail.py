"""
What accounts are told by mail: invitations, links, new devices, changes of their protection.

A mail is a row of the outbox, written in the transaction of its cause; the row holds ids. `Mailer` does it: reads what
is true then, mints a one-time link if there is to be one, and hands the mail to the carrier. So no secret rests in the
outbox, and no mail tells of what was undone. Should a mail go out twice (a process died after sending), the link of the
newer one works and the older does not. The words are in `meridian.post.texts`.

A link's secret stands in its fragment, which a browser sends to no server and no log.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from meridian.audit.detectors import ALERT, NEW_REGION
from meridian.identity import accounts, links, memberships, sessions
from meridian.identity.links import INVITATION, RECOVERY
from meridian.post import texts
from meridian.post.letters import Letter, Product, Undeliverable
from meridian.store import outbox
from meridian.store.outbox import Job
from meridian.store.plan import Plan

if TYPE_CHECKING:
    from meridian.identity.tools import Tools

TOPIC = "mail"
"""Of the outbox."""
DESTRUCTION = "destruction-"
"""Begins the kinds of mails about the destruction of a patient's key."""

CHANGES = ("password", "factor-added", "factor-removed", "factors-reset", "recovery-code")
"""What may have changed about an account's protection."""


def tell(org: int, account: str, kind: str, due: int, *, of: str = "") -> Plan[None]:
    """
    Have the account told by mail, once this is durable.

    Args:
        org: Where it belongs; 0 is the platform.
        account: Whose.
        kind: `invitation`, `recovery`, `new-device`, or one of `CHANGES`.
        due: Not before, ms since the epoch.
        of: The membership of an invitation, the session of a new device.
    """
    yield from outbox.put(org, TOPIC, of or account, due, {"kind": kind, "account": account, "of": of})


def take_back(org: int, of: str) -> Plan[None]:
    """Do not send what has not been sent of a membership or a session."""
    yield from outbox.withdraw(org, TOPIC, of)


def invitation(product: Product, email: str, organisation: str, secret: str) -> Letter:
    """An invitation to an organisation."""
    link = f"{product.origin}/invitation#{secret}"
    return texts.letter(product, email, "invitation", organisation=organisation, link=link)


def recovery(product: Product, email: str, secret: str) -> Letter:
    """A link to set a new password."""
    return texts.letter(product, email, "recovery", link=f"{product.origin}/recovery#{secret}")


def new_device(product: Product, email: str, origin: sessions.Origin, name: str = "new-device") -> Letter:
    """A sign-in from a device, or (`new-region`) a region, not seen before."""
    moment = datetime.fromtimestamp(origin.created / 1000, UTC)
    return texts.letter(
        product,
        email,
        name,
        when=f"{moment:%d-%b-%Y %H:%M} UTC",
        address=origin.address or "unknown",
        agent=origin.agent or "unknown",
        link=f"{product.origin}/account",
    )


def changed(product: Product, email: str, what: str) -> Letter:
    """Something about the account's protection is different; *what* is one of `CHANGES`."""
    return texts.letter(product, email, what)


def destruction(product: Product, email: str, kind: str) -> Letter:
    """How a request to destroy a patient's key stands; says nothing of whom."""
    return texts.letter(product, email, kind, link=f"{product.origin}/oversight/destruction")


def alert(product: Product, email: str, action: str) -> Letter:
    """A detector raised the alarm; says which, and nothing of whom."""
    return texts.letter(product, email, action, link=f"{product.origin}/status")


class Mailer:
    """Does what `tell` put into the outbox."""

    def __init__(self, tools: "Tools") -> None:
        self._tools = tools

    async def __call__(self, job: Job) -> None:
        """Send the mail, if what it tells is still so; one that the carrier never takes is let go."""
        try:
            await self.send(job.said)
        except Undeliverable:
            return

    async def send(self, said: Mapping[str, Any]) -> Letter | None:
        """
        Compose and send; what was sent, `None` if there is nothing to tell any more.

        Raises:
            Undeliverable, OSError: As `Carrier.mail`.
        """
        letter = await self._tools.engine.write(lambda: self._composed(**said))
        if letter is not None:
            await self._tools.carrier.mail(letter)
        return letter

    def _composed(self, kind: str, account: str, of: str) -> Plan[Letter | None]:
        tools = self._tools
        found = yield from accounts.by_id(tools.sealer, account)
        if found is None:
            return None
        special: dict[str, Callable[[], Plan[Letter | None]]] = {
            INVITATION: lambda: self._invitation(account, found.email, of),
            RECOVERY: lambda: self._recovery(account, found.email, active=found.active),
            "new-device": lambda: self._new_device(found.email, of, kind),
            NEW_REGION: lambda: self._new_device(found.email, of, kind),
        }
        if kind in special:
            return (yield from special[kind]())
        if kind.startswith(ALERT):
            return alert(tools.product, found.email, kind)
        if kind.startswith(DESTRUCTION):
            return destruction(tools.product, found.email, kind)
        return changed(tools.product, found.email, kind)

    def _invitation(self, account: str, email: str, membership: str) -> Plan[Letter | None]:
        tools, invited = self._tools, (yield from memberships.anywhere(membership))
        if invited is None or invited.status != "invited":
            return None
        secret = yield from links.create(INVITATION, account, tools.clock(), membership=membership)
        return invitation(tools.product, email, invited.organisation_name, secret)

    def _recovery(self, account: str, email: str, *, active: bool) -> Plan[Letter | None]:
        if not active:
            return None
        secret = yield from links.create(RECOVERY, account, self._tools.clock())
        return recovery(self._tools.product, email, secret)

    def _new_device(self, email: str, session: str, name: str) -> Plan[Letter | None]:
        origin = yield from sessions.origin(session)
        return new_device(self._tools.product, email, origin, name) if origin else None
