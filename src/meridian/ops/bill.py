"""
What runs here: versions, and a bill of materials (CycloneDX) of the packages that are installed.

`make sbom` makes one of a release, from its locks; this one says what is in fact there.
"""

import platform
import re
import sqlite3
import ssl
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Any

from meridian import __version__

SELF = "meridian"
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def versions() -> dict[str, str]:
    """Of the program and of what it stands on."""
    return {
        "meridian": __version__,
        "python": sys.version.split()[0],
        "sqlite": sqlite3.sqlite_version,
        "openssl": ssl.OPENSSL_VERSION,
        "system": platform.platform(),
    }


def bill(name: str = SELF) -> dict[str, Any]:
    """The packages that *name* needs and that are installed, whatever it takes to bring them; CycloneDX 1.6."""
    found = {key(one): one for one in _needed(name, set())}
    parts = [_component(found[one]) for one in sorted(found)]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": SELF, "version": __version__}},
        "components": parts,
    }


def key(one: Distribution) -> str:
    """A package's name as indexes have it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", one.metadata["Name"]).lower()


def _needed(name: str, seen: set[str]) -> Iterator[Distribution]:
    for line in _requires(name):
        shape = _NAME.match(line)
        needed = re.sub(r"[-_.]+", "-", shape[0]).lower() if shape else ""
        if not needed or needed in seen:
            continue
        seen.add(needed)
        try:
            yield distribution(needed)
        except PackageNotFoundError:  # of an extra that is not installed, or of another system
            continue
        yield from _needed(needed, seen)


def _requires(name: str) -> list[str]:
    """What a package asks for; of extras, only our own."""
    lines = distribution(name).requires or []
    return lines if name == SELF else [line for line in lines if "extra ==" not in line]


def _component(one: Distribution) -> dict[str, str]:
    name, version = key(one), one.version
    return {"type": "library", "name": name, "version": version, "purl": f"pkg:pypi/{name}@{version}"}
