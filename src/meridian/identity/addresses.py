"""The mail address of the account behind a reference: where staff are told, and patients who gave the clinic none."""

from meridian.identity import accounts
from meridian.identity.tools import Tools
from meridian.store.plan import Plan, Query


class Addresses:
    """Addresses of accounts that can sign in."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def of(self, org: int, reference: str) -> str:
        """The address of `Practitioner/x`, `Patient/x`, `RelatedPerson/x` or `Account/x`; empty if there is none."""
        return await self._tools.engine.read(lambda: self._of(org, reference))

    def _of(self, org: int, reference: str) -> Plan[str]:
        kind, _, name = reference.partition("/")
        column, value = ("m.account", name) if kind == "Account" else ("m.who", reference)
        rows = yield Query(
            f"SELECT m.account FROM membership m JOIN account a ON a.id = m.account "  # noqa: S608  # a constant
            f"WHERE m.org = ? AND {column} = ? AND m.status = 'active' AND a.active = 1 ORDER BY m.created LIMIT 1",
            (org, value),
        )
        found = (yield from accounts.by_id(self._tools.sealer, rows[0][0])) if rows else None
        return found.email if found else ""
