"""`meridian key`: changing keys without rewriting what they seal."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from meridian.cli import options
from meridian.cli.ending import Ending
from meridian.cli.running import organisation, with_house

if TYPE_CHECKING:
    from meridian.app import House
    from meridian.store.plan import Plan, Record


class Group(Ending, click.Group):
    """A group whose failures end well."""


@click.group("key", cls=Group)
def group() -> None:
    r"""
    Keys: change the master key, or an organisation's.

    \b
      meridian key rotate                     a new master key; then restart the servers
      meridian key retire                     strike out the old ones; old backups need them no longer
      meridian key rotate --org "Harbor Family Clinic"

    Bodies are not rewritten: the keys that seal them are wrapped anew.
    With [kms] the newest master key is the one that the settings name, and it stays with KMS.
    """


@group.command("rotate")
@click.option("--org", help="An organisation's key, by id or name; else the master key.")
@options.data()
def rotate(org: str | None, data: Path) -> None:
    """Make a new key and wrap by it what the old one wrapped. It can be stopped at any point and called again."""
    settings = options.settings(options.existing(data))
    if org is not None:
        click.echo(with_house(settings, partial(_organisation, wanted=org)))
        return
    if settings.kms is not None:  # which key is the newest is the settings' to say
        click.echo(with_house(settings, _master))
        return
    from meridian.vault.master import rotate_master  # noqa: PLC0415  # --help does not need it

    rotate_master(data / "master.key")
    click.echo(with_house(settings, _master))
    click.echo("Copy master.key to where its copies are, restart the servers, then: meridian key retire")


@group.command("retire")
@options.data()
def retire(data: Path) -> None:
    """Strike out every master key but the newest. Backups made before the rotation cannot be opened after this."""
    from meridian.vault.master import retire_master  # noqa: PLC0415  # --help does not need it

    settings = options.settings(options.existing(data))
    with_house(settings, _master)  # nothing may be wrapped by an old one
    if settings.kms is not None:
        click.echo("Nothing needs the keys in `before` any more: empty their names, and let KMS delete them.")
        return
    retire_master(data / "master.key")
    click.echo("The old master keys are gone from master.key; destroy their copies too.")


async def _master(house: "House") -> str:
    from meridian.store.rotation import rewrap_organisations  # noqa: PLC0415  # --help does not need it

    def plan() -> "Plan[int]":
        count = yield from rewrap_organisations(house.keyring)
        yield _event(0, "master-key-rotated")
        return count

    count = await house.engine.write(plan)
    house.secrets.reseal()
    return f"{count} organisations' keys and the secrets are wrapped by the newest master key."


async def _organisation(house: "House", wanted: str) -> str:
    from meridian.store.rotation import rotate_organisation  # noqa: PLC0415  # --help does not need it

    number, _, name = await organisation(house, wanted)
    await rotate_organisation(house.engine, house.keyring, number)
    await house.engine.write(lambda: _recorded(number))
    return f"{name} has a new key, and its patients' keys are wrapped by it."


def _recorded(number: int) -> "Plan[None]":
    yield _event(number, "organisation-key-rotated")


def _event(number: int, action: str) -> "Record":
    from meridian import clock  # noqa: PLC0415  # --help does not need it
    from meridian.identity.tools import event  # noqa: PLC0415  # likewise

    return event(action, clock.now(), org=number, rule="command-line")
