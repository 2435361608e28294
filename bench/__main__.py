"""
`make bench`: what a request costs, on both engines, with sign-in, validation, sealing and the durable audit log all on.

    python -m bench [sqlite|mariadb ...] [--seconds N]
    python -m bench names                     name searches among a million patients; about five minutes
    python -m bench chart [sqlite|mariadb]    opening the chart of a patient with 1,000 encounters
    python -m bench files [sqlite|mariadb]    sending and fetching a file of 96 MB
    python -m bench sockets [sqlite|mariadb]  a thousand sockets and a hundred messages a second
    python -m bench telling [sqlite|mariadb]  what it costs that a write is told of
    python -m bench calls                     how soon two real pages see each other
    python -m bench scaling [SECONDS]         several processes behind nginx, and what tables weigh (docs/scaling.md)

The first measures the requests, then each of the others but the names and the scaling; all but the requests can be had
alone.
CPU milliseconds are the figure to compare: those of the server's process, and of the database's beside it.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import calls, chart_open, file_bytes, name_search, scaling, sockets, telling
from bench.clinic import Server, clinic, samples
from bench.data import DISK
from bench.load import Result, measure
from bench.scenarios import SCENARIOS, Samples, Scenario
from meridian.testing.mariadb import missing

FEW, MANY = 1, 16
"""Connections of the two runs of each scenario."""
TARGETS = {"import": 1500, "start": 1.5, "memory": 150}

ALONE: dict[str, Callable[[list[str]], None]] = {
    "names": name_search.main,
    "chart": chart_open.main,
    "files": file_bytes.main,
    "sockets": sockets.main,
    "telling": telling.main,
    "calls": lambda _: calls.main(),
    "scaling": scaling.main,
}


def main() -> None:
    """Measure and print."""
    alone = ALONE.get(" ".join(sys.argv[1:2]))
    if alone is not None:
        alone(sys.argv[2:])
        return
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("engines", nargs="*", default=["sqlite", "mariadb"])
    words.add_argument("--seconds", type=float, default=4.0)
    asked = words.parse_args()
    console = Console(width=170)
    console.print(f"other work on this machine: load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    for engine in asked.engines:
        if engine == "mariadb" and (reason := missing()):
            console.print(f"NOT MEASURED on mariadb: {reason}")
            continue
        with tempfile.TemporaryDirectory(dir=DISK) as name, clinic(engine, Path(name)) as server:
            _engine(console, engine, server, asked.seconds)
    calls.report(console)


def _engine(console: Console, engine: str, server: Server, seconds: float) -> None:
    factor = 1 if engine == "sqlite" else 2
    table = Table(title=f"{engine}, {server.data.name}: CPU ms per request (server + database)")
    for heading in ("", "CPU ms at 16", "server", "database", "target", "of it", "peer", "times less", "CPU ms at 1",
                    "req/s 1", "req/s 16", "p50 ms", "p99 ms"):  # fmt: skip
        table.add_column(heading, justify="left" if not heading else "right")
    found = samples(server)
    for scenario in SCENARIOS:
        few = _measured(server, scenario, found, FEW, seconds)
        many = _measured(server, scenario, found, MANY, seconds)
        table.add_row(*_row(scenario, few, many, factor))
    console.print(table)
    rate = server.imported / server.import_seconds
    console.print(f"import   {rate:8,.0f} resources/s   (target {TARGETS['import']}, peer 46)")
    console.print(f"start    {server.start_seconds:8.2f} s             (target {TARGETS['start']}, peer 8)")
    console.print(f"memory   {server.resident_mb:8.0f} MB            (target {TARGETS['memory']}, peer 690)")
    console.print(f"chart    {chart_open.measured(server)}")
    console.print(f"files    {file_bytes.measured(server)}")
    console.print(f"memory   {server.resident_mb:8.0f} MB            after all of it")
    console.print(f"sockets  {sockets.measured(engine)}")
    console.print(f"telling  {telling.measured(engine)}\n")


def _measured(server: Server, scenario: Scenario, found: Samples, connections: int, seconds: float) -> Result:
    return measure(
        server.port,
        lambda: scenario.calls(found),
        server.token,
        connections=connections,
        seconds=seconds,
        server=[server.process.pid],
        database=server.database,
    )


def _row(scenario: Scenario, few: Result, many: Result, factor: int) -> tuple[str, ...]:
    target = scenario.target * factor
    cost = many.cpu_ms()
    return (
        scenario.name,
        f"[{'green' if cost <= target else 'red'}]{cost:.2f}[/]",
        f"{1000 * many.server_cpu / many.requests:.2f}",
        f"{1000 * many.database_cpu / many.requests:.2f}",
        f"{target:g}",
        f"{cost / target:.0%}",
        f"{scenario.peer:g}" if scenario.peer else "",
        f"{scenario.peer / cost:.0f}" if scenario.peer else "",
        f"{few.cpu_ms():.2f}",
        f"{few.requests / few.seconds:,.0f}",
        f"{many.requests / many.seconds:,.0f}",
        f"{many.percentile(0.5):.1f}",
        f"{many.percentile(0.99):.1f}",
    )


if __name__ == "__main__":
    main()
