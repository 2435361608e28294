"""
What the audit log costs: CPU microseconds for each entry, all in, and the rates of verifying, exporting and searching.

    python bench/audit_cost.py [--entries 20000] [--group 16] [--mariadb]

Entries look like those of clinicians who open a chart and read some of its records. "CPU" is this process's, so on
MariaDB the server's own is told apart.
"""

import argparse
import asyncio
import random
import resource
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from meridian.audit import checkpoint, leaf, merkle, search
from meridian.audit.anchors import Anchors
from meridian.audit.checkpoint import Checkpointer, Ed25519
from meridian.audit.entry import Entry
from meridian.audit.export import export
from meridian.audit.log import record, sequence
from meridian.audit.verifier import verify_export
from meridian.audit.verify import verify
from meridian.store.database import SqliteFile
from meridian.store.plan import Plan
from meridian.store.sqlite import Sqlite
from meridian.testing import databases

AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"
TARGET = 25


def entries(count: int) -> list[Entry]:
    """A dozen reads of each chart that is opened."""
    dice = random.Random(7)  # noqa: S311 - made-up clinicians
    made = []
    for visit in range(count // 12 + 1):
        who, patient = dice.getrandbits(8), dice.getrandbits(16)
        made += [
            Entry(
                org=1 + visit % 2,
                time=1_780_000_000_000 + visit * 1000 + at,
                action="read",
                account=f"account-{who}",
                who=f"Practitioner/0000-{who:032x}",
                role="clinician",
                purpose="TREAT",
                what=f"Observation/{dice.getrandbits(128):036x}",
                patient=f"{patient:036x}",
                rule="care-team",
                address=f"10.1.{who}.1",
                agent=AGENT,
                request=f"{dice.getrandbits(64):016x}",
                session=f"{dice.getrandbits(64):016x}",
            )
            for at in range(12)
        ]
    return made[:count]


async def write(engine: Any, made: Sequence[Entry], group: int) -> tuple[float, float]:
    """CPU and elapsed microseconds an entry."""
    cpu, wall = time.process_time(), time.perf_counter()
    for at in range(0, len(made), group):
        await asyncio.gather(*(engine.write(partial(record, one)) for one in made[at : at + group]))
    return (time.process_time() - cpu) / len(made) * 1e6, (time.perf_counter() - wall) / len(made) * 1e6


def nothing(_: Sequence[Any]) -> Plan[None]:
    """A log that keeps nothing, to see what the engine costs by itself."""
    yield from ()


def hashing(made: Sequence[Entry]) -> float:
    """CPU microseconds to make an entry's bytes and hashes."""
    frontier: list[bytes] = []
    last = b""
    start = time.process_time()
    for seq, entry in enumerate(made):
        last = merkle.leaf_hash(leaf.seal(entry, seq, last))
        merkle.extend(frontier, seq, last)
    return (time.process_time() - start) / len(made) * 1e6


def row(what: str, value: float, unit: str) -> None:
    print(f"{what:<52}{value:>10,.1f}  {unit}")


async def measure(engine: Any, made: Sequence[Entry], group: int, folder: Path) -> None:
    engine.sequencer = sequence
    await engine.open()
    await write(engine, made, group)
    full = await write(engine, made, group)
    engine.sequencer = nothing
    bare = await write(engine, made, group)
    engine.sequencer = sequence
    row(f"entry durable in groups of {group}, engine included", full[0], "µs CPU")
    row("  the engine without a log", bare[0], "µs CPU")
    row(f"  so the log (wanted: {TARGET})", full[0] - bare[0], "µs CPU")
    row("  elapsed", full[1], "µs")
    await read(engine, folder)
    await engine.close()


async def read(engine: Any, folder: Path) -> None:
    signer, anchors = Ed25519(b"\x07" * 32), Anchors(folder / "anchors")
    checkpointer = Checkpointer(engine, signer, anchors, host="bench")
    await checkpointer.once()
    start = time.process_time()
    await write(engine, entries(12), 12)
    await checkpointer.once()
    row("a checkpoint of a log that has grown, anchored", (time.process_time() - start) * 1e3, "ms CPU")
    key = checkpoint.key(signer, checkpoint.origin("bench", 1))
    start = time.perf_counter()
    report = await verify(engine, 1, keys=[key], anchors=anchors)
    assert report.whole, report.findings
    row("verifying the live log", report.entries / (time.perf_counter() - start), "entries/s")
    start = time.perf_counter()
    await export(engine, 1, folder / "export", key=key, anchors=anchors)
    row("exporting it", report.entries / (time.perf_counter() - start), "entries/s")
    start = time.perf_counter()
    assert verify_export(folder / "export", [key]).whole
    row("verifying the export", report.entries / (time.perf_counter() - start), "entries/s")
    patient = entries(1)[0].patient
    for asked in ([("patient", patient)], [("outcome", "4")], [("agent", "Practitioner/nobody")], []):
        start = time.perf_counter()
        await engine.read(partial(search.run, 1, search.parse(asked)))
        row(
            f"a page of AuditEvent?{'&'.join(f'{n}={v[:12]}' for n, v in asked)}",
            (time.perf_counter() - start) * 1e3,
            "ms",
        )


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--group", type=int, default=16)
    parser.add_argument("--mariadb", action="store_true")
    options = parser.parse_args()
    made = entries(options.entries)
    row("bytes and hashes of an entry", hashing(made), "µs CPU")
    with tempfile.TemporaryDirectory() as name:
        file = SqliteFile(Path(name) / "bench.db")
        databases.lay(file)
        print("SQLite")
        await measure(Sqlite(file), made, options.group, Path(name))
        row("database", file.path.stat().st_size / (len(made) * 2), "octets an entry")
    if options.mariadb:
        await mariadb(made, options.group)
    row("memory, at most", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MB")


async def mariadb(made: Sequence[Entry], group: int) -> None:
    from meridian.store.mariadb import Mariadb  # noqa: PLC0415 - its driver is not wanted on SQLite
    from meridian.testing.mariadb import PrivateServer  # noqa: PLC0415 - likewise

    server = await asyncio.to_thread(PrivateServer().start)
    try:
        database = server.database("bench")
        await asyncio.to_thread(databases.lay, database)
        print("MariaDB (this process's CPU only)")
        with tempfile.TemporaryDirectory() as name:
            await measure(Mariadb(database), made, group, Path(name))
    finally:
        server.close()


if __name__ == "__main__":
    asyncio.run(main())
