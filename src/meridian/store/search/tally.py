"""How many matches there are of each code: a search's own candidates, counted by another of their tokens."""

from meridian.fhir.search.parameters import parameters
from meridian.fhir.search.query import Search
from meridian.store.plan import Plan, Query
from meridian.store.scope import Scope
from meridian.store.search.asking import Asking
from meridian.store.search.matching import candidates_of
from meridian.store.search.sources import source


def tally(scope: Scope, search: Search, key: bytes, by: str) -> Plan[dict[str, int]]:
    """
    Codes of the token parameter *by*, each with the number of matches that have it.

    Args:
        scope: What the asker may see.
        search: From `meridian.fhir.search.parse`; its page and order are not minded.
        key: The organisation's index key.
        by: A token parameter of the type, as `code`.
    """
    asking = Asking(scope, key)
    [param] = parameters(search.type)[by].stored
    begin = source(search.type, search.criteria, asking)
    found = candidates_of(
        search, asking, begin, f"CROSS JOIN index_token k ON k.rid = r.rid AND k.param = {int(param)}"
    )
    rows = yield Query(f"SELECT k.code, COUNT(*) {found.sql} GROUP BY k.code ORDER BY k.code", found.args)
    return {code: int(count) for code, count in rows}
