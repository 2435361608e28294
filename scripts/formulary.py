"""
Hold the starter formulary against the data it is from: every RxNorm code must be quoted there with just those words.

    python3 scripts/formulary.py ../shared/data
"""

import json
import sys
import tarfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from meridian.medications import formulary


def main(folder: Path) -> int:
    """Compare; 1 when a code or its words are not in the data."""
    known = quoted(folder)
    wrong = [
        f"{one.name}: {one.rxnorm} {one.display!r} is not quoted; known as {sorted(known[one.rxnorm])}"
        for one in formulary.medicines()
        if one.rxnorm and one.display not in known[one.rxnorm]
    ]
    print(
        "\n".join(wrong) or f"{sum(bool(one.rxnorm) for one in formulary.medicines())} codes are as the data has them"
    )
    return bool(wrong)


def quoted(folder: Path) -> dict[str, set[str]]:
    """Words of every RxNorm code in the archives of *folder*."""
    found: dict[str, set[str]] = defaultdict(set)
    for archive in sorted(folder.glob("*/*.t*z")):
        with tarfile.open(archive) as files:
            for member in files:
                if member.isfile() and member.name.endswith(".json"):
                    handle = files.extractfile(member)
                    for code, display in _codings(_read(handle.read() if handle else b"null")):
                        found[code].add(display)
    return found


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:  # a package may hold examples that are meant to be broken
        return None


def _codings(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if value.get("system") == formulary.RXNORM and "code" in value:
            yield value["code"], value.get("display", "")
        for inner in value.values():
            yield from _codings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _codings(inner)


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
