"""A sandbox that lets in what it should not, and a client that goes where it should not, are found out."""

import asyncio
from pathlib import Path

import pytest

from meridian.medications.partners.allowed import Rules
from meridian.medications.partners.sandbox.gate import Credentials, Gate
from meridian.medications.partners.sandbox.serving import issue
from meridian.settings import edition
from meridian.testing.ports import free_ports
from meridian.threats.attack import ARSENAL, Outcome, Result
from meridian.threats.attacker import Attacker
from meridian.threats.attacks import api_03
from meridian.threats.campaign import one
from meridian.threats.material import Material
from meridian.vault.master import create_master
from meridian.vault.secrets import Secrets


@pytest.fixture
def attacker(tmp_path: Path) -> Attacker:
    """A deployment's folder, whose partners are this machine."""
    [port] = free_ports(1)
    base = f"http://127.0.0.1:{port}"
    (tmp_path / "settings.toml").write_text(
        f'[partners]\nmedtrack = "{base}/medtrack/v2"\nscriptguard = "{base}/scriptguard/v2"\n'
        'hosts = ["127.0.0.1"]\nnetworks = ["127.0.0.1/32"]\n',
        encoding="utf-8",
    )
    issue(edition("meridian-pms"), Secrets(tmp_path / "secrets.sealed", create_master(tmp_path / "master.key")))
    return Attacker("http://localhost:1", Material({}, {}), data=tmp_path)


def came_of(attacker: Attacker, *names: str) -> dict[str, Outcome]:
    chosen = [attack for attack in ARSENAL.all() if attack.name in names]

    async def work() -> dict[str, Outcome]:
        return {attack.name: await one(attacker, attack) for attack in chosen}

    return asyncio.run(work())


GATE = (*(f"api-03/{name}" for name in api_03.FORGED), "api-03/altered-body", "api-03/elsewhere")


def test_a_gate_that_looks_at_keys_alone_lets_thieves_in(attacker: Attacker, monkeypatch: pytest.MonkeyPatch) -> None:
    def admit(gate: Gate, request: object, body: bytes) -> Credentials:
        del request, body
        return gate.accepted()[0]

    whole = came_of(attacker, *GATE)
    monkeypatch.setattr(Gate, "admit", admit)
    open_ = came_of(attacker, *GATE)

    assert {name for name, outcome in whole.items() if outcome.result is not Result.REFUSED} == set()
    assert {name for name, outcome in open_.items() if outcome.result is not Result.SUCCEEDED} == {"api-03/elsewhere"}


@pytest.mark.parametrize("rule", ["host", "address"])
def test_a_line_without_one_of_its_rules_is_found_out(
    attacker: Attacker, monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    monkeypatch.setattr(Rules, rule, lambda *_: None)

    [outcome] = came_of(attacker, "api-03/elsewhere").values()

    assert outcome.result is Result.SUCCEEDED


def test_a_real_partner_is_not_attacked(attacker: Attacker) -> None:
    assert attacker.data is not None
    (attacker.data / "settings.toml").unlink()

    [outcome] = came_of(attacker, "api-03/unsigned").values()

    assert (outcome.result, "not ours to attack" in outcome.said) == (Result.NOT_RUN, True)
