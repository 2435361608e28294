"""A server that is killed while a thousand write, and servers that share a database: nothing lost, nothing halved."""

import asyncio
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from meridian.testing.served import FHIR, Line, Served, Site
from meridian.testing.standing import Standing, look
from meridian.testing.storm import WHOLE, Storm, name_of

Start: TypeAlias = Callable[[Site], Served]

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


async def whole(site: Site, storm: Storm) -> Standing:
    standing = await look(site)

    assert standing.wrong == []
    assert storm.acknowledged <= set(standing.bodies)
    assert storm.acknowledged <= set(standing.recorded)
    observations = Counter(name_of(body) for body in standing.bodies.values() if body["resourceType"] == "Observation")
    assert set(observations.values()) == {WHOLE - 1}
    assert storm.whole <= set(observations)
    return standing


def proves_itself(site: Site, folder: Path) -> int:
    """Ask both verifiers; how many entries the stand-alone one has read."""
    assert "Not whole" not in site.command("audit", "verify")
    site.command("audit", "export", str(folder))
    key = (folder / "key").read_text().strip()
    said = subprocess.run(  # noqa: S603  # the verifier as anybody would run it
        [sys.executable, str(folder / "verifier.py"), str(folder), "--key", key],
        capture_output=True, text=True, check=True, cwd=folder,
    ).stdout  # fmt: skip
    return max(int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", said))


async def test_a_server_killed_while_a_thousand_write_has_kept_what_it_acknowledged(
    site: Site, start: Start, tmp_path: Path
) -> None:
    server = start(site)
    storm = Storm("k")
    raging = asyncio.create_task(storm.rage([server], 1000, enough=1_000_000))

    while len(storm.acknowledged) < 1500 and not raging.done():  # noqa: ASYNC110  # nobody tells
        await asyncio.sleep(0.01)
    server.process.send_signal(signal.SIGKILL)  # type: ignore[union-attr]  # it runs
    await raging
    server.stop()

    assert storm.cut >= 900, "they were writing"
    assert storm.refused == {}
    server = start(site)
    line = Line(server)
    for what in sorted(storm.acknowledged)[::50]:
        assert (await line.ask("GET", f"{FHIR}/{what}")).status == 200
    line.close()
    server.stop()
    standing = await whole(site, storm)
    assert proves_itself(site, tmp_path / "export") >= len(standing.entries)


async def test_two_servers_on_one_database_lose_nothing_and_keep_one_log(
    site: Site, start: Start, tmp_path: Path
) -> None:
    servers = [start(site), start(site)]
    storm = Storm("t")

    await storm.rage(servers, 32, enough=500)
    for server in servers:
        server.stop()

    assert storm.cut == 0
    assert storm.refused == {}, storm.details
    standing = await whole(site, storm)
    assert proves_itself(site, tmp_path / "export") >= len(standing.entries)


async def test_one_of_two_servers_killed_leaves_the_other_working(
    sqlite_site: Site, start: Start, tmp_path: Path
) -> None:
    killed, other = start(sqlite_site), start(sqlite_site)
    storm = Storm("o")
    raging = asyncio.create_task(storm.rage([killed, other], 32, enough=600))

    while len(storm.acknowledged) < 200:  # noqa: ASYNC110  # nobody tells
        await asyncio.sleep(0.01)
    killed.process.send_signal(signal.SIGKILL)  # type: ignore[union-attr]  # it runs
    await raging
    killed.stop()
    other.stop()

    assert len(storm.acknowledged) >= 600
    assert storm.refused == {}, storm.details
    await whole(sqlite_site, storm)
    proves_itself(sqlite_site, tmp_path / "export")
