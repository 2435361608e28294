"""`meridian jobs`: what is to happen after a write, and what failed too often."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from meridian.cli import options
from meridian.cli.ending import REFUSED, Ending, Stop
from meridian.cli.running import with_house

if TYPE_CHECKING:
    from meridian.app import House


class Group(Ending, click.Group):
    """A group whose failures end well."""


@click.group("jobs", cls=Group, invoke_without_command=True)
@options.data()
@click.pass_context
def group(ctx: click.Context, data: Path) -> None:
    r"""
    List what was tried too often and kept aside; a running server does the rest by itself.

    \b
      meridian jobs                  how many wait, and which failed
      meridian jobs retry            have all that failed tried anew
      meridian jobs retry 4711       only this one

    A line names ids and codes, never a person. Exit code 1 when something failed.
    """
    if ctx.invoked_subcommand:
        return
    lines, failed = with_house(options.settings(options.existing(data)), _listed)
    for line in lines:
        click.echo(line)
    if failed:
        raise Stop("Mend the cause (the log says what failed), then: meridian jobs retry", REFUSED)


@group.command("retry")
@click.argument("number", type=click.IntRange(1), required=False)
@options.data()
def retry(number: int | None, data: Path) -> None:
    """Have what was kept aside tried anew by the server: all of it, or the job NUMBER."""
    from meridian.store import outbox  # noqa: PLC0415  # --help does not need it

    async def work(house: "House") -> int:
        return await house.engine.write(lambda: outbox.retry(number or 0))

    count = with_house(options.settings(options.existing(data)), work)
    if number and not count:
        raise Stop(f"No failed job has the number {number}.", REFUSED)
    click.echo(f"{count} will be tried anew.")


async def _listed(house: "House") -> tuple[list[str], bool]:
    from meridian import clock  # noqa: PLC0415  # --help does not need it
    from meridian.store import outbox  # noqa: PLC0415  # likewise

    now = clock.now()
    standing = await house.engine.read(lambda: outbox.standing(now))
    failed = await house.engine.read(outbox.failed)
    since = f", the first since {_moment(standing.since)}" if standing.due else ""
    lines = [f"{standing.due} due{since}; {standing.failed} failed"]
    lines += [
        f"{job.no:>8}  {job.topic:<16} {job.what:<52} org {job.org}, {job.tries} tries, due {_moment(job.due)}"
        for job in failed
    ]
    return lines, bool(failed)


def _moment(milliseconds: int) -> str:
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%Y-%m-%d %H:%M} UTC"
