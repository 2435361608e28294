"""What `meridian verify` does and shows while and after it attacks."""

import asyncio
import logging
from typing import TYPE_CHECKING

import click

from meridian import __version__, clock
from meridian.cli.ending import REFUSED, Stop
from meridian.threats import attacks  # noqa: F401  # importing it fills the arsenal
from meridian.threats.attack import ARSENAL, Result
from meridian.threats.campaign import campaign
from meridian.threats.findings import Finding, Run
from meridian.threats.register import load
from meridian.threats.trail import traced

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from meridian.threats.attack import Attack
    from meridian.threats.attacker import Attacker

COLOURS = {"refused": "green", "succeeded": "red", "not run": "yellow"}


def attack(
    attacker: "Attacker",
    threats: tuple[str, ...],
    edition: str,
    *,
    quietly: bool = False,
    but: "Collection[str]" = (),
) -> Run:
    """
    Run the attacks on those *threats*, or on all, *but* those of these names; say (unless *quietly*) how each went.

    Raises:
        Stop: If a threat is none of the register's.
    """
    unknown = [one for one in threats if one not in load().threats]
    if unknown:
        raise Stop(f"There is no threat {', '.join(unknown)}. There are: {', '.join(load().threats)}.", REFUSED)
    chosen = [one for one in ARSENAL.all(threats) if one.name not in but]
    logging.getLogger().addHandler(logging.NullHandler())  # what is played to the deployment says much of itself
    return asyncio.run(_run(attacker, chosen, edition, quietly=quietly))


async def _run(attacker: "Attacker", chosen: "Sequence[Attack]", edition: str, *, quietly: bool) -> Run:
    began, found = clock.now(), []
    async for one, outcome in campaign(attacker, chosen):
        found.append(Finding(one, outcome))
        if not quietly:
            _tell(found[-1], f"{len(found):>4}/{len(chosen)}")
    found = await traced(attacker, found, began)
    return Run(attacker.target, edition, __version__, began, clock.now(), tuple(found))


def _tell(one: Finding, number: str) -> None:
    outcome = one.outcome
    word = click.style(f"{outcome.result:<9}", fg=COLOURS[outcome.result])
    click.echo(f"{number} {word} {one.attack.name:<32} {one.attack.title}")
    if outcome.result is not Result.REFUSED:
        click.echo(f"{'':<18} {'':<32} → {outcome.said}")


def show(run: Run) -> None:
    """The table, and whatever in it is not a refusal."""
    register = load()
    click.echo(f"\n{'threat':<10} {'tried':>6} {'refused':>8} {'succeeded':>10} {'not run':>8}   evidence")
    for threat in run.threats(register):
        found = run.tally(threat.id)
        seen = [shown for one in run.of(threat.id) for shown in one.shown]
        entries = {shown.entry for shown in seen if shown.entry}
        evidence = f"{len(seen)} exchanges" + (f", {len(entries)} of them in the audit log" if entries else "")
        line = (
            f"{threat.id:<10} {found.tried:>6} {found.refused:>8} {found.succeeded:>10} {found.not_run:>8}   {evidence}"
        )
        click.echo(click.style(line, fg=None if found.word == "refused" else COLOURS[found.word]))
    for one in run.findings:
        if one.outcome.result is not Result.REFUSED:
            _amiss(one)


def _amiss(one: Finding) -> None:
    click.echo(f"\n{one.attack.name}: {one.outcome.result}: {one.outcome.said}")
    for seen in one.shown[:1]:
        click.echo(f"  asked     {seen.asked}\n  answered  {seen.answered}")
        if seen.entry:
            click.echo(f"  recorded  {seen.entry}")


def end(run: Run) -> None:
    """
    Say how it went as programs hear it.

    Raises:
        Stop: If an attack succeeded, or some were not run.
    """
    whole = run.tally()
    if whole.succeeded:
        raise Stop(f"{whole.succeeded} of {whole.tried} attacks succeeded.", REFUSED)
    if whole.not_run:
        raise Stop(f"No attack succeeded, and {whole.not_run} were not run.")
    click.echo(f"\nAll {whole.refused} attacks were refused.")
