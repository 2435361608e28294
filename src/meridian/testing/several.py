"""
A platform of several processes on one machine: two that answer requests, a worker, MariaDB, Redis, and nginx before.

Each is what production has: `meridian serve --role …` and the files of `deploy/nginx`. `Load` writes through nginx as a
client does that sends what is idempotent again, and remembers what was acknowledged.
"""

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Final
from uuid import NAMESPACE_URL, uuid5

import httpx

from meridian.testing import edge, mariadb, placed, redis
from meridian.testing.edge import Edge
from meridian.testing.mariadb import PrivateServer
from meridian.testing.ports import free_ports
from meridian.testing.redis import PrivateRedis
from meridian.testing.served import FHIR, Served, Site, settle
from meridian.testing.storm import patient
from meridian.vault.master import open_master
from meridian.vault.secrets import Secrets

PROCESSES: Final = 2
"""Those that answer requests."""
ENOUGH: Final = 400
"""Requests of one address, which nginx lets through at once; then another is taken."""


def missing() -> str:
    """Why none can be started here; empty when one can."""
    return mariadb.missing() or redis.missing() or edge.missing()


@dataclass
class Several:
    """
    A running platform.

    Args:
        site: Its data folder.
        edge: What stands before it.
        processes: Those that answer requests.
        worker: The one that does what is due.
        database: MariaDB.
        token: Of the site's program.
    """

    site: Site
    edge: Edge
    processes: list[Served]
    worker: Served
    database: PrivateServer
    token: str

    def ask(self, process: Served, address: str = "127.0.9.1") -> httpx.Client:
        """Somebody whom nginx hands to that *process*."""
        said = {
            "Host": self.edge.origin.removeprefix("https://"),
            "Origin": self.edge.origin,
            "X-Forwarded-For": address,
            "X-Forwarded-Proto": "https",
            "Sec-Fetch-Site": "same-origin",
        }
        return httpx.Client(base_url=f"http://127.0.0.1:{process.port}", headers=said, timeout=30)

    def roll(self) -> None:
        """Start each of the processes anew, one after the other, each once nginx hands requests to the one before."""
        for process in self.processes:
            process.stop()
            process.start()
            time.sleep(self.forgotten)

    @property
    def forgotten(self) -> float:
        """Seconds for which nginx leaves a process alone that did not answer, as its file says."""
        text = (placed.DEPLOY / "nginx" / "nginx.conf").read_text(encoding="utf-8")
        return 0.1 + max(map(float, re.findall(r"fail_timeout=(\d+)s", text)))


@contextmanager
def several(folder: Path) -> Iterator[Several]:
    """A platform in *folder*; stopped at the end."""
    with ExitStack() as stack:
        database, cache = PrivateServer().start(), PrivateRedis().start()
        stack.callback(database.close)
        stack.callback(cache.close)
        ports = free_ports(PROCESSES + 1)
        behind = [f"127.0.0.1:{port}" for port in ports[:PROCESSES]]
        front = Edge({"api": behind, "realtime": behind})
        stack.callback(front.close)
        site = _site(folder / "data", database, cache, front)
        token = _token(site, folder, ports[0])
        api, worker = (replace(site, where=("--role", role)) for role in ("api", "worker"))
        processes = [Served(api, folder / f"api-{port}", port, token=token) for port in ports[:PROCESSES]]
        last = Served(worker, folder / "worker", ports[-1], token=token)
        for one in (*processes, last):
            stack.callback(one.stop)
            one.start()
        yield Several(site, front.start(), processes, last, database, token)


def _site(data: Path, database: PrivateServer, cache: PrivateRedis, front: Edge) -> Site:
    site = settle(data, database.database("meridian_several"))
    Secrets(data / "secrets.sealed", open_master(data / "master.key")).put(redis.SECRET, redis.PASSWORD)
    settings = data / "settings.toml"
    first = f'origin = "{front.origin}"\nproxies = ["127.0.0.1"]\n'
    last = f'\n[redis]\nurl = "{cache.place.url}"\npassword = "{redis.SECRET}"\n'
    settings.write_text(f"{first}{settings.read_text(encoding='utf-8')}{last}", encoding="utf-8")
    return site


def _token(site: Site, folder: Path, port: int) -> str:
    """Of the program, which whoever starts first is asked for; it holds at every other process."""
    first = Served(replace(site, where=("--role", "api")), folder / "first", port).start()
    first.stop()
    return first.token


@dataclass
class Load:
    """
    Writers that put patients of their own, again and again, until they are stopped.

    Args:
        platform: Where, through its nginx.
        name: Of this load, in what it writes.
        acknowledged: Last version of each resource that was said to be kept, by its id.
        answers: Codes that came, and how often.
        broken: Requests that no answer came to.
    """

    platform: Several
    name: str
    acknowledged: dict[str, int] = field(default_factory=dict)
    answers: dict[int, int] = field(default_factory=dict)
    broken: int = 0
    _stopped: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def on(self, writers: int) -> Iterator[None]:
        """So many writers, each from addresses of its own."""
        threads = [threading.Thread(target=self._write, args=(number,)) for number in range(writers)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stopped.set()
            for thread in threads:
                thread.join()

    def pause(self) -> None:
        """Let the writers write."""
        self._stopped.wait(0.05)

    def _write(self, number: int) -> None:
        for address in count():
            with self.platform.edge.visitor(f"127.{number + 1}.{address + 1}.1") as one:
                one.headers.update(
                    {"Authorization": f"Bearer {self.platform.token}", "Content-Type": "application/fhir+json"}
                )
                for turn in range(ENOUGH):
                    if self._stopped.is_set():
                        return
                    self._put(one, f"{self.name}-{number}-{address}-{turn // 2}")

    def _put(self, one: httpx.Client, name: str) -> None:
        """Each resource is written twice, so that there is a version to be lost."""
        logical_id = str(uuid5(NAMESPACE_URL, name))
        body = json.dumps(patient(name) | {"id": logical_id})
        try:
            answer = one.put(f"{FHIR}/Patient/{logical_id}", content=body)
        except httpx.TransportError:
            with self._lock:
                self.broken += 1
            return
        with self._lock:
            self.answers[answer.status_code] = self.answers.get(answer.status_code, 0) + 1
            if answer.is_success:
                self.acknowledged[logical_id] = int(answer.json()["meta"]["versionId"])

    def lost(self) -> list[str]:
        """What was acknowledged and is not there, as `id/version`; looked up at each process in turn."""
        gone = []
        processes = self.platform.processes
        for number, (logical_id, version) in enumerate(self.acknowledged.items()):
            path = f"/Patient/{logical_id}/_history/{version}"
            if processes[number % len(processes)].fhir("GET", path).status != httpx.codes.OK:
                gone.append(f"{logical_id}/{version}")
        return gone
