"""`meridian respond tabletop`: an incident is practised, its commands against a scratch house, and kept."""

import contextlib
import io
import secrets
import shlex
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from meridian.cli import options
from meridian.cli.ending import REFUSED, Ending, Stop
from meridian.cli.running import with_house

if TYPE_CHECKING:
    from meridian.app import House
    from meridian.ops.respond.tabletop import Asked, Exercise, Scenario, Taken

NURSE = "nurse@scratch.example"
CLINIC = "Scratch Clinic"


@click.command("tabletop", cls=Ending)
@click.option("--scenario", "names", multiple=True, help="Which; all of them if not said. May be repeated.")
@click.option("--participant", "participants", multiple=True, help="Who is there, and as what; may be repeated.")
@click.option("--yes", "unattended", is_flag=True, help="Ask nobody: show that the runbooks' commands work.")
@click.option("--list", "listing", is_flag=True, help="List the scenarios, and what was practised when.")
@options.data()
def tabletop(
    *, names: tuple[str, ...], participants: tuple[str, ...], unattended: bool, listing: bool, data: Path
) -> None:
    """
    Practise an incident around a table; what was decided is kept as signed evidence of the kind `tabletop`.

    Each step asks a question and runs the runbook's command against a scratch house with made-up people, never against
    the records of --data. Exit code 1 when a command did not work.
    """
    from meridian.ops.respond.tabletop import scenarios  # noqa: PLC0415  # --help does not need it

    known = scenarios()
    if listing:
        _listed(known, data)
        return
    unknown = set(names) - set(known)
    if unknown:
        raise Stop(f"There is no scenario {', '.join(sorted(unknown))}. There are: {', '.join(known)}", REFUSED)
    if not unattended and not participants:
        raise Stop("Say who is there with --participant, or --yes to run it unattended.", REFUSED)
    held = [_practised(known[name], participants, unattended=unattended) for name in names or known]
    for path in with_house(options.settings(options.existing(data)), lambda house: _kept(house, held)):
        click.echo(f"Kept as evidence: {path}")
    failed = [step.run for one in held for step in one.failed]
    if failed:
        raise Stop("\n".join(["These commands did not work:", *failed]), REFUSED)


def _listed(known: "Mapping[str, Scenario]", data: Path) -> None:
    from meridian.ops import evidence  # noqa: PLC0415  # --help does not need it

    last = {str(one.content.get("scenario")): one.at for one in evidence.held(data, evidence.Kind.TABLETOP)}
    for name, scenario in known.items():
        when = f"{datetime.fromtimestamp(last[name] / 1000, UTC):%Y-%m-%d}" if name in last else "never"
        click.echo(f"{name:<22} {when:<11} {scenario.title}")


async def _kept(house: "House", held: "list[Exercise]") -> list[Path]:
    from meridian import clock  # noqa: PLC0415  # --help does not need it
    from meridian.ops import evidence  # noqa: PLC0415  # likewise

    await house.identity.responding.note("tabletop-held")
    place = house.settings.data
    return [evidence.keep(place, evidence.Kind.TABLETOP, one, house.signer, clock.now()) for one in held]


def _practised(scenario: "Scenario", participants: tuple[str, ...], *, unattended: bool) -> "Exercise":
    from meridian import clock  # noqa: PLC0415  # --help does not need it
    from meridian.ops.respond.tabletop import Exercise  # noqa: PLC0415  # likewise

    began = clock.now()
    click.echo(click.style(f"\n{scenario.title}", bold=True) + f"\n{scenario.story}")
    with scratch() as (data, places):
        steps = tuple(_step(one, data, places, unattended=unattended) for one in scenario.step)
    findings = () if unattended else _several("What did not go as it should? (empty: nothing more)")
    follow_ups = () if unattended else _several("What is to be done, by whom, by when? (empty: nothing more)")
    return Exercise(scenario.name, began, participants, unattended, steps, findings, follow_ups)


def _step(one: "Asked", data: Path, places: Mapping[str, str], *, unattended: bool) -> "Taken":
    from meridian.ops.respond.tabletop import Taken, filled  # noqa: PLC0415  # --help does not need it

    began = time.monotonic()
    click.echo(f"\n{one.ask}")
    decided = "" if unattended else str(click.prompt("What do you do", default="", show_default=False))
    command = filled(one.run, places)
    click.echo(f"$ {command}")
    code, said = run(command, data)
    click.echo("\n".join(f"  {line}" for line in said.splitlines()))
    return Taken(one.ask, decided, command, code, round(time.monotonic() - began, 2))


def _several(question: str) -> tuple[str, ...]:
    said: list[str] = []
    while answer := str(click.prompt(question, default="", show_default=False)):
        said.append(answer)
    return tuple(said)


def run(command: str, data: Path) -> tuple[int, str]:
    """Exit code and words of a runbook's command on the data folder of a scratch house."""
    from meridian.cli import main  # noqa: PLC0415  # it knows this command

    _, *words = shlex.split(command)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        try:
            main.main([*words, "--data", str(data)], prog_name="meridian", standalone_mode=False)
        except click.ClickException as wrong:
            return wrong.exit_code, f"{said.getvalue()}{wrong.format_message()}"
    return 0, said.getvalue()


@contextlib.contextmanager
def scratch() -> Iterator[tuple[Path, dict[str, str]]]:
    """A house with made-up people, thrown away afterwards; its folder, and what fills a runbook's capitals."""
    place = Path(tempfile.mkdtemp(prefix="meridian-tabletop-"))
    data = place / "data"
    try:
        data.mkdir(mode=0o700)
        shelf = place / "shelf"
        (data / "settings.toml").write_text(f'[backups]\nfolder = "{shelf}"\n', encoding="utf-8")
        client = with_house(options.settings(data), _peopled)
        run("meridian backup", data)
        yield (
            data,
            {
                "EMAIL": NURSE,
                "ORG": '"Scratch Clinic"',
                "CLIENT": client,
                "PARTNER": "scriptguard",
                "N": "1",
                "SINCE": f"{datetime.now(UTC):%Y-%m-%d}",
                "FOLDER": str(place / "evidence"),
                "FILE": str(place / "affected.csv"),
            },
        )
    finally:
        for folder in (place / "evidence").rglob("*"):
            folder.chmod(0o700)
        shutil.rmtree(place, ignore_errors=True)


async def _peopled(house: "House") -> str:
    """An organisation, a nurse who is signed in and looks at three patients, and a program; its client id."""
    from meridian import clock  # noqa: PLC0415  # --help does not need it
    from meridian.access.subject import Role, Subject  # noqa: PLC0415  # likewise
    from meridian.identity import sessions  # noqa: PLC0415  # likewise
    from meridian.identity.facts import Caller  # noqa: PLC0415  # likewise

    people = house.identity.administration
    org = await people.create_organisation("scratch", CLINIC)
    account = await people.create_account(NURSE, "Nurse", secrets.token_urlsafe(24), check=False)
    seat = await people.add_membership(account, org, "nurse", who="Practitioner/nurse")
    caller = Caller("192.0.2.7", "scratch", "scratch")
    session = await house.engine.write(lambda: sessions.open_(account, seat, "pwd otp", caller, clock.now()))
    importer = await house.servant(org)
    for number in range(3):
        name = [{"family": f"Made-Up {number}", "given": ["Ann"]}]
        home = [{"state": "CA"}]
        await importer.create("Patient", {"resourceType": "Patient", "name": name, "address": home})
    nurse = house.chart(
        Subject(
            account=account, org=org, organisation="scratch", role=Role.NURSE, who="Practitioner/nurse",
            purpose="TREAT", session=session, address=caller.address,
        )
    )  # fmt: skip
    await nurse.search("Patient", [("_count", "10")])
    return (await people.create_program(org, "Interface")).id
