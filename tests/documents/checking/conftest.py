"""Files as the checks see them."""

import asyncio
import threading
from collections.abc import Callable, Iterator

import pytest

from meridian.documents.checking.sight import CHUNK, Sight


class Plain:
    """Bytes in memory."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self.size = len(body)
        self.fetched = 0

    async def chunk(self, number: int) -> bytes:
        self.fetched += 1
        return self._body[number * CHUNK : (number + 1) * CHUNK]


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """A loop in a thread of its own, as a server's is to the threads that check."""
    running = asyncio.new_event_loop()
    thread = threading.Thread(target=running.run_forever, daemon=True)
    thread.start()
    yield running
    running.call_soon_threadsafe(running.stop)
    thread.join()
    running.close()


@pytest.fixture
def see(loop: asyncio.AbstractEventLoop) -> Callable[[bytes], Sight]:
    """The sight of some bytes."""
    return lambda body: Sight(Plain(body), loop)
