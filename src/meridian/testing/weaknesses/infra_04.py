"""INFRA-04: builds that take what they are given."""

import json
import re
from pathlib import Path

from meridian.testing.trees import replace

LOCK = "requirements/run.txt"


def without_hashes(source: Path) -> None:
    """A version, and nothing that says what is in it."""
    path = source / LOCK
    path.write_text(re.sub(r" \\\n\s+--hash=\S+", "", path.read_text(encoding="utf-8"), count=2), encoding="utf-8")


def another_index(source: Path) -> None:
    """A second index, whose packages come first if their version is higher."""
    replace(source / LOCK, "alembic==", "--extra-index-url https://packages.invalid/simple\nalembic==")


def own_name(source: Path) -> None:
    """A part of ours, by a name that anybody may register."""
    path = source / "portal" / "package-lock.json"
    lock = json.loads(path.read_text(encoding="utf-8"))
    lock["packages"]["node_modules/meridian-icons"] = {"version": "9.9.9", "integrity": "sha512-" + "A" * 86 + "=="}
    path.write_text(json.dumps(lock), encoding="utf-8")


def scripts_of_packages(source: Path) -> None:
    """What a package brings is run when it is installed."""
    replace(source / "portal/.npmrc", "ignore-scripts=true", "ignore-scripts=false")


def unasked_image(source: Path) -> None:
    """An image that is filled by names."""
    replace(source / "deploy/container/Containerfile", "--require-hashes ", "")


CHECKOUTS = {
    "without-hashes": without_hashes,
    "another-index": another_index,
    "own-name": own_name,
    "scripts-of-packages": scripts_of_packages,
    "unasked-image": unasked_image,
}
