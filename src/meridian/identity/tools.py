"""What every service of identity works with, and the two habits they share: settling plans and recording events."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from meridian.audit.entry import Entry
from meridian.clock import Clock
from meridian.faults import Fault
from meridian.identity import mail
from meridian.identity.credentials import Bearers, Credentials
from meridian.identity.facts import NOBODY, Caller, Grant, Identity
from meridian.identity.issuer import Issuer
from meridian.identity.sessions import Standing
from meridian.identity.throttle import Throttle
from meridian.identity.tokens import LASTING_MS, Claims
from meridian.identity.verified import Verified
from meridian.post.letters import Carrier, Product
from meridian.store.engine import Engine
from meridian.store.plan import Plan, Record
from meridian.vault.platform import PlatformKey

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Tools:
    """
    The parts.

    Args:
        engine, sealer, clock: Database, vault and time.
        credentials: Where passwords and authenticator apps are kept.
        issuer: Signs and verifies access tokens.
        verified: Tokens verified lately.
        throttle: Failures by address.
        carrier: Takes mails out of the house.
        product: Who writes them.
        bearers: Judges access tokens that are not of our own make; `None`: nobody does.
        nudge: Tells the worker that there is something in the outbox.
    """

    engine: Engine
    sealer: PlatformKey
    clock: Clock
    credentials: Credentials
    issuer: Issuer
    verified: Verified
    throttle: Throttle
    carrier: Carrier
    product: Product
    bearers: Bearers | None = None
    nudge: Callable[[], None] = lambda: None

    def tell(self, account: str, kind: str, *, of: str = "") -> Plan[None]:
        """Have the account told by mail, once this is durable; see `mail.tell`."""
        yield from mail.tell(0, account, kind, self.clock(), of=of)

    async def access(self, standing: Standing) -> tuple[Identity, str]:
        """An access token for a session, and whom it stands for."""
        now = self.clock()
        identity = standing.identity(min(now + LASTING_MS, standing.ends) // 1000 * 1000)
        token = await self.issuer.sign(
            Claims(
                identity.account, identity.session, identity.membership, identity.org, identity.role, identity.expires
            )
        )
        return identity, token

    async def grant(self, standing: Standing, *, refresh: str = "", device: str = "") -> Grant:
        """What a browser is given for a session."""
        identity, token = await self.access(standing)
        return Grant(identity, token, refresh, device)

    def ended(self, *sessions: str) -> None:
        """Forget the tokens of sessions that ended or changed."""
        for session in sessions:
            self.verified.forget(session)


async def settled(engine: Engine, plan: Callable[[], Plan[T | Fault]]) -> T:
    """
    Run a plan that *returns* a fault when what it did is to be kept, such as the record of a failure; raises it.

    A plan that *raises* a fault is undone together with its records.
    """
    result = await engine.write(plan)
    if isinstance(result, Fault):
        raise result
    return result


def event(
    action: str,
    now: int,
    *,
    org: int = 0,
    account: str = "",
    caller: Caller = NOBODY,
    outcome: str = "ok",
    rule: str = "",
    role: str = "",
    who: str = "",
    session: str = "",
    what: str = "",
) -> Record:
    """An entry of the audit log for something that happened to an account; holds ids only."""
    return Record(
        Entry(
            org=org,
            time=now,
            action=action,
            outcome=outcome,
            account=account,
            who=who,
            role=role,
            what=what,
            rule=rule,
            address=caller.address,
            agent=caller.agent,
            request=caller.request,
            session=session,
        )
    )


def event_of(
    identity: Identity, action: str, now: int, caller: Caller, *, outcome: str = "ok", rule: str = "", what: str = ""
) -> Record:
    """The same for something that somebody signed in did."""
    return event(
        action,
        now,
        org=identity.org,
        account=identity.account,
        caller=caller,
        outcome=outcome,
        rule=rule,
        role=identity.role,
        who=identity.who,
        session=identity.session,
        what=what,
    )
