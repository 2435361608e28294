"""
What came of the tests and commands that the register names.

Of tests, in the run that a release was made by (`results.toml` here, written by `scripts/hipaa.py run`); of commands,
what an installation kept of its own.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class Result(NamedTuple):
    """What came of it, and on which day (ISO 8601)."""

    came: str
    on: str


NOT_RUN = Result("not run", "")


@cache
def of_tests() -> Mapping[str, Result]:
    """The results of the named tests, by name as the register has it."""
    found = files("meridian.hipaa") / "results.toml"
    if not found.is_file():
        return {}
    return {name: Result(*said) for name, said in tomllib.loads(found.read_text(encoding="utf-8")).items()}


KEPT = {
    "meridian verify --prove": "prove",
    "meridian verify": "verify",
    "meridian respond tabletop": "tabletop",
    "meridian drill": "drill",
    "meridian evidence access-review": "access-review",
    "meridian doctor": "doctor",
}
"""Kinds of evidence by how the command begins that makes it; the first that fits."""


def kind_of(command: str) -> str:
    """
    The kind of evidence a command leaves; empty for none.

    >>> kind_of("meridian drill --last"), kind_of("meridian backup --list")
    ('drill', '')
    """
    return next((kind for begins, kind in KEPT.items() if command.startswith(begins)), "")


def result(evidence: str, kept: Mapping[str, Result]) -> Result:
    """
    What last came of a test or command.

    Args:
        evidence: As the register names it.
        kept: What this installation kept, by kind; empty where there is none.
    """
    if evidence.startswith("tests/"):
        return of_tests().get(evidence, NOT_RUN)
    return kept.get(kind_of(evidence), NOT_RUN)
