"""`meridian verify`."""

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

    from meridian.app import House
    from meridian.threats.findings import Run
    from meridian.threats.material import Material
    from meridian.threats.report import Key

EXAMPLES = """
\b
  meridian verify --target http://localhost:8360             people are made in var/meridian, and put away
  meridian verify --target http://localhost:8360 --report out        and a signed report is written
  meridian verify --prepare people.json                       where the records are
  meridian verify --target https://clinic.example --material people.json
  meridian verify --target http://localhost:8360 --threat AUTH-01 --threat API-01
  meridian verify --prove                                     in a checkout: can the attacks succeed at all?
"""
FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("verify", cls=Ending, epilog=EXAMPLES)
@click.option("--target", help="Address of the deployment that is attacked.")
@click.option("--threat", "threats", multiple=True, help="Only attacks on this one; may be repeated.")
@click.option("--prove", is_flag=True, help="Attack twins instead, each with one control taken out.")
@click.option("--prepare", "to", type=click.Path(path_type=Path), help="Make the people, write them there, and end.")
@click.option("--material", type=FILE, help="People that were made before.")
@click.option("--source", type=FOLDER, help="Checkout of what is deployed; here, if this is one.")
@click.option("--infra", type=FOLDER, help="Templates of what is deployed, as `cdk synth` writes them.")
@click.option("--report", type=click.Path(path_type=Path, file_okay=False), help="Folder for a signed report.")
@click.option("--key", type=FILE, help="Key that signs it where the deployment's own is not at hand (Ed25519, PEM).")
@click.option("--insecure", is_flag=True, help="Do not check the certificate, as on a test bench.")
@options.edition
@options.data()
def command(
    *,
    target: str | None,
    threats: tuple[str, ...],
    prove: bool,
    to: Path | None,
    material: Path | None,
    source: Path | None,
    infra: Path | None,
    report: Path | None,
    key: Path | None,
    insecure: bool,
    edition: str | None,
    data: Path,
) -> None:
    """
    Attack a running deployment, and say what came of it.

    Nothing is destroyed: the attacks use people and records that are made for them. Where the deployment's folder is at
    hand, the run is kept there as evidence, signed by the key of its audit logs. Exit code 1 when an attack succeeded,
    3 when one could not be run.
    """
    if prove:
        from meridian.cli import proving  # noqa: PLC0415  # --help does not need it

        proving.prove(threats, data)
        return
    if to is not None:
        if to.exists():
            raise Stop(f"{to} is there already; people that it names may still have to be put away.", REFUSED)
        _prepared(data, target).save(to)
        click.echo(f"{to}: people to attack with. They work until `meridian verify` puts them away, or you do.")
        return
    if target is None:
        raise Stop("What is to be attacked? Say it with --target.", REFUSED)
    from meridian.cli import attacking  # noqa: PLC0415  # --help does not need it
    from meridian.threats.attacker import Attacker  # noqa: PLC0415  # likewise

    settings = options.settings(data, edition)
    with _people(data, target, material) as people:
        attacker = Attacker(target, people, insecure, source or _here(), infra, None if material else data)
        run = attacking.attack(attacker, threats, settings.edition.name)
    attacking.show(run)
    _write(run, report, key, None if material else data)
    attacking.end(run)


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


def _write(run: "Run", report: Path | None, key: Path | None, data: Path | None) -> None:
    """Report the *run*, and keep it where the deployment's folder is at hand."""
    if data is not None:
        with_house(options.settings(data), lambda house: _keep(house, run, report))
    elif report is not None:
        from meridian.threats.report import made_key, read_key  # noqa: PLC0415  # --help does not need it

        _report(run, report, read_key(key) if key else made_key())


async def _keep(house: "House", run: "Run", report: Path | None) -> None:
    """As evidence, with the page beside it that people read."""
    from meridian.ops import evidence  # noqa: PLC0415  # --help does not need it
    from meridian.threats.register import load  # noqa: PLC0415  # likewise
    from meridian.threats.report import Key, write  # noqa: PLC0415  # likewise

    own = Key(house.signer, "Signed with the key that signs this deployment's audit logs.")
    kept = evidence.keep(house.settings.data, evidence.Kind.VERIFY, run.as_json(load()), house.signer, run.ended)
    write(kept.with_suffix(".report"), run, load(), own)
    click.echo(f"\nKept as evidence: {kept}")
    if report is not None:
        _report(run, report, own)


def _report(run: "Run", folder: Path, key: "Key") -> None:
    from meridian.threats.register import load  # noqa: PLC0415  # --help does not need it
    from meridian.threats.report import write  # noqa: PLC0415  # likewise

    write(folder, run, load(), key)
    click.echo(
        f"\nReport: {folder / 'report.html'}, and the same as JSON. {key.whose} To see whether they are as signed:"
    )
    for name in ("report.html", "report.json"):
        click.echo(f"  openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in {name} -sigfile {name}.sig")
