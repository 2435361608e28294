"""
Train the dictionary that bodies are compressed with: `src/meridian/vault/dictionary.zst`.

    python scripts/train_dictionary.py ../shared/data/fhir-r4-examples/*.tar.xz

The input is HL7's official R4 examples (CC0) without their narrative, and resources made up from the shapes in
`dictionary_shapes.json`, which a clinic writes most. Whoever trains anew must give the new dictionary a new number in
`vault/seal.py` and keep the old one: bodies sealed with it need it for ever.
"""

import json
import random
import re
import sys
import tarfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import zstandard

TARGET = Path(__file__).resolve().parents[1] / "src/meridian/vault/dictionary.zst"
SHAPES = Path(__file__).with_name("dictionary_shapes.json")
SIZE = 48 * 1024
COPIES = 110
"""Made-up resources of each shape."""
LONGEST = 12 * 1024
"""Bytes of an example; longer ones are value sets and the like."""

pick = random.Random(360)  # noqa: S311  # made-up records, the same in every run


def main(archives: list[str]) -> None:
    """Train on made-up resources and on every example in *archives*."""
    samples = [*made_up(), *(sample for archive in archives for sample in examples(Path(archive)))]
    pick.shuffle(samples)
    dictionary = zstandard.train_dictionary(SIZE, samples, level=19, threads=1)
    TARGET.write_bytes(dictionary.as_bytes())
    print(f"{TARGET.name}: {len(dictionary)} bytes from {len(samples)} resources of {sum(map(len, samples)):,} bytes")


def examples(archive: Path) -> Iterator[bytes]:
    """Every resource in a tar archive, without narrative."""
    with tarfile.open(archive) as tar:
        for member in tar:
            file = tar.extractfile(member)
            if file is not None and member.name.endswith(".json"):
                resource = json.load(file)
                resource.pop("text", None)
                if len(body := compact(resource)) < LONGEST:
                    yield body


def made_up() -> Iterator[bytes]:
    """Resources in the shapes that are written most."""
    shapes = [compact(shape).decode() for shape in json.loads(SHAPES.read_text(encoding="utf-8"))]
    for shape in shapes * COPIES:
        yield re.sub(r"\{(id|moment|zone)\}|123457", filled, shape).encode()


def filled(place: re.Match[str]) -> str:
    """Something new for a place in a shape."""
    match place[1]:
        case "id":
            return str(uuid.UUID(int=pick.getrandbits(128), version=4))
        case "moment":
            day = f"20{pick.randint(10, 26)}-{pick.randint(1, 12):02}-{pick.randint(1, 28):02}"
            return f"{day}T{pick.randint(0, 23):02}:{pick.randint(0, 59):02}:00"
        case "zone":
            return pick.choice(("Z", "+00:00", "-05:00", "+01:00"))
        case _:
            return str(pick.randint(1000, 999_999))


def compact(resource: dict[str, Any]) -> bytes:
    """JSON as the server keeps it."""
    return json.dumps(resource, ensure_ascii=False, separators=(",", ":")).encode()


if __name__ == "__main__":
    main(sys.argv[1:])
