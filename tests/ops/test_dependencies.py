import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REASONS = (ROOT / "docs" / "decisions" / "dependencies.md").read_text(encoding="utf-8")


def named() -> set[str]:
    """Every package that has a line; `@a/x, /y` names `@a/x` and `@a/y`."""
    found: set[str] = set()
    for cell in re.findall(r"^\| ([^|]+) \|", REASONS, flags=re.MULTILINE):
        words = [re.split(r"[ \[]", word)[0] for word in cell.split(", ")]
        scope = words[0].partition("/")[0]
        found |= {f"{scope}{word}" if word.startswith("/") else word for word in words}
    return found


def packages(lines: list[str]) -> set[str]:
    """Names alone, of lines that say a version or a condition besides."""
    return {re.split(r"[<>=;\[ ]", line)[0] for line in lines if line.strip() and not line.startswith("#")}


def test_every_package_that_is_imported_has_a_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert packages(project["dependencies"]) - named() == set()


@pytest.mark.parametrize("name", ["uv.in", "build.in", "dev.in"])
def test_every_package_of_ours_has_a_reason(name: str) -> None:
    lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()

    assert packages(lines) - named() == set()


@pytest.mark.parametrize("kind", ["dependencies", "devDependencies"])
def test_every_portal_package_has_a_reason(kind: str) -> None:
    wanted = set(json.loads((ROOT / "portal" / "package.json").read_text(encoding="utf-8"))[kind])

    assert wanted - named() == set()


def test_no_lock_names_a_host() -> None:
    locks = [*(ROOT / "requirements").glob("*.txt"), ROOT / "portal" / "package-lock.json"]

    assert not [lock.name for lock in locks if re.search(r"--index-url|--find-links|\"resolved\"", lock.read_text())]


def test_every_locked_python_package_has_a_hash() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        for block in re.findall(r"^\S+==[^\n]+(?:\n +--hash[^\n]+)*", lock.read_text(), flags=re.MULTILINE):
            assert "--hash=sha256:" in block
