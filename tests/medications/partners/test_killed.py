"""Partners as processes of their own, killed: one, the other, both, and in the middle of an answer."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from meridian.medications.findings import Outcome, State, Why
from meridian.medications.partners.lines import panel
from meridian.medications.partners.panel import Panel
from meridian.medications.partners.sandbox import serving
from meridian.medications.question import Drug, Question
from meridian.settings import Partners, edition
from meridian.testing.browser import free_port
from meridian.vault.master import create_master
from meridian.vault.secrets import Secrets

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
EDITION = edition("meridian-pms")
HARMLESS = Question(Drug("acetaminophen", "313782", ("acetaminophen",), formulary=True))
DANGEROUS = Question(
    Drug("ciprofloxacin", "", ("ciprofloxacin",), formulary=True),
    (Drug("tizanidine", "", ("tizanidine",), "MedicationRequest/1", formulary=True),),
)
PATIENCE = 30.0


@dataclass
class Process:
    """One `meridian partners`, to be killed."""

    port: int
    running: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        self.running.kill()
        self.running.wait()

    def fault(self, partner: str, fault: str, seconds: float = 30.0) -> None:
        body = {"fault": fault, "seconds": seconds}
        httpx.put(f"{self.url}/admin/faults/{partner}", json=body).raise_for_status()


def start(data: Path, port: int) -> Process:
    command = [sys.executable, "-m", "meridian.cli", "partners", "--port", str(port), "--data", str(data)]
    made = Process(port, subprocess.Popen(command, env={**os.environ}, stdout=subprocess.DEVNULL))  # noqa: S603  # our own program
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            httpx.get(f"{made.url}/admin/faults")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return made
    made.kill()
    raise AssertionError("the sandbox did not start")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("partners")
    serving.issue(EDITION, Secrets(folder / "secrets.sealed", create_master(folder / "master.key")))
    return folder


@pytest.fixture
def processes(data: Path) -> Iterator[tuple[Process, Process]]:
    """ScriptGuard and MedTrack, each a process."""
    made = (start(data, free_port()), start(data, free_port()))
    yield made
    for one in made:
        one.kill()


@pytest.fixture
async def asking(data: Path, processes: tuple[Process, Process]) -> AsyncIterator[Panel]:
    guard, track = processes
    secrets = Secrets(data / "secrets.sealed", create_master(data / "master.key"))
    leading = Partners(f"{track.url}/medtrack/v2", f"{guard.url}/scriptguard/v2", ("127.0.0.1",), ("127.0.0.1/32",))
    made = panel(EDITION, leading, secrets)
    yield made
    await made.close()


def states(result: object) -> dict[str, State]:
    return {one.id: one.state for one in result.sources if one.id != "local"}  # type: ignore[attr-defined]  # a Result


async def test_one_is_killed_then_the_other_then_both_come_back(
    data: Path, processes: tuple[Process, Process], asking: Panel
) -> None:
    guard, track = processes
    first, _ = await asking.ask(HARMLESS)

    guard.kill()
    second, _ = await asking.ask(HARMLESS)
    track.kill()
    third, calls = await asking.ask(HARMLESS)
    again = [start(data, guard.port), start(data, track.port)]
    fourth, _ = await asking.ask(HARMLESS)
    for one in again:
        one.kill()

    assert [one.outcome for one in (first, second, third, fourth)] == [
        Outcome.CLEAR, Outcome.CLEAR, Outcome.UNAVAILABLE, Outcome.CLEAR,
    ]  # fmt: skip
    assert states(first) == {"scriptguard": State.ANSWERED, "medtrack": State.NOT_ASKED}
    assert states(second) == {"scriptguard": State.FAILED, "medtrack": State.ANSWERED}
    assert states(third) == {"scriptguard": State.FAILED, "medtrack": State.FAILED}
    assert {one.why for one in third.sources if one.why} == {Why.UNREACHABLE}
    assert {one.outcome for one in calls} == {"unreachable"}


async def test_one_that_is_killed_in_the_middle_of_its_answer_is_followed_by_the_other(
    processes: tuple[Process, Process], asking: Panel
) -> None:
    guard, _ = processes
    guard.fault("scriptguard", "trickle")
    waiting = asyncio.create_task(asking.ask(HARMLESS))
    await asyncio.sleep(0.8)

    guard.kill()
    result, _ = await waiting

    assert states(result) == {"scriptguard": State.FAILED, "medtrack": State.ANSWERED}
    assert result.outcome is Outcome.CLEAR


async def test_both_killed_in_the_middle_leave_what_the_local_rules_know(
    processes: tuple[Process, Process], asking: Panel
) -> None:
    guard, track = processes
    guard.fault("scriptguard", "slow")
    track.fault("medtrack", "slow")
    waiting = asyncio.create_task(asking.ask(DANGEROUS))
    await asyncio.sleep(0.5)

    guard.kill()
    track.kill()
    result, _ = await waiting

    assert result.outcome is Outcome.UNAVAILABLE
    assert [one.severity.value for one in result.alerts] == ["contraindicated"]


async def test_one_that_is_slow_is_given_up_in_time(processes: tuple[Process, Process], asking: Panel) -> None:
    guard, _ = processes
    guard.fault("scriptguard", "slow", 60)
    began = time.monotonic()

    result, _ = await asking.ask(HARMLESS)

    assert 4.5 < time.monotonic() - began < 7.5
    assert states(result) == {"scriptguard": State.FAILED, "medtrack": State.ANSWERED}
    assert next(one.why for one in result.sources if one.why) is Why.TIMEOUT
