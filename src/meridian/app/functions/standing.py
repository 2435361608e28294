"""What stays open between the calls of one process of Lambda, on one event loop."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

from meridian.app.functions import places
from meridian.faults import Unavailable
from meridian.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from meridian.app.house import House

T = TypeVar("T")
R = TypeVar("R")

SPARE: Final = 5.0
"""Seconds of a call that are kept for what comes after the work: Lambda ends a call without a word."""
BROKEN: Final = (Unavailable, OSError, TimeoutError)
"""After these, what was open is let go: it may be what failed."""

_log = logging.getLogger("meridian.functions")


class Failed(Exception):
    """It failed; the log says where. Carries the kind of failure only: the message may hold patient data."""


class Context(Protocol):
    """What is used of Lambda's context."""

    def get_remaining_time_in_millis(self) -> int:
        """Until Lambda ends the call."""


class Standing(Generic[T]):
    """
    Something that is opened by the first call and kept for the others.

    Args:
        name: The function's.
        opened: Opens it, given the settings.
    """

    def __init__(self, name: str, opened: Callable[[Settings], AbstractAsyncContextManager[T]]) -> None:
        self._name, self._opened = name, opened
        self._runner = asyncio.Runner()
        self._settings: Settings | None = None
        self._stack = AsyncExitStack()
        self._held: list[T] = []

    def run(self, work: Callable[[T], Awaitable[R]], context: Context) -> R:
        """
        Do *work* with it, in the time that the call has.

        Raises:
            Failed: Whatever went wrong.
        """
        seconds = context.get_remaining_time_in_millis() / 1000 - SPARE
        try:
            return self._runner.run(self._within(work, seconds))
        except Exception as wrong:  # noqa: BLE001  # Lambda would write its message to the log
            _log.error("the function failed: %s", type(wrong).__name__, exc_info=wrong)
            kind = type(wrong).__name__
        raise Failed(kind)

    async def _within(self, work: Callable[[T], Awaitable[R]], seconds: float) -> R:
        try:
            async with asyncio.timeout(seconds):
                return await work(await self._stood())
        except BROKEN:
            await self.let_go()
            raise

    async def _stood(self) -> T:
        if not self._held:
            self._settings = self._settings or places.begin(self._name)
            self._held.append(await self._stack.enter_async_context(self._opened(self._settings)))
        return self._held[0]

    def close(self) -> None:
        """Close it, and the loop; Lambda never does, who ends the process."""
        self._runner.run(self.let_go())
        self._runner.close()

    async def let_go(self) -> None:
        """Close it; the next call opens it anew."""
        self._held.clear()
        stack, self._stack = self._stack, AsyncExitStack()
        try:
            await stack.aclose()
        except Exception as wrong:  # noqa: BLE001  # it is thrown away anyhow
            _log.warning("closing failed: %s", type(wrong).__name__)


def house(name: str) -> "Standing[House]":
    """The house, as functions need it: nothing runs beside the calls, and it signs no log."""

    @asynccontextmanager
    async def opened(settings: Settings) -> "AsyncIterator[House]":
        from meridian.app.house import entered  # noqa: PLC0415  # half a second, in the first call's own time

        async with entered(settings) as found:
            yield found

    return Standing(name, opened)
