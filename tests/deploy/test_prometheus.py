"""The rules of `deploy/prometheus`, checked and tried by Prometheus's own tool."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from meridian.telehealth.metrics import Figures

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "prometheus"
RULES, TRIED = "telehealth.rules.yml", "telehealth.test.yml"


@pytest.fixture
def promtool() -> str:
    found = shutil.which("promtool")
    if found is None:
        pytest.skip("promtool is not installed (apt-get install prometheus)")
    return found


def run(promtool: str, *words: str, folder: Path = FOLDER) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603  # the installed tool, our own arguments
        [promtool, *words], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )


def test_the_rules_are_rules(promtool: str) -> None:
    done = run(promtool, "check", "rules", "--lint=all", "--lint-fatal", RULES)

    assert done.returncode == 0, done.stdout + done.stderr


def test_they_ring_when_they_are_to_and_only_then(promtool: str) -> None:
    done = run(promtool, "test", "rules", TRIED)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ('result=~"failed|weak"}[30m])) >= 3', 'result=~"failed|weak"}[30m])) >= 300'),
        ('unless sum(increase(meridian_visit_device_tests_total{step=~"udp|tcp|tls",result="ok"}[30m])) > 0', ""),
        ('code="401"', 'code="403"'),
        ("> 0.2 * sum", "> -1 * sum"),
    ],
)
def test_a_rule_that_is_wrong_is_found_to_be(promtool: str, tmp_path: Path, said: str, instead: str) -> None:
    text = (FOLDER / RULES).read_text(encoding="utf-8")
    assert said in text
    (tmp_path / RULES).write_text(text.replace(said, instead), encoding="utf-8")
    shutil.copy(FOLDER / TRIED, tmp_path)

    done = run(promtool, "test", "rules", TRIED, folder=tmp_path)

    assert done.returncode != 0
    assert "FAILED" in done.stdout + done.stderr


def test_what_the_rules_look_at_is_counted() -> None:
    registry = CollectorRegistry()
    Figures(registry)
    counted = {sample.name for family in registry.collect() for sample in family.samples}

    named = set(re.findall(r"meridian_\w+", (FOLDER / RULES).read_text(encoding="utf-8")))

    assert named <= counted
    assert len(named) >= 6
