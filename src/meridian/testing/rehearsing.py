"""
`make verify`: the whole threat model tried on this machine, in three lanes at once, and what came of it.

A campaign on SQLite, one on MariaDB behind nginx, and the twins. Each is a process of its own, so that none waits for
another. Reports, signed with a key that is made for them, are left in a folder.
"""

import sys
import tempfile
import time
from collections.abc import Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from meridian import __version__, clock
from meridian.testing.hosted import HOSTINGS, missing
from meridian.testing.proving import names, prove
from meridian.threats import attacks  # noqa: F401  # importing it fills the arsenal
from meridian.threats.proof import unproved
from meridian.threats.register import load

if TYPE_CHECKING:
    from multiprocessing.queues import Queue

EDITIONS = {"sqlite": "careconnect360", "mariadb": "meridian-pms"}
"""Whose register each campaign is read by, so that both are."""
TITLES = {"sqlite": "SQLite", "mariadb": "MariaDB behind nginx", "twins": "twins, one control out"}
BROWSED = frozenset(
    {"auth-03/stored", "auth-03/reflected", "auth-03/document", "auth-03/token-in-script", "web-01/portal"}
)
NOT_AGAIN: dict[str, frozenset[str]] = {"sqlite": frozenset(), "mariadb": BROWSED}
"""What needs a browser is tried once: the portal is the same, whatever is behind it."""
PATIENCE = 600.0
"""Seconds that a lane may take."""


class Came(NamedTuple):
    """What came of a lane: whether all is well, whether all of it could be run, its table, and its seconds."""

    lane: str
    well: bool
    whole: bool
    said: str
    seconds: float


def rehearse(folder: Path, lanes: Sequence[str] = tuple(TITLES)) -> list[Came]:
    """Run the *lanes*; reports go to *folder*."""
    context = get_context("spawn")
    results: Queue[Came] = context.Queue()
    running = {lane: context.Process(target=_lane, args=(lane, folder / lane, results)) for lane in lanes}
    for one in running.values():
        one.start()
    came = [results.get(timeout=PATIENCE) for _ in running]
    for one in running.values():
        one.join(PATIENCE)
    return sorted(came, key=lambda one: list(TITLES).index(one.lane))


def _lane(lane: str, folder: Path, results: "Queue[Came]") -> None:
    began = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix=f"meridian-{lane}-") as place:
            well, whole, said = _twins(Path(place)) if lane == "twins" else _campaign(lane, Path(place), folder)
    except Exception as broken:  # noqa: BLE001  # the other lanes are heard all the same
        well, whole, said = False, True, f"broke: {type(broken).__name__}: {broken}"
    results.put(Came(lane, well, whole, said, time.monotonic() - began))


def _campaign(lane: str, place: Path, folder: Path) -> tuple[bool, bool, str]:
    from meridian.cli import attacking  # noqa: PLC0415  # after the process is its own
    from meridian.threats.report import made_key, write  # noqa: PLC0415  # likewise

    if reason := missing(lane):
        return True, False, reason
    with HOSTINGS[lane](place) as attacker:
        run = attacking.attack(attacker, (), EDITIONS[lane], quietly=True, but=NOT_AGAIN[lane])
    write(folder, run, load(), made_key())
    lacking = [name for name in load().threats if not run.of(name)]
    whole = run.tally()
    amiss = [f"{one.attack.name}: {one.outcome.result}: {one.outcome.said}" for one in run.findings
             if one.outcome.result != "refused"] + [f"{name}: there is no attack" for name in lacking]  # fmt: skip
    counted = f"{whole.refused} attacks on {len(run.threats(load()))} threats refused, {len(amiss)} not"
    return not amiss, True, "\n".join([counted, *amiss])


def _twins(place: Path) -> tuple[bool, bool, str]:
    proofs = list(prove(place, names()))
    lost = [f"{one.weakness}: not seen: {one.said}" for one in proofs if not one.caught]
    lost += [f"{name}: no twin was caught" for name in unproved(proofs, load())]
    return not lost, True, "\n".join([f"{sum(one.caught for one in proofs)} of {len(proofs)} twins caught", *lost])


def main(words: Sequence[str]) -> int:
    """The *words* are lanes, all when there are none; 1 when something is amiss, 3 when a lane could not be run."""
    began = clock.now()
    came = rehearse(Path("dist") / "verify", words or tuple(TITLES))
    click.echo(f"\n── The threat model, attacked (meridian {__version__})")
    for one in came:
        word = "ok    " if one.well and one.whole else "FAILED" if one.whole else "NOT RUN"
        first, *more = one.said.splitlines()
        click.echo(f"  {word}  {TITLES[one.lane]:<24} {one.seconds:6.1f} s  {first}")
        for line in more:
            click.echo(f"{'':<10}{line}")
    click.echo(f"  in all {(clock.now() - began) / 1000:34.1f} s; reports in dist/verify")
    if not all(one.well for one in came):
        return 1
    return 0 if all(one.whole for one in came) else 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
