"""
The parts of names: which names there are, by every three letters in them, so that `:contains` never reads the people.

A name that nobody bears any more is taken out with its last bearer; what is left of an erased patient must not be
theirs alone. Rows are locked meanwhile, so that a name is not taken out while another process counts on its being
there.
"""

from collections.abc import Iterable

from meridian.fhir import definitions
from meridian.fhir.search.hashing import number
from meridian.fhir.search.parameters import NAMES
from meridian.fhir.search.rows import Text
from meridian.fhir.types import TYPES
from meridian.store.plan import Change, Many, Plan, Query

GRAM = 3
"""Letters in a part; what is shorter is looked for in the list of all names."""


def grams(value: str) -> set[str]:
    """
    The empty text, which stands for the name itself, and every three letters in it.

    >>> sorted(grams("anna"))
    ['', 'ann', 'nna']
    """
    return {"", *(value[i : i + GRAM] for i in range(len(value) - GRAM + 1))}


def _borne() -> dict[str, int]:
    bases = {
        base
        for p in definitions.search_parameters()
        if (p["code"], p["type"]) == ("name", "string")
        for base in p["base"]
    }
    return {name: number(f"{name}.name") for name in TYPES if name in bases}


BORNE = _borne()
"""Number of the parameter `name` of each type that has one: in its rows stand the names that somebody bears."""

INSIDE = frozenset(number(f"{name}.{code}") for name in BORNE for code in NAMES)
"""Numbers of the parameters whose values are all among these names."""

_BY_NAME = f"t.param IN ({', '.join(str(n) for n in BORNE.values())})"


def among(texts: Iterable[Text], resource_type: str) -> set[str]:
    """The names that the rows *texts* of a resource say it bears."""
    param = BORNE.get(resource_type)
    return {row.value for row in texts if row.param == param}


def add(org: int, values: Iterable[str]) -> Plan[None]:
    """Names that somebody bears now."""
    wanted = set(values)
    if not wanted:
        return
    rows = yield Query(
        "SELECT value FROM index_name WHERE org = ? AND gram = '' "
        f"AND value IN ({', '.join('?' * len(wanted))}) FOR UPDATE",
        (org, *wanted),
    )
    new = sorted(wanted - {value for (value,) in rows})
    yield Many(
        "INSERT OR IGNORE INTO index_name (org, gram, value) VALUES (?, ?, ?)",
        [(org, gram, value) for value in new for gram in sorted(grams(value))],
    )


def drop(org: int, values: Iterable[str]) -> Plan[None]:
    """Names that one less bears; those that nobody does are taken out."""
    for value in sorted(set(values)):
        yield Query("SELECT value FROM index_name WHERE org = ? AND gram = '' AND value = ? FOR UPDATE", (org, value))
        borne = yield Query(
            f"SELECT 1 FROM index_text t WHERE t.org = ? AND {_BY_NAME} AND t.value = ? LIMIT 1 FOR UPDATE",
            (org, value),
        )
        if not borne:
            parts = sorted(grams(value))
            yield Change(
                f"DELETE FROM index_name WHERE org = ? AND gram IN ({', '.join('?' * len(parts))}) AND value = ?",
                (org, *parts, value),
            )
