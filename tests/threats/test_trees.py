"""Attacks on what a deployment is made of: what they say where they lack it, and what they would not notice else."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from meridian.testing import trees
from meridian.testing.workflows import ROOT
from meridian.threats import attacks  # noqa: F401  # importing it fills the arsenal
from meridian.threats.attack import ARSENAL, Outcome, Result
from meridian.threats.attacker import Attacker
from meridian.threats.attacks import infra_01
from meridian.threats.campaign import campaign
from meridian.threats.material import Material

THREATS = ("INFRA-01", "INFRA-03", "INFRA-04")
NOWHERE = "http://localhost:1"


def against(*names: str, source: Path | None = None, infra: Path | None = None) -> dict[str, Outcome]:
    attacker = Attacker(NOWHERE, Material({}, {}), source=source, infra=infra)
    chosen = [attack for attack in ARSENAL.all() if attack.name in names or attack.threat in names]

    async def work() -> dict[str, Outcome]:
        return {one.name: outcome async for one, outcome in campaign(attacker, chosen)}

    return asyncio.run(work())


def test_without_a_checkout_and_templates_nothing_is_taken_for_refused() -> None:
    outcomes = against(*THREATS)

    assert {outcome.result for outcome in outcomes.values()} == {Result.NOT_RUN}


def test_templates_of_something_else_are_not_judged(tmp_path: Path) -> None:
    infra = trees.templates(tmp_path / "infra")
    trees.replace(infra / "careconnect360-services.template.json", "s3:PutObject", "s3:PutSomething")

    outcomes = against("INFRA-01", source=ROOT, infra=infra)

    assert "its own work" in outcomes["infra-01/data"].said
    assert outcomes["infra-01/escalation"].result is Result.NOT_RUN


@pytest.mark.parametrize(
    ("uid", "capabilities", "said"), [(0, 0, "is root"), (33, 0, ""), (33, 1 << 21, "has capabilities")]
)
def test_a_process_is_judged_by_what_linux_says_of_it(uid: int, capabilities: int, said: str) -> None:
    status = f"Name:\tpython\nUid:\t{uid}\t{uid}\t{uid}\t{uid}\nCapEff:\t{capabilities:016x}\n"

    assert infra_01.mighty(status) == said


def test_a_process_that_serves_the_folder_is_found(tmp_path: Path) -> None:
    assert list(infra_01.serving(tmp_path)) == []

    words = ("-c", "input()", "serve", "--data", str(tmp_path))
    with subprocess.Popen([sys.executable, *words], stdin=subprocess.PIPE) as process:  # noqa: S603  # waits
        found = list(infra_01.serving(tmp_path))
        process.communicate(b"\n")

    assert [f"Pid:\t{process.pid}\n" in status for status in found] == [True]


def test_a_client_that_judges_no_address_is_found_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("meridian.medications.partners.allowed.Rules.address", lambda *_: None)
    attacker = Attacker(NOWHERE, Material({}, {}), data=tmp_path)

    async def work() -> str | None:
        return await infra_01.metadata(attacker)

    assert "was reached" in str(asyncio.run(work()))
