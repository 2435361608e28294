"""What other people's tools say: cdk-nag, CDK itself, cfn-lint, checkov. Nothing unexplained, nothing idle."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from infra import ROOT
from infra.acknowledged import Finding, idle, read, unexplained
from infra.drawing import Drawing
from infra.environment import EDITIONS

CHECKOV = ROOT / ".cache" / "checkov" / "bin" / "checkov"
CFN_LINT = Path(sys.executable).with_name("cfn-lint")
ACKNOWLEDGED = {"nag": 34, "validate": 2, "cfn-lint": 2, "checkov": 6}
"""How many entries `acknowledged.toml` has for each tool: one more is seen by whoever reviews this line."""
BREVITY = 25
"""Letters that a reason has at least."""


def run(*words: str | Path) -> Any:
    command = [str(word) for word in words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  # our own
    return json.loads(done.stdout)


def edition_of(path: str) -> str:
    return next(each for each in EDITIONS if Path(path).name.startswith(each))


@pytest.fixture(scope="session")
def lint(templates: list[Path]) -> dict[str, list[Finding]]:
    said = run(CFN_LINT, "--format", "json", *templates)
    found: dict[str, list[Finding]] = {each: [] for each in EDITIONS}
    for each in said:
        where = each["Location"]["Path"]
        found[edition_of(each["Filename"])].append(
            Finding("cfn-lint", each["Rule"]["Id"], where[1] if where[1:] else "")
        )
    return found


@pytest.fixture(scope="session")
def second_opinion(templates: list[Path]) -> dict[str, list[Finding]]:
    named = [word for path in templates for word in ("-f", path)]
    said = run(
        CHECKOV, *named, "--framework", "cloudformation", "--compact", "--quiet", "--skip-download", "-o", "json"
    )
    found: dict[str, list[Finding]] = {each: [] for each in EDITIONS}
    assert said["summary"]["passed"] > 1000
    assert said["summary"]["parsing_errors"] == 0
    for each in said["results"]["failed_checks"]:
        logical = each["resource"].partition(".")[2]
        found[edition_of(each["file_path"])].append(Finding("checkov", each["check_id"], logical))
    return found


def test_cdk_nag_and_cdk_itself_find_nothing_that_is_not_explained(drawing: Drawing, findings: list[Finding]) -> None:
    assert len(findings) > 50  # the packs ran

    assert unexplained(findings, read(), drawing.environment) == []


def test_cfn_lint_finds_nothing_that_is_not_explained(
    drawing: Drawing, edition: str, lint: dict[str, list[Finding]]
) -> None:
    assert unexplained(lint[edition], read(), drawing.environment) == []


def test_checkov_finds_nothing_that_is_not_explained(
    drawing: Drawing, edition: str, second_opinion: dict[str, list[Finding]]
) -> None:
    assert unexplained(second_opinion[edition], read(), drawing.environment) == []


def test_no_explanation_is_idle(
    drawing: Drawing,
    edition: str,
    findings: list[Finding],
    lint: dict[str, list[Finding]],
    second_opinion: dict[str, list[Finding]],
) -> None:
    found = [*findings, *lint[edition], *second_opinion[edition]]

    assert idle(found, read(), drawing.environment) == []


def test_explanations_are_counted() -> None:
    assert Counter(each.tool for each in read()) == ACKNOWLEDGED


def test_every_explanation_has_a_reason() -> None:
    assert [each for each in read() if len(each.reason) < BREVITY] == []
