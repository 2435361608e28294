"""
Which request or job this is: one value that goes with whatever is done for it.

A caller may bring a trace of their own (W3C Trace Context); the request's id is never theirs to choose.
"""

import re
from contextvars import ContextVar
from secrets import token_hex
from typing import NamedTuple

TRACEPARENT = re.compile(r"(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?", re.ASCII)
"""Source: w3.org/TR/trace-context, section 3.2; later versions may say more behind a hyphen."""
LONGEST = 200
"""Characters of a header that is looked at at all."""
NO_TRACE, NO_SPAN = "0" * 32, "0" * 16
SAMPLED = 1


class Trace(NamedTuple):
    """
    Where something belongs.

    Args:
        id: The whole story's, 32 hexadecimal digits.
        span: This part's, 16 of them.
        parent: The part's that caused it; empty for the first.
        request: The request's id; empty where there is none.
        decided: Whether it is traced, if the caller said; `None` if nobody did.
        address: The caller's, for detectors alone: it is in no header and no span.
    """

    id: str
    span: str
    parent: str = ""
    request: str = ""
    decided: bool | None = None
    address: str = ""

    def header(self) -> str:
        """As `traceparent`, for whom this calls."""
        return f"00-{self.id}-{self.span}-{'01' if self.decided else '00'}"


current: ContextVar[Trace | None] = ContextVar("meridian_trace", default=None)
"""Of whatever is being done here; `None` outside of requests and jobs."""


def begun(said: str = "", request: str = "", address: str = "") -> Trace:
    """
    A new part: of the trace that the header *said* names, if it is a good one, else of one of its own.

    >>> begun("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").id
    '0af7651916cd43dd8448eb211c80319c'
    """
    known = read(said) if said else None
    if known is None:
        made = token_hex(24)
        return Trace(made[:32], made[32:], "", request, None, address)
    trace, parent, flags = known
    return Trace(trace, token_hex(8), parent, request, bool(flags & SAMPLED), address)


def read(said: str) -> tuple[str, str, int] | None:
    """
    Trace, parent and flags of a `traceparent`; `None` if it is not a good one.

    >>> read("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    ('0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331', 1)
    >>> read("00-00000000000000000000000000000000-b7ad6b7169203331-01") is None
    True
    """
    if len(said) > LONGEST or (found := TRACEPARENT.fullmatch(said)) is None:
        return None
    version, trace, parent, flags, more = found.groups()
    if trace == NO_TRACE or parent == NO_SPAN or (version == "00" and more):
        return None
    return trace, parent, int(flags, 16)


def carried() -> str:
    """The present part as a header, for what is done later on its behalf; empty where there is none."""
    here = current.get()
    return here.header() if here is not None else ""
