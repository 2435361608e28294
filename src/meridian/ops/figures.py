"""
`/metrics` for Prometheus: on this machine's own address alone, on a port of its own, for whoever knows the secret.

Never where people come (INFRA-02): figures tell how the platform is built and how busy it is. Whatever scrapes runs
beside the process; it proves itself all the same, since others may run on the machine too.
"""

import base64
import binascii
import hmac
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CollectorRegistry, ProcessCollector, make_wsgi_app
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from meridian.telemetry import tally

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication

HERE: Final = "127.0.0.1"
PATH: Final = "/metrics"
CHALLENGE: Final = 'Basic realm="meridian metrics", charset="UTF-8"'
LONGEST = 1024
"""Characters of a header that is looked at."""

Secret: TypeAlias = Callable[[], str]
"""Gives what whoever reads must know; asked each time, so that it can be changed while we run."""

_log = logging.getLogger("meridian.ops")


@dataclass(frozen=True, slots=True)
class Listener:
    """Gives the figures to whoever asks on this machine and knows the secret."""

    server: WSGIServer
    thread: Thread

    @property
    def port(self) -> int:
        """Where."""
        return self.server.server_port

    def close(self) -> None:
        """Listen no more."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def listen(port: int, registry: CollectorRegistry, secret: Secret) -> Listener | None:
    """
    Begin to give the figures of *registry*; 0 is any free port.

    `None` where the port is taken: people are served all the same, and the log says what is lacking.
    """
    try:
        server = make_server(HERE, port, guarded(make_wsgi_app(registry), secret), handler_class=_Silent)
    except OSError as wrong:
        _log.error("figures cannot be read: port %d, %s", port, type(wrong).__name__)
        return None
    thread = Thread(target=server.serve_forever, name="meridian-figures", daemon=True)
    thread.start()
    return Listener(server, thread)


def guarded(inner: "WSGIApplication", secret: Secret) -> "WSGIApplication":
    """*inner* for those who know the *secret*; others learn nothing, not even which paths there are."""

    def application(environ: dict[str, Any], start: "StartResponse") -> Iterable[bytes]:
        if not _knows(environ.get("HTTP_AUTHORIZATION", ""), secret()):
            start("401 Unauthorized", [("WWW-Authenticate", CHALLENGE), ("Content-Length", "0")])
            return []
        if environ["PATH_INFO"] != PATH or environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            start("404 Not Found", [("Content-Length", "0")])
            return []
        return inner(environ, start)

    return application


def _knows(authorization: str, secret: str) -> bool:
    """Whether the header proves to know the secret: as a bearer token, or as anybody's password."""
    scheme, _, given = authorization[:LONGEST].partition(" ")
    if scheme.lower() == "basic":
        given = _password(given)
    elif scheme.lower() != "bearer":
        given = ""
    right = hmac.compare_digest(given.encode(errors="replace"), secret.encode())
    return right and bool(secret)


def _password(given: str) -> str:
    """The password of a Basic header (RFC 7617); empty if it is none."""
    try:
        return base64.b64decode(given, validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""


class _Silent(WSGIRequestHandler):
    """Nothing of what is asked is printed; a connection that says nothing is dropped."""

    timeout = 10

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the signature is the library's
        """Nothing."""


class Tallies(Collector):
    """What this process has counted, as Prometheus has it."""

    def collect(self) -> Iterator[Metric]:
        """Every figure, at this moment."""
        for one in list(tally.EVERY):
            if isinstance(one, tally.Durations):
                yield _histogram(one)
            elif isinstance(one, tally.Counter):
                yield _lined(CounterMetricFamily(one.name, one.help, labels=one.labels), one.lines)
            elif isinstance(one, tally.Gauge):
                yield _lined(GaugeMetricFamily(one.name, one.help, labels=one.labels), one.lines)


def _lined(family: Any, lines: dict[tally.Labels, float]) -> Metric:
    for labels, value in list(lines.items()):
        family.add_metric(labels, value)
    made: Metric = family
    return made


def _histogram(one: tally.Durations) -> Metric:
    family = HistogramMetricFamily(one.name, one.help, labels=one.labels)
    for labels, line in list(one.lines.items()):
        counts, below, buckets = list(line), 0.0, []
        for bound, count in zip((*map(str, one.bounds), "+Inf"), counts, strict=False):
            below += count
            buckets.append((bound, below))
        family.add_metric(labels, buckets, counts[-1])
    return family


def registry() -> CollectorRegistry:
    """The figures of this process: what it has counted, and what the system says of it."""
    made = CollectorRegistry()
    made.register(Tallies())
    ProcessCollector(registry=made)
    return made
