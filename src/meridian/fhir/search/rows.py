"""Index rows of one resource, without what all of them share (organisation, patient, resource)."""

from dataclasses import dataclass, field
from typing import NamedTuple


class Text(NamedTuple):
    """A text as `text.fold` gives it, and the fingerprint of its own letters; also a URI."""

    param: int
    value: str
    exact: int


class Token(NamedTuple):
    """A code as `hashing.code` gives it, in a system's number."""

    param: int
    code: str
    system: int


class Identifying(NamedTuple):
    """A token whose value identifies a person: `secret` is to be hashed with the organisation's key."""

    param: int
    secret: str
    system: int


class Link(NamedTuple):
    """A reference: a resource here (its type's number and id) or elsewhere (0 and its URL)."""

    param: int
    id: str
    type: int


class Date(NamedTuple):
    """`[low, high)` in milliseconds since the epoch."""

    param: int
    low: int
    high: int


class Amount(NamedTuple):
    """A number, a quantity or a range of them, `low` to `high` inclusive, in a unit."""

    param: int
    low: float
    high: float
    code: str = ""
    system: int = 0
    unit: str = ""


class Pair(NamedTuple):
    """
    A token and a second value that stand together in one element.

    The second is a text, code or reference (`text`, `other` its system), an amount (`low`, `high`, `text` its unit's
    code or, where that has none, its name, `other` the unit's system) or a date (`low`, `high`).
    """

    param: int
    code: str
    system: int
    text: str = ""
    other: int = 0
    low: float = 0.0
    high: float = 0.0


@dataclass(slots=True)
class Rows:
    """All rows of a resource, by kind; the same row may stand there twice."""

    text: list[Text] = field(default_factory=list)
    token: list[Token] = field(default_factory=list)
    identifying: list[Identifying] = field(default_factory=list)
    link: list[Link] = field(default_factory=list)
    date: list[Date] = field(default_factory=list)
    amount: list[Amount] = field(default_factory=list)
    pair: list[Pair] = field(default_factory=list)
