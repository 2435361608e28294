"""What can be made to go wrong with a partner, and what is going wrong now."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from enum import StrEnum

from starlette.responses import Response, StreamingResponse


class Mischief(StrEnum):
    """Ways to fail."""

    NONE = "none"
    SLOW = "slow"
    ERROR = "500"
    BUSY = "503"
    MALFORMED = "malformed"
    WRONG_SCHEMA = "wrong-schema"
    UNKNOWN_SEVERITY = "unknown-severity"
    NOT_A_NUMBER = "nan"
    DEEP = "deep"
    HUGE = "huge"
    PAGE = "html"
    ZIPPED = "zipped"
    HALF = "half"
    TRICKLE = "trickle"
    REDIRECT = "redirect"
    EXPIRED = "expired-key"
    PARTIAL = "partial"
    STRANGER = "stranger"
    EMPTY = "empty"


@dataclass(slots=True)
class Now:
    """
    What goes wrong with one partner at present.

    Args:
        mischief: How.
        left: How many more times; below 0 for ever.
        seconds: How slow.
        to: Where a redirect leads.
    """

    mischief: Mischief = Mischief.NONE
    left: int = -1
    seconds: float = 30.0
    to: str = "https://elsewhere.example/"

    def take(self) -> Mischief:
        """What happens to this request."""
        if self.left == 0:
            self.mischief = Mischief.NONE
        self.left -= self.left > 0
        return self.mischief


BEFORE = frozenset({Mischief.EXPIRED})
"""Ways that are a matter of keys, not of answers."""
_HUGE = 64 * 1024 * 1024
_JSON = "application/json"


def answer(now: Now, mischief: Mischief) -> Response | None:
    """The bad answer; `None` where a good one is to be given (or spoilt by whoever makes it)."""
    made: dict[Mischief, Callable[[], Response]] = {
        Mischief.ERROR: lambda: Response('{"error":"broken"}', 500, media_type=_JSON),
        Mischief.BUSY: lambda: Response('{"error":"busy"}', 503, media_type=_JSON),
        Mischief.MALFORMED: lambda: Response('{"screened": [', media_type=_JSON),
        Mischief.WRONG_SCHEMA: lambda: Response('{"status":"complete","ok":true,"findings":[]}', media_type=_JSON),
        Mischief.NOT_A_NUMBER: lambda: Response('{"engine":NaN}', media_type=_JSON),
        Mischief.DEEP: lambda: Response('{"findings":' * 20_000 + "0" + "}" * 20_000, media_type=_JSON),
        Mischief.HUGE: lambda: StreamingResponse(_much(), media_type=_JSON),
        Mischief.PAGE: lambda: Response("<h1>Welcome</h1>", media_type="text/html"),
        Mischief.ZIPPED: lambda: Response(b"\x1f\x8b", media_type=_JSON, headers={"Content-Encoding": "gzip"}),
        Mischief.HALF: lambda: Response('{"engine":', media_type=_JSON, headers={"Content-Length": "100000"}),
        Mischief.TRICKLE: lambda: StreamingResponse(_drops(), media_type=_JSON),
        Mischief.REDIRECT: lambda: Response(status_code=307, headers={"Location": now.to}),
        Mischief.EMPTY: lambda: Response("{}", media_type=_JSON),
    }
    make = made.get(mischief)
    return make() if make else None


async def _much() -> AsyncIterator[bytes]:
    part = b" " * 65_536
    for _ in range(_HUGE // len(part)):
        yield part


async def _drops() -> AsyncIterator[bytes]:
    for _ in range(600):
        yield b" "
        await asyncio.sleep(0.1)
