"""Opening a session for whoever has proved themselves, and what their browser is given for it."""

from typing import NamedTuple

from meridian.faults import Forbidden
from meridian.identity import devices, memberships, sessions
from meridian.identity.facts import PROGRAM, Caller, Stage
from meridian.identity.memberships import Membership
from meridian.identity.opaque import new_secret
from meridian.identity.sessions import Standing
from meridian.identity.tools import Tools, event
from meridian.store.plan import Plan


class Opened(NamedTuple):
    """A session that was opened, with the secrets to hand out."""

    standing: Standing
    refresh: str
    device: str


def usual(account: str) -> Plan[Membership | None]:
    """The membership that the account used last, else its first; none where it belongs to no organisation."""
    mine = [m for m in (yield from memberships.of_account(account)) if m.role != PROGRAM]
    last = yield from sessions.last_membership(account)
    return next((m for m in mine if m.id == last), mine[0]) if mine else None


def begun(account: str, usually: Membership, method: str, caller: Caller, now: int) -> Plan[str]:
    """A session in that membership, for the one patient there is if there is one; gives its id."""
    own = yield from memberships.patients(usually.id)
    patient = own[0] if len(own) == 1 else ""
    return (yield from sessions.open_(account, usually.id, method, caller, now, patient=patient))


class Entrance:
    """Where every way in ends."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def open(self, account: str, method: str, caller: Caller) -> Plan[Opened]:
        """
        A session for an account that has proved itself, in the membership it used last.

        Raises:
            Forbidden: If it has no membership to use.
        """
        now, chosen = self._tools.clock(), (yield from usual(account))
        if chosen is None:
            raise Forbidden("The account belongs to no organisation any more")
        session = yield from begun(account, chosen, method, caller, now)
        refresh = yield from sessions.new_refresh(session, now)
        device = yield from self._greet(account, session, caller)
        yield event("sign-in", now, org=chosen.org, account=account, caller=caller, role=chosen.role,
                    who=chosen.who, session=session, rule=method)  # fmt: skip
        standing = sessions.alive((yield from sessions.standing(session)), now)
        return Opened(standing, refresh, device)

    def _greet(self, account: str, session: str, caller: Caller) -> Plan[str]:
        """A mark for a device not seen before, which a mail tells of unless it is the account's first."""
        now = self._tools.clock()
        if (yield from devices.known(account, caller.device)):
            return ""
        first = not (yield from devices.any_known(account))
        device = caller.device if len(caller.device) == devices.LENGTH else new_secret()
        yield from devices.remember(account, device, now)
        if not first:
            yield from self._tools.tell(account, "new-device", of=session)
        return device

    async def finished(self, stage: Stage | Opened) -> Stage:
        """The stage to answer with, once it is durable."""
        self._tools.nudge()
        if isinstance(stage, Stage):
            return stage
        grant = await self._tools.grant(stage.standing, refresh=stage.refresh, device=stage.device)
        return Stage("done", grant=grant)
