"""
A circuit breaker: who failed repeatedly is left alone for a while, then tried once.

Closed, every call goes through. After `FAILURES` in a row it opens: calls are refused at once, so that a prescriber
does not wait five seconds for what is known to be down. After `REST` one call goes through as a probe; its success
closes the circuit, its failure opens it anew.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

FAILURES = 3
REST = 30.0
"""Seconds until the probe."""


@dataclass(slots=True)
class Breaker:
    """One partner's; *clock* gives seconds that only go forward."""

    clock: Callable[[], float] = time.monotonic
    _failures: int = field(default=0, init=False)
    _until: float = field(default=0.0, init=False)
    _probing: bool = field(default=False, init=False)

    @property
    def open(self) -> bool:
        """Whether it has failed too often, and has not been found well since."""
        return self._failures >= FAILURES

    def admits(self) -> bool:
        """Whether a call may be made now; when the rest is over, one caller gets yes."""
        if self._failures < FAILURES:
            return True
        if self._probing or self.clock() < self._until:
            return False
        self._probing = True
        return True

    def succeeded(self) -> None:
        """The call was answered."""
        self._failures, self._probing = 0, False

    def failed(self) -> None:
        """The call failed."""
        self._failures, self._probing = self._failures + 1, False
        self._until = self.clock() + REST

    def abandoned(self) -> None:
        """The call was given up by whoever made it; says nothing of the partner."""
        self._probing = False
