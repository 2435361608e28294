"""The rules of `deploy/prometheus`, checked and tried by Prometheus's own tool."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from meridian.ops.figures import registry
from meridian.telehealth.metrics import Figures
from meridian.telemetry import tally

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "prometheus"
FILES = ["telehealth", "platform"]


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


@pytest.mark.parametrize("name", FILES)
def test_the_rules_are_rules(promtool: str, name: str) -> None:
    done = run(promtool, "check", "rules", "--lint=all", "--lint-fatal", f"{name}.rules.yml")

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", FILES)
def test_they_ring_when_they_are_to_and_only_then(promtool: str, name: str) -> None:
    done = run(promtool, "test", "rules", f"{name}.test.yml")

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "said", "instead"),
    [
        ("telehealth", 'result=~"failed|weak"}[30m])) >= 3', 'result=~"failed|weak"}[30m])) >= 300'),
        (
            "telehealth",
            'unless sum(increase(meridian_visit_device_tests_total{step=~"udp|tcp|tls",result="ok"}[30m])) > 0',
            "",
        ),
        ("telehealth", 'code="401"', 'code="403"'),
        ("telehealth", "> 0.2 * sum", "> -1 * sum"),
        ("platform", "and meridian:errors:rate1h", "or meridian:errors:rate1h"),
        ("platform", 'kind="sign-in-failures"', 'kind="new-region"'),
        ("platform", 'reason="algorithm"', 'reason=~".+"'),
        ("platform", "own-record|own-family|", "own-record|"),
        ("platform", "min(meridian_audit_checkpoint_age_seconds)", "max(meridian_audit_checkpoint_age_seconds)"),
        ("platform", 'kind="metadata"', 'kind="private"'),
        ("platform", "> 93600", "> 936000"),
    ],
)
def test_a_rule_that_is_wrong_is_found_to_be(promtool: str, tmp_path: Path, name: str, said: str, instead: str) -> None:
    rules, tried = f"{name}.rules.yml", f"{name}.test.yml"
    text = (FOLDER / rules).read_text(encoding="utf-8")
    assert said in text
    (tmp_path / rules).write_text(text.replace(said, instead), encoding="utf-8")
    shutil.copy(FOLDER / tried, tmp_path)

    done = run(promtool, "test", "rules", tried, folder=tmp_path)

    assert done.returncode != 0
    assert "FAILED" in done.stdout + done.stderr


@pytest.mark.parametrize(("name", "least"), [("telehealth", 6), ("platform", 20)])
def test_what_the_rules_look_at_is_counted(name: str, least: int) -> None:
    made = registry()
    Figures(made)
    counted = {sample.name for family in made.collect() for sample in family.samples}
    counted |= {one.name for one in tally.EVERY if isinstance(one, tally.Gauge)}
    counted |= {f"{one.name}_bucket" for one in tally.EVERY if isinstance(one, tally.Durations)}
    counted |= {f"{one.name}_total" for one in tally.EVERY if isinstance(one, tally.Counter)}

    named = set(re.findall(r"meridian_\w+", (FOLDER / f"{name}.rules.yml").read_text(encoding="utf-8")))

    assert named <= counted
    assert len(named) >= least


@pytest.mark.parametrize("name", FILES)
def test_every_alert_is_tried_both_ways(name: str) -> None:
    rules = yaml.safe_load((FOLDER / f"{name}.rules.yml").read_text(encoding="utf-8"))
    alerts = {rule["alert"] for group in rules["groups"] for rule in group["rules"] if "alert" in rule}
    tried = yaml.safe_load((FOLDER / f"{name}.test.yml").read_text(encoding="utf-8"))["tests"]
    checks = [check for one in tried for check in one["alert_rule_test"]]

    assert {check["alertname"] for check in checks if check["exp_alerts"]} == alerts
    if name == "platform":
        assert {check["alertname"] for check in checks if not check["exp_alerts"]} == alerts


def test_every_figure_is_in_the_docs_and_bears_no_more_labels_than_they_say() -> None:
    text = (FOLDER.parents[1] / "docs" / "metrics.md").read_text(encoding="utf-8")

    for one in tally.EVERY:
        name = f"{one.name}_total" if isinstance(one, tally.Counter) else one.name
        [line] = [line for line in text.splitlines() if f"`{name}`" in line.partition("|")[2].partition("|")[0]]
        assert all(f"`{label}`" in line for label in one.labels), name
