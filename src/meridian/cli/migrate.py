"""`meridian migrate`."""

import asyncio
from pathlib import Path

import click

from meridian.cli import options
from meridian.cli.ending import Ending


@click.command("migrate", cls=Ending)
@options.data()
@options.database
def command(data: Path, database: str | None) -> None:
    """
    Bring the database up to date.

    `serve` does this by itself; on its own it is for upgrades of several servers: stop them, back up, migrate once,
    start them. A step that fails leaves the data as it was.
    """
    settings = options.settings(options.existing(data), where=database)
    from meridian.app import House  # noqa: PLC0415  # --help does not need it
    from meridian.store import migrate  # noqa: PLC0415  # likewise

    house = House(settings)
    changed = asyncio.run(migrate.upgrade(house.database))
    click.echo(f"The database is at step {migrate.head()}{'' if changed else ', as it was'}.")
