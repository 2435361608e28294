"""`meridian import`."""

import asyncio
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from meridian.cli import options
from meridian.cli.ending import REFUSED, Ending, Stop
from meridian.cli.running import organisation, with_house

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from meridian.app import House
    from meridian.ops.intake.loading import Door
    from meridian.ops.intake.outcome import Outcome
    from meridian.ops.intake.sources import Meter

EXAMPLES = """
\b
  meridian import synthea-r4-48-patients.tar.xz
  meridian import export/ --dry-run                 look, and change nothing
  meridian import patients.ndjson observations.ndjson.gz --org "Harbor Family Clinic"

\b
Taken: transaction, batch, collection, searchset and document Bundles, single resources, NDJSON; folders of them and
tar archives, packed or not. References by urn:uuid become Type/id. The same import twice changes nothing.
"""


@click.command("import", cls=Ending, epilog=EXAMPLES)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--org", help="Organisation, by id or name; needed when there are several.")
@click.option("--dry-run", is_flag=True, help="Read and check everything, write nothing.")
@click.option(
    "--errors",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("import-errors.ndjson"),
    show_default=True,
    help="Where to say what was refused: file, entry, element, problem.",
)
@click.option("--quiet", is_flag=True, help="No progress bar.")
@options.data()
@options.database
def command(paths: tuple[Path, ...], errors: Path, **said: Any) -> None:
    """Bring the records in PATHS into an organisation."""
    from meridian.ops.intake import sources  # noqa: PLC0415  # --help does not need it
    from meridian.ops.intake.outcome import ErrorFile  # noqa: PLC0415  # likewise

    found = sources.files(list(paths))
    if not found:
        raise Stop("There is nothing to import: no .json, .ndjson or tar file in these folders.", REFUSED)
    meter = sources.Meter(sum(path.stat().st_size for path in found))
    began = time.monotonic()
    with ErrorFile(errors) as refused, progress(meter, quiet=said["quiet"]) as tick:

        def load(door: "Door") -> "Awaitable[Outcome]":
            from meridian.ops.intake.loading import Loader  # noqa: PLC0415  # as above

            return Loader(door, refused.write, tick).load(sources.documents(found, meter))

        outcome = _rehearsed(load) if said["dry_run"] else _written(load, said)
    click.echo(told(outcome, time.monotonic() - began, dry_run=said["dry_run"]))
    if refused.lines:
        raise Stop(f"{outcome.refused} could not be imported; {errors} says which and why.", REFUSED)


Load: TypeAlias = "Callable[[Door], Awaitable[Outcome]]"


def _rehearsed(load: Load) -> "Outcome":
    from meridian.ops.intake.doors import Rehearsal  # noqa: PLC0415  # as above

    async def work() -> "Outcome":
        return await load(Rehearsal())

    return asyncio.run(work())


def _written(load: Load, said: dict[str, Any]) -> "Outcome":
    from meridian.ops.intake.doors import Through, importer  # noqa: PLC0415  # as above

    async def work(house: "House") -> "Outcome":
        number, identity, _ = await organisation(house, said["org"])
        return await load(Through(house.chart(importer(number, identity))))

    return with_house(options.settings(options.existing(said["data"]), where=said["database"]), work)


def told(outcome: "Outcome", seconds: float, *, dry_run: bool) -> str:
    """What became of it all, in a line or two."""
    rate = round(outcome.resources / max(seconds, 0.001))
    head = f"{outcome.resources:,} resources from {outcome.files:,} files in {seconds:.1f} s ({rate:,} a second)"
    if dry_run:
        return f"{head}; nothing was written.\n  good {outcome.total('created'):,}   refused {outcome.refused:,}"
    kinds = ("created", "updated", "unchanged")
    return f"{head}.\n  " + "   ".join(
        [*(f"{one} {outcome.total(one):,}" for one in kinds), f"refused {outcome.refused:,}"]
    )


@contextmanager
def progress(meter: "Meter", *, quiet: bool) -> "Iterator[Callable[[Outcome], None]]":
    """A bar of bytes read, with the rate in resources and the time left; what it gives is called with the counts."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415  # only where a bar is shown
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415  # likewise

    columns = (
        BarColumn(),
        TextColumn(
            "{task.percentage:>3.0f} %  {task.fields[resources]:>9,} resources  {task.fields[rate]:>6,} a second"
        ),
        TimeRemainingColumn(),
    )
    began = time.monotonic()
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("import", total=meter.total, resources=0, rate=0)

        def tick(outcome: "Outcome") -> None:
            rate = round(outcome.resources / max(time.monotonic() - began, 0.001))
            bar.update(task, completed=meter.read, resources=outcome.resources, rate=rate)

        yield tick
