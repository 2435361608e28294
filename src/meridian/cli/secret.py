"""`meridian secret`: passwords and keys that are asked for by name, sealed in the data folder."""

import sys
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

import click

from meridian.cli import options
from meridian.cli.ending import REFUSED, Ending, Stop

if TYPE_CHECKING:
    from meridian.vault.secrets import Vault


class Group(Ending, click.Group):
    """A group whose failures end well."""


@click.group("secret", cls=Group)
def group() -> None:
    r"""
    Secrets: keep one by name, list the names. None is ever shown.

    \b
      meridian secret set mariadb/password
      pass show clinic/db | meridian secret set mariadb/password
      meridian secret make turn/secret
      meridian secret fill turnserver.conf /run/meridian-coturn/turnserver.conf
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


@group.command("make")
@click.argument("names", nargs=-1, required=True)
@options.data()
def make(names: tuple[str, ...], data: Path) -> None:
    """Make up a secret for each of NAMES that has none."""
    secrets = _secrets(data)
    for name in names:
        if name in secrets.names():
            click.echo(f"{name} is there already.")
            continue
        try:
            secrets.put(name, token_hex(32))
        except ValueError as wrong:
            raise Stop(str(wrong), REFUSED) from wrong
        click.echo(f"Made {name}.")


@group.command("fill")
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--owner", default="", metavar="USER", help="Whose alone the copy is to be; only root may give it away.")
@options.data()
def fill(source: Path, target: Path, owner: str, data: Path) -> None:
    """
    Copy SOURCE, a file or a folder of files, to TARGET, with the secrets that it names as `@secret:NAME@`.

    For programs that read theirs from a file (coturn, Janus); best to a folder under /run. Only the copy's owner can
    read it.
    """
    from meridian.vault.filling import fill as filled  # noqa: PLC0415  # --help does not need it

    try:
        written = filled(source, target, _secrets(options.existing(data)), owner)
    except LookupError as wrong:
        raise Stop(f"There is no account {owner} on this machine.", REFUSED) from wrong
    for one in written:
        click.echo(f"Wrote {one}.")


def _asked(name: str) -> str:
    return str(click.prompt(name, hide_input=True, confirmation_prompt=True))


def _secrets(data: Path) -> "Vault":
    """The secrets alone: the database need not answer for its password to be set."""
    from meridian.app.adapters import secrets_alone  # noqa: PLC0415  # --help does not need it

    return secrets_alone(options.settings(data))
