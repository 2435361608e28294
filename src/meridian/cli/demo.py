"""`meridian demo`: a clinic with made-up people, made on the first start and served on each."""

import shutil
import sys
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from meridian.cli import options
from meridian.cli.ending import REFUSED, Ending, Stop
from meridian.cli.running import with_house
from meridian.cli.serving import listener, run

if TYPE_CHECKING:
    from meridian.app import House
    from meridian.ops.demo.calls import Joinable
    from meridian.settings import Settings


class Group(Ending, click.Group):
    """A group whose failures end well."""


EXAMPLES = """
\b
  meridian demo                                   http://localhost:8360
  meridian demo --edition careconnect360 --port 8361
  meridian demo code okafor@harbor.example        the six digits that sign-in asks for
"""


@click.group("demo", cls=Group, invoke_without_command=True, epilog=EXAMPLES)
@options.edition
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.  [default: 8360]")
@click.option("--anew", is_flag=True, help="Throw the demo clinic away first and make another.")
@click.option("--no-serve", is_flag=True, help="Make it, and stop there.")
@options.data(options.DEMO)
@click.pass_context
def group(
    ctx: click.Context, /, *, edition: str | None, host: str | None, port: int | None, data: Path, **flags: bool
) -> None:
    """
    A clinic with made-up people, to look around in: two organisations, staff of every role, sixty patients.

    Made on the first start (about ten seconds) in a folder of its own; each later day it gets new appointments.
    """
    if ctx.invoked_subcommand:
        return
    settings = options.settings(data, edition, host=host, port=port, demo=True)
    settings = replace(settings, retention=replace(settings.retention, cooling=0))  # who looks around waits no day
    taken = None if flags["no_serve"] else listener(settings)
    prepare(settings, anew=flags["anew"])
    if taken is None:
        return
    visit = with_house(settings, _joinable)
    from meridian.app import House  # noqa: PLC0415  # after the port is known to be free
    from meridian.cli import sandbox  # noqa: PLC0415  # likewise
    from meridian.ops.demo.welcome import welcome  # noqa: PLC0415  # likewise

    with sandbox.beside(settings) as settings:  # the same, with the partners' addresses
        click.echo(welcome(settings, visit, sys.argv[0] if "/" in sys.argv[0] else "meridian"))
        run(House(settings).app(), taken, settings)


def prepare(settings: "Settings", *, anew: bool) -> None:
    """
    Make the clinic if it is not there, or was left half made; else give it the appointments it lacks.

    Raises:
        Stop: If the folder holds something else.
    """
    from meridian.ops.demo import marks  # noqa: PLC0415  # `demo code` does not need it

    folder, now = settings.data, datetime.now().astimezone()
    if marks.is_unfinished(folder) or (anew and marks.is_made(folder)):
        shutil.rmtree(folder, ignore_errors=True)
    if marks.is_made(folder):
        since = marks.fresh_on(folder)
        if since < now.date():
            with_house(settings, lambda house: _freshen(house, now, since))
            marks.freshened(folder, now.date())
        return
    if folder.is_dir() and any(folder.iterdir()):
        raise Stop(f"{folder} holds something that is no demo clinic; name another folder with --data.", REFUSED)
    marks.begin(folder)
    click.echo("Making the demo clinic …", err=True)
    began = datetime.now().astimezone()
    count = with_house(settings, lambda house: _make(house, now))
    marks.end(folder, now.date())
    seconds = (datetime.now().astimezone() - began).total_seconds()
    click.echo(f"Made the demo clinic: {count:,} resources in {seconds:.1f} s", err=True)


async def _make(house: "House", now: datetime) -> int:
    from meridian.app import evidence  # noqa: PLC0415  # `demo code` does not need it
    from meridian.audit.log import record  # noqa: PLC0415  # likewise
    from meridian.ops.demo import held, unusual  # noqa: PLC0415  # likewise
    from meridian.ops.demo.making import make  # noqa: PLC0415  # likewise
    from meridian.ops.demo.organisations import HARBOR  # noqa: PLC0415  # likewise

    count = await make(house.identity.administration, house.chart, now, house.files)
    known = {identity: number for number, identity, _ in await house.identity.administration.organisations()}
    await unusual.write(lambda entry: house.engine.write(lambda: record(entry)), known[HARBOR.id], now)
    await held.hold(house.shredding, await house.identity.administration.members(known[HARBOR.id]), now.date())
    await evidence.review(house, await evidence.everybody(house), by="Marcus Bell", note="Made-up people; nobody left.")
    return count


async def _freshen(house: "House", now: datetime, since: date) -> int:
    from meridian.ops.demo.making import freshen  # noqa: PLC0415  # likewise

    return await freshen(house.identity.administration, house.chart, now, since)


async def _joinable(house: "House") -> "Joinable":
    from meridian.ops.demo.calls import joinable  # noqa: PLC0415  # likewise
    from meridian.ops.demo.organisations import HARBOR  # noqa: PLC0415  # likewise

    known = {identity: number for number, identity, _ in await house.identity.administration.organisations()}
    return await joinable(house.chart, house.telehealth.calls, known[HARBOR.id], datetime.now().astimezone())


@group.command("code")
@click.argument("email")
@click.option("--phone", is_flag=True, help="Show a QR code for an authenticator app instead.")
def code(*, email: str, phone: bool) -> None:
    """Print the six digits that sign-in asks EMAIL for; a new code comes every 30 seconds."""
    import pyotp  # noqa: PLC0415  # only here

    from meridian.ops.demo.accounts import accounts  # noqa: PLC0415  # likewise

    known = {account.email: account for account in accounts()}
    account = known.get(email.lower())
    if account is None:
        raise Stop(f"The demo clinic has no account {email}. See: meridian demo accounts", REFUSED)
    if not account.seed:
        raise Stop(f"{email} has no second factor: the password is enough.", REFUSED)
    totp = pyotp.TOTP(account.seed)
    if phone:
        _show(totp.provisioning_uri(name=account.email, issuer_name="Meridian demo"))
    else:
        click.echo(totp.now())


def _show(uri: str) -> None:
    import segno  # noqa: PLC0415  # only here

    segno.make(uri, error="m").terminal(compact=True)
    click.echo(uri)


@group.command("accounts")
def listing() -> None:
    """List everybody who can sign in, with the password."""
    from meridian.ops.demo.accounts import PASSWORD, accounts  # noqa: PLC0415  # only here
    from meridian.ops.demo.welcome import line  # noqa: PLC0415  # likewise

    click.echo(f"Password of all: {PASSWORD}\n")
    for account in accounts():
        click.echo(line(account))
