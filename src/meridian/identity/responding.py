"""
What the operator does to accounts, sessions and keys while an incident is answered: 45 CFR 164.308(a)(6)(ii).

Nothing here asks who calls: whoever can run the command holds the master key. Each step leaves its entry, in the log of
the organisation that it concerns, or the platform's.
"""

from collections.abc import Callable

from meridian.audit.detectors import ALERT, INCIDENT
from meridian.audit.entry import Entry
from meridian.faults import NotFound
from meridian.identity import accounts, memberships, sessions
from meridian.identity.accounts import Account
from meridian.identity.ringing import ring
from meridian.identity.tools import Tools, event
from meridian.store import shutting
from meridian.store.plan import Change, Plan, Query, Record
from meridian.store.shutting import PARTNER

RULE = "incident-response"
"""Why it was done, in the log."""


class Responding:
    """The operator's means in an incident."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def account(self, email: str) -> str:
        """
        The id of the account with that address.

        Raises:
            NotFound: If the address has no account.
        """
        return (await self._tools.engine.read(lambda: self._by_email(email))).id

    def _by_email(self, email: str) -> Plan[Account]:
        found = yield from accounts.by_email(self._tools.sealer, email)
        if found is None:
            raise NotFound("That address has no account")
        return found

    async def declare(self, number: int) -> None:
        """An incident was declared: every security officer is told, and whoever watches the figures."""
        now = self._tools.clock()
        alert = Entry(org=0, time=now, action=ALERT + INCIDENT, what=f"Incident/{number}", rule=RULE)
        await self._tools.engine.write(lambda: ring(alert))
        self._tools.nudge()

    # --- sessions

    async def revoke_account(self, email: str) -> int:
        """End the sessions of an account; how many those were."""
        return await self._ended(lambda now: self._of_account(email, now))

    async def revoke_organisation(self, org: int) -> int:
        """End the sessions that act in an organisation; how many those were."""
        return await self._ended(lambda now: self._of_organisation(org, now))

    async def revoke_session(self, session: str) -> int:
        """End one session, by its id; whether it was alive."""
        return await self._ended(lambda now: self._one(session, now))

    async def revoke_everyone(self) -> int:
        """End every session there is, programs' too; how many those were."""
        return await self._ended(self._all)

    async def _ended(self, plan: Callable[[int], Plan[list[str]]]) -> int:
        now = self._tools.clock()
        ended = await self._tools.engine.write(lambda: plan(now))
        self._tools.ended(*ended)
        return len(ended)

    def _of_account(self, email: str, now: int) -> Plan[list[str]]:
        account = yield from self._by_email(email)
        home = yield from memberships.home(account.id)
        ended = yield from sessions.end_all(account.id, now)
        yield event("sessions-revoked", now, org=home, account=account.id, rule=RULE, what=f"Account/{account.id}")
        return ended

    def _one(self, session: str, now: int) -> Plan[list[str]]:
        found = yield from sessions.standing(session)
        if found is None:
            raise NotFound("There is no such session")
        alive = yield from sessions.end(session, now)
        yield event("sessions-revoked", now, org=found.org, account=found.account, rule=RULE, session=session)
        return [session] if alive else []

    def _of_organisation(self, org: int, now: int) -> Plan[list[str]]:
        rows = yield Query(
            "SELECT s.id FROM session s JOIN membership m ON m.id = s.membership WHERE m.org = ? AND s.ended = 0",
            (org,),
        )
        for (session,) in rows:
            yield from sessions.end(session, now)
        yield event("sessions-revoked", now, org=org, rule=RULE, what="Organization")
        return [session for (session,) in rows]

    def _all(self, now: int) -> Plan[list[str]]:
        rows = yield Query("SELECT id FROM session WHERE ended = 0")
        yield Change("UPDATE session SET ended = ? WHERE ended = 0", (now,))
        for org in (0, *(no for no, *_ in (yield from memberships.organisations()))):
            yield event("sessions-revoked", now, org=org, rule=RULE, what="everyone")
        return [session for (session,) in rows]

    # --- keys and partners

    async def replace_signing_key(self) -> None:
        """Let no token count that was signed by a key before now; sessions go on and get new tokens."""
        await self._tools.issuer.replace()
        await self.note("signing-key-replaced")

    async def isolate(self, partner: str) -> bool:
        """Have no process call a partner from now on; whether it was called until now."""
        return await self._noted("partner-isolated", partner, lambda now: shutting.shut(PARTNER, partner, now))

    async def rejoin(self, partner: str) -> bool:
        """Have it called again; whether it was isolated."""
        return await self._noted("partner-rejoined", partner, lambda _: shutting.reopen(PARTNER, partner))

    async def _noted(self, action: str, partner: str, step: Callable[[int], Plan[bool]]) -> bool:
        now = self._tools.clock()

        def plan() -> Plan[bool]:
            done = yield from step(now)
            yield Record(Entry(org=0, time=now, action=action, what=f"Device/{partner}", rule=RULE))
            return done

        return await self._tools.engine.write(plan)

    async def isolated(self) -> list[tuple[str, int]]:
        """Partners that are not to be called, and since when (ms since the epoch)."""
        found = await self._tools.engine.read(shutting.everything)
        return [(name, since) for kind, name, since in found if kind == PARTNER]

    async def frozen(self) -> list[str]:
        """Addresses of the accounts that may not sign in."""

        def plan() -> Plan[list[str]]:
            rows = yield Query("SELECT id FROM account WHERE active = 0 ORDER BY id")
            found = []
            for (account,) in rows:
                one = yield from accounts.by_id(self._tools.sealer, account)
                found += [one.email] if one is not None else []
            return found

        return await self._tools.engine.read(plan)

    async def note(self, action: str, what: str = "") -> None:
        """Leave an entry in the platform's log: that something was done about an incident."""
        now = self._tools.clock()

        def plan() -> Plan[None]:
            yield Record(Entry(org=0, time=now, action=action, what=what, rule=RULE))

        await self._tools.engine.write(plan)
