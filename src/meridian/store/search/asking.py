"""
Who asks, and the one way to a resource.

Every statement of a search reaches `resource` through `Asking.resource` or `Asking.resources`, which put the scope's
condition beside it. No other module of this folder names the table; a test reads them all to see that.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from msgspec import Struct

from meridian.fhir.types import TYPES
from meridian.store.index.hashed import hashed
from meridian.store.row import COLUMNS, KEY
from meridian.store.scope import Scope
from meridian.store.visible import Where, visible, visible_types


class Seen(NamedTuple):
    """`resource` under an alias, and the condition that makes it what may be seen."""

    table: str
    where: Where


class Asking(Struct, frozen=True):
    """
    Whose search it is.

    Args:
        scope: What may be seen.
        key: The organisation's index key, for identifiers and cursors.
    """

    scope: Scope
    key: bytes

    @property
    def org(self) -> int:
        """The organisation's number."""
        return self.scope.org

    def resource(self, resource_type: str, alias: str) -> Seen:
        """Current resources of a type."""
        return _current(alias, visible(self.scope, resource_type, alias))

    def resources(self, types: Iterable[str], alias: str) -> Seen:
        """Current resources of several types; of all if there are none named."""
        return _current(alias, visible_types(self.scope, tuple(types) or TYPES, alias))

    def hidden(self, secret: str) -> str:
        """An identifier as it stands in the index."""
        return hashed(self.key, secret)

    def own_only(self, resource_type: str) -> tuple[int, ...]:
        """The patients whose compartments hold everything of the type that may be seen; empty if there is more."""
        reach = self.scope.of(resource_type)
        if reach is None or reach.everyone or reach.ids or reach.care_of is not None:
            return ()
        return reach.patients


def _current(alias: str, where: Where) -> Seen:
    return Seen(f"resource {alias}", Where(f"{where.sql} AND {alias}.deleted = 0", where.args))


def bodies(picked: str, keys: int) -> str:
    """
    The statement that gives the rows of `row.Sealed`, and their *keys* after them, for the numbers *picked* selects.

    Args:
        picked: A SELECT of `rid` and `k0`, `k1`, ..., all of them visible.
        keys: How many.
    """
    more = _KEYS[keys]
    return f"SELECT {COLUMNS}{more} FROM ({picked}) p CROSS JOIN resource r ON r.rid = p.rid {KEY}"


_KEYS = tuple("".join(f", p.k{i}" for i in range(keys)) for keys in range(6))

OWN = (
    "(SELECT o.rid AS rid FROM resource o WHERE o.org = ? AND o.pat IN ({places}) AND o.type = ?"
    " UNION SELECT c.rid FROM compartment c WHERE c.org = ? AND c.pat IN ({places}))"
)
"""Numbers of what may be in some patients' compartments: where to look, not what may be seen."""

CHANGED = "(SELECT u.rid AS rid FROM resource u WHERE u.org = ? AND u.type = ? AND {condition})"
"""Numbers of what was changed in some time, likewise."""


def joined(clauses: Iterable[Where], word: str) -> Where:
    """Conditions joined by AND or OR, each in parentheses if they are alternatives."""
    found = [clause for clause in clauses if clause.sql]
    args: list[Any] = []
    for clause in found:
        args += clause.args
    if len(found) == 1:
        return Where(found[0].sql, tuple(args))
    text = f" {word} ".join(f"({c.sql})" if word == "OR" else c.sql for c in found)
    return Where(f"({text})" if word == "OR" else text, tuple(args))
