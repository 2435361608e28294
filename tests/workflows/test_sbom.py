"""The lists of a release's parts name every locked package with its hashes, are valid CycloneDX, and name no host."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from meridian.testing.workflows import ROOT

LOCKED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^ \\;]+)", re.MULTILINE)


@pytest.fixture(scope="module")
def bills() -> dict[str, dict[str, Any]]:
    made = subprocess.run(  # noqa: S603  # our own script
        [sys.executable, "-W", "ignore", ROOT / "scripts" / "sbom.py"], cwd=ROOT, capture_output=True, check=False
    )
    assert made.returncode == 0, made.stderr.decode()
    return {name: json.loads(_file(name).read_text(encoding="utf-8")) for name in ("meridian", "portal")}


def _file(name: str) -> Path:
    return ROOT / "dist" / f"{name}.cdx.json"


def test_every_package_that_runs_is_listed_with_the_hashes_of_the_lock(bills: dict[str, dict[str, Any]]) -> None:
    lock = (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8")

    assert {(part["name"], part["version"]) for part in bills["meridian"]["components"]} == set(LOCKED.findall(lock))
    listed = {digest["content"] for part in bills["meridian"]["components"] for digest in part["hashes"]}
    assert listed == set(re.findall(r"--hash=sha256:([0-9a-f]{64})", lock))


def test_what_reaches_the_browser_is_listed_with_its_integrity(bills: dict[str, dict[str, Any]]) -> None:
    manifest = json.loads((ROOT / "portal" / "package.json").read_text(encoding="utf-8"))
    parts = {part["purl"]: part for part in bills["portal"]["components"]}

    for name, version in manifest["dependencies"].items():
        assert f"pkg:npm/{name.replace('@', '%40')}@{version}" in parts
    assert all(part["hashes"] for part in parts.values())


@pytest.mark.parametrize(("name", "schema"), [("meridian", SchemaVersion.V1_6), ("portal", SchemaVersion.V1_5)])
def test_each_is_valid_and_says_nothing_of_where_packages_came_from(
    bills: dict[str, dict[str, Any]], name: str, schema: SchemaVersion
) -> None:
    assert JsonStrictValidator(schema).validate_str(_file(name).read_text(encoding="utf-8")) is None
    assert "://" not in json.dumps(bills[name]["components"])
