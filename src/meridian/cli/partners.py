"""`meridian partners`: both safety partners as a local sandbox."""

import socket
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from meridian.cli import options
from meridian.cli.ending import REFUSED, Ending, Stop

if TYPE_CHECKING:
    from meridian.settings import Settings

PORT = 8370

EXAMPLES = """
\b
  meridian partners                         http://127.0.0.1:8370, with the demo clinic's keys
  curl -X PUT localhost:8370/admin/faults/medtrack -H content-type:application/json -d '{"fault":"slow"}'
  curl -X DELETE localhost:8370/admin/faults
  curl localhost:8370/openapi.json          what both understand, and every fault
"""


@click.command("partners", cls=Ending, epilog=EXAMPLES)
@options.edition
@click.option("--port", type=click.IntRange(1, 65535), default=PORT, show_default=True, help="Port to listen on.")
@click.option("--fd", type=int, hidden=True, help="A listening socket, handed over; ends with the standard input.")
@options.data(options.DEMO)
def command(*, edition: str | None, port: int, fd: int | None, data: Path) -> None:
    """
    MedTrack Pro and ScriptGuard as a sandbox on this machine, until Ctrl+C.

    It takes the keys that the data folder's vault has for them, and makes some up where there are none. It answers from
    a few dozen interactions, and fails on demand: slow, 500, malformed, wrong-schema, huge, expired-key and more.
    `meridian demo` starts one beside the clinic.
    """
    from meridian.medications.partners.sandbox import serving  # noqa: PLC0415  # FastAPI is not for --help

    settings = options.settings(data, edition)
    try:
        taken = serving.listening(port) if fd is None else socket.socket(fileno=fd)
    except OSError as wrong:
        raise Stop(f"Port {port} is in use. Take another: --port {port + 1}", REFUSED) from wrong
    running = serving.server(_application(settings))
    if fd is None:
        click.echo(f"Safety partners on http://127.0.0.1:{port} (keys of {data}); stop with Ctrl+C")
    else:
        threading.Thread(target=_until_alone, args=(running,), daemon=True).start()
    running.run(sockets=[taken])


def _application(settings: "Settings") -> Any:
    from meridian.app.adapters import secrets_alone  # noqa: PLC0415  # likewise
    from meridian.medications.partners.sandbox import serving  # noqa: PLC0415  # likewise
    from meridian.medications.partners.sandbox.app import application  # noqa: PLC0415  # likewise

    secrets = secrets_alone(settings)
    serving.issue(settings.edition, secrets)
    return application(serving.of_vault(settings.edition, secrets))


def _until_alone(running: Any) -> None:
    """End when whoever started it is gone, however that came about."""
    sys.stdin.buffer.read()
    running.should_exit = True
