"""What a count is; drawn from `memory.InMemory` and `shared.InRedis`, which one contract holds together."""

from typing import NamedTuple, Protocol


class Window(NamedTuple):
    """
    What is counted.

    Args:
        name: What is done, as `api` or `sign-in`.
        most: How often it may be done,
        seconds: in so many.
    """

    name: str
    most: int
    seconds: int


class Count(NamedTuple):
    """
    What became of it.

    Args:
        granted: How many were granted and counted; none when too many were.
        remaining: How many are left.
        wait: Seconds after which more will be left.
    """

    granted: int
    remaining: int
    wait: float


class Counter(Protocol):
    """Counts; what was done in the window before counts by the part of it that is within the last so many seconds."""

    async def take(self, window: Window, who: str, many: int = 1) -> Count:
        """
        Take *many*, or one where not so many are left.

        Raises:
            Unavailable: If it cannot be counted.
        """

    async def look(self, window: Window, who: str) -> Count:
        """
        What `take` would grant, without taking it.

        Raises:
            Unavailable: If it cannot be read.
        """

    async def check(self) -> None:
        """
        Whether it can count.

        Raises:
            Unavailable: If not.
        """

    async def close(self) -> None:
        """Let go of what it counts with."""
