"""`meridian restore`: a backup into an empty folder; and accepting it."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from meridian.cli import options
from meridian.cli.backup import moment, shelf
from meridian.cli.ending import REFUSED, USAGE, Ending, Stop
from meridian.cli.running import with_house

if TYPE_CHECKING:
    from meridian.app import House
    from meridian.ops.backup.restoring import Restored
    from meridian.settings import Settings

EXAMPLES = """
\b
  meridian restore --to latest /srv/restored
  meridian restore --to 2026-11-22T17:30:00Z /srv/restored --shelf /mnt/other/backups --key /media/usb/master.key
  meridian serve --data /srv/restored             look at it: it can be read only
  meridian restore --accept /srv/restored         it is the clinic's from now on
"""


class Wanted(NamedTuple):
    """What the command line says."""

    place: Path
    to: int
    shelf: Path | None
    key: Path | None
    ledgers: tuple[Path, ...]
    port: int


@click.command("restore", cls=Ending, epilog=EXAMPLES)
@click.argument("place", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--to", default="latest", show_default=True, help="The newest backup of that moment or before (ISO 8601)."
)
@shelf
@click.option(
    "--key", type=click.Path(path_type=Path, dir_okay=False), help="File of the master key; else the data folder's."
)
@click.option(
    "--ledger",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    help="Another copy of shredded.ledger; that of the data folder is taken by itself.",
)
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=3307,
    show_default=True,
    help="Where the restored MariaDB will listen on this machine.",
)
@click.option("--accept", is_flag=True, help="Restore nothing: PLACE was looked at, and is the clinic's from now on.")
@options.data()
def command(
    *,
    place: Path,
    to: str,
    shelf: Path | None,
    key: Path | None,
    ledger: tuple[Path, ...],
    port: int,
    accept: bool,
    data: Path,
) -> None:
    """
    Lay a backup into the empty folder PLACE.

    What was altered, is incomplete, or belongs to another master key is refused. Patients whose key was destroyed since
    the backup stay unreadable. What was restored can be read only until it is accepted.
    """  # fmt: skip
    if accept:
        with_house(options.settings(options.existing(place)), _accepted)
        click.echo(f"{place} is the clinic's from now on. Restart its server; what it wrote to its log says when.")
        return
    settings = options.settings(data)
    wanted = Wanted(place, _moment(to), shelf, key, ledger, port)
    done = asyncio.run(_restored(settings, wanted))
    click.echo(
        f"Restored backup {done.found.no} of {moment(done.found.made)} into {place}: {done.size / 1e6:,.1f} MB;"
        f" {done.ledger} keys in the ledger of destroyed ones, {done.shredded} destroyed again."
    )
    if done.found.engine != "sqlite":
        click.echo(f"Start its database: mariadbd --datadir={place / 'mariadb'} --port={port} --bind-address=127.0.0.1")
    click.echo(f"Look at it: meridian serve --data {place}; then: meridian restore --accept {place}")


async def _restored(settings: "Settings", wanted: Wanted) -> "Restored":
    from meridian.app import backups  # noqa: PLC0415  # --help does not need it
    from meridian.ops.backup.restoring import Order, restore  # noqa: PLC0415  # likewise
    from meridian.vault.files import replace_file  # noqa: PLC0415  # likewise

    file = wanted.key or settings.data / "master.key"
    if settings.kms is None and not file.exists():
        raise Stop(f"The master key is needed: {file} is not there. Name it with --key, or: meridian key join", REFUSED)
    own = settings.anchors_folder / "shredded.ledger"
    ledgers = [path.read_bytes() for path in (*wanted.ledgers, own) if path.exists()]
    kept, policy = backups.shelf(settings, wanted.shelf)
    master = backups.master(settings, None if settings.kms else file)
    place = wanted.place
    public, options_ = backups.public_key(settings, master), policy.server_options
    done = await restore(
        Order(kept, master, wanted.to, place, public, ledgers=ledgers, options=options_, port=wanted.port)
    )
    if settings.kms is None:
        replace_file(place / "master.key", file.read_bytes())
    return done


async def _accepted(house: "House") -> None:
    from meridian import clock  # noqa: PLC0415  # --help does not need it
    from meridian.audit import log  # noqa: PLC0415  # likewise
    from meridian.audit.entry import Entry  # noqa: PLC0415  # likewise
    from meridian.settings.marks import READ_ONLY  # noqa: PLC0415  # likewise

    mark = house.settings.data / READ_ONLY
    if not mark.exists():
        raise Stop("There is nothing to accept: this folder is not read only.", REFUSED)
    entry = Entry(0, clock.now(), "restore-accepted", rule="command-line")
    await house.engine.write(lambda: log.record(entry))
    mark.unlink()


def _moment(text: str) -> int:
    """
    A moment as ms since the epoch.

    >>> _moment("1970-01-01T00:00:01Z")
    1000
    """
    if text == "latest":
        return 2**62
    try:
        said = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise Stop("--to is `latest` or a moment as 2026-11-22T17:30:00Z", USAGE) from wrong
    if said.tzinfo is None:
        raise Stop("Say of which zone the moment is, as 2026-11-22T17:30:00Z or +01:00", USAGE)
    return round(said.timestamp() * 1000)
