"""
Programs: a membership with the role `service`, proved by a client id and secret (RFC 6749 section 4.4).

A program's token lives as long as anybody's; it has no refresh token and asks again. Wrong secrets lock the client as
wrong passwords lock an account.
"""

from typing import NamedTuple

from meridian.faults import Fault, Throttled, Unauthenticated
from meridian.identity import attempts, sessions
from meridian.identity.facts import PROGRAM, Caller
from meridian.identity.opaque import mark, new_id, new_secret
from meridian.identity.sessions import Standing
from meridian.identity.tokens import LASTING_MS
from meridian.identity.tools import Tools, event, settled
from meridian.store.plan import Change, Plan, Query

UNKNOWN = "The client is not known, or its secret is wrong"


class Client(NamedTuple):
    """What a program is told once."""

    id: str
    secret: str

    def __repr__(self) -> str:
        """Without the secret."""
        return f"Client({self.id!r})"


class Programs:
    """Tokens for programs."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def create(self, membership: str) -> Plan[Client]:
        """A client id and secret for a membership; the secret is shown this one time."""
        client = Client(new_id(), new_secret())
        yield Change(
            "INSERT INTO program (id, membership, secret, created, used) VALUES (?, ?, ?, ?, 0)",
            (client.id, membership, mark(client.secret), self._tools.clock()),
        )
        return client

    async def token(self, client: str, secret: str, caller: Caller) -> tuple[str, int]:
        """
        An access token and its seconds.

        Raises:
            Unauthenticated: If the client is not known or its secret is wrong; the same for both.
            Throttled: If too much was tried.
        """
        tools = self._tools
        await tools.throttle.check(caller.address)
        try:
            standing = await settled(tools.engine, lambda: self._open(client, secret, caller))
        except Unauthenticated:
            await tools.throttle.failed(caller.address)
            raise
        identity, token = await tools.access(standing)
        return token, (identity.expires - tools.clock()) // 1000

    def _open(self, client: str, secret: str, caller: Caller) -> Plan[Standing | Fault]:
        now, counted = self._tools.clock(), mark(f"program|{client}")
        rows = yield Query(
            "SELECT m.id, m.account, m.org, m.who FROM program p JOIN membership m ON m.id = p.membership "
            "WHERE p.id = ? AND p.secret = ? AND m.status = 'active' AND m.role = ?",
            (client, mark(secret), PROGRAM),
        )
        wait = yield from attempts.waiting(counted, now)
        if wait:
            return Throttled("Too many wrong secrets; try again later", retry_after=wait)
        if not rows:
            yield from attempts.begin(counted, now)
            yield event("sign-in-failed", now, caller=caller, outcome="failed", rule="program")
            return Unauthenticated(UNKNOWN)
        membership, account, org, who = rows[0]
        yield from attempts.clear(counted)
        yield Change("UPDATE program SET used = ? WHERE id = ?", (now, client))
        session = yield from sessions.open_(account, membership, "client", caller, now)
        yield Change("UPDATE session SET ends = ? WHERE id = ?", (now + LASTING_MS, session))
        yield event("sign-in", now, org=org, account=account, caller=caller, role=PROGRAM, who=who,
                    session=session, rule="client")  # fmt: skip
        return sessions.alive((yield from sessions.standing(session)), now)

    def remove(self, client: str) -> Plan[list[str]]:
        """Let a client no longer work; gives the sessions that ended."""
        rows = yield Query("SELECT membership FROM program WHERE id = ?", (client,))
        yield Change("DELETE FROM program WHERE id = ?", (client,))
        return (yield from sessions.end_of_membership(rows[0][0], self._tools.clock())) if rows else []
