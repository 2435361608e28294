"""
Memory that malloc keeps for later goes back to the system.

glibc gives each thread a heap of its own, and returns what is free in the middle of one only when asked. With a
writer's thread, a reader's pool and requests of any size that is 20 MB of the 160 a server held after the benchmark.
Other C libraries have neither habit; where the two calls are missing, nothing happens.
"""

from functools import cache
from typing import Any, Final

_ARENA_MAX: Final = -8
"""`M_ARENA_MAX` of glibc's `malloc.h`."""
ARENAS: Final = 2


def few_heaps() -> None:
    """Let all threads share two heaps; to be called before they begin."""
    if tune := getattr(_libc(), "mallopt", None):
        tune(_ARENA_MAX, ARENAS)


async def give_back() -> None:
    """Return what is free; it takes some milliseconds."""
    if trim := getattr(_libc(), "malloc_trim", None):
        trim(0)


@cache
def _libc() -> Any:
    import ctypes  # noqa: PLC0415  # a megabyte that commands need not hold

    return ctypes.CDLL(None)
