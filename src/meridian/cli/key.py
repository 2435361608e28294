"""`meridian key`: changing keys without rewriting what they seal."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from meridian.cli import options
from meridian.cli.ending import REFUSED, Ending, Stop
from meridian.cli.running import organisation, with_house
from meridian.faults import Invalid

if TYPE_CHECKING:
    from meridian.app import House
    from meridian.store.plan import Plan, Record
    from meridian.vault.escrow import Share


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
      meridian key split shares --shares 5 --needed 3
      meridian key join                       the master key from its shares

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


@group.command("split")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--shares", type=click.IntRange(2, 255), default=5, show_default=True, help="How many there are to be.")
@click.option("--needed", type=click.IntRange(2, 255), default=3, show_default=True, help="How many open the records.")
@options.data()
def split(folder: Path, shares: int, needed: int, data: Path) -> None:
    """
    Write the master key to FOLDER in shares, a page each, to be printed and given to as many people.

    Print them, put each into its envelope, and destroy the folder: all pages together are the key.
    """
    from meridian.cli.escrow import pages  # noqa: PLC0415  # --help does not need it
    from meridian.vault import escrow  # noqa: PLC0415  # likewise
    from meridian.vault.master import only_key  # noqa: PLC0415  # likewise

    settings = options.settings(options.existing(data))
    if settings.kms is not None:
        raise Stop("The master key is in KMS, which shows it to nobody; its escrow is the account's.", REFUSED)
    made = escrow.split(*only_key(data / "master.key"), shares, needed)
    for path in pages(folder, made, settings.edition.title):
        click.echo(f"Wrote {path}")
    with_house(settings, _split_recorded)
    click.echo(f"Any {needed} of these {shares} open the records. Print them, then destroy {folder}.")


@group.command("join")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@options.data()
def join(files: tuple[Path, ...], data: Path) -> None:
    """Make `master.key` from its shares: from FILES with a share in each, or typed one by one."""
    from meridian.vault import escrow  # noqa: PLC0415  # --help does not need it
    from meridian.vault.master import lay_master  # noqa: PLC0415  # likewise

    if (data / "master.key").exists():
        raise Stop(f"{data / 'master.key'} is there already; it is left as it is.", REFUSED)
    given = [escrow.read(path.read_text(encoding="utf-8")) for path in files]
    while not given or len({one.place for one in given}) < given[0].needed:
        given.append(_asked(len(given) + 1))
    generation, key = escrow.join(given)
    if not lay_master(data / "master.key", generation, key):
        raise Stop(f"{data / 'master.key'} is there already; it is left as it is.", REFUSED)
    click.echo(f"{data / 'master.key'} is the master key of generation {generation}.")


def _asked(number: int) -> "Share":
    """A share, asked for until it is one."""
    from meridian.vault import escrow  # noqa: PLC0415  # --help does not need it

    while True:
        try:
            return escrow.read(click.prompt(f"Share {number}"))
        except Invalid as wrong:
            click.echo(wrong.detail, err=True)


async def _split_recorded(house: "House") -> None:
    await house.engine.write(lambda: _recorded_as("master-key-split"))


def _recorded_as(action: str) -> "Plan[None]":
    yield _event(0, action)


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
