"""`meridian serve`."""

from pathlib import Path

import click

from meridian.cli import options
from meridian.cli.ending import Ending
from meridian.cli.serving import listener, run

EXAMPLES = """
\b
  meridian serve                                    records in var/meridian, http://localhost:8360
  meridian serve --edition careconnect360 --port 8400
  meridian serve --data /srv/clinic --database mariadb://meridian@db.example/clinic
"""


@click.command("serve", cls=Ending, epilog=EXAMPLES)
@options.edition
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.  [default: 8360]")
@click.option("--origin", help="What people see, as https://clinic.example; needed behind a proxy.")
@click.option("--read-only", is_flag=True, help="Let records be read and nothing be changed.")
@click.option("--metrics-port", type=click.IntRange(0, 65535), help="Port of figures, of each process its own.")
@options.data()
@options.database
def command(
    *,
    edition: str | None,
    host: str | None,
    port: int | None,
    origin: str | None,
    read_only: bool,
    metrics_port: int | None,
    data: Path,
    database: str | None,
) -> None:
    """
    Serve the portal, FHIR and everything else, until Ctrl+C.

    The first start makes the data folder with its keys and an empty database. Keep a copy of `master.key` elsewhere:
    without it nobody can read the records, and with it and the database everybody can.
    """
    said = {"host": host, "port": port, "origin": origin, "read_only": read_only or None, "metrics_port": metrics_port}
    settings = options.settings(data, edition, database, **said)
    taken = listener(settings)
    from meridian.app import House  # noqa: PLC0415  # after the port is known to be free

    house = House(settings)
    click.echo(f"{settings.edition.title} on {settings.public_origin} (records in {data}); stop with Ctrl+C")
    run(house.app(), taken, settings)
