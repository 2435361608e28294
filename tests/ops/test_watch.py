"""The watch that a server keeps on itself."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from meridian.app.house import House, opened
from meridian.app.watch import Watch
from meridian.ops.figures import registry
from meridian.settings import Janus, Metrics, Settings, Turn, edition
from meridian.store import outbox, samples
from meridian.telemetry import figures, signals
from meridian.testing.certificates import self_signed
from meridian.testing.lines import Lines

pytestmark = pytest.mark.anyio


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@asynccontextmanager
async def watched(tmp_path: Path, **changes: Any) -> AsyncIterator[tuple[House, Watch]]:
    settings = replace(Settings(edition("meridian-pms"), tmp_path, clamd="none"), **changes)
    async with opened(settings) as house:
        yield house, Watch(house, registry())


async def test_figures_are_given_beside_the_server_to_whoever_knows_the_secret(tmp_path: Path) -> None:
    port = free_port()
    async with watched(tmp_path, metrics_port=port) as (house, watch):
        house.secrets.put("metrics/password", "correct horse")
        await watch.start()
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as prometheus:
            stranger = await prometheus.get("/metrics")
            known = await prometheus.get("/metrics", headers={"authorization": "Bearer correct horse"})
            house.secrets.put("metrics/password", "battery staple")
            rotated = await prometheus.get("/metrics", auth=("prometheus", "battery staple"))
        await watch.stop()

    assert (stranger.status_code, known.status_code, rotated.status_code) == (401, 200, 200)
    assert 'meridian_build_info{edition="meridian-pms",role="all"' in known.text


async def test_without_the_secret_nothing_listens_and_the_log_says_so(tmp_path: Path) -> None:
    async with watched(tmp_path, metrics_port=free_port()) as (_, watch):
        with Lines() as lines:
            await watch.start()
        await watch.stop()

    assert watch.port == 0
    assert "figures cannot be read: the vault lacks metrics/password" in lines.text


async def test_what_stands_is_looked_up(tmp_path: Path) -> None:
    async with watched(tmp_path) as (house, watch):
        await house.engine.write(lambda: outbox.put(0, "mail", "a", 1, {}))
        await house.checkpointer.once()
        await watch.look()

    assert figures.DUE.get() == 1
    assert (figures.OUTBOX_LAG.get() or 0) > 10**6
    assert figures.UNSIGNED.get() == 0
    assert (figures.CHECKPOINT_AGE.get() or 99) < 60
    assert figures.UP.get("database") == 1
    assert (figures.DISK_FREE.get("data") or 0) > 0
    assert figures.BACKUP_AGE.get() is None


async def test_a_database_that_is_away_is_a_figure(tmp_path: Path) -> None:
    async with watched(tmp_path) as (house, watch):
        await house.engine.close()
        with Lines() as lines:
            await watch._tried(watch.look)
        await house.engine.open()

    assert figures.UP.get("database") == 0
    assert "the watch could not look: Unavailable" in lines.text


async def test_what_answers_is_asked(tmp_path: Path) -> None:
    taking = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = taking.sockets[0].getsockname()[1]
    turn, janus = Turn(hosts=("127.0.0.1",), port=port), Janus(url=f"http://127.0.0.1:{free_port()}/janus")
    async with watched(tmp_path, turn=turn, janus=janus, clamd=f"127.0.0.1:{free_port()}") as (_, watch):
        await watch.ask()
    taking.close()

    assert {name: figures.UP.get(name) for name in ("files", "turn", "janus", "clamd")} == {
        "files": 1, "turn": 1, "janus": 0, "clamd": 0,
    }  # fmt: skip


async def test_each_minute_is_kept(tmp_path: Path) -> None:
    async with watched(tmp_path) as (house, watch):
        figures.REQUESTS.add("fhir", "GET", "/fhir/R4/{type}", "500")
        await watch.keep()
        [kept] = await house.engine.read(lambda: samples.since(0))

    assert b'"errors":1.0' in kept.said
    assert kept.process.startswith("all@")


async def test_the_end_of_the_certificate_is_a_figure(tmp_path: Path) -> None:
    made = self_signed(tmp_path)
    async with watched(tmp_path, metrics=Metrics(certificate=str(made))) as (_, watch):
        await watch.look()
        ends = figures.CERTIFICATE.get() or 0
        made.write_bytes(b"none")
        await watch.look()

    assert datetime.fromtimestamp(ends, UTC) > datetime.now(UTC) + timedelta(hours=1)
    assert figures.CERTIFICATE.get() is None


async def test_detectors_hear_only_while_the_house_is_open(tmp_path: Path) -> None:
    before = len(signals.heard)
    async with watched(tmp_path):
        assert len(signals.heard) == before + 1

    assert len(signals.heard) == before
