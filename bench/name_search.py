"""
What a search by name costs when there are a million patients, on both engines.

    python -m bench.name_search [sqlite|mariadb ...] [--patients N] [--searches N]

Patients go straight into the tables, without the door, sealing or audit: it is the index that is measured here, from
the parameters of a request to the page of (sealed) rows. Targets: p99 of `name` 5 ms, of `name:contains` 20 ms.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import quantiles

from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.data import DISK
from meridian.fhir.search import parse
from meridian.fhir.search.hashing import fingerprint, number
from meridian.store.database import Database, SqliteFile
from meridian.store.engine import Engine
from meridian.store.index.names import grams
from meridian.store.index.tables import TEXT, TOKEN
from meridian.store.kinds import NUMBERS
from meridian.store.mariadb import Mariadb
from meridian.store.plan import Many, Plan
from meridian.store.scope import Reach, Scope
from meridian.store.search import run
from meridian.store.sqlite import Sqlite
from meridian.testing import databases
from meridian.testing.mariadb import PrivateServer, missing

ORG, KEY = 1, b"k" * 32
SCOPE = Scope(ORG, {}, Reach(everyone=True, member="Practitioner/none"))
"""A clinician's: everything but what is labelled restricted."""
TARGETS = {"name": 5.0, "name:contains": 20.0}
BATCH = 5_000
TRIES = 3
"""Times each search is made; the quickest counts, so that what else the machine does is left out."""

KNOWN = ("smith", "johnson", "williams", "brown", "jones", "garcia", "miller", "davis", "rodriguez", "martinez")
STARTS = ("b", "br", "c", "ch", "d", "dr", "f", "fr", "g", "gl", "h", "j", "k", "kl", "l", "m", "n", "p", "pr", "r",
          "s", "sch", "st", "t", "tr", "v", "w", "z")  # fmt: skip
MIDDLES = ("a", "e", "i", "o", "u", "ai", "au", "ei", "ie", "oo")
ENDS = ("n", "r", "l", "s", "t", "m", "ck", "ng", "rt", "ld", "mann", "berg", "stein", "son", "ez", "ova", "ski", "er",
        "field", "worth", "ley", "ton")  # fmt: skip


def main(arguments: Sequence[str]) -> None:
    """Lay, measure, print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("engines", nargs="*", default=["sqlite", "mariadb"])
    words.add_argument("--patients", type=int, default=1_000_000)
    words.add_argument("--searches", type=int, default=400)
    asked = words.parse_args(arguments)
    console = Console(width=120)
    for name in asked.engines:
        if name == "mariadb" and (reason := missing()):
            console.print(f"NOT MEASURED on mariadb: {reason}")
            continue
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=DISK)))
            asyncio.run(_engine(console, name, _database(stack, name, folder), asked.patients, asked.searches))


def _database(stack: ExitStack, name: str, folder: Path) -> Database:
    if name == "sqlite":
        return SqliteFile((folder / "names.db").absolute())
    server = PrivateServer(folder.absolute() / "mariadb", "--innodb-buffer-pool-size=1G").start()
    stack.callback(server.close)
    return server.database("meridian_bench")


async def _engine(console: Console, name: str, database: Database, patients: int, searches: int) -> None:
    await asyncio.to_thread(databases.lay, database)
    engine: Engine = Sqlite(database) if isinstance(database, SqliteFile) else Mariadb(database)
    await engine.open()
    started = time.perf_counter()
    await _fill(engine, patients)
    table = Table(title=f"{name}: {patients:,} patients (laid in {time.perf_counter() - started:.0f} s), ms")
    for heading in ("search", "p50", "p99", "worst", "target p99"):
        table.add_column(heading, justify="left" if heading == "search" else "right")
    for parameter, length, note in CASES:
        times = sorted(await _measured(engine, parameter, length, searches))
        p99 = quantiles(times, n=100)[98]
        table.add_row(
            f"{parameter}: {note}", f"{times[len(times) // 2]:.2f}", f"{p99:.2f}", f"{times[-1]:.2f}",
            f"{TARGETS[parameter]:.0f}" + ("" if p99 <= TARGETS[parameter] else " missed"),
        )  # fmt: skip
    console.print(table)
    await engine.close()


CASES = [
    ("name", 1, "first letter"),
    ("name", 3, "three letters"),
    ("name", 5, "five letters"),
    ("name", 0, "whole names"),
    ("name:contains", 3, "three letters"),
    ("name:contains", 4, "four letters"),
    ("name:contains", 5, "five letters"),
    ("name:contains", -4, "letters that no name has"),
]


async def _measured(engine: Engine, parameter: str, length: int, searches: int) -> list[float]:
    return [
        min([await _once(engine, parameter, word) for _ in range(TRIES)])
        for word in _words(parameter, length, searches)
    ]


async def _once(engine: Engine, parameter: str, word: str) -> float:
    started = time.perf_counter()
    search = parse("Patient", [(parameter, word), ("_count", "20")])
    await engine.read(lambda: run(SCOPE, search, KEY))
    return (time.perf_counter() - started) * 1000


def _words(parameter: str, length: int, count: int) -> Iterator[str]:
    """What is looked for: parts of names as often as they are borne."""
    rng = random.Random(f"{parameter}{length}")  # noqa: S311  # repeatable, not secret
    names = Names(rng)
    for _ in range(count):
        name = rng.choice((names.family, names.given))()
        if length < 0:
            yield "".join(rng.choice("qxjyzw") for _ in range(-length))
        elif parameter == "name":
            yield name[:length] if length else name
        else:
            at = rng.randrange(max(1, len(name) - length + 1))
            part = name[at : at + length]
            yield part if len(part) == length else name


class Names:
    """Names in the proportions of a population: a few are borne by many, fifty thousand by hardly anybody."""

    def __init__(self, rng: random.Random) -> None:
        fixed = random.Random(1)  # noqa: S311  # repeatable, not secret
        self._rng = rng
        self._families = list(dict.fromkeys([*KNOWN, *(_made(fixed, 2, 3) for _ in range(60_000))]))
        self._givens = list(dict.fromkeys(_made(fixed, 1, 2) for _ in range(3_000)))

    def family(self) -> str:
        """One family name."""
        return self._borne(self._families)

    def given(self) -> str:
        """One given name."""
        return self._borne(self._givens)

    def _borne(self, names: list[str]) -> str:
        return names[int(len(names) ** self._rng.random()) - 1]


def _made(rng: random.Random, least: int, most: int) -> str:
    syllables = (rng.choice(STARTS) + rng.choice(MIDDLES) for _ in range(rng.randint(least, most)))
    return "".join(syllables) + rng.choice(ENDS)


async def _fill(engine: Engine, patients: int) -> None:
    names = Names(random.Random(2))  # noqa: S311  # repeatable, not secret
    known: set[str] = set()
    for first in track(range(1, patients + 1, BATCH), description="patients"):
        people = [(rid, names.family(), names.given()) for rid in range(first, min(first + BATCH, patients + 1))]
        new = {name for _, *both in people for name in both} - known
        known |= new
        await engine.write(lambda p=people, n=new: _rows(p, n))  # type: ignore[misc]  # mypy cannot infer such a lambda


NAME, FAMILY, GIVEN = (number(f"Patient.{code}") for code in ("name", "family", "given"))
GENDER = number("Patient.gender")


def _rows(people: list[tuple[int, str, str]], new: set[str]) -> Plan[None]:
    yield Many("INSERT INTO patient (no, org, id) VALUES (?, ?, ?)", [(rid, ORG, f"p{rid}") for rid, _, _ in people])
    yield Many(
        "INSERT INTO resource (rid, org, type, id, version, pat, keyed, updated, deleted, restricted, body) "
        "VALUES (?, ?, ?, ?, 1, ?, ?, 0, 0, 0, ?)",
        [(rid, ORG, NUMBERS["Patient"], f"p{rid}", rid, rid, b"x" * 700) for rid, _, _ in people],
    )
    for param, some in ((NAME, (0, 1)), (FAMILY, (0,)), (GIVEN, (1,))):
        rows = [(ORG, param, both[i], fingerprint(both[i]), rid, rid) for rid, *both in people for i in some]
        yield Many(TEXT.insert, sorted(dict.fromkeys(rows)))
    yield Many(TOKEN.insert, sorted((ORG, GENDER, "fm"[rid % 2], 0, rid, rid) for rid, _, _ in people))
    parts = sorted((ORG, gram, value) for value in new for gram in grams(value))
    yield Many("INSERT INTO index_name (org, gram, value) VALUES (?, ?, ?)", parts)
