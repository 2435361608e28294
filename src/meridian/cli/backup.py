"""`meridian backup`: everything, while it is in use, to another place."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from meridian.cli import options
from meridian.cli.ending import Ending

if TYPE_CHECKING:
    from meridian.ops.backup.keeping import Backup
    from meridian.settings import Settings

EXAMPLES = """
\b
  meridian backup                                what has changed, to the place that settings.toml names
  meridian backup --shelf /mnt/other/backups     to that folder
  meridian backup --full                         everything anew
  meridian backup --list                         what is there, opened and its signatures checked
"""

shelf = click.option(
    "--shelf",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of backups; else the place that [backups] in settings.toml names.",
)


@click.command("backup", cls=Ending, epilog=EXAMPLES)
@shelf
@click.option("--full", is_flag=True, help="Write everything anew, as is done every month by itself.")
@click.option("--list", "listed", is_flag=True, help="Make none: list what there is.")
@options.data()
@options.database
def command(*, shelf: Path | None, full: bool, listed: bool, data: Path, database: str | None) -> None:
    """
    Back up the database, the sealed files, the anchors and the secrets, while everything is in use.

    All of it is sealed; what is there already is not sent again. The master key is in none of it: keep it elsewhere,
    best in shares (`meridian key split`).
    """
    settings = options.settings(options.existing(data), where=database)
    if listed:
        for line in asyncio.run(_listed(settings, shelf)):
            click.echo(line)
        return
    made = asyncio.run(_taken(settings, shelf, full=full))
    click.echo(said(made))
    if made.removed:
        click.echo(f"{made.removed} old backups were let go.")


def said(made: "Backup") -> str:
    """What is said of a backup that was made; on AWS an alarm rings when it is not said for too long."""
    return (
        f"Backup {made.no} of {moment(made.made)}: {made.size / 1e6:,.1f} MB, {made.sent / 1e6:,.1f} MB sent,"
        f" {made.took / 1000:.1f} s ({'full' if made.full else 'what has changed'}, {made.engine})."
    )


async def _taken(settings: "Settings", place: Path | None, *, full: bool) -> "Backup":
    """
    A backup of what is there, as it is: an upgrade is preceded by one, so nothing is migrated for it.

    Its entry goes into the log when the log is of this program.
    """
    from meridian import clock  # noqa: PLC0415  # --help does not need it
    from meridian.app import House, backups, opened  # noqa: PLC0415  # likewise
    from meridian.audit import log  # noqa: PLC0415  # likewise
    from meridian.audit.entry import Entry  # noqa: PLC0415  # likewise
    from meridian.ops.backup import taking  # noqa: PLC0415  # likewise
    from meridian.store import migrate  # noqa: PLC0415  # likewise

    house = House(settings)
    source, (kept, policy) = backups.source(house), backups.shelf(settings, place)
    made = await taking.take(source, kept, policy, full=full)
    if await migrate.revision(house.database) == migrate.head():
        entry = Entry(0, clock.now(), "backup", what=f"Backup/{made.no}", rule="command-line")
        async with opened(settings) as recording:
            await recording.engine.write(lambda: log.record(entry))
    return made


async def _listed(settings: "Settings", place: Path | None) -> list[str]:
    from meridian.app import backups  # noqa: PLC0415  # --help does not need it
    from meridian.ops.backup import manifest  # noqa: PLC0415  # likewise
    from meridian.ops.backup.sealing import Keys  # noqa: PLC0415  # likewise
    from meridian.ops.backup.taking import size_of  # noqa: PLC0415  # likewise

    kept, _ = backups.shelf(settings, place)
    keys, lines = Keys(backups.master(settings)), []
    for stamp in await manifest.stamps(kept):
        one = await manifest.get(kept, stamp.name, keys)
        lines.append(
            f"{one.no:>6}  {moment(one.made)}  {one.engine:<8}  {size_of(one) / 1e6:>10,.1f} MB"
            f"  {one.sent / 1e6:>10,.1f} MB sent  {'full' if one.full else ''}"
        )
    return lines or ["There is no backup there."]


def moment(milliseconds: int) -> str:
    """A moment, for people; `--to` takes it as it stands."""
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"
