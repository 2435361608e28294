"""`meridian audit`: the log that proves itself."""

import shutil
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from meridian.cli import options
from meridian.cli.ending import REFUSED, Ending, Stop
from meridian.cli.running import organisation, with_house

if TYPE_CHECKING:
    from meridian.app import House
    from meridian.audit.verifier import Key, Report


class Group(Ending, click.Group):
    """A group whose failures end well."""


@click.group("audit", cls=Group)
def group() -> None:
    r"""
    The audit log: verify it, export it, archive it.

    \b
      meridian audit verify
      meridian audit export /media/auditor/2026 --org "Harbor Family Clinic"
      meridian audit archive
    """


@group.command("verify")
@click.option("--org", help="One organisation, by id or name; else all of them and the platform's own log.")
@options.data()
def verify(org: str | None, data: Path) -> None:
    """
    Read the whole log and say whether an entry was changed, lost, put in, moved, or cut off at the end.

    The first bad entry is named. Exit code 1 when a log is not whole.
    """
    from meridian.audit.verifier import describe  # noqa: PLC0415  # --help does not need it

    async def work(house: "House") -> "list[tuple[str, Report]]":
        everything = [(0, "", "the platform"), *await house.identity.administration.organisations()]
        known = [await organisation(house, org)] if org else everything
        return [(name, await verified(house, number)) for number, _, name in known]

    reports = with_house(options.settings(options.existing(data)), work)
    for name, report in reports:
        click.echo(f"\n{name}\n{describe(report)}", nl=False)
    broken = [name for name, report in reports if not report.whole]
    if broken:
        raise Stop(f"Not whole: the log of {', '.join(broken)}. Keep everything as it is, and export it.", REFUSED)


def key_of(house: "House", number: int) -> "Key":
    """The public key of an organisation's log, under the log's name."""
    from meridian.audit import checkpoint  # noqa: PLC0415  # --help does not need it

    return checkpoint.key(house.signer, checkpoint.name_of(house.anchors, house.log_host, number))


async def verified(house: "House", number: int) -> "Report":
    """What the verifier says of an organisation's log."""
    from meridian.audit.verify import verify as verify_log  # noqa: PLC0415  # --help does not need it

    return await verify_log(house.engine, number, keys=[key_of(house, number)], anchors=house.anchors)


@group.command("export")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--org", help="Organisation, by id or name; needed when there are several.")
@options.data()
def export(folder: Path, org: str | None, data: Path) -> None:
    """
    Write a log to FOLDER, which anybody can verify without our database or keys.

    FOLDER is to be empty. With it go the verifier's own few files; run `python verifier.py FOLDER`.
    """
    from meridian.audit import verifier  # noqa: PLC0415  # --help does not need it
    from meridian.audit.export import export as export_log  # noqa: PLC0415  # likewise

    async def work(house: "House") -> tuple[int, int, str]:
        number, _, _ = await organisation(house, org)
        key = key_of(house, number)
        written = await export_log(house.engine, number, folder, key=key, anchors=house.anchors)
        return written.entries, written.signed, str(key)

    entries, signed, key = with_house(options.settings(options.existing(data)), work)
    shutil.copyfile(verifier.__file__, folder / "verifier.py")
    click.echo(f"{entries} entries, {signed} of them signed, are in {folder}.")
    click.echo(f"Anybody can verify them: python {folder}/verifier.py {folder} --key '{key}'")
    click.echo("Hand the key over by another way than the folder: it is what the auditor trusts.")


@group.command("archive")
@click.option("--whole", is_flag=True, help="Read all of the archive besides, and have it verified.")
@options.data()
def archive(*, whole: bool, data: Path) -> None:
    """
    Put what is new of every log where nobody can change it: `[archive]` of settings.toml, else `archive` in --data.

    What goes in is proven before and after. Exit code 1 when a log does not continue what is archived of it.
    """
    from meridian.audit.verifier import describe  # noqa: PLC0415  # --help does not need it

    lines, reports, broken = with_house(options.settings(options.existing(data)), partial(_archived, whole=whole))
    for line in [*lines, *map(describe, reports)]:
        click.echo(line)
    if broken or not all(report.whole for report in reports):
        raise Stop(
            "\n".join([*broken.values(), "Keep everything as it is, log and archive, and verify both."]), REFUSED
        )


async def _archived(house: "House", *, whole: bool) -> "tuple[list[str], list[Report], dict[int, str]]":
    from meridian import clock  # noqa: PLC0415  # --help does not need it
    from meridian.app.functions.archiving import archive as place  # noqa: PLC0415  # likewise
    from meridian.audit.archiving import Archivist  # noqa: PLC0415  # likewise

    await house.checkpointer.once()
    archivist = Archivist(house.engine, place(house.settings), house.signer.public)
    done, broken = await archivist.everything(clock.now())
    lines = [f"log {one.org}: {one.entries:,} entries archived, {one.new:,} of them new" for one in done]
    return lines, [await archivist.whole(one.org) for one in done if whole and one.entries], broken
