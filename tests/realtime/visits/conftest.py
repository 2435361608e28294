"""A practice on each engine with a video visit at nine on Monday, behind a server; it is five to nine."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from meridian.settings import Turn
from meridian.store.engine import Engine
from meridian.store.sqlite import Sqlite
from meridian.telehealth.turn import Relays
from meridian.testing.hall import Hall
from meridian.testing.practice import opened
from meridian.testing.surgery import Surgery
from meridian.vault.master import create_master
from meridian.vault.secrets import Secrets


async def _hall(engine: Engine) -> AsyncIterator[Hall]:
    hall = Hall(await Surgery.at(await opened(engine)))
    async with hall.stack:
        await hall.serve()
        yield hall


@pytest.fixture
async def hall(sqlite_engine: Sqlite) -> AsyncIterator[Hall]:
    async for made in _hall(sqlite_engine):
        yield made


@pytest.fixture
async def relayed_hall(sqlite_engine: Sqlite, tmp_path: Path) -> AsyncIterator[Hall]:
    """With a relay, which nobody asks."""
    vault = Secrets(tmp_path / "secrets.sealed", create_master(tmp_path / "master.key"))
    vault.put("turn/secret", "north")
    surgery = await Surgery.at(await opened(sqlite_engine))
    relays = Relays(Turn(hosts=("relay.example",)), vault, surgery.practice.watch)
    made = Hall(replace(surgery, parts=replace(surgery.parts, relays=relays)))
    async with made.stack:
        await made.serve()
        yield made


@pytest.fixture
async def either_hall(engine: Engine) -> AsyncIterator[Hall]:
    async for made in _hall(engine):
        yield made
