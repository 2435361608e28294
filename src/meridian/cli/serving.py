"""Listening: is the port free, and the server on it."""

import errno
import gc
import resource
import socket
from contextlib import closing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from meridian import __version__
from meridian.cli.ending import Stop
from meridian.settings import Settings
from meridian.telemetry import logs

if TYPE_CHECKING:
    from meridian.web.wire import Server

BACKLOG = 1024
SHUTDOWN = 10
"""Seconds that open requests have to end after Ctrl+C."""
LARGEST_FRAME = 128 * 1024
"""Bytes of a websocket's message, whatever the sockets' own limit is."""


def listener(settings: Settings) -> socket.socket:
    """
    The listening socket, taken before anything else is done, so that a port in use is known at once.

    Raises:
        Stop: If the port is taken or may not be used.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((settings.host, settings.port))
        made.listen(BACKLOG)
    except OSError as wrong:
        made.close()
        raise Stop(_why(settings, wrong)) from wrong
    made.set_inheritable(True)  # the socket module's own signature
    return made


def _why(settings: Settings, wrong: OSError) -> str:
    port = settings.port
    match wrong.errno:
        case errno.EADDRINUSE:
            other = f"--port {port + 1} (make run PORT={port + 1})"
            return f"Port {port} is in use by another program. Stop that one, or take another: {other}"
        case errno.EACCES:
            return f"Port {port} is reserved for root. Take one above 1023: --port 8360"
        case errno.EADDRNOTAVAIL:
            return f"This machine has no address {settings.host}. Try --host 127.0.0.1"
        case _:
            return f"Cannot listen on {settings.host}:{port}: {wrong.strerror}"


def server(application: Any, settings: Settings) -> "Server":
    """The server of an application, as it is set up everywhere."""
    import uvicorn  # noqa: PLC0415  # 60 ms that other commands need not wait

    from meridian.web.wire import Server, Websocket, protocol  # noqa: PLC0415  # likewise

    config = uvicorn.Config(
        application,
        http=protocol(settings.public_origin),
        ws=Websocket,
        ws_max_size=LARGEST_FRAME,
        ws_per_message_deflate=False,  # secrets beside what others choose are not compressed together (CRIME)
        ws_ping_interval=None,  # Engine.IO has pings of its own
        log_config=None,  # what it says goes where all goes
        log_level="warning",
        access_log=False,  # addresses may hold search text; the audit log has who saw what
        server_header=False,
        date_header=True,
        proxy_headers=False,
        timeout_graceful_shutdown=SHUTDOWN,
        lifespan="on",
        host=settings.host,
        port=settings.port,
    )
    return Server(config)


def run(application: Any, taken: socket.socket, settings: Settings, role: str = "all") -> None:
    """Serve on the *taken* socket until somebody stops it; the log is begun, as a process of that *role* has it."""
    from meridian.jobs.memory import few_heaps  # noqa: PLC0415  # likewise

    made = server(application, settings)
    _look_for_garbage_seldom()
    few_heaps()
    leave_no_core()
    begin_log(settings, role)
    with closing(taken), suppress(KeyboardInterrupt):  # Ctrl+C is how it is stopped
        made.run(sockets=[taken])
    logs.end()


def begin_log(settings: Settings, role: str) -> None:
    """Write the log from now on; a demonstration on a terminal says what went wrong only."""
    said = replace(settings.logs, level="warning") if settings.demo else settings.logs
    logs.begin(said, edition=settings.edition.name, role=role, version=__version__, port=settings.port)


def leave_no_core() -> None:
    """
    Nothing of the memory is written down when the process crashes: keys and records are in it.

    Not even by a program that cores are piped to: those keep to the limit themselves. Source: core(5).
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


GARBAGE = 20_000
"""Objects by which the heap grows before cycles are looked for; Python's 700 are a few requests' worth."""


def _look_for_garbage_seldom() -> None:
    """
    What is loaded by now lives as long as the process, and requests leave hardly any cycles behind.

    Measured at 16 connections: a create costs a tenth less CPU, an Observation search a twentieth.
    """
    gc.freeze()
    gc.set_threshold(GARBAGE, 20, 20)
