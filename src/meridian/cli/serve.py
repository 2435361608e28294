"""`meridian serve`."""

from pathlib import Path

import click

from meridian.cli import options
from meridian.cli.ending import Ending
from meridian.cli.serving import listener, run
from meridian.settings import Role

HERE = "127.0.0.1"
"""Where a worker listens, whatever the settings say: nobody is to reach it but whoever looks after it."""

EXAMPLES = """
\b
  meridian serve                                    records in var/meridian, http://localhost:8360
  meridian serve --edition careconnect360 --port 8400
  meridian serve --data /srv/clinic --database mariadb://meridian@db.example/clinic
  meridian serve --role worker                      one part of a platform whose parts run apart
"""


@click.command("serve", cls=Ending, epilog=EXAMPLES)
@options.edition
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.  [default: 8360]")
@click.option("--origin", help="What people see, as https://clinic.example; needed behind a proxy.")
@click.option("--read-only", is_flag=True, help="Let records be read and nothing be changed.")
@click.option("--metrics-port", type=click.IntRange(0, 65535), help="Port of figures, of each process its own.")
@click.option(
    "--role",
    type=click.Choice([one.value for one in Role]),
    default=Role.ALL.value,
    show_default=True,
    help="What this process does: answer requests, carry sockets, or do what is due; a worker listens on this machine"
    " alone. Parts that run apart need [redis].",
)
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
    role: str,
    data: Path,
    database: str | None,
) -> None:
    """
    Serve the portal, FHIR and everything else, until Ctrl+C.

    The first start makes the data folder with its keys and an empty database. Keep a copy of `master.key` elsewhere:
    without it nobody can read the records, and with it and the database everybody can.
    """
    said = {"host": host, "port": port, "origin": origin, "read_only": read_only or None, "metrics_port": metrics_port}
    part = Role(role)
    if part is Role.WORKER:
        said["host"] = HERE
    settings = options.settings(data, edition, database, **said)
    taken = listener(settings)
    from meridian.app import House  # noqa: PLC0415  # after the port is known to be free

    house = House(settings)
    shown = settings.public_origin if part is not Role.WORKER else f"{HERE}:{settings.port} (health alone)"
    click.echo(f"{settings.edition.title} on {shown} (records in {data}); stop with Ctrl+C")
    run(house.app(part), taken, settings, part.value)
