"""
The expressions of SearchParameters, read into paths.

They use a small part of FHIRPath, and only that part is read: an unknown shape stops the start, so that no parameter is
ever silently without its rows.

    Patient.name | Person.name                        two paths
    (Observation.value as Quantity)                   a type of a choice, also .as(Quantity) and .ofType(Quantity)
    Patient.telecom.where(system='phone')             elements with a value
    Observation.subject.where(resolve() is Patient)   references to a type
"""

import re
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Field:
    """An element's children of one name."""

    name: str


@dataclass(frozen=True, slots=True)
class As:
    """Only values of one type."""

    type: str


@dataclass(frozen=True, slots=True)
class Where:
    """Only elements whose child *name* has the value *value*."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Refers:
    """Only references to resources of one type."""

    type: str


@dataclass(frozen=True, slots=True)
class Exists:
    """Whether there is anything that is not false: a boolean."""


Step: TypeAlias = Field | As | Where | Refers | Exists


@dataclass(frozen=True, slots=True)
class Path:
    """From a resource of type *root*, or from wherever one stands when that is empty."""

    root: str
    steps: tuple[Step, ...]


BY_HAND = {
    "Patient.deceased.exists() and Patient.deceased != false": Path("Patient", (Field("deceased"), Exists())),
}
"""Shapes too rare for the reader."""

_STEP = re.compile(
    r"""
      \.where\(\s*resolve\(\)\s+is\s+(?P<refers>\w+)\s*\)
    | \.where\(\s*(?P<name>\w+)\s*=\s*'(?P<value>[^']*)'\s*\)
    | \.(?:as|ofType)\(\s*(?P<as>\w+)\s*\)
    | \.(?P<field>[a-z]\w*)(?!\w|\()
    """,
    re.VERBOSE | re.ASCII,
)
_WITHIN = re.compile(r"\(\s*(?P<path>[^()|]+?)\s+as\s+(?P<as>\w+)\s*\)(?P<rest>.*)", re.ASCII)
_HEAD = re.compile(r"\w+", re.ASCII)


def read(expression: str) -> tuple[Path, ...]:
    """
    The paths that *expression* is the union of.

    >>> read("(Goal.target.due as date)")
    (Path(root='Goal', steps=(Field(name='target'), Field(name='due'), As(type='date'))),)

    Raises:
        ValueError: If a part of it has an unknown shape.
    """
    return tuple(_path(part.strip()) for part in expression.split("|"))


def _path(text: str) -> Path:
    if text in BY_HAND:
        return BY_HAND[text]
    if within := _WITHIN.fullmatch(text):
        inner = _path(within["path"])
        return Path(inner.root, (*inner.steps, As(within["as"]), *_steps(within["rest"], text)))
    head = _HEAD.match(text)
    if head is None:
        raise ValueError(f"search expression of unknown shape: {text}")
    if head[0][0].isupper():
        return Path(head[0], _steps(text[head.end() :], text))
    return Path("", _steps(f".{text}", text))


def _steps(text: str, whole: str) -> tuple[Step, ...]:
    steps: list[Step] = []
    at = 0
    while at < len(text):
        match = _STEP.match(text, at)
        if match is None:
            raise ValueError(f"search expression of unknown shape: {whole}")
        steps.append(_step(match))
        at = match.end()
    return tuple(steps)


def _step(match: re.Match[str]) -> Step:
    if match["refers"]:
        return Refers(match["refers"])
    if match["name"]:
        return Where(match["name"], match["value"])
    if match["as"]:
        return As(match["as"])
    return Field(match["field"])
