"""The platform in parts: real processes that each do one thing, on one database and one Redis."""

import asyncio
import json
import shutil
import signal
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from meridian.realtime.fanout import client
from meridian.testing import sockets
from meridian.testing.following import Follower
from meridian.testing.ports import listening
from meridian.testing.redis import PASSWORD, SECRET, PrivateRedis
from meridian.testing.resources import minimal
from meridian.testing.served import FHIR, Served, Site, settle
from meridian.vault.master import create_master
from meridian.vault.secrets import Secrets

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
NOBODY = "-"


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return settle(tmp_path_factory.mktemp("settled") / "data")


@pytest.fixture
def site(settled: Site, tmp_path: Path, redis: PrivateRedis) -> Site:
    data = tmp_path / "data"
    shutil.copytree(settled.data, data)
    Secrets(data / "secrets.sealed", create_master(data / "master.key")).put(SECRET, PASSWORD)
    settings = data / "settings.toml"
    more = f'\n[redis]\nurl = "{redis.place.url}"\npassword = "{SECRET}"\n'
    settings.write_text(
        f'origin = "http://localhost:1"\n{settings.read_text(encoding="utf-8")}{more}', encoding="utf-8"
    )
    return replace(settled, data=data)


@contextmanager
def part(site: Site, role: str, log: Path, *more: str, host: str = "") -> Iterator[Served]:
    """A process of that role; only those that answer give tokens."""
    log.mkdir(exist_ok=True)
    where = (*site.where, "--role", role, *more, *(("--host", host) if host else ()))
    server = Served(replace(site, where=where), log / f"{role}.log", token="" if role in {"api", "all"} else NOBODY)
    try:
        yield server.start()
    finally:
        server.stop()


def status(server: Served, path: str, **more: str) -> int:
    return server.ask("GET", path, token=more.get("token")).status


async def ready(server: Served, wanted: int) -> None:
    async with asyncio.timeout(30):
        while await asyncio.to_thread(status, server, "/readyz", token="") != wanted:  # noqa: ASYNC110  # as a balancer does
            await asyncio.sleep(0.1)


def put_aside(data: Path) -> None:
    """A job that no handler knows: whoever takes it is seen."""
    with closing(sqlite3.connect(data / "meridian.db")) as database, database:
        database.execute(
            "INSERT INTO outbox (org, topic, what, due, leased, tries, state, said)"
            " VALUES (1, 'nobody', 'x', 0, 0, 0, 0, '{}')"
        )


def tries(data: Path) -> int:
    with closing(sqlite3.connect(data / "meridian.db")) as database:
        return int(database.execute("SELECT tries FROM outbox WHERE topic = 'nobody'").fetchone()[0])


async def taken(data: Path) -> None:
    async with asyncio.timeout(30):
        while not await asyncio.to_thread(tries, data):  # noqa: ASYNC110  # nobody tells another process
            await asyncio.sleep(0.1)


async def test_each_part_does_its_own_and_nothing_else(site: Site, tmp_path: Path) -> None:
    with part(site, "api", tmp_path) as api, part(site, "realtime", tmp_path, host="0.0.0.0") as live:  # noqa: S104  # for a moment
        put_aside(site.data)
        for path in ("/", "/api/edition", f"{FHIR}/metadata", "/oauth2/token", "/.well-known/jwks.json"):
            assert status(live, path, token="") == 404, path
        assert status(api, f"{FHIR}/metadata", token="") == 200
        assert {status(one, path, token="") for one in (api, live) for path in ("/healthz", "/readyz")} == {200}
        with pytest.raises(InvalidStatus):
            async with sockets.program(api.port, api.token):
                pass

        follower = Follower(lambda: sockets.program(live.port, api.token), "board")
        following = asyncio.create_task(follower.run())
        await follower.until(0)
        for resource, name in (("Patient", "ann"), ("Encounter", "visit")):
            body = minimal(resource, name, **({"patient": "ann"} if resource == "Encounter" else {}))
            answer = await asyncio.to_thread(api.fhir, "PUT", f"/{resource}/{name}", body)
            assert answer.status == 201
        await follower.until(1)  # what was written there is heard here
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)

        assert tries(site.data) == 0  # neither of them works on the outbox
        with part(site, "worker", tmp_path, host="0.0.0.0") as worker:  # noqa: S104  # which it does not do
            await taken(site.data)
            assert {status(worker, path, token="") for path in ("/healthz", "/readyz")} == {200}
            assert {status(worker, path, token="") for path in ("/", "/api/edition", f"{FHIR}/metadata")} == {404}
            assert {address for address, port in listening(worker.pid) if port == worker.port} == {"127.0.0.1"}


async def test_a_worker_is_not_alone_in_its_kind(site: Site, tmp_path: Path) -> None:
    with part(site, "worker", tmp_path / "one") as first, part(site, "worker", tmp_path / "two") as second:
        assert {status(one, "/readyz", token="") for one in (first, second)} == {200}
        first.kill()
        put_aside(site.data)
        await taken(site.data)


async def test_processes_share_one_budget_and_without_redis_only_fhir_goes_on(
    site: Site, redis: PrivateRedis, tmp_path: Path
) -> None:
    settings = site.data / "settings.toml"
    settings.write_text(f"api_budget = 20\n{settings.read_text(encoding='utf-8')}", encoding="utf-8")
    with part(site, "api", tmp_path / "one") as first, part(site, "api", tmp_path / "two") as second:
        answers = [status(server, "/api/edition", token=first.token) for server in (first, second) * 15]
        assert 20 <= answers.count(200) <= 25  # not twenty each; some come back while the window slides
        assert answers.count(429) == 30 - answers.count(200)

        line = client(redis.place, PASSWORD)
        keys = [key async for key in line.scan_iter()]
        await line.aclose()
        assert keys
        assert all(key.startswith(b"meridian:http://localhost:1:") for key in keys)  # as its access list has it

        await asyncio.to_thread(redis.kill)
        await asyncio.gather(ready(first, 503), ready(second, 503))
        assert json.loads(first.ask("GET", "/readyz", token="").body)["lacks"] == ["counting"]
        assert status(first, "/healthz", token="") == 200
        assert status(first, "/api/edition", token=first.token) == 503
        form = b"grant_type=client_credentials&client_id=x&client_secret=y"
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        assert first.ask("POST", "/oauth2/token", form, kind, token="").status == 503
        assert status(first, f"{FHIR}/Patient", token=first.token) == 200

        await asyncio.to_thread(redis.start)
        await asyncio.gather(ready(first, 200), ready(second, 200))


async def test_who_is_asked_to_stop_says_so_first_answers_on_and_ends_what_is_open(site: Site, tmp_path: Path) -> None:
    settings = site.data / "settings.toml"
    settings.write_text(f"drain = 3\n{settings.read_text(encoding='utf-8')}", encoding="utf-8")
    with part(site, "api", tmp_path) as api, socket.create_connection(("127.0.0.1", api.port), timeout=30) as line:
        body = json.dumps(minimal("Patient", "slow")).encode()
        head = f"PUT {FHIR}/Patient/slow HTTP/1.1\r\nHost: {api.host}\r\nAuthorization: Bearer {api.token}\r\n"
        head += f"Content-Type: application/fhir+json\r\nContent-Length: {len(body)}\r\n\r\n"
        line.sendall(head.encode() + body[:10])
        process = api.process
        assert process is not None

        process.send_signal(signal.SIGTERM)
        await ready(api, 503)
        assert json.loads(api.ask("GET", "/readyz", token="").body) == {"status": "draining"}
        assert status(api, "/healthz", token="") == 200
        assert status(api, f"{FHIR}/Patient", token=api.token) == 200
        await closed(api.port)
        line.sendall(body[10:])

        assert (await asyncio.to_thread(line.recv, 4096)).startswith(b"HTTP/1.1 201")
        assert await asyncio.to_thread(process.wait, 30) == -signal.SIGTERM  # which it passes on when all is done


async def closed(port: int) -> None:
    """Nobody listens there any more."""
    async with asyncio.timeout(30):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                return
            writer.close()
            await asyncio.sleep(0.1)


def test_parts_that_could_not_hear_of_each_other_do_not_start(settled: Site) -> None:
    assert "[redis]" in settled.command("serve", "--role", "api", "--port", "1999", fails=True)
