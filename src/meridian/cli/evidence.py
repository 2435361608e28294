"""`meridian evidence`: what was found, how old it is, and all of it as one pack for an auditor."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from meridian.cli import options
from meridian.cli.ending import REFUSED, Ending, Stop
from meridian.cli.running import organisation, with_house

if TYPE_CHECKING:
    from meridian.app import House
    from meridian.ops.access_review import Review, Reviewed
    from meridian.ops.standing import Line

COLOURS = {"passed": "green", "kept": "green", "failed": "red", "never": "yellow"}


class Group(Ending, click.Group):
    """A group whose failures end well."""


@click.group("evidence", cls=Group, invoke_without_command=True)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Where the pack goes; to be empty.")
@options.data()
@options.database
@click.pass_context
def group(ctx: click.Context, *, out: Path | None, data: Path, database: str | None) -> None:
    r"""
    Evidence for an auditor: what was found, how old it is, and all of it as one signed pack.

    \b
      meridian evidence --out /media/auditor/2026        the pack; its README says how it is verified
      meridian evidence status                           what is due
      meridian evidence access-review --by "R. Okafor"   who has access, gone through and kept
    """
    if ctx.invoked_subcommand is not None:
        return
    if out is None:
        raise Stop("Where is the pack to go? Say it with --out, or see: meridian evidence --help", REFUSED)
    if out.exists() and any(out.iterdir()):
        raise Stop(f"{out} is not empty.", REFUSED)
    from meridian.app import evidence  # noqa: PLC0415  # --help does not need it
    from meridian.cli.doctor import findings  # noqa: PLC0415  # likewise

    settings = options.settings(options.existing(data), where=database)
    looked = list(findings(settings))

    async def work(house: "House") -> dict[str, bytes]:
        evidence.keep_doctor(house, looked)
        return await evidence.packed(house, await evidence.everybody(house), whole=True)

    files = with_house(settings, work)
    for path, body in files.items():
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_bytes(body)
    click.echo(f"{len(files)} files are in {out}. Open index.html; README.txt says how to verify them.")


@group.command("status")
@options.data()
def status(data: Path) -> None:
    """Say how old each kind of evidence is; exit code 1 when one is due, has failed, or was altered."""
    from meridian.app import evidence  # noqa: PLC0415  # --help does not need it

    async def work(house: "House") -> "list[Line]":
        return evidence.lines(house)

    found = with_house(options.settings(options.existing(data)), work)
    for line in found:
        click.echo(_line(line))
    if not all(line.well for line in found):
        raise Stop("Something is due: docs/policies/evaluation.md says what makes it.", REFUSED)


def _line(line: "Line") -> str:
    from meridian.cli.backup import moment  # noqa: PLC0415  # likewise

    when = moment(line.at) if line.at else "never"
    due = click.style("DUE", fg="red") if line.overdue else "   "
    word = click.style(f"{line.came:<7}", fg=COLOURS[line.came])
    return f"{due}  {line.kind:<14} {word} {when:<20} {line.standing:<11} every {line.days} days, {line.held} kept"


@group.command("access-review")
@click.option("--org", help="One organisation, by id or name; else all.")
@click.option("--by", help="Who has gone through it; without it nothing is kept.")
@click.option("--note", default="", help="What was decided.")
@options.data()
def access_review(*, org: str | None, by: str | None, note: str, data: Path) -> None:
    """
    List who has which role, what of it looks wrong, and what was changed since the last review.

    With --by it is kept as evidence, signed, and noted in the log (45 CFR 164.308(a)(3)(ii)(B), (a)(4)(ii)(C)).
    """
    from meridian.app import evidence  # noqa: PLC0415  # --help does not need it
    from meridian.ops import access_review as reviews  # noqa: PLC0415  # likewise

    async def work(house: "House") -> "tuple[Review, Path | None]":
        wanted = [await organisation(house, org)] if org else await evidence.everybody(house)
        if by:
            return await evidence.review(house, wanted, by=by, note=note)
        return await reviews.review(house.identity.tools, wanted, since=0, whole=not org), None

    found, kept = with_house(options.settings(options.existing(data)), work)
    for one in found.organisations:
        _show(one)
    click.echo(f"Kept: {kept}" if kept else "Nothing was kept: say who has gone through it with --by.")


def _show(one: "Reviewed") -> None:
    click.echo(click.style(f"\n{one.name}", bold=True))
    for it in one.people:
        factor = "second factor" if it.second_factor else "-"
        last = it.last_sign_in[:10] or "never"
        asleep = click.style("dormant", fg="yellow") if it.dormant else ""
        click.echo(f"  {it.email:<34} {it.role:<18} {it.status:<9} {last:<11} {factor:<14} {asleep}".rstrip())
    for program in one.programs:
        click.echo(f"  {program.name:<34} {'program':<18} {'':<9} {program.last_token[:10] or 'never':<11}".rstrip())
    counted = f"{one.patients_and_proxies} patients and proxies, {len(one.changes)} changes"
    click.echo(f"  {counted}, {len(one.emergencies)} emergency accesses")
    for text in one.findings:
        click.echo(f"  {click.style('!', fg='yellow')} {text}")
