"""
What a search asks, read from its request: plain data that the store turns into SQL and a test can judge by itself.

A `Search` is the conjunction of its criteria. Within one criterion the values are alternatives. Values already have the
form in which they are compared (`text.fold`, `hashing.code`, intervals), except those of identifiers, which the store
hashes with the organisation's key.

They are `Struct`s because a search makes a dozen of them: frozen dataclasses took five times as long to make.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Literal, TypeAlias

from msgspec import Struct, field

from meridian.fhir.search.parameters import Parameter

DEFAULT_COUNT = 50
LARGEST_COUNT = 1_000


class Compare(Enum):
    """Prefixes of numbers, dates and quantities. Source: hl7.org/fhir/R4/search.html#prefix."""

    EQ = "eq"
    NE = "ne"
    GT = "gt"
    LT = "lt"
    GE = "ge"
    LE = "le"
    SA = "sa"
    EB = "eb"
    AP = "ap"


class TextIs(Struct, frozen=True):
    """A text that starts with *value*, is exactly the one with the fingerprint *exact*, or contains *value*."""

    how: Literal["starts", "exact", "contains"]
    value: str
    exact: int = 0


class UriIs(Struct, frozen=True):
    """A URI that is *value*, lies below it, or above it."""

    how: Literal["is", "below", "above"]
    value: str
    exact: int = 0


class TokenIs(Struct, frozen=True):
    """A code, a system, or both; `None` is any, and system 0 is none at all."""

    code: str | None
    system: int | None = None
    secret: bool = False
    """Whether *code* is an identifier's, which is kept only as a keyed hash."""


class LinkIs(Struct, frozen=True):
    """A reference to *id* of type number *type* (`None`: of any), or to a URL (type 0)."""

    id: str
    type: int | None


class DateIs(Struct, frozen=True):
    """A date that stands in a relation to `[low, high)`; for `ap` the interval is already widened."""

    compare: Compare
    low: int
    high: int


class AmountIs(Struct, frozen=True):
    """
    A number or quantity in a relation to *value*, whose precision makes it `[low, high)`.

    Args:
        unit: The unit's code, or with no *system* its code or name; `None` for any.
    """

    compare: Compare
    value: float
    low: float
    high: float
    unit: str | None = None
    system: int | None = None


class PairIs(Struct, frozen=True):
    """Two values in one element."""

    first: TokenIs
    second: "TextIs | TokenIs | LinkIs | DateIs | AmountIs"


class Near(Struct, frozen=True):
    """A position within a box of degrees."""

    south: float
    north: float
    west: float
    east: float


Value: TypeAlias = TextIs | UriIs | TokenIs | LinkIs | DateIs | AmountIs | PairIs | Near


class Match(Struct, frozen=True):
    """
    A parameter has one of *values*; with *negated*, none of them.

    Args:
        stored: Numbers of the rows to look in.
    """

    parameter: Parameter
    stored: tuple[int, ...]
    values: tuple[Value, ...]
    negated: bool = False


class Missing(Struct, frozen=True):
    """A parameter has no value at all, or with *missing* false has one."""

    parameter: Parameter
    missing: bool


class Ids(Struct, frozen=True):
    """The logical id is one of *ids*; with *negated*, none of them."""

    ids: tuple[str, ...]
    negated: bool = False


class Updated(Struct, frozen=True):
    """The time of the last change is one of *values*."""

    values: tuple[DateIs, ...]


class Chain(Struct, frozen=True):
    """A reference leads to a resource of one of the types, which meets the criterion for that type."""

    parameter: Parameter
    targets: tuple[tuple[str, "Criterion"], ...]


class Has(Struct, frozen=True):
    """A resource of *type* refers to this one by *parameter*, and itself meets *criterion*."""

    type: str
    parameter: Parameter
    criterion: "Criterion"


Criterion: TypeAlias = Match | Missing | Ids | Updated | Chain | Has


class Sort(Struct, frozen=True):
    """One key of the order."""

    parameter: Parameter
    descending: bool = False


class Include(Struct, frozen=True):
    """
    Resources that come along.

    Args:
        source: The type that refers.
        parameters: By which references; more than one for `*`.
        target: The type referred to; empty for any.
        iterate: Whether to follow those of included resources too.
        reverse: Whether it is the referring resources that come along.
    """

    source: str
    parameters: tuple[Parameter, ...]
    target: str = ""
    iterate: bool = False
    reverse: bool = False


class Search(Struct, frozen=True):
    """
    A search of one type.

    Args:
        count: Matches on a page; 0 asks only how many there are.
        cursor: Where the page starts, as a `next` link said it.
        total: `none`, `estimate` or `accurate`.
        summary: `false`, `true`, `text`, `data` or `count`.
        elements: Elements asked for; empty for all.
        ignored: Parameters that were not understood and, on request, not minded.
        asked: The parameters that decide what matches and in what order, for the `self` link and the cursor.
    """

    type: str
    criteria: tuple[Criterion, ...] = ()
    sort: tuple[Sort, ...] = ()
    count: int = DEFAULT_COUNT
    cursor: str = ""
    total: Literal["none", "estimate", "accurate"] = "none"
    summary: Literal["false", "true", "text", "data", "count"] = "false"
    elements: tuple[str, ...] = ()
    includes: tuple[Include, ...] = ()
    ignored: tuple[str, ...] = ()
    asked: tuple[tuple[str, str], ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    """`_count`, `_total` and their like as they were given, for the `self` link."""
