"""
Whether this process answers, and whether it is to be sent anything; nothing of what it runs on.

    /health, /healthz    200 as long as the process answers, whatever else is away: who restarts it asks this
    /readyz              200 while it can do its work, 503 while it cannot or is leaving: a load balancer asks this
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from meridian.web.exchange import Answer

_JSON = [(b"content-type", b"application/json")]
LIVE = frozenset({"/health", "/healthz"})
READY = "/readyz"
PATHS = LIVE | {READY}
PATIENCE = 2.0
"""Seconds within which what it needs must answer."""
FRESH = 1.0
"""Seconds for which an answer serves: whoever asks without end costs nothing."""

Need = Callable[[], Awaitable[Any]]
"""Raises while what is needed does not answer."""


def answer(live: str) -> Answer:
    """
    The liveness answer.

    Args:
        live: `ok`; `degraded` while sockets hear of this process alone; `draining` before it stops.
    """
    return Answer(200, list(_JSON), b'{"status":"ok","live":"%s"}' % live.encode())


class Readiness:
    """
    Whether it is to be sent anything.

    Args:
        needs: What it needs, by a name that says nothing of how it is done.
        clock: Seconds, from any moment on.
    """

    def __init__(self, needs: Mapping[str, Need], clock: Callable[[], float] = time.monotonic) -> None:
        self._needs, self._clock = dict(needs), clock
        self._asked = asyncio.Lock()
        self._lacks: list[str] = []
        self._until = float("-inf")
        self.is_leaving = False

    async def answer(self) -> Answer:
        """The readiness answer."""
        if self.is_leaving:
            return Answer(503, list(_JSON), b'{"status":"draining"}')
        async with self._asked:
            if self._clock() >= self._until:
                answers = await asyncio.gather(*(_answers(need) for need in self._needs.values()))
                self._lacks = [name for name, is_there in zip(self._needs, answers, strict=True) if not is_there]
                self._until = self._clock() + FRESH
        if not self._lacks:
            return Answer(200, list(_JSON), b'{"status":"ok"}')
        lacks = ",".join(f'"{name}"' for name in self._lacks).encode()
        return Answer(503, list(_JSON), b'{"status":"unavailable","lacks":[%s]}' % lacks)


async def _answers(need: Need) -> bool:
    try:
        async with asyncio.timeout(PATIENCE):
            await need()
    except Exception:  # noqa: BLE001  # whatever it is, it does not answer
        return False
    return True
