"""
How calls go, in figures for whoever runs the platform: counts and durations by code, of nobody in particular.

No figure bears an id, a name, an address or an organisation; its labels are few and fixed. `deploy/prometheus` says
when somebody is to be woken.
"""

from itertools import product
from typing import Final, Literal, TypeAlias

from prometheus_client import CollectorRegistry, Counter, Histogram

Step: TypeAlias = Literal["enter", "gateway", "connect"]
"""At which a join failed: the visit could not be asked, the gateway did not answer, no way was found to the others."""
Again: TypeAlias = Literal["socket", "restart", "rebuild"]
"""What was done anew: the socket, the way of a connection, a connection."""

STEPS: Final[tuple[Step, ...]] = ("enter", "gateway", "connect")
AGAIN: Final[tuple[Again, ...]] = ("socket", "restart", "rebuild")
MODES: Final = ("p2p", "mesh", "sfu")
DEVICES: Final = ("camera", "microphone", "socket", "udp", "tcp", "tls")
FOUND: Final = ("ok", "weak", "failed", "skipped")
SOON: Final = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds; realtime.md asks for connected in half of one and the first picture in two."""


class Figures:
    """The figures; made once for each process, in the *registry* that is read there."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._joins = Counter("meridian_visit_joins", "People told how to connect", ["mode"], registry=registry)
        self._failures = Counter(
            "meridian_visit_join_failures", "Joins that failed, by step", ["step"], registry=registry
        )
        self._connections = Counter(
            "meridian_visit_connections", "Calls that came about, by path", ["mode", "path"], registry=registry
        )
        self._again = Counter("meridian_visit_reconnects", "What was done anew", ["kind"], registry=registry)
        self._connect = Histogram(
            "meridian_visit_connect_seconds", "From joining others to connected", buckets=SOON, registry=registry
        )
        self._frame = Histogram(
            "meridian_visit_first_frame_seconds", "From joining others to a picture", buckets=SOON, registry=registry
        )
        self._tests = Counter(
            "meridian_visit_device_tests", "Device tests, by step and finding", ["step", "result"], registry=registry
        )
        self._relays = Counter(
            "meridian_visit_relay_failures", "Relays that gave no address", ["code", "transport"], registry=registry
        )
        self._begin()

    def _begin(self) -> None:
        """Every line is there from the beginning, at nought: a rule cannot tell a missing one from a silent one."""
        for mode in MODES:
            self._joins.labels(mode)
        for mode, path in product(MODES, ("direct", "relay")):
            self._connections.labels(mode, path)
        for step in STEPS:
            self._failures.labels(step)
        for kind in AGAIN:
            self._again.labels(kind)
        for device, found in product(DEVICES, FOUND):
            self._tests.labels(device, found)
        for code, transport in product(("401", "486", "701"), ("udp", "tcp", "tls")):
            self._relays.labels(code, transport)

    def joined(self, mode: str) -> None:
        """Somebody was told how to connect."""
        self._joins.labels(mode).inc()

    def failed(self, step: Step) -> None:
        """Somebody did not get in."""
        self._failures.labels(step).inc()

    def connected(self, mode: str, *, relayed: bool) -> None:
        """Somebody's call came about."""
        self._connections.labels(mode, "relay" if relayed else "direct").inc()

    def again(self, kind: Again, times: int = 1) -> None:
        """Something was done anew."""
        self._again.labels(kind).inc(times)

    def took(self, connect_ms: float | None, frame_ms: float | None) -> None:
        """How long it took somebody who joined others, as far as it came."""
        if connect_ms is not None:
            self._connect.observe(connect_ms / 1000)
        if frame_ms is not None:
            self._frame.observe(frame_ms / 1000)

    def tested(self, step: str, found: str) -> None:
        """A step of a device test."""
        self._tests.labels(step, found).inc()

    def relay_failed(self, code: int, transport: str) -> None:
        """A relay gave no address: 401 refused, 486 no more of them, 701 not reached."""
        self._relays.labels(str(code), transport).inc()
