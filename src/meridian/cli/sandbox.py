"""
The partners' sandbox beside a demo clinic: a process of its own, with keys made up for this clinic, gone with it.

It gets a socket that is listening already, so nobody waits for it to start: what is asked before waits in line.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from meridian.settings import Partners

if TYPE_CHECKING:
    from meridian.settings import Settings

ABOVE = 10
"""The sandbox's port is so far above the clinic's, where it is free."""
PATIENCE = 5.0
"""Seconds it has to end."""


@contextmanager
def beside(settings: "Settings") -> Iterator["Settings"]:
    """
    Run it as long as the block does; gives the settings that lead to it.

    Where the data folder's settings name partners of their own, those are used and nothing is started.
    """
    if settings.partners != Partners():
        yield settings
        return
    from meridian.medications.partners.sandbox.serving import listening  # noqa: PLC0415  # only a demonstration has it

    _keys(settings)
    try:
        taken = listening(settings.port + ABOVE)
    except OSError:
        taken = listening()
    port = taken.getsockname()[1]
    running = subprocess.Popen(  # noqa: S603  # our own program
        [
            sys.executable, "-m", "meridian.cli", "partners", "--fd", str(taken.fileno()),
            "--edition", settings.edition.name, "--data", str(settings.data),
        ],
        stdin=subprocess.PIPE, pass_fds=(taken.fileno(),),
    )  # fmt: skip
    taken.close()
    click.echo(f"Safety partners (sandbox): http://127.0.0.1:{port}/openapi.json", err=True)
    try:
        yield replace(settings, partners=_leading(port))
    finally:
        _end(running)


def _keys(settings: "Settings") -> None:
    """Made up before the other process starts: two must not write the vault at once."""
    from meridian.app.adapters import secrets_alone  # noqa: PLC0415  # likewise
    from meridian.medications.partners.sandbox.serving import issue  # noqa: PLC0415  # likewise

    issue(settings.edition, secrets_alone(settings))


def _leading(port: int) -> Partners:
    base = f"http://127.0.0.1:{port}"
    return Partners(f"{base}/medtrack/v2", f"{base}/scriptguard/v2", ("127.0.0.1",), ("127.0.0.1/32",))


def _end(running: "subprocess.Popen[bytes]") -> None:
    assert running.stdin is not None  # noqa: S101  # it was asked for
    with suppress(OSError):
        running.stdin.close()
    running.terminate()
    try:
        running.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        running.kill()
        running.wait()
