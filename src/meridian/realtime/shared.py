"""Presence in Redis, for several processes."""

from collections.abc import Iterable
from time import time
from typing import TYPE_CHECKING
from uuid import uuid4

from redis.exceptions import RedisError

from meridian.realtime.presence import InMemory

if TYPE_CHECKING:
    from redis.asyncio import Redis

LASTING = 40
"""Seconds that what a process said of its people holds; it says so again every `presence.BEAT`."""


class InRedis:
    """
    Of all processes: a hash for each organisation, in which every process has a field for each of its people.

    While Redis is away this process's own are known, and no others.

    Args:
        redis: Where.
        prefix: Begins the names of the hashes.
    """

    def __init__(self, redis: "Redis", prefix: str) -> None:
        self._redis = redis
        self._prefix = prefix
        self._process = uuid4().hex
        self._own = InMemory()

    async def put(self, org: int, who: str, state: str) -> None:
        """Somebody is in that state, for `LASTING` seconds from now."""
        await self._own.put(org, who, state)
        now = time()
        line = f"{state}|{now:.3f}|{now + LASTING:.0f}"
        try:
            async with self._redis.pipeline(transaction=False) as several:
                several.hset(self._key(org), f"{who}|{self._process}", line)
                several.expire(self._key(org), LASTING * 10)
                await several.execute()
        except (RedisError, OSError, TimeoutError):
            return  # it is said again with the next beat

    async def drop(self, org: int, who: str) -> None:
        """Nobody of this process is them any more."""
        await self._own.drop(org, who)
        try:
            await self._redis.hdel(self._key(org), f"{who}|{self._process}")
        except (RedisError, OSError, TimeoutError):
            return  # it ends by itself

    async def people(self, org: int) -> dict[str, str]:
        """The state of everybody who is there: what each said last. What a process that died has said is swept away."""
        own = await self._own.people(org)
        try:
            lines = [(_text(n), _text(line)) for n, line in (await self._redis.hgetall(self._key(org))).items()]
            if old := [name for name, line in lines if _is_over(line)]:
                await self._redis.hdel(self._key(org), *old)
        except (RedisError, OSError, TimeoutError):
            return own
        return own | _newest((name, line) for name, line in lines if not _is_over(line))

    def _key(self, org: int) -> str:
        return f"{self._prefix}:{org}"


def _is_over(line: str) -> bool:
    return float(line.rpartition("|")[2]) <= time()


def _newest(lines: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, tuple[float, str]] = {}
    for name, line in lines:
        state, said, _ = line.split("|")
        who = name.rpartition("|")[0]
        if who not in found or float(said) > found[who][0]:
            found[who] = float(said), state
    return {who: state for who, (_, state) in found.items()}


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
