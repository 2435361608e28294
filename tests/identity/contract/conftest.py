"""The two keepers of passwords and authenticator apps: our own rows, and a user pool of moto's over HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest

from meridian.store.engine import Engine
from meridian.testing.identity import Clinic, Makes, Watch, built_in, clinic
from meridian.testing.pool import moto_pool


class Keeping(NamedTuple):
    """What a clinic is made with."""

    engine: Engine
    watch: Watch
    makes: Makes


@pytest.fixture(params=["built-in", "cognito", pytest.param("cognito mariadb", marks=pytest.mark.mariadb)])
def keeping(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Keeping:
    """Each keeper in turn."""
    keeper, _, kind = request.param.partition(" ")
    engine, watch = request.getfixturevalue(f"{kind or 'sqlite'}_engine"), Watch()
    if keeper == "built-in":
        return Keeping(engine, watch, built_in)
    return Keeping(engine, watch, moto_pool(request.getfixturevalue("amazon"), watch, monkeypatch).keeper)


@pytest.fixture
async def port(keeping: Keeping, tmp_path: Path) -> AsyncIterator[Clinic]:
    """A clinic; everybody in it sets an app up by themselves."""
    made = await clinic(keeping.engine, tmp_path, keeping.watch, keeping.makes)
    yield made
    made.service.close()
