"""
Spans: what took how long, for whoever follows a request through its parts; off unless the settings name a place.

A span has a name that stands in the program and attributes that are codes and counts. While it is off, one look at a
variable is all it costs.
"""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex
from typing import NamedTuple, Protocol, TypeAlias

from meridian.telemetry.trace import Trace, current

Value: TypeAlias = str | int | float | bool
SERVER, CLIENT, CONSUMER, INTERNAL = 2, 3, 5, 1
"""Kinds. Source: opentelemetry-proto, trace.proto, SpanKind."""


class Span(NamedTuple):
    """
    Something that was done.

    Args:
        trace, id, parent: Where it belongs; *parent* is empty for the first.
        name: What it was; of a list that the program has.
        kind: `SERVER`, `CLIENT`, `CONSUMER` or `INTERNAL`.
        start, end: Nanoseconds since the epoch.
        said: Codes and counts besides.
        failed: Whether it went wrong.
    """

    trace: str
    id: str
    parent: str
    name: str
    kind: int
    start: int
    end: int
    said: dict[str, Value]
    failed: bool


class Exporter(Protocol):
    """Takes spans away."""

    def take(self, span: Span) -> None:
        """One that has ended; never waits."""


_exporter: Exporter | None = None
_share = 0.0


def begin(exporter: Exporter, share: float) -> None:
    """Hand spans to *exporter* from now on; of the traces that nobody decided about, that *share*."""
    global _exporter, _share  # one for a process, as the log is
    _exporter, _share = exporter, share


def end() -> None:
    """No more."""
    global _exporter  # noqa: PLW0603  # as above
    _exporter = None


def on() -> bool:
    """Whether anybody takes spans."""
    return _exporter is not None


def wanted(here: Trace) -> bool:
    """Whether a trace is taken: as its caller decided, else by its id, so that all its parts agree."""
    return here.decided if here.decided is not None else random.Random(here.id).random() < _share  # noqa: S311  # a share, not a secret


def ended(here: Trace | None, name: str, kind: int, took: int, said: dict[str, Value], *, failed: bool) -> None:
    """What *here* is has ended after *took* nanoseconds."""
    if _exporter is None or here is None or not wanted(here):
        return
    now = time.time_ns()
    _exporter.take(Span(here.id, here.span, here.parent, name, kind, now - took, now, said, failed))


@contextmanager
def span(name: str, kind: int = INTERNAL, **said: Value) -> Iterator[None]:
    """Time what is done within, as a part of what is being done here."""
    here = current.get()
    if _exporter is None or here is None or not wanted(here):
        yield
        return
    inner = here._replace(span=token_hex(8), parent=here.span)
    before, failed, start = current.set(inner), True, time.time_ns()
    try:
        yield
        failed = False
    finally:
        current.reset(before)
        said = {key.replace("_", "."): value for key, value in said.items()}
        _exporter.take(Span(here.id, inner.span, here.span, name, kind, start, time.time_ns(), said, failed))
