"""
What a build takes from package registries, and whether somebody could put something else in its place (CWE-427).

A lock names every package with its hashes and no registry, so that what comes is what was locked, wherever it comes
from; and no package of a lock has a name of ours, so that nobody gains from registering one.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

OURS = re.compile(r"^@?meridian(?:[-_./].*)?$")
"""Names that this repository calls its own parts."""
LOCKS = "requirements/*.txt"
PORTALS = ("portal", "infra/cli")
"""Folders with a lock of npm's."""
_ELSEWHERE = re.compile(
    r"--(?:extra-)?index-url|--find-links|--trusted-host|^-[if]\s|\b(?:git|hg|svn|bzr)\+|://|^-e\s|\s@\s", re.MULTILINE
)
"""Where a requirements file names a place that packages come from."""
_REQUIREMENT = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(\[[^]]*\])?([^\\\n]*)((?:\\\n[^\n]*)*)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}(?![0-9a-f])")
_INTEGRITY = re.compile(r"sha512-[A-Za-z0-9+/]{86}==")
_KEPT = {"omit-lockfile-registry-resolved": "true", "ignore-scripts": "true"}
"""What npm is told beside a lock: to write no registry into it, and to run nothing of what it brings."""
_INSTALLS = re.compile(r"pip3? install|\"pip\",\s*\"(?:install|sync)\"|pip sync")
_FROM_LOCK = re.compile(r"--require-hashes|--no-deps")


def unhashed(lock: str) -> list[str]:
    """Requirements of a *lock* that are not one version with its hashes."""
    plain = re.sub(r"(?m)^\s*#.*\n?", "", lock)
    return [
        name
        for name, _, version, more in _REQUIREMENT.findall(plain)
        if not re.match(r"==[^\s*,]+", version) or not _HASH.search(more)
    ]


def from_elsewhere(lock: str) -> list[str]:
    """Places that a *lock* takes packages from."""
    plain = re.sub(r"(?m)#.*$", "", lock)
    return [found[0].strip() for found in _ELSEWHERE.finditer(plain)]


def names(lock: str) -> list[str]:
    """Names of the packages of a *lock*."""
    return [name for name, *_ in _REQUIREMENT.findall(re.sub(r"(?m)^\s*#.*\n?", "", lock))]


def npm_packages(lock: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The packages of a lock of npm's, without the folder itself and what is linked to within it."""
    for path, entry in lock["packages"].items():
        if path and not entry.get("link"):
            yield path.rpartition("node_modules/")[2], entry


def npm_unhashed(lock: dict[str, Any]) -> list[str]:
    """Packages without a SHA-512."""
    return [name for name, entry in npm_packages(lock) if not _INTEGRITY.search(entry.get("integrity", ""))]


def npm_from_elsewhere(lock: dict[str, Any]) -> list[str]:
    """Packages that come from a place that the lock names."""
    return [name for name, entry in npm_packages(lock) if "resolved" in entry or "://" in str(entry.get("version"))]


def ours(found: list[str]) -> list[str]:
    """Names among those *found* that are ours, and that anybody could register."""
    return [name for name in found if OURS.match(name.lower())]


def settings_lacking(npmrc: str) -> list[str]:
    """What npm is not told."""
    said = dict(line.replace(" ", "").partition("=")[::2] for line in npmrc.splitlines() if "=" in line)
    return [name for name, value in _KEPT.items() if said.get(name) != value] + [
        name for name in said if name.endswith("registry") and name not in _KEPT
    ]


def careless(text: str) -> list[str]:
    """Commands in a *text* that install packages without their hashes."""
    whole = text.replace("\\\n", " ")
    lines = re.split(r"\n\s*&&|&&|\n(?!\s{8,})", whole)
    return [line.strip()[:120] for line in lines if _INSTALLS.search(line) and not _FROM_LOCK.search(line)]


def python_locks(source: Path) -> dict[str, str]:
    """The locks of a checkout, by file."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(source.glob(LOCKS))}


def npm_locks(source: Path) -> dict[str, dict[str, Any]]:
    """Those of npm's, by folder."""
    found = {name: source / name / "package-lock.json" for name in PORTALS}
    return {name: json.loads(path.read_text(encoding="utf-8")) for name, path in found.items() if path.is_file()}
