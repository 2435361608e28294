"""INFRA-03: zizmor has nothing to say about the workflows, and says it when there is something; our own rules hold."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from meridian.testing.workflows import ROOT, WORKFLOWS
from meridian.threats.workflows import jobs, read

ZIZMOR = Path(sys.executable).with_name("zizmor")
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")


def findings(*places: Path) -> list[dict[str, Any]]:
    done = subprocess.run(  # noqa: S603  # a linter of our lock
        [ZIZMOR, "--offline", "--no-progress", "--persona=pedantic", "--strict-collection", "--format=json", *places],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode in {0, 10, 11, 12, 13, 14}, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    assert bool(found) == bool(done.returncode), "the exit status is the gate"
    return found


def test_zizmor_has_no_finding_in_its_strictest_mood() -> None:
    assert [one["ident"] for one in findings(ROOT / ".github")] == []


@pytest.mark.parametrize(
    ("workflow", "old", "new", "finding"),
    [
        ("ci.yml", "sudo CI=true .ci/run", 'echo "${{ github.event.pull_request.title }}"', "template-injection"),
        ("ci.yml", "sudo CI=true .ci/run", "echo ${{ github.head_ref }}", "template-injection"),
        ("ci.yml", "  pull_request:", "  pull_request_target:", "dangerous-triggers"),
        ("ci.yml", "@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "@v7", "unpinned-uses"),
        ("ci.yml", "permissions: {}", "permissions: write-all", "excessive-permissions"),
        ("deploy.yml", 'check "$RELEASE"', 'check "${{ inputs.release }}"', "template-injection"),
        (
            "release.yml",
            "uses: actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0",
            "uses: actions/cache@0057852bfaa89a56745cba8c7296529d2fc39830 # v4.3.0",
            "cache-poisoning",
        ),
    ],
)
def test_zizmor_sees_each_of_these(workflow: str, old: str, new: str, finding: str, tmp_path: Path) -> None:
    text = (ROOT / ".github" / "workflows" / workflow).read_text(encoding="utf-8")
    assert old in text
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / workflow).write_text(text.replace(old, new, 1), encoding="utf-8")

    assert finding in {one["ident"] for one in findings(folder)}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_by_sha_and_says_its_version(path: Path) -> None:
    for line in path.read_text(encoding="utf-8").splitlines():
        if "uses:" in line:
            assert PINNED.search(line), line
            assert re.search(r"# v\d+\.\d+\.\d+$", line), line


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_checkout_leaves_no_token_behind(path: Path) -> None:
    for name, job in jobs(path):
        for step in job["steps"]:
            if "actions/checkout@" in step.get("uses", ""):
                assert step["with"]["persist-credentials"] is False, f"{path.name}: {name}"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_rights_are_given_to_jobs_one_by_one(path: Path) -> None:
    workflow = read(path)
    assert workflow["permissions"] == {}
    for name, job in jobs(path):
        assert isinstance(job["permissions"], dict), f"{path.name}: {name}"
        assert "timeout-minutes" in job, f"{path.name}: {name}"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_nobody_works_with_what_a_stranger_brings_and_with_our_rights_at_once(path: Path) -> None:
    assert not {"pull_request_target", "workflow_run", "issue_comment", "issues"} & set(_triggers(path))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_what_writes_or_takes_on_a_role_waits_for_a_person_or_only_signs(path: Path) -> None:
    for name, job in jobs(path):
        writes = {right for right, level in job["permissions"].items() if level == "write"}
        assert writes <= {"id-token", "attestations"} or "environment" in job, f"{path.name}: {name}: {writes}"
        if "configure-aws-credentials" in str(job):
            assert job["environment"] == "production"
            assert "aws-access-key-id" not in str(job), "a role for an hour, never a key"


def _triggers(path: Path) -> list[str]:
    triggers = read(path)["on"]
    return list(triggers) if not isinstance(triggers, str) else [triggers]
