"""`meridian respond affected`: whose records somebody touched, for a breach's list."""

import csv
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from meridian.cli import options
from meridian.cli.ending import USAGE, Ending, Stop
from meridian.cli.incidents import incident, moment, noted

if TYPE_CHECKING:
    from meridian.app import House
    from meridian.audit.touched import Touched

COLUMNS = ("organisation", "patient", "entries", "first", "last", "actions", "types")
NAMES = ("name", "birth date", "state")


@click.command("affected", cls=Ending)
@click.option("--account", metavar="EMAIL", help="By whom.")
@click.option("--session", metavar="ID", help="In which session, as the log names it.")
@click.option("--address", help="From which address.")
@click.option("--since", metavar="TIME", help="From when: 2026-11-22 or 2026-11-22T17:30:00Z.")
@click.option("--until", metavar="TIME", help="Until when, not included.")
@click.option("--csv", "file", type=click.Path(path_type=Path, dir_okay=False), help="Write the list there.")
@click.option(
    "--names", is_flag=True, help="With names, birth dates and States, for the notice; each look is recorded."
)
@incident
@options.data()
def affected(
    *,
    account: str | None,
    session: str | None,
    address: str | None,
    since: str | None,
    until: str | None,
    file: Path | None,
    names: bool,
    incident: int | None,
    data: Path,
) -> None:
    """
    Find in the audit logs whose records an account, a session or an address touched in a period.

    Who was given out by a search counts. With --csv the list goes into a file that only its owner reads.
    """
    if not (account or session or address):
        raise Stop("Say by whom: --account, --session or --address.", USAGE)
    if names and file is None:
        raise Stop("Names go into a file only: say which with --csv.", USAGE)
    found: list[Touched] = []
    rows: list[tuple[Any, ...]] = []

    async def work(house: "House") -> str:
        from meridian.audit.touched import Trace, touched  # noqa: PLC0415  # --help does not need it

        whose = await house.identity.responding.account(account) if account else ""
        trace = Trace(whose, session or "", address or "", _time(since, 0), _time(until, 2**62))
        orgs = {no: identity for no, identity, _ in await house.identity.administration.organisations()}
        found.extend(await touched(house.engine, orgs, trace))
        rows.extend([(*_row(one, orgs[one.org]), *(await _named(house, one) if names else ())) for one in found])
        await house.identity.responding.note("affected-listed", f"Patient/{len(found)}")
        return f"{len(found)} patients"

    noted(data, incident, "affected", work)
    if file is not None:
        _write(file, rows, named=names)
    click.echo(f"{len(found)} patients, {sum(one.entries for one in found)} entries.")
    if file is None:
        writer = csv.writer(sys.stdout)
        writer.writerow(COLUMNS)
        writer.writerows(rows)


def _row(one: "Touched", organisation: str) -> tuple[Any, ...]:
    return (
        organisation, one.patient, one.entries, moment(one.first), moment(one.last),
        " ".join(sorted(one.actions)), " ".join(sorted(one.types)),
    )  # fmt: skip


async def _named(house: "House", one: "Touched") -> tuple[str, str, str]:
    """Name, birth date and State; empty where the record is no longer there."""
    from meridian.faults import Gone, NotFound  # noqa: PLC0415  # --help does not need it
    from meridian.fhir.codec import decode  # noqa: PLC0415  # likewise
    from meridian.patients.words import name  # noqa: PLC0415  # likewise

    try:
        patient = decode((await (await house.servant(one.org)).read("Patient", one.patient)).body)
    except (Gone, NotFound):
        return "", "", ""
    state = next((str(home["state"]) for home in patient.get("address", ()) if "state" in home), "")
    return name(patient), str(patient.get("birthDate", "")), state


def _write(file: Path, rows: list[tuple[Any, ...]], *, named: bool) -> None:
    """For its owner alone; a formula in a name stays text."""
    file.touch(mode=0o600, exist_ok=False)
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow((*COLUMNS, *(NAMES if named else ())))
        writer.writerows([_plain(value) for value in row] for row in rows)


def _plain(value: Any) -> Any:
    """
    A value that no spreadsheet takes for a formula.

    >>> _plain("=1+1"), _plain(7)
    ("'=1+1", 7)
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t")) else value


def _time(text: str | None, unless: int) -> int:
    """
    Ms since the epoch; a day begins at midnight UTC.

    >>> _time("1970-01-02", 0), _time(None, 7)
    (86400000, 7)
    """
    if text is None:
        return unless
    try:
        said = datetime.fromisoformat(text)
    except ValueError:
        raise Stop("A time is written as 2026-11-22 or 2026-11-22T17:30:00Z.", USAGE) from None
    return round((said if said.tzinfo else said.replace(tzinfo=UTC)).timestamp() * 1000)
