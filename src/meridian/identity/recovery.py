"""A forgotten password: a link by mail, once, for half an hour. Second factors stay: a mailbox is not enough."""

from meridian.faults import Forbidden
from meridian.identity import accounts, links, memberships, passwords, sessions
from meridian.identity.accounts import Account
from meridian.identity.credentials import Chosen
from meridian.identity.factors import Factors
from meridian.identity.facts import Caller
from meridian.identity.links import RECOVERY
from meridian.identity.tools import Tools, event
from meridian.store.plan import Plan


class Recovery:
    """Setting a new password without the old one."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def request(self, email: str, caller: Caller) -> None:
        """
        Have a link mailed after the answer, if the address has an account; nothing here takes longer if it has.

        Raises:
            Throttled: If the address asks too often.
        """
        await self._tools.throttle.check(caller.address)
        await self._tools.throttle.failed(caller.address)
        await self._tools.engine.write(lambda: self._request(email, caller))
        self._tools.nudge()

    def _request(self, email: str, caller: Caller) -> Plan[None]:
        tools, now = self._tools, self._tools.clock()
        account = yield from accounts.by_email(tools.sealer, email)
        if account is None or not account.active or not (yield from memberships.of_account(account.id)):
            yield event("recovery-requested", now, caller=caller, outcome="failed")
            return
        yield from tools.tell(account.id, RECOVERY)
        home = yield from memberships.home(account.id)
        yield event("recovery-requested", now, org=home, account=account.id, caller=caller)

    async def confirm(self, secret: str, password: str, caller: Caller) -> None:
        """
        Set a new password by the link's secret; all sessions end.

        Raises:
            NotFound: If the link has been used or is too old.
            Invalid: If the password may not be; the link still works.
        """
        tools, now = self._tools, self._tools.clock()
        account, protected = await tools.engine.read(lambda: self._holder(secret, now))
        passwords.check_new(
            password,
            second_factor=protected.staff or protected.enough,
            context=(account.email, account.name, tools.product.title),
        )
        chosen = await tools.credentials.choose(account, password)
        ended = await tools.engine.write(lambda: self._set(secret, chosen, caller))
        tools.ended(*ended)
        tools.nudge()

    def _holder(self, secret: str, now: int) -> Plan[tuple[Account, Factors]]:
        link = yield from links.find(RECOVERY, secret, now)
        account = yield from accounts.by_id(self._tools.sealer, link.account)
        if account is None or not account.active:
            raise Forbidden("The account is not active")
        return account, (yield from self._tools.credentials.factors(account.id))

    def _set(self, secret: str, chosen: Chosen, caller: Caller) -> Plan[list[str]]:
        now = self._tools.clock()
        link = yield from links.spend(RECOVERY, secret, now)
        yield from chosen.keep()
        yield from self._tools.credentials.revoke(link.account)
        yield from self._tools.tell(link.account, "password")
        home = yield from memberships.home(link.account)
        yield event("password-recovered", now, org=home, account=link.account, caller=caller)
        return (yield from sessions.end_all(link.account, now))
