"""`meridian downtime-packet`: what a clinic needs on paper to get through a day without us."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from meridian.cli import options
from meridian.cli.ending import REFUSED, Ending, Stop
from meridian.cli.running import organisation, with_house

if TYPE_CHECKING:
    from meridian.app import House


@click.command("downtime-packet", cls=Ending)
@click.option("--org", help="Organisation, by id or name; needed when there are several.")
@click.option("--envelope", is_flag=True, help="Make none: show the passphrase, for the envelope at the clinic.")
@options.data()
@options.database
def command(*, org: str | None, envelope: bool, data: Path, database: str | None) -> None:
    """
    Make a packet now, as the server does at set times.

    For each place it is a sealed PDF: who comes until the end of tomorrow, their allergies, problems, medicines, and
    whom to call.
    It goes into the folder that [downtime] in settings.toml names, and is deleted when its days are over.
    """
    settings = options.settings(options.existing(data), where=database)
    if settings.downtime is None:
        raise Stop("Say in settings.toml where packets go: a section [downtime] with a folder.", REFUSED)
    for line in with_house(settings, lambda house: _shown(house, org) if envelope else _made(house, org)):
        click.echo(line)


async def _made(house: "House", wanted: str | None) -> list[str]:
    from meridian.app.downtime import packets  # noqa: PLC0415  # --help does not need it

    number, _, _ = await organisation(house, wanted)
    made = packets(house)
    return [f"Wrote {path}" for path in await made.make(number)] if made else []


async def _shown(house: "House", wanted: str | None) -> list[str]:
    from meridian import clock  # noqa: PLC0415  # --help does not need it
    from meridian.audit import log  # noqa: PLC0415  # likewise
    from meridian.audit.entry import Entry  # noqa: PLC0415  # likewise
    from meridian.ops.downtime.keeping import passphrase  # noqa: PLC0415  # likewise

    number, _, name = await organisation(house, wanted)
    entry = Entry(number, clock.now(), "downtime-passphrase-shown", rule="command-line")
    await house.engine.write(lambda: log.record(entry))
    return [f"Opens the downtime packets of {name}:", passphrase(house.secrets, number)]
