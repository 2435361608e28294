"""`meridian verify`: what it says, keeps and ends with, and that nothing installed can take a control out."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hatchling.builders.wheel import WheelBuilder

from meridian.cli import attacking, proving
from meridian.cli import main as cli
from meridian.cli.ending import NOT_NOW, REFUSED, Stop
from meridian.ops import evidence
from meridian.testing.attacked import Attacked, attacked
from meridian.testing.weaknesses import all_of_them
from meridian.threats.attack import Attack, Outcome, Result
from meridian.threats.attacker import Attacker
from meridian.threats.findings import Finding, Run
from meridian.threats.material import Material

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Attacked:
    return attacked(tmp_path_factory.mktemp("attacked"))


async def never(attacker: Attacker) -> str | None:
    raise AssertionError(attacker)


def ended(*results: Result) -> Run:
    found = [Finding(Attack("AUTH-01", "auth-01/x", "", never), Outcome(one, "said")) for one in results]
    return Run("http://localhost", "meridian-pms", "0", 0, 1, tuple(found))


def test_a_run_is_shown_reported_signed_and_kept(deployment: Attacked, tmp_path: Path) -> None:
    with deployment.served(tmp_path) as attacker:
        assert attacker.data is not None
        words = ["verify", "--target", attacker.target, "--data", str(attacker.data), "--threat", "INFRA-02"]
        done = CliRunner().invoke(cli, [*words, "--edition", "careconnect360", "--report", str(tmp_path / "report")])

    assert done.exit_code == 0, done.output
    assert "All 3 attacks were refused." in done.output
    assert "openssl pkeyutl -verify" in done.output
    said = json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))
    assert (said["edition"], said["refused"], said["succeeded"]) == ("careconnect360", 3, 0)
    [kept] = evidence.held(attacker.data, evidence.Kind.VERIFY)
    assert kept.standing == "signed"
    assert kept.content["refused"] == 3
    assert (kept.path.with_suffix(".report") / "report.html.sig").is_file()


@pytest.mark.parametrize(
    ("results", "code"),
    [
        ((Result.REFUSED, Result.SUCCEEDED, Result.NOT_RUN), REFUSED),
        ((Result.REFUSED, Result.NOT_RUN), NOT_NOW),
    ],
)
def test_whatever_is_not_a_refusal_ends_badly(results: tuple[Result, ...], code: int) -> None:
    with pytest.raises(Stop) as stopped:
        attacking.end(ended(*results))

    assert stopped.value.exit_code == code


def test_a_threat_that_there_is_not_is_said(tmp_path: Path) -> None:
    with pytest.raises(Stop, match="no threat AUTH-99"):
        attacking.attack(Attacker("http://localhost:1", Material({}, {})), ("AUTH-99",), "meridian-pms")
    assert not list(tmp_path.iterdir())


def test_controls_can_be_taken_out_in_a_checkout_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(proving, "SEAM", "meridian.not_there")

    done = CliRunner().invoke(cli, ["verify", "--prove", "--data", str(tmp_path)])

    assert done.exit_code == NOT_NOW
    assert "in a checkout only" in done.output


def test_no_wheel_holds_what_takes_controls_out() -> None:
    names = {one.distribution_path for one in WheelBuilder(str(ROOT)).recurse_included_files()}

    assert "meridian/cli/proving.py" in names
    assert not [name for name in names if "testing" in name]


def test_a_proof_of_one_threat_is_kept(deployment: Attacked) -> None:
    words = ["verify", "--prove", "--threat", "INFRA-02", "--data", str(deployment.site.data)]
    done = CliRunner().invoke(cli, words)

    assert done.exit_code == 0, done.output
    caught = sum(name.startswith("infra-02/") for name in all_of_them())
    assert caught
    assert f"All {caught} twins were caught." in done.output
    kept = evidence.newest(deployment.site.data, evidence.Kind.PROVE)
    assert kept is not None
    assert (kept.standing, kept.content["caught"]) == ("signed", caught)
