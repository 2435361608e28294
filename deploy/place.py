#!/usr/bin/env python3
"""
Fills the files of `deploy` in for a place.

    python3 deploy/place.py nginx /etc/meridian-nginx --place /etc/meridian-place.toml

A file says `@here:NAME@` where places differ, and a line with `@each:NAME@` is written once for each value of a list.
`place.toml` beside this program has every name with its usual value; `--place` names a file with what differs here. No
value is a secret: those are files of their own, or `@secret:NAME@`, which `meridian secret fill` fills in at the start.

Needs Python 3.11 and nothing else, so that it runs where Meridian does not. Exit codes: 0 well, 1 refused.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tomllib
from pathlib import Path
from typing import TypeAlias

Value: TypeAlias = "str | int | list[str]"

USUAL = Path(__file__).with_name("place.toml")
_HERE = re.compile(r"@here:([a-z0-9_]+)@")
_EACH = re.compile(r"@each:([a-z0-9_]+)@")
_PLAIN = re.compile(r"(?:[A-Za-z0-9_./:,=@\[\]+-]+(?: [A-Za-z0-9_./:,=@\[\]+-]+)*)?")
"""What ends no line, string, block or statement in any grammar of these files."""


class Refused(Exception):
    """The place cannot be filled in; the message says why."""


def place(*files: Path) -> dict[str, Value]:
    """
    What `place.toml` says, with what *files* say on top.

    Raises:
        Refused: If a name is unknown, its value is of another kind than the usual one, or could be more than a value.
    """
    found = _read(USUAL)
    for file in files:
        for name, value in _read(file).items():
            if name not in found:
                raise Refused(f"{file}: there is no {name!r} in {USUAL.name}")
            if type(value) is not type(found[name]):
                raise Refused(f"{file}: {name} is to be a {type(found[name]).__name__}")
            found[name] = value
    for name, value in found.items():
        if any(not _PLAIN.fullmatch(one) for one in _all(value)):
            raise Refused(f"{name} is to be letters, digits and _./:,=@[]+- only")
    return found


def filled(text: str, values: dict[str, Value]) -> str:
    r"""
    *text* with the *values* that it names.

    >>> filled("listen @here:port@;\nserver @each:api@;\n", {"port": 443, "api": ["10.0.0.1:1", "10.0.0.2:1"]})
    'listen 443;\nserver 10.0.0.1:1;\nserver 10.0.0.2:1;\n'

    Raises:
        Refused: If a name is unknown, or a single value is to be said and was not.
    """
    return _HERE.sub(lambda found: _one(found[1], values), "".join(_lines(text, values)))


def fill(source: Path, target: Path, values: dict[str, Value]) -> list[Path]:
    """
    A copy of *source*, a file or a folder, filled in; what was written. Nothing is when anything is refused.

    Raises:
        Refused: As `filled` does.
    """
    pairs = [(source, target)]
    if source.is_dir():
        pairs = [(one, target / one.relative_to(source)) for one in sorted(source.rglob("*")) if one.is_file()]
    texts = [(one, to, filled(one.read_text(encoding="utf-8"), values)) for one, to in pairs]
    for one, to, text in texts:
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_text(text, encoding="utf-8")
        shutil.copymode(one, to)
    return [to for _, to, _ in texts]


def _read(file: Path) -> dict[str, Value]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as wrong:
        raise Refused(f"{file}: {wrong}") from wrong


def _all(value: Value) -> list[str]:
    return value if isinstance(value, list) else [str(value)]


def _lines(text: str, values: dict[str, Value]) -> list[str]:
    made: list[str] = []
    for line in text.splitlines(keepends=True):
        each = _EACH.search(line)
        if each is None:
            made.append(line)
            continue
        listed = values.get(each[1])
        if not isinstance(listed, list):
            raise Refused(f"There is no list {each[1]!r}")
        made += [line.replace(each[0], one) for one in listed]
    return made


def _one(name: str, values: dict[str, Value]) -> str:
    value = values.get(name)
    if value is None or isinstance(value, list):
        raise Refused(f"There is no {name!r}")
    if value == "":
        raise Refused(f"{name} has no usual value: say it in a file for --place")
    return str(value)


def main() -> int:
    """The command line."""
    reader = argparse.ArgumentParser(description="Fill the files of a folder in for a place.")
    reader.add_argument("source", type=Path, help="a file or folder of deploy")
    reader.add_argument("target", type=Path, help="where it goes")
    reader.add_argument("--place", type=Path, action="append", default=[], help="what differs from place.toml here")
    said = reader.parse_args()
    source = said.source if said.source.exists() else USUAL.parent / said.source
    try:
        written = fill(source, said.target, place(*said.place))
    except (Refused, OSError) as wrong:
        print(f"refused: {wrong}", file=sys.stderr)  # noqa: T201  # a program that says what it did
        return 1
    for one in written:
        print(f"wrote {one}")  # noqa: T201  # likewise
    return 0


if __name__ == "__main__":
    sys.exit(main())
