"""A clinic whose passwords and authenticator apps a user pool of moto's keeps."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from meridian.store.sqlite import Sqlite
from meridian.testing.amazon import PrivateAmazon
from meridian.testing.identity import Clinic, Watch, clinic
from meridian.testing.pool import MotoPool, moto_pool


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def moto(amazon: PrivateAmazon, watch: Watch, monkeypatch: pytest.MonkeyPatch) -> MotoPool:
    return moto_pool(amazon, watch, monkeypatch)


@pytest.fixture
async def harbour(sqlite_engine: Sqlite, tmp_path: Path, watch: Watch, moto: MotoPool) -> AsyncIterator[Clinic]:
    made = await clinic(sqlite_engine, tmp_path, watch, moto.keeper, moto.take)
    yield made
    made.service.close()
