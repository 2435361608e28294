"""`meridian shred`: what was asked for and approved in the portal; here it can only be carried out."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from meridian.cli import options
from meridian.cli.ending import REFUSED, Ending, Stop
from meridian.cli.running import organisation, with_house

if TYPE_CHECKING:
    from meridian.access.shredding import Request
    from meridian.app import House


class Group(Ending, click.Group):
    """A group whose failures end well."""


@click.group("shred", cls=Group)
def group() -> None:
    r"""
    Destroyed keys: what was asked for, what the ledger says, and carrying out what two people approved.

    \b
      meridian shred list
      meridian shred ledger
      meridian shred carry-out REQUEST

    Asking and approving is done in the portal, by two people. There is no other way to destroy a patient's key.
    """


@group.command("list")
@click.option("--org", help="Organisation, by id or name; needed when there are several.")
@options.data()
def listing(org: str | None, data: Path) -> None:
    """List the requests of an organisation, newest first."""

    async def work(house: "House") -> "list[Request]":
        number, _, _ = await organisation(house, org)
        return list(await house.shredding.of_organisation(number))

    for one in with_house(options.settings(options.existing(data)), work):
        click.echo(f"{one.id:<34} {one.state.value:<10} {_moment(one.asked)}  {one.reason:<18} Patient/{one.patient}")


@group.command("ledger")
@options.data()
def ledger(data: Path) -> None:
    """Check the ledger of destroyed keys, and say what stands in it."""

    async def work(house: "House") -> list[str]:
        lines = house.shredding.ledger.lines(house.signer.public)
        return [f"{line.no:>6} {_moment(line.time)}  organisation {line.org}  Patient/{line.patient}" for line in lines]

    lines = with_house(options.settings(options.existing(data)), work)
    for line in lines:
        click.echo(line)
    click.echo(f"{len(lines)} keys in the ledger, each line signed and continuing the one before.")


@group.command("carry-out")
@click.argument("request")
@click.option("--org", help="Organisation, by id or name; needed when there are several.")
@options.data()
def carry_out(request: str, org: str | None, data: Path) -> None:
    """Destroy the key that REQUEST names, if two people approved it and the time to think again is over."""

    async def work(house: "House") -> "Request":
        number, _, _ = await organisation(house, org)
        return await house.shredding.carry_out(number, request)

    done = with_house(options.settings(options.existing(data)), work)
    if done.done == 0:
        when = f"not before {_moment(done.due)}" if done.state.value == "approved" else f"it is {done.state.value}"
        raise Stop(f"Nothing was destroyed: {when}.", REFUSED)
    click.echo(f"The key of Patient/{done.patient} is destroyed; it sealed {done.resources} resources.")


def _moment(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M}Z"
