"""A practice on each engine with a video visit at nine on Monday; it is five to nine."""

from collections.abc import Iterator

import pytest

from meridian.store.engine import Engine
from meridian.store.sqlite import Sqlite
from meridian.testing import janus
from meridian.testing.practice import opened
from meridian.testing.surgery import Surgery
from meridian.vault.master import create_master
from meridian.vault.secrets import Secrets


@pytest.fixture
async def surgery(engine: Engine) -> Surgery:
    return await Surgery.at(await opened(engine))


@pytest.fixture
async def sqlite_surgery(sqlite_engine: Sqlite) -> Surgery:
    """For what does not depend on the engine."""
    return await Surgery.at(await opened(sqlite_engine))


@pytest.fixture(scope="session")
def janus_server() -> Iterator[janus.Gateway]:
    """A gateway as it is deployed."""
    if reason := janus.missing():
        pytest.skip(reason)
    running = janus.Gateway()
    yield running
    running.close()


@pytest.fixture(scope="session")
def janus_vault(tmp_path_factory: pytest.TempPathFactory) -> Secrets:
    """What that gateway shares with us."""
    folder = tmp_path_factory.mktemp("vault")
    vault = Secrets(folder / "secrets.sealed", create_master(folder / "master.key"))
    vault.put("janus/admin-key", janus.ADMIN_KEY)
    vault.put("janus/token-secret", janus.TOKEN_SECRET)
    return vault
