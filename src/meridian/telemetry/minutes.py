"""
How the platform fared in a minute, and in an hour or a day of them: what the status page draws.

A minute of one process is a small value; several processes' are put together, and several minutes' to a step of the
plot. Counts add up, of what stands the worst is shown, and percentiles come from the summed histogram.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from meridian.telemetry import figures
from meridian.telemetry.tally import SECONDS, Counter, Gauge, quantile

MINUTE = 60_000
"""Milliseconds."""


class Minute(msgspec.Struct, omit_defaults=True):
    """What one process counted in a minute, or several did together; seconds and counts."""

    requests: float = 0
    errors: float = 0
    """Answers from 500 on."""
    refused: float = 0
    """Answers from 400 on, below 500."""
    took: list[float] = []
    """Requests by duration, below the bounds of `tally.SECONDS` and above the last."""
    lag: float = 0
    """The event loop's longest delay."""
    waiting: float = 0
    """Writes that waited."""
    due: float = 0
    due_for: float = 0
    """How long the oldest due job has been so."""
    given_up: float = 0
    jobs: float = 0
    failed_jobs: float = 0
    sockets: float = 0
    calls: float = 0
    """Joins of video visits."""
    sign_ins: float = 0
    sign_in_failures: float = 0
    alerts: float = 0
    limited: float = 0
    unsigned: float = 0
    signed_ago: float = 0
    partners: dict[str, list[float]] = {}
    """Requests that were answered, and that failed, by partner."""
    up: dict[str, bool] = {}
    """What was leant on, and whether it answered."""
    backup_ago: float | None = None
    """Since the newest good backup; `None` where none is known."""
    drill_ago: float | None = None
    disk: float | None = None
    """The share of the fullest disk that is free."""
    resting: list[str] = []
    """Partners that were left alone."""


class Meter:
    """Takes the differences of this process's figures from minute to minute."""

    def __init__(self) -> None:
        self._before: dict[str, float] = {}
        self._took = figures.TOOK.together()
        self._partners = _partners()
        self._requests()
        for name, figure in _COUNTED.items():
            self._since(name, figure.total())

    def minute(self, calls: float = 0) -> Minute:
        """What has been counted since the last time; *calls* is how many joins there have been in all."""
        requests, refused, errors = self._requests()
        took = figures.TOOK.together()
        before, self._took = self._took, took
        said: dict[str, Any] = {name: self._since(name, figure.total()) for name, figure in _COUNTED.items()}
        for name, gauge in _STANDING.items():
            said[name] = gauge.get() or 0
        return Minute(
            requests=requests,
            refused=refused,
            errors=errors,
            took=[now - then for now, then in zip(took[:-1], before[:-1], strict=True)],
            calls=self._since("calls", calls),
            failed_jobs=self._since("failed_jobs", _failed()),
            partners=self._asked(),
            backup_ago=figures.BACKUP_AGE.get(),
            drill_ago=figures.DRILL_AGE.get(),
            disk=_free(),
            up={name: bool(value) for (name,), value in list(figures.UP.lines.items())},
            resting=sorted(name for (name,), value in list(figures.BREAKER_OPEN.lines.items()) if value),
            **said,
        )

    def _since(self, name: str, now: float) -> float:
        before = self._before.get(name, 0)
        self._before[name] = now
        return now - before

    def _requests(self) -> tuple[float, float, float]:
        """Requests, and of them those with a status from 400 and from 500 on."""
        counts = {"4": 0.0, "5": 0.0}
        whole = 0.0
        for labels, value in list(figures.REQUESTS.lines.items()):
            whole += value
            if labels[-1][:1] in counts:
                counts[labels[-1][:1]] += value
        return self._since("requests", whole), self._since("refused", counts["4"]), self._since("errors", counts["5"])

    def _asked(self) -> dict[str, list[float]]:
        now, before = _partners(), self._partners
        self._partners = now
        gone = {
            name: [a - b for a, b in zip(pair, before.get(name, (0, 0)), strict=True)] for name, pair in now.items()
        }
        return {name: pair for name, pair in gone.items() if any(pair)}


_COUNTED: Mapping[str, Counter] = {
    "jobs": figures.JOBS,
    "sign_ins": figures.SIGN_INS,
    "sign_in_failures": figures.SIGN_IN_FAILURES,
    "alerts": figures.RAISED,
    "limited": figures.RATE_LIMITED,
}
_STANDING: Mapping[str, Gauge] = {
    "lag": figures.LOOP_LAG,
    "waiting": figures.WRITES_WAITING,
    "due": figures.DUE,
    "due_for": figures.OUTBOX_LAG,
    "given_up": figures.GIVEN_UP,
    "sockets": figures.SOCKETS,
    "unsigned": figures.UNSIGNED,
    "signed_ago": figures.CHECKPOINT_AGE,
}
_SUMMED = ("requests", "errors", "refused", "failed_jobs", "calls", *_COUNTED)
_OF_EACH = ("sockets", "waiting")
"""What stands in each process by itself: of several processes it adds up, of several minutes the most counts."""
_WORST = ("lag", "due", "due_for", "given_up", "unsigned", "signed_ago")


def _free() -> float | None:
    sizes, free = dict(figures.DISK_SIZE.lines), dict(figures.DISK_FREE.lines)
    return min((free[name] / sizes[name] for name in free if sizes.get(name)), default=None)


def _failed() -> float:
    return sum(value for (_, end), value in list(figures.JOBS.lines.items()) if end in {"failed", "given-up"})


def _partners() -> dict[str, tuple[float, float]]:
    """Requests that were answered, and that failed, by partner."""
    found: dict[str, tuple[float, float]] = {}
    for (partner, end), value in list(figures.PARTNER_CALLS.lines.items()):
        well, failed = found.get(partner, (0.0, 0.0))
        found[partner] = (well + value, failed) if end == "ok" else (well, failed + value)
    return found


def together(minutes: Sequence[Minute], *, at_once: bool) -> Minute:
    """Several *minutes* as one: of several processes (*at_once*), or one after the other."""
    made = Minute(took=[sum(column) for column in zip(*(one.took for one in minutes if one.took), strict=False)])
    for name in (*_SUMMED, *(_OF_EACH if at_once else ())):
        setattr(made, name, sum(getattr(one, name) for one in minutes))
    for name in (*_WORST, *(() if at_once else _OF_EACH)):
        setattr(made, name, max((getattr(one, name) for one in minutes), default=0))
    made.partners = {
        name: [sum(one.partners.get(name, [0, 0])[place] for one in minutes) for place in (0, 1)]
        for name in sorted({name for one in minutes for name in one.partners})
    }
    for name in ("backup_ago", "drill_ago", "disk"):
        setattr(made, name, min((value for one in minutes if (value := getattr(one, name)) is not None), default=None))
    names = {name for one in minutes for name in one.up}
    made.up = {name: all(one.up.get(name, True) for one in minutes) for name in sorted(names)}
    made.resting = sorted({name for one in minutes for name in one.resting})
    return made


class Step(msgspec.Struct):
    """One step of a plot; seconds, and requests in a second."""

    at: int
    known: bool
    load: float
    p50: float | None
    p95: float | None
    p99: float | None
    minute: Minute


def course(kept: Iterable[tuple[int, Minute]], begins: int, ends: int, step: int) -> list[Step]:
    """
    Steps of *step* ms from *begins* to *ends* (ms since the epoch), of minutes with when each began.

    What nobody measured is not nought: such a step is not `known`.
    """
    found: dict[int, dict[int, list[Minute]]] = {}
    for at, minute in kept:
        found.setdefault((at - begins) // step, {}).setdefault(at, []).append(minute)
    return [_step(found.get(place, {}), begins + place * step, step) for place in range((ends - begins) // step)]


def _step(found: Mapping[int, Sequence[Minute]], at: int, step: int) -> Step:
    whole = together([together(minutes, at_once=True) for minutes in found.values()], at_once=False)
    p50, p95, p99 = (quantile(share, whole.took, SECONDS) for share in (0.5, 0.95, 0.99))
    seconds = len(found) * MINUTE / 1000 or step / 1000
    return Step(at, bool(found), whole.requests / seconds, p50, p95, p99, whole)
