"""A clinic to measure: one server process on one engine, with its data imported through the command line."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench import diary
from bench.data import Data, data
from bench.load import resident_mb
from bench.scenarios import Samples
from meridian.testing.browser import free_port
from meridian.testing.mariadb import PrivateServer
from meridian.vault.master import create_master
from meridian.vault.secrets import Secrets

SEVERAL = 3
"""Readings of one kind that make a patient worth searching for them."""


@dataclass(slots=True)
class Server:
    """A running server and what is needed to ask it."""

    port: int
    process: "subprocess.Popen[bytes]"
    data: Data
    token: str = ""
    database: list[int] = field(default_factory=list)
    imported: int = 0
    import_seconds: float = 0.0
    start_seconds: float = 0.0

    @property
    def resident_mb(self) -> float:
        """Resident memory of the server's process."""
        return resident_mb(self.process.pid)

    def get(self, path: str) -> Any:
        """The JSON at *path*."""
        request = urllib.request.Request(  # our own server
            f"http://localhost:{self.port}{path}", headers={"Authorization": f"Bearer {self.token}"}
        )
        with urllib.request.urlopen(request) as answer:  # noqa: S310  # as above
            return json.load(answer)

    def put(self, path: str, resource: dict[str, Any]) -> None:
        """A resource at a FHIR *path*."""
        request = urllib.request.Request(  # our own server
            f"http://localhost:{self.port}/fhir/R4/{path}",
            json.dumps(resource).encode(),
            {"Authorization": f"Bearer {self.token}", "Content-Type": "application/fhir+json"},
            method="PUT",
        )
        with urllib.request.urlopen(request):  # noqa: S310  # as above
            pass


@contextmanager
def clinic(engine: str, folder: Path) -> Iterator[Server]:
    """A server on *engine* (`sqlite` or `mariadb`) with everything imported; stopped at the end."""
    house, given = folder / engine, data(folder)
    if engine == "sqlite":
        with _serving(house, given, "", []) as server:
            yield server
        return
    (folder / "server").mkdir()
    private = PrivateServer(folder / "server").start()
    try:
        place = private.database("meridian_bench")
        secrets = Secrets(house / "secrets.sealed", create_master(house / "master.key"))
        secrets.put("mariadb/password", place.password)
        where = (
            f'[mariadb]\nhost = "127.0.0.1"\nport = {place.port}\n'
            f'user = "{place.user}"\ndatabase = "{place.database}"\n'
        )
        with _serving(house, given, where, [private.process_id]) as server:
            yield server
    finally:
        private.close()


@contextmanager
def _serving(house: Path, given: Data, where: str, database: list[int]) -> Iterator[Server]:
    house.mkdir(mode=0o700, exist_ok=True)
    (house / "settings.toml").write_text(f"fhir_budget = 100_000_000\n{where}", encoding="utf-8")
    _meridian("org", "add", "Bench Clinic", "--data", str(house))
    begun = time.perf_counter()
    said = _meridian("import", str(given.path), "--data", str(house))
    seconds = time.perf_counter() - begun
    secret = _meridian("user", "token", "bench", "--data", str(house))
    first = _start(house, given).process  # which is not the one that is measured
    first.terminate()
    first.wait(20)
    server = _start(house, given)
    server.database = database
    server.imported = int(re.sub(r"\D", "", said.split(" resources")[0].splitlines()[-1]))
    server.import_seconds = seconds
    server.token = _token(server.port, secret)
    try:
        yield server
    finally:
        server.process.terminate()
        server.process.wait(20)


def _meridian(*words: str) -> str:
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-m", "meridian.cli", *words], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"meridian {' '.join(words)}: {done.stdout}{done.stderr}")
    return done.stdout


@contextmanager
def started(house: Path) -> Iterator[tuple[int, int]]:
    """Port and process of a server on a data folder; stopped at the end."""
    server = _start(house, Data("", house, {}))
    try:
        yield server.port, server.process.pid
    finally:
        server.process.terminate()
        server.process.wait(20)


def _start(house: Path, given: Data) -> Server:
    port = free_port()
    command = [sys.executable, "-m", "meridian.cli", "serve", "--data", str(house), "--port", str(port)]
    begun = time.perf_counter()
    own = {"PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(house / "bytecode")}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=os.environ | own)  # noqa: S603  # our own
    while time.perf_counter() - begun < 30:  # noqa: PLR2004  # seconds, far more than any start takes
        with suppress(OSError), urllib.request.urlopen(f"http://localhost:{port}/health", timeout=1):  # our own
            return Server(port, process, given, start_seconds=time.perf_counter() - begun)
        time.sleep(0.01)
    raise RuntimeError("The server did not start")


def _token(port: int, said: str) -> str:
    pair = ":".join(line.split()[-1] for line in said.splitlines() if line.startswith("client "))
    request = urllib.request.Request(  # our own server
        f"http://localhost:{port}/oauth2/token",
        data=urlencode({"grant_type": "client_credentials"}).encode(),
        headers={"Authorization": f"Basic {b64encode(pair.encode()).decode()}"},
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310  # as above
        token: str = json.load(answer)["access_token"]
    return token


def samples(server: Server) -> Samples:
    """What the scenarios ask for, looked up in the server itself."""
    found = Samples(patients=_resources(server.get("/fhir/R4/Patient?_count=100")))
    for patient in found.patients:
        observations = _resources(server.get(f"/fhir/R4/Observation?patient={patient['id']}&_count=500"))
        codes = Counter(one["code"]["coding"][0]["code"] for one in observations if "coding" in one["code"])
        found.coded += [(patient["id"], code) for code, count in codes.items() if count >= SEVERAL]
        found.observations += observations[:10]
    found.bundle = server.data.transaction
    diary.prepare(server.put, f"Patient/{found.patients[0]['id']}")
    return found


def _resources(bundle: Any) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in bundle.get("entry", [])]
