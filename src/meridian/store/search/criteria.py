"""A criterion as a condition on a resource under an alias, checked once for each candidate by the index on `rid`."""

from meridian.fhir.search.hashing import system
from meridian.fhir.search.parameters import Parameter
from meridian.fhir.search.query import Chain, Criterion, Has, Ids, Match, Missing, Updated
from meridian.store.kinds import NUMBERS
from meridian.store.search import conditions
from meridian.store.search.asking import Asking, joined
from meridian.store.visible import Where, places

_TABLE_OF = {
    "string": "index_text",
    "phonetic": "index_text",
    "uri": "index_text",
    "token": "index_token",
    "reference": "index_link",
    "date": "index_date",
    "number": "index_amount",
    "quantity": "index_amount",
    "special": "index_amount",
    "composite": "index_pair",
}


def meets(criterion: Criterion, asking: Asking, alias: str, level: int = 0) -> Where:
    """
    The condition that the resource *alias* meets *criterion*.

    Args:
        criterion: What to meet.
        asking: Whose search it is; resources that are passed through on the way must be visible too.
        alias: Of the resource.
        level: How many references away from the first one; keeps aliases apart.
    """
    match criterion:
        case Match():
            return _match(criterion, asking, alias)
        case Missing():
            return _missing(criterion, alias)
        case Ids(ids, negated):
            return Where(f"{alias}.id {'NOT ' if negated else ''}IN ({places(ids)})", ids)
        case Updated(values):
            return joined((conditions.instant(value, f"{alias}.updated") for value in values), "OR")
        case Chain():
            return _chain(criterion, asking, alias, level + 1)
        case Has():
            return _has(criterion, asking, alias, level + 1)


def stored(numbers: tuple[int, ...], alias: str) -> Where:
    """The condition that a row is of one of the parameters *numbers*."""
    if len(numbers) == 1:
        return Where(f"{alias}.param = ?", numbers)
    return Where(f"{alias}.param IN ({places(numbers)})", numbers)


def _match(criterion: Match, asking: Asking, alias: str) -> Where:
    params = stored(criterion.stored, "x")
    found = conditions.any_of(criterion.values, asking)
    return Where(
        f"{'NOT ' if criterion.negated else ''}EXISTS (SELECT 1 FROM {conditions.table(criterion.values[0])} x "
        f"WHERE x.rid = {alias}.rid AND {params.sql} AND {found.sql})",
        (*params.args, *found.args),
    )


def _missing(criterion: Missing, alias: str) -> Where:
    parameter, no = criterion.parameter, "NOT " if criterion.missing else ""
    if not parameter.stored:  # _id and _lastUpdated are never missing
        return Where("0 = 1" if criterion.missing else "1 = 1", ())
    found = [_present(parameter, _TABLE_OF[parameter.kind], parameter.stored, alias)]
    if parameter.kind == "reference":
        found.append(_present(parameter, "index_token", parameter.answer("identifier"), alias))
    present = joined(found, "OR")
    return Where(f"{no}({present.sql})", present.args)


def _present(parameter: Parameter, table: str, numbers: tuple[int, ...], alias: str) -> Where:
    clauses = [stored(numbers, "x")]
    if parameter.only_type and table == "index_link":
        clauses.append(Where("x.type = ?", (NUMBERS[parameter.only_type],)))
    if parameter.only_system:
        clauses.append(Where("x.system = ?", (system(parameter.only_system),)))
    found = joined(clauses, "AND")
    return Where(f"EXISTS (SELECT 1 FROM {table} x WHERE x.rid = {alias}.rid AND {found.sql})", found.args)


def _chain(criterion: Chain, asking: Asking, alias: str, level: int) -> Where:
    params = stored(criterion.parameter.stored, f"l{level}")
    ways = []
    for resource_type, inner in criterion.targets:
        seen = asking.resource(resource_type, f"t{level}")
        rest = meets(inner, asking, f"t{level}", level)
        ways.append(
            Where(
                f"EXISTS (SELECT 1 FROM index_link l{level} CROSS JOIN {seen.table} ON t{level}.id = l{level}.id "
                f"AND {seen.where.sql} WHERE l{level}.rid = {alias}.rid AND {params.sql} "
                f"AND l{level}.type = ? AND {rest.sql})",
                (*seen.where.args, *params.args, NUMBERS[resource_type], *rest.args),
            )
        )
    return joined(ways, "OR")


def _has(criterion: Has, asking: Asking, alias: str, level: int) -> Where:
    params = stored(criterion.parameter.stored, f"l{level}")
    seen = asking.resource(criterion.type, f"t{level}")
    rest = meets(criterion.criterion, asking, f"t{level}", level)
    return Where(
        f"EXISTS (SELECT 1 FROM index_link l{level} CROSS JOIN {seen.table} ON t{level}.rid = l{level}.rid "
        f"AND {seen.where.sql} WHERE l{level}.org = ? AND {params.sql} AND l{level}.id = {alias}.id "
        f"AND l{level}.type = {alias}.type AND {rest.sql})",
        (*seen.where.args, asking.org, *params.args, *rest.args),
    )
