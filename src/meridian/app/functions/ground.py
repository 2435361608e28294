"""The database and the vault alone, for functions that have nothing to do with anybody's records."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from meridian.app import adapters
from meridian.app.functions.standing import Standing
from meridian.audit import log
from meridian.identity.tools import event
from meridian.settings import Settings
from meridian.store import migrate
from meridian.store.engine import Engine
from meridian.store.plan import Plan
from meridian.vault.secrets import Vault


@dataclass(frozen=True, slots=True)
class Ground:
    """
    What such a function stands on.

    Args:
        settings: The function's.
        secrets: The vault.
        engine: The database, whose log it may add to.
    """

    settings: Settings
    secrets: Vault
    engine: Engine

    async def note(self, action: str, now: int, *, what: str = "", outcome: str = "ok") -> None:
        """An entry of the platform's own log: what was done, by no person."""
        await self.engine.write(partial(_noted, action, now, what, outcome))


def _noted(action: str, now: int, what: str, outcome: str) -> Plan[None]:
    yield event(action, now, what=what, outcome=outcome, rule="function")


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Ground]:
    """The ground, connected; nothing is migrated."""
    secrets = adapters.secrets_alone(settings)
    database = adapters.database(settings, secrets)
    await migrate.expect(database)
    engine = adapters.engine(database)
    engine.sequencer = log.sequence
    await engine.open()
    try:
        yield Ground(settings, secrets, engine)
    finally:
        await engine.close()


def ground(name: str) -> Standing[Ground]:
    """What the function *name* stands on."""
    return Standing(name, opened)
