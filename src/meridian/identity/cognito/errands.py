"""
What the pool is told after a write: that an account is active or not, and that everything given out has ended.

Here it counts at once; the pool hears of it from the outbox, again and again until it answers. The errand reads the
present state for itself, so that it may come late, twice, or after another.
"""

from contextlib import suppress

from meridian.identity import accounts
from meridian.identity.cognito.client import Refused
from meridian.identity.cognito.users import Users
from meridian.store import outbox
from meridian.store.engine import Engine
from meridian.store.outbox import Job
from meridian.store.plan import Plan
from meridian.vault.platform import PlatformKey

TOPIC = "user-pool"
"""Of the outbox."""


def put(account: str, now: int) -> Plan[None]:
    """Have the pool told about the account, once this is durable."""
    yield from outbox.put(0, TOPIC, account, now, {})


class Errands:
    """
    Does them.

    Args:
        users: Of the pool.
        engine, sealer: Where accounts are, and what opens them.
    """

    def __init__(self, users: Users, engine: Engine, sealer: PlatformKey) -> None:
        self._users, self._engine, self._sealer = users, engine, sealer

    async def __call__(self, job: Job) -> None:
        """
        Make the pool agree with us; a user that is not there needs nothing.

        Raises:
            Unavailable: If the pool does not answer; the worker tries again.
        """
        found = await self._engine.read(lambda: accounts.by_id(self._sealer, job.what))
        with suppress(Refused):
            await self._users.enable(job.what, active=found is not None and found.active)
            await self._users.sign_out(job.what)
