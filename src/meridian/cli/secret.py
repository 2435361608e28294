"""`meridian secret`: passwords and keys that are asked for by name, sealed in the data folder."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from meridian.cli import options
from meridian.cli.ending import REFUSED, Ending, Stop

if TYPE_CHECKING:
    from meridian.vault.secrets import Secrets


class Group(Ending, click.Group):
    """A group whose failures end well."""


@click.group("secret", cls=Group)
def group() -> None:
    r"""
    Secrets: keep one by name, list the names. None is ever shown.

    \b
      meridian secret set mariadb/password
      pass show clinic/db | meridian secret set mariadb/password
    """


@group.command("set")
@click.argument("name")
@options.data()
def keep(name: str, data: Path) -> None:
    """Keep a secret under NAME, in place of what was there; it is asked for, or read from the standard input."""
    value = _asked(name) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    if not value:
        raise Stop("An empty secret is none.", REFUSED)
    try:
        _secrets(data).put(name, value)
    except ValueError as wrong:
        raise Stop(str(wrong), REFUSED) from wrong
    click.echo(f"Kept {name}.")


@group.command("list")
@options.data()
def listing(data: Path) -> None:
    """List the names."""
    for name in _secrets(options.existing(data)).names():
        click.echo(name)


def _asked(name: str) -> str:
    return str(click.prompt(name, hide_input=True, confirmation_prompt=True))


def _secrets(data: Path) -> "Secrets":
    """The file of secrets alone: the database need not answer for its password to be set."""
    from meridian.vault.master import create_master  # noqa: PLC0415  # --help does not need it
    from meridian.vault.secrets import Secrets  # noqa: PLC0415  # likewise

    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Secrets(data / "secrets.sealed", create_master(data / "master.key"))
