"""`meridian org`: organisations, which are walls between records."""

import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import click

from meridian.cli import options
from meridian.cli.ending import Ending
from meridian.cli.running import with_house

if TYPE_CHECKING:
    from meridian.app import House


class Group(Ending, click.Group):
    """A group whose failures end well."""


@click.group("org", cls=Group)
def group() -> None:
    """Organisations: each has its own patients, staff, keys and audit log."""


@group.command("add", epilog='\b\n  meridian org add "Harbor Family Clinic"\n  meridian org add Lakeside --id lakeside')
@click.argument("name")
@click.option("--id", "identity", help="Logical id of its Organization; else made from the name.")
@options.data()
def add(name: str, identity: str | None, data: Path) -> None:
    """Add an organisation called NAME, with its Organization resource."""
    chosen = identity or slug(name)

    async def work(house: "House") -> None:
        from meridian.ops.intake.doors import importer  # noqa: PLC0415  # --help does not need it

        number = await house.identity.administration.create_organisation(chosen, name)
        resource = {"resourceType": "Organization", "id": chosen, "active": True, "name": name}
        await house.chart(importer(number, chosen)).update("Organization", chosen, resource)

    with_house(options.settings(data), work)
    click.echo(f"{name} is there, with the id {chosen}. Next: meridian user invite EMAIL --role administrator")


@group.command("list")
@options.data()
def listing(data: Path) -> None:
    """List the organisations."""

    async def work(house: "House") -> list[tuple[int, str, str]]:
        return await house.identity.administration.organisations()

    for _, identity, name in with_house(options.settings(options.existing(data)), work):
        click.echo(f"{identity:<40} {name}")


def slug(name: str) -> str:
    """
    An id made from a name.

    >>> slug("Praxis Müller & Söhne")
    'praxis-muller-sohne'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:64] or "organisation"
