"""`meridian user`: accounts and what they may be, at the command line."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from meridian.access.subject import MEMBERS
from meridian.cli import options
from meridian.cli.ending import Ending
from meridian.cli.running import organisation, with_house

if TYPE_CHECKING:
    from meridian.app import House

ROLES = click.Choice(sorted(role.value for role in MEMBERS))


class Group(Ending, click.Group):
    """A group whose failures end well."""


@click.group("user", cls=Group)
def group() -> None:
    r"""
    Accounts: add, invite, list, mend, disable.

    \b
      meridian user invite admin@clinic.example --role administrator
      meridian user list
      meridian user reset-factor nurse@clinic.example
      meridian user token "Lab interface"
    """


def in_organisation(command: click.decorators.FC) -> click.decorators.FC:
    """`--org`."""
    return click.option("--org", help="Organisation, by id or name; needed when there are several.")(command)


@group.command("invite")
@click.argument("email")
@click.option("--role", type=ROLES, required=True, help="What they may do.")
@click.option("--name", default="", help="As colleagues say it; they can change it.")
@click.option("--person", default="", help="Their own record, as Practitioner/17.")
@click.option("--patient", "patients", multiple=True, help="Logical id of a Patient of theirs; may be repeated.")
@in_organisation
@options.data()
def invite(
    *, email: str, role: str, name: str, person: str, patients: tuple[str, ...], org: str | None, data: Path
) -> None:
    """
    Invite EMAIL: a mail with a link that works once, for seven days.

    The mail goes to the outbox folder; its link is printed as well.
    """
    from meridian.identity.invitations import NewMember  # noqa: PLC0415  # --help does not need it

    new = NewMember(email, name or email, role, person, patients)

    async def work(house: "House") -> str:
        number, _, _ = await organisation(house, org)
        letter = await house.identity.administration.invite(number, new)
        return next(line.strip() for line in letter.text.splitlines() if "://" in line)

    click.echo(f"Invited {email} as {role}. The link, for them alone:\n  {with_house(options.settings(data), work)}")


@group.command("add")
@click.argument("email")
@click.option("--role", type=ROLES, required=True, help="What they may do.")
@click.option("--name", required=True, help="As colleagues say it.")
@click.option("--person", default="", help="Their own record, as Practitioner/17.")
@click.option("--patient", "patients", multiple=True, help="Logical id of a Patient of theirs; may be repeated.")
@click.password_option(help="Asked for when not given; do not give it where others can read it.")
@in_organisation
@options.data()
def add(
    *,
    email: str,
    role: str,
    name: str,
    person: str,
    patients: tuple[str, ...],
    password: str,
    org: str | None,
    data: Path,
) -> None:
    """Add an account for EMAIL with a password, without a mail; staff enrol their second factor at first sign-in."""

    async def work(house: "House") -> None:
        number, _, _ = await organisation(house, org)
        account = await house.identity.administration.create_account(email, name, password)
        await house.identity.administration.add_membership(account, number, role, who=person, patients=patients)

    with_house(options.settings(data), work)
    click.echo(f"{email} can sign in as {role}.")


@group.command("list")
@in_organisation
@options.data()
def listing(org: str | None, data: Path) -> None:
    """List accounts with their roles."""

    async def work(house: "House") -> list[str]:
        number = (await organisation(house, org))[0] if org else 0
        names = {no: name for no, _, name in await house.identity.administration.organisations()}
        lines = await house.identity.administration.members(number)
        return [
            f"{one.email:<34} {one.role:<18} {one.status if one.active else 'disabled':<9}"
            f" {'second factor' if one.second_factor else '-':<14} {names[one.org]}"
            for one in lines
        ]

    for line in with_house(options.settings(options.existing(data)), work):
        click.echo(line)


@group.command("reset-factor")
@click.argument("email")
@options.data()
def reset_factor(email: str, data: Path) -> None:
    """Forget the second factors of EMAIL; they are told by mail, and enrol anew at the next sign-in."""
    with_house(
        options.settings(options.existing(data)),
        lambda house: house.identity.administration.reset_second_factor(email),
    )
    click.echo(f"{email} enrols a new second factor at the next sign-in. Their sessions have ended.")


@group.command("disable")
@click.argument("email")
@click.option("--undo", is_flag=True, help="Let them sign in again.")
@options.data()
def disable(*, email: str, undo: bool, data: Path) -> None:
    """Let EMAIL sign in no more; their sessions end at once."""
    with_house(
        options.settings(options.existing(data)),
        lambda house: house.identity.administration.enable(email, active=undo),
    )
    click.echo(f"{email} can {'sign in again' if undo else 'no longer sign in, and is signed out'}.")


@group.command("token")
@click.argument("name")
@in_organisation
@options.data()
def token(name: str, org: str | None, data: Path) -> None:
    """
    Make a client id and secret for the program NAME, which brings records in and asks for them.

    The secret is shown this once. The program gets its bearer tokens (15 minutes) with it, by the client-credentials
    grant of OAuth 2.
    """

    async def work(house: "House") -> tuple[str, str]:
        number, _, _ = await organisation(house, org)
        return await house.identity.administration.create_program(number, name)

    client, secret = with_house(options.settings(options.existing(data)), work)
    click.echo(f"client id      {client}\nclient secret  {secret}")
