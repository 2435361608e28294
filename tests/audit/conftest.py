"""An engine whose records go to the audit log, and how tests write to it."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from meridian.audit.anchors import Anchors
from meridian.audit.checkpoint import Checkpointer, Ed25519
from meridian.audit.entry import Entry
from meridian.audit.log import record, sequence
from meridian.store.engine import Engine

HOST = "clinic.example"

Write: TypeAlias = Callable[[Sequence[Entry]], Coroutine[Any, Any, None]]


@pytest.fixture
def logged(engine: Engine) -> Engine:
    """An engine of each kind, with the log behind it."""
    engine.sequencer = sequence
    return engine


@pytest.fixture
def write(logged: Engine) -> Write:
    """Records entries, all at once, so that they share commits."""

    async def all_of(entries: Sequence[Entry]) -> None:
        await asyncio.gather(*(logged.write(partial(record, one)) for one in entries))

    return all_of


@pytest.fixture
def signer() -> Ed25519:
    return Ed25519(b"\x07" * 32)


@pytest.fixture
def anchors(tmp_path: Path) -> Anchors:
    return Anchors(tmp_path / "anchors")


@pytest.fixture
def checkpointer(logged: Engine, signer: Ed25519, anchors: Anchors) -> Checkpointer:
    return Checkpointer(logged, signer, anchors, host=HOST)
