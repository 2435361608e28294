"""`meridian jobs` on a Meridian of its own."""

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from meridian.app import opened
from meridian.cli import main
from meridian.ops import doctor
from meridian.ops.doctor import Level
from meridian.settings import load
from meridian.store import outbox
from meridian.store.plan import Plan, Query


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    assert run("org", "add", "Clinic", "--data", folder).exit_code == 0
    return folder


def fail(data: Path, what: str) -> None:
    def plan() -> Plan[None]:
        yield from outbox.put(1, "notify", what, 1_700_000_000_000, {"kind": "message"})
        [(no,)] = yield Query("SELECT MAX(no) FROM outbox")
        yield from outbox.give_up(no, 12)

    async def work() -> None:
        async with opened(load(data)) as house:
            await house.engine.write(plan)

    asyncio.run(work())


def test_an_outbox_without_failures_is_well(data: Path) -> None:
    said = run("jobs", "--data", data)

    assert (said.exit_code, said.output) == (0, "0 due; 0 failed\n")


def test_what_failed_is_listed_and_tried_anew(data: Path) -> None:
    for what in ("Communication/1", "Communication/2"):
        fail(data, what)

    listed = run("jobs", "--data", data)
    examined = run("doctor", "--data", data)
    one = run("jobs", "retry", "2", "--data", data)
    nobody = run("jobs", "retry", "2", "--data", data)
    rest = run("jobs", "retry", "--data", data)

    assert listed.exit_code == 1
    assert "0 due; 2 failed" in listed.output
    assert "Communication/1" in listed.output
    assert "Jobs         0 due, 2 failed" in examined.output
    assert (one.exit_code, nobody.exit_code, rest.output) == (0, 1, "1 will be tried anew.\n")
    assert "2 due, the first since 2023-11-14" in run("jobs", "--data", data).output


@pytest.mark.parametrize(
    ("due", "waited", "failed", "level"),
    [(0, 0, 0, Level.OK), (5, 60, 0, Level.OK), (5, 3600, 0, Level.WARN), (0, 0, 1, Level.FAIL)],
)
def test_the_doctor_knows_when_nobody_works(due: int, waited: float, failed: int, level: Level) -> None:
    assert doctor.jobs(due, waited, failed).level is level
