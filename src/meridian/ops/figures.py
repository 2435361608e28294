"""
`/metrics` for Prometheus, on this machine's own address alone and on a port of its own: never where people come.

Whatever scrapes runs beside the process (an agent on the machine, a sidecar in its task), so nothing is published,
and there is nobody to sign in.
"""

import logging
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, start_wsgi_server

if TYPE_CHECKING:
    from wsgiref.simple_server import WSGIServer

HERE: Final = "127.0.0.1"

_log = logging.getLogger("meridian.ops")


@dataclass(frozen=True, slots=True)
class Listener:
    """Gives the figures to whoever asks on this machine."""

    server: "WSGIServer"
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


def listen(port: int, registry: CollectorRegistry) -> Listener | None:
    """
    Begin to give the figures of *registry*; 0 is any free port.

    `None` where the port is taken: people are served all the same, and the log says what is lacking.
    """
    try:
        return Listener(*start_wsgi_server(port, HERE, registry))
    except OSError as wrong:
        _log.error("figures cannot be read: port %d, %s", port, wrong.strerror)
        return None
