"""
A thousand sockets: what one costs in memory, and how long a message is on its way to who follows its thread.

    python -m bench sockets [sqlite|mariadb]

Fifty patients with twenty sockets each; a hundred messages a second go by `thread.send`, each to two sockets that
follow its thread. Latency is counted from before it is sent until another socket is told, the durable write included.
"""

import asyncio
import gc
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from bench.clinic import started
from bench.data import DISK
from bench.load import cpu_seconds, resident_mb
from meridian.access.signing_in import subject_of
from meridian.app import House, opened
from meridian.identity.facts import NOBODY
from meridian.messaging import writing
from meridian.messaging.letters import Draft
from meridian.settings import load
from meridian.testing import sockets
from meridian.testing.mariadb import PrivateServer
from meridian.testing.resources import minimal
from meridian.testing.sockets import Socket
from meridian.vault.master import create_master
from meridian.vault.secrets import Secrets

PEOPLE, EACH = 50, 20
RATE, SECONDS = 100, 10.0
AT_ONCE = 40
"""Sockets that are opened at the same time."""
WANTED_MS, WANTED_KB = 50, 60
PASSWORD = "violet teapot under nine stairs"  # noqa: S105  # made up


@dataclass(frozen=True)
class Person:
    """Somebody with a thread, and a token."""

    token: str
    thread: str


@dataclass
class Found:
    """What was measured."""

    kb: float
    opened: float
    latencies: list[float] = field(default_factory=list)
    acks: list[float] = field(default_factory=list)
    cpu_ms: float = 0.0

    def __str__(self) -> str:
        half, most, nearly = (_ms(self.latencies, share) for share in (0.5, 0.95, 0.99))
        return (
            f"{PEOPLE * EACH:,} at {RATE}/s: told p50 {half:.1f} p95 {most:.1f} p99 {nearly:.1f} ms"
            f" (wanted p95 {WANTED_MS}), answered p95 {_ms(self.acks, 0.95):.1f} ms,"
            f" {self.cpu_ms:.2f} CPU ms a message, {self.kb:.0f} kB a socket (wanted {WANTED_KB}),"
            f" opened {self.opened:,.0f}/s"
        )


def _ms(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


async def _people(data: Path) -> list[Person]:
    async with opened(load(data)) as house:
        org = await house.identity.administration.create_organisation("bench", "Bench Clinic")
        return [await _person(house, org, number) for number in range(PEOPLE)]


async def _person(house: House, org: int, number: int) -> Person:
    name, mail = f"p{number}", f"p{number}@bench.example"
    await (await house.servant(org)).update("Patient", name, minimal("Patient", name))
    account = await house.identity.administration.create_account(mail, "Ann Example", PASSWORD)
    await house.identity.administration.add_membership(
        account, org, "patient", who=f"Patient/{name}", patients=(name,)
    )  # fmt: skip
    grant = (await house.identity.sign_in.password(mail, PASSWORD, NOBODY)).grant
    assert grant is not None
    chart = house.chart(subject_of(grant.identity, NOBODY))
    thread = await writing.start(chart, Draft("Hello", f"start-{number:0>12}"), subject="Knee", about="health")
    return Person(grant.access, thread)


@contextmanager
def _house(engine: str, folder: Path) -> Iterator[tuple[Path, list[int]]]:
    """A data folder on that engine; the processes of its database beside it."""
    house = folder / f"sockets-{engine}"
    house.mkdir(mode=0o700)
    said = 'origin = "http://localhost:1"\nsockets_per_address = 2000\n'  # tokens are of one origin, on whichever port
    if engine == "sqlite":
        (house / "settings.toml").write_text(said, encoding="utf-8")
        yield house, []
        return
    (folder / "sockets-server").mkdir()
    private = PrivateServer(folder / "sockets-server").start()
    try:
        place = private.database("meridian_sockets")
        Secrets(house / "secrets.sealed", create_master(house / "master.key")).put("mariadb/password", place.password)
        where = f'[mariadb]\nhost = "127.0.0.1"\nport = {place.port}\nuser = "{place.user}"\n'
        where += f'database = "{place.database}"\n'
        (house / "settings.toml").write_text(said + where, encoding="utf-8")
        yield house, [private.process_id]
    finally:
        private.close()


def measured(engine: str) -> Found:
    """All of it on one engine, with a server of its own."""
    with tempfile.TemporaryDirectory(dir=DISK) as name, _house(engine, Path(name)) as (house, database):
        people = asyncio.run(_people(house))
        with started(house) as (port, pid):
            return asyncio.run(_run(port, [pid, *database], people))


async def _run(port: int, processes: list[int], people: list[Person]) -> Found:
    async with AsyncExitStack() as stack:
        async with sockets.program(port, people[0].token) as first:  # what is loaded by the first is nobody's
            await first.say("feeds.sync", since={"me": -1})
        before, begun = resident_mb(processes[0]), time.perf_counter()
        wires = await _all(stack, port, people)
        found = Found(0.0, PEOPLE * EACH / (time.perf_counter() - begun))
        found.kb = 1000 * (resident_mb(processes[0]) - before) / (PEOPLE * EACH)
        gc.collect()
        cpu = cpu_seconds(processes)
        await _talk(found, wires, people)
        found.cpu_ms = 1000 * (cpu_seconds(processes) - cpu) / len(found.latencies)
        return found


async def _all(stack: AsyncExitStack, port: int, people: list[Person]) -> list[list[Socket]]:
    """Everybody's sockets; the first two of each follow the thread."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(person: Person, number: int) -> Socket:
        async with gate:
            socket = await stack.enter_async_context(sockets.program(port, person.token))
            feeds = {"me": -1, "mine": -1} if number > 1 else {f"thread:{person.thread}": -1}
            assert (await socket.say("feeds.sync", since=feeds))["ok"] or number > 1  # so many at once are throttled
            return socket

    return [list(await asyncio.gather(*(one(person, number) for number in range(EACH)))) for person in people]


async def _talk(found: Found, wires: list[list[Socket]], people: list[Person]) -> None:
    """Say something again and again at the set rate, whatever became of what was said before."""
    sent: dict[str, float] = {}
    told: dict[str, float] = {}
    for own in wires:
        own[1].hears = lambda event, body: _note(told, event, body)
    begun, talks = time.perf_counter(), []
    for number in count():
        due = begun + number / RATE
        if due > begun + SECONDS:
            break
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        at = number % PEOPLE
        talks.append(asyncio.create_task(_say(found, sent, wires[at][0], people[at].thread, number)))
    await asyncio.gather(*talks)
    async with asyncio.timeout(30):
        while not sent.keys() <= told.keys():  # noqa: ASYNC110  # a benchmark
            await asyncio.sleep(0.05)
    found.latencies = [told[one] - sent[one] for one in sent]


def _note(told: dict[str, float], event: str, body: Any) -> None:
    if event == "happened" and "message" in body["said"]:
        told[body["said"]["message"]] = time.perf_counter()


async def _say(found: Found, sent: dict[str, float], socket: Socket, thread: str, number: int) -> None:
    begun = time.perf_counter()
    answer = await socket.say("thread.send", thread=thread, cid=f"bench-{number:0>12}", text="My knee is better today")
    assert answer["ok"], answer
    found.acks.append(time.perf_counter() - begun)
    sent[answer["data"]["id"]] = begun


def main(words: list[str]) -> None:
    """Measure and print."""
    for engine in words or ["sqlite", "mariadb"]:
        print(f"{engine:<8} {measured(engine)}")


if __name__ == "__main__":
    main(sys.argv[1:])
