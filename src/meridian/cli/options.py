"""Options that several commands share, and the settings they make."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import click

from meridian.cli.ending import Stop
from meridian.settings import EDITIONS, BadSettings, MariaDB, Settings, load

DATA, DEMO = Path("var/meridian"), Path("var/demo")
"""Where records live when nobody says; a demo clinic has a place of its own."""

Command = TypeVar("Command", bound=Callable[..., Any])


def data(default: Path = DATA) -> Callable[[Command], Command]:
    """`--data`: the folder of one Meridian."""
    return click.option(
        "--data",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="MERIDIAN_DATA",
        default=default,
        show_default=True,
        help="Folder of the database, keys, anchors and outbox.",
    )


def edition(command: Command) -> Command:
    """`--edition`."""
    return click.option(
        "--edition", type=click.Choice(EDITIONS), help="Name, look and addresses; else what settings.toml says."
    )(command)


def database(command: Command) -> Command:
    """`--database`."""
    return click.option(
        "--database",
        metavar="WHERE",
        help="`sqlite` (a file in the data folder) or mariadb://USER@HOST:PORT/NAME; its password is kept"
        " with `meridian secret set mariadb/password`.",
    )(command)


def settings(folder: Path, edition_name: str | None = None, where: str | None = None, **said: Any) -> Settings:
    """
    What the options and the folder's `settings.toml` say together.

    Raises:
        BadSettings: If they do not fit.
    """
    found = load(folder, edition_name=edition_name, **said)
    return found if where is None else _at(found, where)


def _at(found: Settings, where: str) -> Settings:
    return replace(found, mariadb=None if where == "sqlite" else _server(where))


def _server(where: str) -> MariaDB:
    """
    A server from its address.

    >>> _server("mariadb://meridian@db.example:3307/clinic").port
    3307
    """
    parts = urlsplit(where)
    if parts.scheme not in ("mariadb", "mysql") or not parts.hostname:
        raise BadSettings("--database is `sqlite` or mariadb://USER@HOST:PORT/NAME")
    if parts.password:
        raise BadSettings("A password does not belong on a command line, where others can read it; put it in the vault")
    return MariaDB(
        host=parts.hostname,
        port=parts.port or 3306,
        user=parts.username or "meridian",
        database=parts.path.strip("/") or "meridian",
    )


def existing(folder: Path) -> Path:
    """
    *folder*, if a Meridian has been started there.

    Raises:
        Stop: If not, saying how to begin.
    """
    if not (folder / "master.key").exists() and load(folder).kms is None:
        raise Stop(
            f"There is no Meridian in {folder} yet. `meridian org add NAME` begins one there, `meridian demo` makes a"
            " demonstration, and --data names another folder."
        )
    return folder
