"""A first start that is cut short, or finds no space, can be repeated; what it says is meant for people."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

from meridian.testing.served import Served, Site

Start: TypeAlias = Callable[[Site], Served]

pytestmark = pytest.mark.slow


def begin(data: Path) -> "subprocess.Popen[str]":
    words = [sys.executable, "-m", "meridian.cli", "org", "add", "Torture Clinic", "--data", str(data)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)  # noqa: S603  # our own


def test_a_first_start_killed_at_any_moment_can_be_repeated(tmp_path: Path, start: Start) -> None:
    data = tmp_path / "data"
    for moment in ("master.key", "secrets.sealed", "meridian.db", "meridian.db-wal", "anchors"):
        first = begin(data)
        until = time.monotonic() + 30
        while not (data / moment).exists() and first.poll() is None and time.monotonic() < until:
            time.sleep(0.001)
        first.kill()
        first.communicate()

    site = Site(data)
    names = site.command("org", "list")
    if "Torture Clinic" not in names:
        site.command("org", "add", "Torture Clinic")
    server = start(Site(data, (), site.program("tormentor")))
    made = server.fhir("POST", "/Patient", {"resourceType": "Patient", "active": True})

    assert made.status == 201
    server.stop()
    assert "Not whole" not in site.command("audit", "verify")


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 200 KB, less than an empty database."""
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(  # noqa: S603  # a made-up folder
        ["/bin/mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("no small disk can be mounted here")
    yield disk
    subprocess.run(["/bin/umount", "--lazy", str(disk)], check=False)  # noqa: S603  # as above


def test_a_first_start_without_space_says_so_and_can_be_repeated(tiny_disk: Path) -> None:
    said, _ = (refused := begin(tiny_disk / "data")).communicate(timeout=60)

    assert refused.returncode not in {0, -6, -11}
    assert "Traceback" not in said
    assert "disk" in said.lower()
    subprocess.run(["/bin/mount", "-o", "remount,size=20m", str(tiny_disk)], check=True)  # noqa: S603  # as above
    said, _ = (repeated := begin(tiny_disk / "data")).communicate(timeout=60)
    assert repeated.returncode == 0, said
