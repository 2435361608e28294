"""The record of an incident at the command line: open, note, assess, clock, close."""

import getpass
import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from meridian.cli import options
from meridian.cli.ending import REFUSED, USAGE, Ending, Stop
from meridian.cli.running import with_house

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from meridian.app import House
    from meridian.ops.respond.incidents import Incident, Incidents

T = TypeVar("T")

KINDS = click.Choice([
    "stolen-token", "leaked-key", "exposed-bucket", "compromised-partner", "ransomware", "insider", "lost-device",
    "breach-notification", "other",
])  # fmt: skip
"""As `ops.respond.incidents.KINDS`; a test compares them."""


def incident(command: Any) -> Any:
    """`--incident`."""
    return click.option("--incident", type=click.IntRange(1), help="Its number: the step goes into its record.")(
        command
    )


def kept(house: "House") -> "Incidents":
    """The records of incidents."""
    from meridian import clock  # noqa: PLC0415  # --help does not need it
    from meridian.ops.respond.incidents import Incidents  # noqa: PLC0415  # likewise

    return Incidents(house.settings.data, house.identity.tools.sealer, clock.now)


def noted(data: Path, number: int | None, did: str, work: "Callable[[House], Awaitable[T]]") -> T:
    """Do *work*, and add it to an incident's record, if one is named; a step that failed is added, too."""

    async def whole(house: "House") -> T:
        records = kept(house)
        if number is not None and records.get(number).closed:
            raise Stop(f"Incident {number} is closed; open another.", REFUSED)
        try:
            came = await work(house)
        except Exception as wrong:
            if number is not None:
                records.add(number, _who(), did, f"failed: {type(wrong).__name__}")
            raise
        if number is not None:
            records.add(number, _who(), did, "" if came is None else str(came))
        return came

    return with_house(options.settings(options.existing(data)), whole)


@click.command("open", cls=Ending)
@click.argument("title")
@click.option("--kind", type=KINDS, default="other", show_default=True, help="Which runbook.")
@click.option("--discovered", metavar="DATE", help="The day on which it was known: today if not said.")
@options.data()
def open_(title: str, kind: str, discovered: str | None, data: Path) -> None:
    """Open the record of an incident: TITLE says what happened. It is kept sealed."""
    day = _day(discovered) if discovered else datetime.now(UTC).date()

    async def work(house: "House") -> "Incident":
        made = kept(house).open(kind, title, day, _who())
        await house.identity.responding.declare(made.no)
        return made

    made = with_house(options.settings(options.existing(data)), work)
    click.echo(f"Incident {made.no} is open. docs/runbooks/{kind}.md says what comes next." if kind != "other" else
               f"Incident {made.no} is open.")  # fmt: skip
    _show_clock(made)


@click.command("list", cls=Ending)
@options.data()
def listing(data: Path) -> None:
    """List the incidents."""

    async def work(house: "House") -> "list[Incident]":
        return kept(house).every()

    for one in with_house(options.settings(options.existing(data)), work):
        click.echo(line(one))


@click.command("show", cls=Ending)
@click.argument("number", type=click.IntRange(1))
@options.data()
def show(number: int, data: Path) -> None:
    """Show the record of incident NUMBER: what was done, when, by whom."""

    async def work(house: "House") -> "Incident":
        await house.identity.responding.note("incident-read", f"Incident/{number}")
        return kept(house).get(number)

    found = with_house(options.settings(options.existing(data)), work)
    click.echo(f"{line(found)}\n{found.title}")
    for step in found.steps:
        click.echo(f"  {moment(step.at)}  {step.by:<12} {step.did}{f': {step.came}' if step.came else ''}")
    if found.outcome:
        click.echo(found.outcome)
    _show_clock(found)


@click.command("note", cls=Ending)
@click.argument("number", type=click.IntRange(1))
@click.argument("text")
@options.data()
def note(number: int, text: str, data: Path) -> None:
    """Add TEXT to the record of incident NUMBER."""
    _added(data, number, "note", text)
    click.echo("Noted.")


@click.command("assess", cls=Ending)
@click.argument("number", type=click.IntRange(1))
@click.option(
    "--nature", required=True, help="What kind of information, which identifiers, can somebody be told by it."
)
@click.option("--who", required=True, help="The unauthorised person who used it, or to whom it went.")
@click.option("--acquired", required=True, help="Whether it was actually acquired or viewed.")
@click.option("--mitigated", required=True, help="How far the risk has been mitigated.")
@click.option("--low/--breach", required=True, default=None, help="Whether the probability of a compromise is low.")
@options.data()
def assess(*, number: int, nature: str, who: str, acquired: str, mitigated: str, low: bool, data: Path) -> None:
    """Weigh the four factors of 45 CFR 164.402(2) for incident NUMBER. Without it, it counts as a breach."""
    from meridian import clock  # noqa: PLC0415  # --help does not need it
    from meridian.ops.respond.breach import Assessment  # noqa: PLC0415  # likewise

    made = Assessment(nature, who, acquired, mitigated, low, clock.now())
    _show_clock(_added(data, number, "assess", "low probability" if low else "breach", assessment=made))


@click.command("clock", cls=Ending)
@click.argument("number", type=click.IntRange(1))
@click.option("--affected", type=click.IntRange(0), help="How many individuals, as far as known.")
@click.option("--state", "states", multiple=True, metavar="ST=COUNT", help="How many of them live in a State; again.")
@click.option("--delay-said", metavar="DATE", help="When a law enforcement official asked for a delay.")
@click.option("--delay-until", metavar="DATE", help="Until when, if they said so in writing.")
@options.data()
def clock_(
    *,
    number: int,
    affected: int | None,
    states: tuple[str, ...],
    delay_said: str | None,
    delay_until: str | None,
    data: Path,
) -> None:
    """Say who is to be told of incident NUMBER and by when (45 CFR 164.404-412); with options, change what is known."""
    from meridian.ops.respond.breach import Delay  # noqa: PLC0415  # --help does not need it

    changes: dict[str, Any] = {}
    if affected is not None:
        changes["affected"] = affected
    if states:
        changes["residents"] = dict(map(_state, states))
    if delay_until and not delay_said:
        raise Stop("Say with --delay-said when the official said it.", USAGE)
    if delay_said:
        until = _day(delay_until).isoformat() if delay_until else ""
        changes["delay"] = Delay(_day(delay_said).isoformat(), until)
    if changes:
        _show_clock(_added(data, number, "clock", ", ".join(changes), **changes))
        return

    async def work(house: "House") -> "Incident":
        return kept(house).get(number)

    _show_clock(with_house(options.settings(options.existing(data)), work))


@click.command("close", cls=Ending)
@click.argument("number", type=click.IntRange(1))
@click.argument("outcome")
@options.data()
def close(number: int, outcome: str, data: Path) -> None:
    """Close incident NUMBER; OUTCOME says how it ended. A summary without words is kept as signed evidence."""
    from meridian import clock  # noqa: PLC0415  # --help does not need it
    from meridian.ops import evidence  # noqa: PLC0415  # likewise
    from meridian.ops.respond.incidents import summary  # noqa: PLC0415  # likewise

    async def work(house: "House") -> Path:
        now = clock.now()
        done = kept(house).add(number, _who(), "closed", "", closed=now, outcome=outcome)
        await house.identity.responding.note("incident-closed", f"Incident/{number}")
        return evidence.keep(house.settings.data, evidence.Kind.INCIDENT, summary(done), house.signer, now)

    click.echo(f"Incident {number} is closed: {with_house(options.settings(options.existing(data)), work)}")


COMMANDS = (open_, listing, show, note, assess, clock_, close)


def _who() -> str:
    """Whoever runs the command, as the machine knows them; a number where it has no name for them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def _added(data: Path, number: int, did: str, came: str, **changes: Any) -> "Incident":
    async def work(house: "House") -> "Incident":
        done = kept(house).add(number, _who(), did, came, **changes)
        await house.identity.responding.note("incident-noted", f"Incident/{number}")
        return done

    return with_house(options.settings(options.existing(data)), work)


def _show_clock(found: "Incident") -> None:
    for duty in found.duties:
        left = (duty.by - datetime.now(UTC).date()).days
        click.echo(f"  {duty.whom}: by {duty.by:%d-%b-%Y}, {left} days left ({duty.section})")
    if not found.duties:
        click.echo("  The probability of a compromise is low: nobody is owed a notice; keep the assessment six years.")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Stop("A day is written as 2026-11-22.", USAGE) from None


def _state(text: str) -> tuple[str, int]:
    """
    A State and how many.

    >>> _state("CA=12")
    ('CA', 12)
    """
    name, _, count = text.partition("=")
    if not name or not count.isdecimal():
        raise Stop("--state is written as CA=12.", USAGE)
    return name.upper(), int(count)


def line(one: "Incident") -> str:
    """An incident in one line, without its words."""
    return f"incident  {one.no:<4} {one.kind:<20} {'closed' if one.closed else 'open':<7} since {moment(one.opened)}"


def moment(at: int) -> str:
    """
    A time, ms since the epoch, for people.

    >>> moment(0)
    '1970-01-01 00:00:00Z'
    """
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M:%S}Z"
