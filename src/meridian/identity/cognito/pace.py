"""
Failures that all take as long.

The pool is asked about names nobody has, too, but how long it takes over one is not ours to know. A failure is
therefore answered on the next stroke of a slow clock after it began, which hides whatever makes less difference.
"""

import asyncio
import math
import time

STROKE = 0.75
"""Seconds; well above what the pool takes to check a password."""


class Pace:
    """
    Delays failures.

    Args:
        stroke: Seconds between strokes.
    """

    def __init__(self, stroke: float = STROKE) -> None:
        self._stroke = stroke

    async def even(self, begun: float) -> None:
        """Wait for the next stroke after what began then, as `time.monotonic` has it."""
        passed = time.monotonic() - begun
        await asyncio.sleep(math.ceil(passed / self._stroke) * self._stroke - passed)
