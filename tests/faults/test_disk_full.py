"""A disk without space: what would have to be written is refused in words, a read too, until there is space again."""

import asyncio
import errno
import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

import pytest

from meridian.testing.served import Answer, Served, Site
from meridian.testing.standing import look
from meridian.testing.storm import Storm, patient

Start: TypeAlias = Callable[[Site], Served]

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


@contextmanager
def no_file_grows(server: Served, _: Path) -> Iterator[None]:
    """EFBIG; Python takes the signal that goes with it for an ordinary error."""
    endless = resource.RLIM_INFINITY
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (1, endless))
    yield
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (endless, endless))


@contextmanager
def no_block_is_free(_: Served, data: Path) -> Iterator[None]:
    """ENOSPC."""
    filler = data / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"x" * 65_536):
            pass
    yield
    filler.unlink()


@pytest.fixture
def small_site(settled: Site, tmp_path: Path) -> Iterator[Site]:
    """A site on a disk of 12 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = os.geteuid() == 0 and not subprocess.run(  # noqa: S603  # a made-up folder
        ["/bin/mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(disk)], capture_output=True, check=False
    ).returncode  # fmt: skip
    if not mounted:
        pytest.skip(f"no small disk can be mounted here ({os.strerror(errno.EPERM)})")
    yield Site(shutil.copytree(settled.data, disk / "data"), (), settled.client)
    subprocess.run(["/bin/umount", "--lazy", str(disk)], check=False)  # noqa: S603  # as above


async def test_when_no_file_grows_writes_and_reads_are_refused_until_they_do(sqlite_site: Site, start: Start) -> None:
    await starve(sqlite_site, start, no_file_grows)


async def test_when_the_disk_is_full_writes_and_reads_are_refused_until_it_is_not(
    small_site: Site, start: Start
) -> None:
    await starve(small_site, start, no_block_is_free)


async def starve(site: Site, start: Start, hunger: Callable[..., object]) -> None:
    server = start(site)
    known = server.fhir("POST", "/Patient", patient("before")).json["id"]
    storm = Storm("f")

    with hunger(server, site.data):  # type: ignore[attr-defined]  # a context manager
        raging = asyncio.create_task(storm.rage([server], 16, enough=0, until_stopped=True))
        refused = [
            await until_refused(server, path) for path in (f"/Patient/{known}", "/Patient?name=before", "/Patient/no")
        ]
        at_most = len(storm.acknowledged)
        alive = server.ask("GET", "/health").status
    await until(lambda: len(storm.acknowledged) > at_most + 100)
    storm.stopped = True
    await raging

    assert alive == 200
    for answer in refused:
        assert answer.json["resourceType"] == "OperationOutcome"
        assert answer.problems.startswith(("The disk is full", "The disk does not answer"))
        assert answer.headers["retry-after"]
        assert b"Gale" not in answer.body
    assert set(storm.refused) == {503}
    assert storm.cut == 0
    assert server.fhir("GET", f"/Patient/{known}").status == 200
    server.stop()
    standing = await look(site)
    assert standing.wrong == []
    assert storm.acknowledged <= set(standing.bodies)
    assert "Not whole" not in site.command("audit", "verify")


async def until_refused(server: Served, path: str) -> Answer:
    """An entry or two may still find room; nothing leaves without."""
    for _ in range(500):
        answer = await asyncio.to_thread(server.fhir, "GET", path)
        if answer.status == 503:
            return answer
        await asyncio.sleep(0.01)
    raise AssertionError("There is still space")


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0.02)
