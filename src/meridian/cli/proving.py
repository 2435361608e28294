"""`meridian verify --prove`: whether the attacks can succeed at all."""

import tempfile
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from meridian import __version__, clock
from meridian.cli import options
from meridian.cli.ending import REFUSED, Stop
from meridian.cli.running import with_house
from meridian.ops import evidence
from meridian.threats.proof import as_json, unproved
from meridian.threats.register import load

if TYPE_CHECKING:
    from meridian.app import House
    from meridian.threats.proof import Proof

SEAM = "meridian.testing"
"""What takes controls out. It is in a checkout, and in nothing that is installed or deployed."""


def prove(threats: tuple[str, ...], data: Path) -> None:
    """
    Take out each control of the *threats*, or of all, in a twin, and see an attack get in.

    Raises:
        Stop: If nothing can be taken out here, or a twin was not caught, or a threat has none that was.
    """
    if _missing():
        raise Stop("Controls can be taken out in a checkout only: what is installed has nothing that could do it.")
    seam: Any = import_module(f"{SEAM}.proving")  # by name: the product imports nothing of it
    began, proofs = clock.now(), []
    wanted = [name for name in seam.names() if not threats or seam.threat_of(name) in threats]
    if not wanted:
        raise Stop(f"There is no twin for {', '.join(threats)}.", REFUSED)
    with tempfile.TemporaryDirectory(prefix="meridian-twins-") as folder:
        for one in seam.prove(Path(folder), wanted):
            proofs.append(one)
            _say(one, len(proofs), len(wanted))
    if (data / "master.key").exists():
        said = as_json(proofs, load(), __version__, began, clock.now())
        with_house(options.settings(data), lambda house: _keep(house, said))
    _end(proofs, threats)


def _missing() -> bool:
    try:
        return find_spec(f"{SEAM}.proving") is None
    except (ModuleNotFoundError, ValueError):
        return True


def _say(one: "Proof", no: int, whole: int) -> None:
    word = click.style(f"{'caught' if one.caught else 'NOT SEEN':<8}", fg="green" if one.caught else "red")
    click.echo(
        f"{no:>4}/{whole} {word} {one.weakness:<36} {one.attack or '→'} {'' if one.caught else one.said}".rstrip()
    )


async def _keep(house: "House", said: dict[str, Any]) -> None:
    kept = evidence.keep(house.settings.data, evidence.Kind.PROVE, said, house.signer, said["ended"])
    click.echo(f"\nKept as evidence: {kept}")


def _end(proofs: "list[Proof]", threats: tuple[str, ...]) -> None:
    register = load()
    click.echo(f"\n{'threat':<10} {'twins':>6} {'caught':>7}   by")
    for name in threats or register.threats:
        mine = [one for one in proofs if one.threat == name]
        caught = sorted({one.attack for one in mine if one.caught})
        click.echo(f"{name:<10} {len(mine):>6} {sum(one.caught for one in mine):>7}   {', '.join(caught)}")
    lost = [one.weakness for one in proofs if not one.caught]
    if lost:
        raise Stop(f"No attack saw that a control was out: {', '.join(lost)}.", REFUSED)
    bare = [name for name in unproved(proofs, register) if not threats or name in threats]
    if bare:
        raise Stop(f"No twin was caught for {', '.join(bare)}.", REFUSED)
    click.echo(f"\nAll {len(proofs)} twins were caught.")
