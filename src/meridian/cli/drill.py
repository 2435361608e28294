"""`meridian drill`: shows that the newest backup can be restored."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from meridian.cli import options
from meridian.cli.backup import moment, shelf
from meridian.cli.ending import REFUSED, Ending, Stop
from meridian.cli.running import with_house

if TYPE_CHECKING:
    from meridian.ops.backup.keeping import Drill

MARKS = {"passed": ("OK  ", "green"), "failed": ("FAIL", "red"), "not tried": ("--  ", "yellow")}
"""How what came of a check is shown."""


@click.command("drill", cls=Ending)
@shelf
@click.option("--scratch", type=click.Path(path_type=Path, file_okay=False), help="A folder with room.")
@click.option("--last", is_flag=True, help="Hold none: list those that were held.")
@options.data()
@options.database
def command(*, shelf: Path | None, scratch: Path | None, last: bool, data: Path, database: str | None) -> None:
    """
    Restore the newest backup into a scratch folder, compare it, start it, read from it, and throw it away.

    Exit code 1 when something was not as it should be; what could not be tried is listed, and fails nothing. What was
    found is kept in `evidence`, and noted in the log.
    """
    settings = options.settings(options.existing(data), where=database)
    if last:
        from meridian.ops.backup.keeping import drills  # noqa: PLC0415  # --help does not need it

        held = drills(settings.data)
        for one in held:
            click.echo(_line(one))
        if not held or not held[-1].passed:
            raise Stop("No drill was ever held." if not held else "The last drill failed.", REFUSED)
        return
    from meridian.app import backups  # noqa: PLC0415  # --help does not need it

    done = with_house(settings, lambda house: backups.drill(house, shelf, scratch=scratch))
    for check in done.checks:
        word, colour = MARKS[check.came]
        click.echo(f"{click.style(word, fg=colour)}  {check.what:<10} {check.found}")
    click.echo(_line(done))
    if not done.passed:
        raise Stop("The drill failed: see the lines that begin with FAIL.", REFUSED)


def _line(one: "Drill") -> str:
    verdict = "passed" if one.passed else "FAILED"
    if one.untried:
        verdict += f", with {len(one.untried)} not tried ({', '.join(one.untried)})"
    return (
        f"{moment(one.at)}  {verdict}  {one.size / 1e6:,.1f} MB restored and read in {one.rto / 1000:.1f} s (RTO);"
        f" the backup was {one.rpo / 1000:,.0f} s old (RPO)"
    )
