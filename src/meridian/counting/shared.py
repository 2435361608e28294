"""
Counts of all processes that share a Redis.

One script reads, decides and counts, so that two processes never both grant the last one; time is Redis's own. What
Redis holds tells nobody who was counted: names are hashed, and go after two windows.

While Redis does not answer, nothing is granted. It is not asked again for a moment then: whoever comes meanwhile hears
at once that it cannot be counted, and does not wait for it.
"""

import asyncio
import hashlib
import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from meridian.counting.counter import Count, Window
from meridian.faults import Unavailable

if TYPE_CHECKING:
    from redis.asyncio import Redis

ANSWER = 1.0
"""Seconds within which Redis must answer."""
RESTING = 1.0
"""Seconds for which it is left alone when it did not."""

_log = logging.getLogger("meridian.counting")

_SCRIPT: Final = """
local seconds, most, many, taken = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local time = redis.call('TIME')
local place = (time[1] + time[2] / 1000000) / seconds
local slot = math.floor(place)
local kept = redis.call('HMGET', KEYS[1], 'slot', 'now', 'before')
local at, now, before = tonumber(kept[1]) or slot, tonumber(kept[2]) or 0, tonumber(kept[3]) or 0
if at == slot - 1 then now, before = 0, now elseif at ~= slot then now, before = 0, 0 end
local weighed = now + before * (1 - (place - slot))
local granted = 0
if weighed + many <= most then granted = many elseif weighed + 1 <= most then granted = 1 end
if taken == '1' and granted > 0 then
  redis.call('HSET', KEYS[1], 'slot', slot, 'now', now + granted, 'before', before)
  redis.call('EXPIRE', KEYS[1], 2 * seconds)
  weighed = weighed + granted
end
return {granted, math.max(0, math.floor(most - weighed)), math.ceil((slot + 1 - place) * seconds * 1000)}
"""


class InRedis:
    """
    A `Counter` of all processes.

    Args:
        redis: A client of ours.
        channel: First part of every key: which platform this is.
        clock: Seconds, from any moment on.
    """

    def __init__(self, redis: "Redis", channel: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._redis, self._channel, self._clock = redis, channel, clock
        self._script = redis.register_script(_SCRIPT)
        self._rests_until = 0.0
        self._is_there = True

    async def take(self, window: Window, who: str, many: int = 1) -> Count:
        """Take *many*, or one where not so many are left."""
        return await self._asked(window, who, many, is_taken=True)

    async def look(self, window: Window, who: str) -> Count:
        """What `take` would grant."""
        return await self._asked(window, who, 1, is_taken=False)

    async def check(self) -> None:
        """
        Whether it can count.

        Raises:
            Unavailable: If not.
        """
        await self.look(Window("health", 1, 60), "")

    async def close(self) -> None:
        """Let go of Redis."""
        await self._redis.aclose()

    async def _asked(self, window: Window, who: str, many: int, *, is_taken: bool) -> Count:
        if self._clock() < self._rests_until:
            raise Unavailable("The rate limiter did not answer")
        key = f"{self._channel}:count:{window.name}:{hashlib.sha256(who.encode()).hexdigest()[:32]}"
        said = [window.seconds, window.most, many, int(is_taken)]
        try:
            async with asyncio.timeout(ANSWER):
                granted, remaining, wait = await self._script(keys=[key], args=said)
        except Exception as wrong:
            self._rests_until = self._clock() + RESTING
            self._say(is_there=False, why=type(wrong).__name__)
            raise Unavailable("The rate limiter did not answer") from wrong
        self._say(is_there=True)
        return Count(int(granted), int(remaining), int(wait) / 1000)

    def _say(self, *, is_there: bool, why: str = "") -> None:
        """Once, when it goes and when it comes."""
        if is_there is self._is_there:
            return
        self._is_there = is_there
        if is_there:
            _log.warning("redis is back: requests are counted")
        else:
            _log.error("redis is away: %s; what cannot be counted is refused", why)
