"""`meridian verify`."""

import asyncio
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from meridian.cli import options
from meridian.cli.ending import REFUSED, Ending, Stop
from meridian.cli.running import with_house

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meridian.threats.attack import Attack, Outcome
    from meridian.threats.attacker import Attacker
    from meridian.threats.material import Material

EXAMPLES = """
\b
  meridian verify --target http://localhost:8360             people are made in var/meridian, and put away
  meridian verify --prepare people.json                       where the records are
  meridian verify --target https://clinic.example --material people.json
  meridian verify --target http://localhost:8360 --threat AUTH-01 --threat API-01
"""
FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
COLOURS = {"refused": "green", "succeeded": "red", "not run": "yellow"}


@click.command("verify", cls=Ending, epilog=EXAMPLES)
@click.option("--target", help="Address of the deployment that is attacked.")
@click.option("--threat", "threats", multiple=True, help="Only attacks on this one; may be repeated.")
@click.option("--prepare", "to", type=click.Path(path_type=Path), help="Make the people, write them there, and end.")
@click.option("--material", type=click.Path(path_type=Path, exists=True), help="People that were made before.")
@click.option("--source", type=FOLDER, help="Checkout of what is deployed; here, if this is one.")
@click.option("--infra", type=FOLDER, help="Templates of what is deployed, as `cdk synth` writes them.")
@click.option("--insecure", is_flag=True, help="Do not check the certificate, as on a test bench.")
@options.data()
def command(
    *,
    target: str | None,
    threats: tuple[str, ...],
    to: Path | None,
    material: Path | None,
    source: Path | None,
    infra: Path | None,
    insecure: bool,
    data: Path,
) -> None:
    """
    Attack a running deployment, and say what came of it.

    Nothing is destroyed: the attacks use people and records that are made for them. Exit code 1 when an attack
    succeeded, 3 when one could not be run.
    """
    if to is not None:
        _prepared(data, target).save(to)
        click.echo(f"{to}: people to attack with. They work until `meridian verify` puts them away, or you do.")
        return
    if target is None:
        raise Stop("What is to be attacked? Say it with --target.", REFUSED)
    from meridian.threats.attacker import Attacker  # noqa: PLC0415  # --help does not need it

    with _people(data, target, material) as people:
        attacker = Attacker(target, people, insecure, source or _here(), infra, None if material else data)
        results = _attack(attacker, threats)
    _end(results)


@contextmanager
def _people(data: Path, target: str, material: Path | None) -> "Iterator[Material]":
    from meridian.threats import material as made  # noqa: PLC0415  # --help does not need it

    if material is not None:
        yield made.load(material)
        return
    people = _prepared(data, target)
    try:
        yield people
    finally:
        with_house(options.settings(data), lambda house: made.put_away(house.identity, people))


def _prepared(data: Path, target: str | None) -> "Material":
    """People of the house at *data*; tokens are made for *target*, unless its settings say what its address is."""
    from meridian.threats.material import prepare  # noqa: PLC0415  # likewise
    from meridian.threats.surroundings import surroundings  # noqa: PLC0415  # likewise

    settings = options.settings(options.existing(data))
    if target is not None and not settings.origin:
        settings = replace(settings, origin=target.rstrip("/"))
    return with_house(
        settings, lambda house: prepare(house.identity, house.chart, surroundings(settings, house.secrets))
    )


def _here() -> Path | None:
    """The folder one is in, if it is a checkout."""
    return Path.cwd() if Path(".github/workflows").is_dir() else None


def _attack(attacker: "Attacker", threats: tuple[str, ...]) -> "list[tuple[Attack, Outcome]]":
    from meridian.threats import attacks  # noqa: F401, PLC0415  # importing it fills the arsenal
    from meridian.threats.attack import ARSENAL  # noqa: PLC0415  # likewise
    from meridian.threats.campaign import campaign  # noqa: PLC0415  # likewise

    async def work() -> "list[tuple[Attack, Outcome]]":
        results = []
        async for attack, outcome in campaign(attacker, ARSENAL.all(threats)):
            word = click.style(f"{outcome.result:<9}", fg=COLOURS[outcome.result])
            click.echo(f"{word} {attack.name:<32} {attack.title}")
            if outcome.result != "refused":
                click.echo(f"          {'':<32} → {outcome.said}")
            results.append((attack, outcome))
        return results

    return asyncio.run(work())


def _end(results: "list[tuple[Attack, Outcome]]") -> None:
    by_threat: dict[str, Counter[str]] = {}
    for attack, outcome in results:
        by_threat.setdefault(attack.threat, Counter())[outcome.result] += 1
    click.echo(f"\n{'threat':<10} {'tried':>6} {'refused':>8} {'succeeded':>10} {'not run':>8}")
    for threat, counted in by_threat.items():
        numbers = counted["refused"], counted["succeeded"], counted["not run"]
        click.echo(f"{threat:<10} {sum(numbers):>6} {numbers[0]:>8} {numbers[1]:>10} {numbers[2]:>8}")
    if any(counted["succeeded"] for counted in by_threat.values()):
        raise Stop("An attack succeeded.", REFUSED)
    if any(counted["not run"] for counted in by_threat.values()):
        raise Stop("No attack succeeded, and some were not run.")
