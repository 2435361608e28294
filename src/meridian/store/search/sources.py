"""
What is read first: the criterion that is likeliest to leave few candidates, as an item of FROM.

There are no statistics to ask; the ranks are what the kinds of values are like in a clinic. A patient's number, where
it is known from another criterion, narrows the range of the index to that patient's rows.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from meridian.fhir import definitions
from meridian.fhir.search.hashing import number
from meridian.fhir.search.parameters import SYSTEMLESS, parameters
from meridian.fhir.search.query import (
    Chain,
    Compare,
    Criterion,
    DateIs,
    Has,
    Ids,
    LinkIs,
    Match,
    PairIs,
    TextIs,
    TokenIs,
    Updated,
    UriIs,
    Value,
)
from meridian.store.index.names import GRAM, INSIDE, grams
from meridian.store.kinds import NUMBERS
from meridian.store.search import conditions
from meridian.store.search.asking import CHANGED, OWN, Asking, joined
from meridian.store.search.criteria import meets, stored
from meridian.store.visible import Where, places

HOPELESS = 100
_PATIENT = number("Patient")


class Source(Struct, frozen=True):
    """
    Candidates.

    Args:
        items: For FROM, giving `x.rid` (or `x.id`) and what the order needs; empty for none.
        args: Of *items*.
        where: Conditions on `x`.
        by: `rid` or `id`, by which candidates are joined to resources.
        order: `value` (by text, patient, number), `patient` (by patient, number), `number`, or `id`; each candidate
            stands once.
        spent: The criterion that need not be checked again.
    """

    items: str = ""
    args: tuple[Any, ...] = ()
    where: Where = Where("", ())
    by: Literal["rid", "id"] = "rid"
    order: Literal["value", "patient", "number", "id"] = "id"
    spent: Criterion | None = None
    names: Where | None = None
    """On `index_name g`, where candidates are the bearers of some names."""
    besides: Where = Where("", ())
    """What *where* says but for the texts, where candidates come in the order of these."""
    texts: Where = Where("", ())
    """What *where* says of the texts, apart from where they begin."""
    wide: bool = False
    """Whether a great part of all resources may be candidates."""


def source(resource_type: str, criteria: Sequence[Criterion], asking: Asking, *, by_change: bool = False) -> Source:
    """
    Where to begin a search of *resource_type* by *criteria*.

    Args:
        resource_type: What is searched.
        criteria: What it must meet.
        asking: Whose search it is.
        by_change: Whether the order asked for is that of the last changes, which has an index of its own.
    """
    bound = patient_of(resource_type, criteria)
    best, chosen = min(((rank(one, bound), i) for i, one in enumerate(criteria)), default=(HOPELESS, 0))
    own = asking.own_only(resource_type)
    if own and best > _RANK_OWN:
        return _own(own, resource_type, asking)
    found = _best(criteria[chosen] if best < HOPELESS else None, bound, resource_type, asking, by_change=by_change)
    few = best < _RANK_WIDE or any(isinstance(one, Ids) and not one.negated for one in criteria)
    return replace(found, wide=not few)


def _best(
    chosen: Criterion | None, bound: LinkIs | None, resource_type: str, asking: Asking, *, by_change: bool
) -> Source:
    match chosen:
        case None:
            return Source()
        case Match() as criterion:
            return _match(criterion, bound, asking)
        case Updated() as criterion:
            return Source() if by_change else _changed(criterion, resource_type, asking)
        case Chain() | Has() as criterion:
            return _set(criterion, resource_type, asking)
        case _:  # pragma: no cover  # ranks choose no other
            raise TypeError(chosen)


# The patient a search is about.


def patient_of(resource_type: str, criteria: Sequence[Criterion]) -> LinkIs | None:
    """The patient whose number all matches bear, if a criterion says so."""
    primary = _primary(resource_type)
    if not primary:
        return None
    for criterion in criteria:
        if isinstance(criterion, Match) and criterion.stored == primary and len(criterion.values) == 1:
            [value] = criterion.values
            if isinstance(value, LinkIs) and value.type == _PATIENT:
                return value
    return None


@cache
def _primary(resource_type: str) -> tuple[int, ...]:
    """
    The rows of the reference that decides whose a resource is: the first of the compartment's, if it is a single one.

    Source: `meridian.fhir.compartments`, which puts another first for a Coverage.
    """
    codes = definitions.compartment_parameters().get(resource_type, ())
    if not codes or resource_type in {"Coverage", "Patient"}:
        return ()
    found = parameters(resource_type)[codes[0]]
    single = len(found.routes) == 1 and not any(hop.many for hop in found.routes[0].hops)
    return found.stored if single else ()


# Ranks.

_RANK_OWN = 3
_RANK_FEW = 9
_RANK_WIDE = 10


def rank(criterion: Criterion, bound: LinkIs | None) -> int:
    """How good it is to begin with *criterion*; less is better."""
    if isinstance(criterion, Updated):
        return 15
    if isinstance(criterion, Chain):
        return _rank_set(max(rank(inner, None) for _, inner in criterion.targets))
    if isinstance(criterion, Has):
        return _rank_set(rank(criterion.criterion, None))
    if not isinstance(criterion, Match) or criterion.negated:
        return HOPELESS
    worst = max(_rank(value, criterion, bound) for value in criterion.values)
    return worst + (len(criterion.values) > 1)


def _rank_set(inner: int) -> int:
    """What few meet is gathered first, what many meet is looked at for each candidate."""
    return max(6, inner + 1) if inner <= _RANK_FEW else HOPELESS


def _rank(value: Value, criterion: Match, bound: LinkIs | None) -> int:
    match value:
        case TokenIs(code, _, secret):
            return _rank_token(criterion, bound, coded=bool(code), secret=secret)
        case LinkIs(_, kind):
            return 3 if kind == _PATIENT else 5
        case TextIs(how, text):
            return _rank_text(how, text, criterion)
        case DateIs(Compare.EQ):
            return 6
        case _:
            return _RANKS.get(type(value), 10)


_RANKS: dict[type, int] = {PairIs: 5, UriIs: 9}


def _rank_token(criterion: Match, bound: LinkIs | None, *, coded: bool, secret: bool) -> int:
    if not coded:
        return 20
    if secret:
        return 1
    if bound is not None and len(criterion.values) == 1:
        return 4 if criterion.parameter.types <= SYSTEMLESS else 2
    return 12 if criterion.parameter.types <= SYSTEMLESS else 8


def _rank_text(how: str, text: str, criterion: Match) -> int:
    if how == "contains":
        return (7 if len(text) >= GRAM else 9) if criterion.stored[0] in INSIDE else 40
    return 4 if how == "exact" or len(text) >= GRAM else 7


# FROM.


def _match(criterion: Match, bound: LinkIs | None, asking: Asking) -> Source:
    table = conditions.table(criterion.values[0])
    params = stored(criterion.stored, "x")
    single = len(criterion.values) == 1 and len(criterion.stored) == 1
    value = criterion.values[0]
    if single and isinstance(value, TextIs) and value.how != "exact":
        return _text(criterion, value, params, asking)
    found = conditions.any_of(criterion.values, asking)
    clauses = [Where("x.org = ?", (asking.org,)), params, found]
    if single and isinstance(value, TokenIs) and value.code and bound is not None:
        clauses.append(_of_patient(bound, asking))
    if single and isinstance(value, TokenIs) and value.code and value.system is None:
        clauses.append(_FIRST_SYSTEM)
    if single and _one_range(value):
        return Source(f"{table} x", (), joined(clauses, "AND"), order="patient", spent=criterion)
    where = joined(clauses, "AND")
    return Source(
        f"(SELECT DISTINCT x.rid AS rid FROM {table} x WHERE {where.sql}) x",
        where.args,
        order="number",
        spent=criterion,
    )


def _one_range(value: Value) -> bool:
    """Whether the rows with *value* lie together in the order of patient and number."""
    return bool(value.code) if isinstance(value, TokenIs) else isinstance(value, LinkIs) and value.type is not None


_FIRST_SYSTEM = Where(
    "NOT EXISTS (SELECT 1 FROM index_token y WHERE y.org = x.org AND y.param = x.param AND y.code = x.code "
    "AND y.pat = x.pat AND y.rid = x.rid AND y.system < x.system)",
    (),
)
"""A resource that has one code in two systems stands once."""


def _of_patient(bound: LinkIs, asking: Asking) -> Where:
    return Where("x.pat = (SELECT n.no FROM patient n WHERE n.org = ? AND n.id = ?)", (asking.org, bound.id))


def _text(criterion: Match, value: TextIs, params: Where, asking: Asking) -> Source:
    """By text, in the order of the texts; a resource stands at the first of its texts that match."""
    own = conditions.of(value, asking)
    other = own.sql.replace("x.", "y.")
    first = Where(
        f"NOT EXISTS (SELECT 1 FROM index_text y WHERE y.rid = x.rid AND y.param = x.param AND {other} "
        "AND (y.value < x.value OR (y.value = x.value AND y.exact < x.exact)))",
        own.args,
    )
    rest = joined((Where("x.org = ?", (asking.org,)), params, first), "AND")
    if value.how == "contains" and criterion.stored[0] in INSIDE:
        names = containing(value.value, asking)
        among = Where(f"x.value IN (SELECT g.value FROM index_name g WHERE {names.sql})", names.args)
        where = joined((among, rest), "AND")
        return Source("index_text x", (), where, order="value", spent=criterion, names=names, besides=rest)
    where = joined((own, rest), "AND")
    texts = own if value.how == "contains" else Where("x.value < ?", (value.value + conditions.TOP,))
    return Source("index_text x", (), where, order="value", spent=criterion, besides=rest, texts=texts)


def containing(text: str, asking: Asking) -> Where:
    """The condition that a row of `index_name g` is of a name with *text* in it."""
    gram = max(sorted(grams(text)), key=lambda part: sum(map(_COMMON.find, part)) if part else -GRAM)
    return Where("g.org = ? AND g.gram = ? AND INSTR(g.value, ?) > 0", (asking.org, gram, text))


_COMMON = "eanrioslthmcdbgukfvpwyzjxq"
"""Letters of names, the commonest first; of the parts of a text the rarest is looked up."""


def _own(patients: tuple[int, ...], resource_type: str, asking: Asking) -> Source:
    items = OWN.format(places=places(patients))
    return Source(f"{items} x", (asking.org, *patients, NUMBERS[resource_type], asking.org, *patients), order="number")


def _changed(criterion: Updated, resource_type: str, asking: Asking) -> Source:
    found = joined((conditions.instant(value, "u.updated") for value in criterion.values), "OR")
    items = CHANGED.format(condition=found.sql)
    return Source(f"{items} x", (asking.org, NUMBERS[resource_type], *found.args), order="number", spent=criterion)


def _set(criterion: Chain | Has, resource_type: str, asking: Asking) -> Source:
    """What a chain or `_has` leads to, gathered first."""
    if isinstance(criterion, Chain):
        ways = [_chained(criterion, target, inner, asking) for target, inner in criterion.targets]
        found = joined([Where(sql, args) for sql, args in ways], "UNION")
        return Source(f"({found.sql}) x", found.args, order="number", spent=criterion)
    sql, args = _referring(criterion, resource_type, asking)
    return Source(f"({sql}) x", args, by="id", order="number", spent=criterion)


def _reached(resource_type: str, inner: Criterion, asking: Asking) -> tuple[str, Where]:
    """FROM and WHERE for the visible resources of a type that meet a criterion, under the alias `r`."""
    seen = asking.resource(resource_type, "r")
    begin = source(resource_type, (inner,), asking)
    rest = meets(inner, asking, "r") if begin.spent is None else Where("", ())
    where = joined((begin.where, seen.where, rest), "AND")
    items = f"{begin.items} CROSS JOIN {seen.table} ON r.{begin.by} = x.{begin.by}" if begin.items else seen.table
    return items, Where(where.sql, (*begin.args, *where.args))


def _chained(criterion: Chain, target: str, inner: Criterion, asking: Asking) -> tuple[str, tuple[Any, ...]]:
    items, where = _reached(target, inner, asking)
    params = stored(criterion.parameter.stored, "l")
    sql = (
        f"SELECT DISTINCT l.rid AS rid FROM {items} CROSS JOIN index_link l ON l.id = r.id AND l.type = r.type "
        f"WHERE {where.sql} AND l.org = ? AND {params.sql}"
    )
    return sql, (*where.args, asking.org, *params.args)


def _referring(criterion: Has, resource_type: str, asking: Asking) -> tuple[str, tuple[Any, ...]]:
    items, where = _reached(criterion.type, criterion.criterion, asking)
    params = stored(criterion.parameter.stored, "l")
    sql = (
        f"SELECT DISTINCT l.id AS id FROM {items} CROSS JOIN index_link l ON l.rid = r.rid "
        f"WHERE {where.sql} AND {params.sql} AND l.type = ?"
    )
    return sql, (*where.args, *params.args, NUMBERS[resource_type])
