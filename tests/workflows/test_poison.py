"""INFRA-03: what a stranger may choose (a title, a branch, a tag, a cache key) never becomes a command."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from meridian.testing.workflows import ROOT, WORKFLOWS
from meridian.threats.workflows import POISONS, Step, expanded, harmed, jobs, scripts

STEPS = [step for path in WORKFLOWS for step in scripts(path)]


@pytest.mark.parametrize("poison", POISONS)
@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step.workflow}:{step.job}:{step.no}")
def test_no_step_runs_what_a_stranger_wrote(step: Step, poison: str, tmp_path: Path) -> None:
    assert not harmed(step, poison, tmp_path)


@pytest.mark.parametrize(
    ("script", "poison"),
    [
        ('echo "${{ github.event.pull_request.title }}"', POISONS[0]),
        ("echo ${{ github.head_ref }}", POISONS[2]),
        ("echo '${{ github.ref_name }}'", POISONS[1]),
        ('eval "echo $GITHUB_HEAD_REF"', POISONS[6].replace("x &&", "x;")),
    ],
)
def test_a_step_that_pastes_is_caught_by_the_same_test(script: str, poison: str, tmp_path: Path) -> None:
    assert harmed(Step("twin.yml", "weakened", 1, script, {}), poison, tmp_path)


@pytest.mark.parametrize("poison", [*POISONS, "v1.2.3 ", "v1.2.3\n", "v1.2.3-rc1", "main", "../v1.2.3", ""])
def test_a_poisoned_tag_is_no_release(poison: str) -> None:
    assert RELEASE.check(poison)
    assert not RELEASE.check("v" + _version())


@pytest.mark.parametrize(
    "poison", [*POISONS, "latest", "sha256:" + "0" * 63, "sha256:" + "g" * 64, "sha256:" + "0" * 64 + "\n"]
)
def test_a_poisoned_digest_is_none(poison: str) -> None:
    good = "sha256:" + "0" * 64

    assert RELEASE.strange([good, poison]) == [poison]
    assert RELEASE.main(["digests", good, poison, good]) == 1
    assert RELEASE.main(["digests", good, good, good]) == 0


def _script(name: str) -> Any:
    found = spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert found is not None
    assert found.loader is not None
    module = module_from_spec(found)
    found.loader.exec_module(module)
    return module


RELEASE = _script("release")


def _version() -> str:
    import tomllib  # noqa: PLC0415  # one use

    version: str = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    return version


def test_no_workflow_restores_a_cache_so_there_is_none_to_poison() -> None:
    for path in WORKFLOWS:
        for name, job in jobs(path):
            for step in job["steps"]:
                uses, given = step.get("uses", ""), step.get("with", {})
                assert "actions/cache" not in uses, f"{path.name}: {name}"
                assert not any("cache" in key for key in given), f"{path.name}: {name}: {uses}"
                assert "setup-" not in uses, f"{path.name}: {name}: {uses} restores a cache by default"


def test_what_comes_from_a_pull_request_is_given_neither_secrets_nor_a_privileged_runner() -> None:
    for path in WORKFLOWS:
        if "pull_request" not in path.read_text(encoding="utf-8"):
            continue
        for name, job in jobs(path):
            assert job["permissions"] == {"contents": "read"}, f"{path.name}: {name}"
            assert "environment" not in job
            assert "self-hosted" not in str(job["runs-on"])
            assert "secrets." not in str(job)


def test_expansion_is_as_plain_as_the_real_one() -> None:
    assert expanded("a ${{ github.head_ref }} b ${{github.x}}", {"github.head_ref": "$(id)"}) == "a $(id) b "
