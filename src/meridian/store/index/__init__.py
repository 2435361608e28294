"""
The index rows of resources: written with them, in the same transaction, and erased with them.

    yield from index.write(org, rid, pat, resource, key)       a new resource, or one that was deleted before
    yield from index.rewrite(org, rid, pat, resource, key)     a new version; only rows that differ are touched
    yield from index.erase(org, rid, "Patient")                a deletion

*key* is the organisation's index key: identifiers stand in the rows only as hashes made with it.
"""

from typing import Any

from meridian.fhir.search import Rows, extract
from meridian.fhir.search.rows import Token
from meridian.store.index import names
from meridian.store.index.hashed import hashed
from meridian.store.index.tables import TABLES, TEXT, distinct, present
from meridian.store.plan import Change, Many, Plan, Query


def write(org: int, rid: int, pat: int, resource: dict[str, Any], key: bytes) -> Plan[None]:
    """
    Rows of a resource that has none.

    Args:
        org: Organisation number.
        rid: The resource's number.
        pat: Number of the patient in whose compartment it is; 0 for none.
        resource: Valid, with `resourceType`.
        key: The organisation's index key.
    """
    rows = rows_of(resource, key)
    for table in TABLES:
        wanted = distinct(rows, table)
        if wanted:
            yield Many(table.insert, [(org, *row, pat, rid) for row in wanted])
    yield from names.add(org, names.among(rows.text, resource["resourceType"]))


def rewrite(org: int, rid: int, pat: int, resource: dict[str, Any], key: bytes) -> Plan[None]:
    """Rows of a resource that may have some; those that stay are not touched."""
    rows = rows_of(resource, key)
    before = yield from _names(rid, resource["resourceType"])
    held = yield from present(rid)
    for table, found in zip(TABLES, held, strict=True):
        wanted = {(*row, pat) for row in distinct(rows, table)}
        yield Many(table.delete, [(org, *row, rid) for row in found - wanted])
        yield Many(table.insert, [(org, *row, rid) for row in wanted - found])
    after = names.among(rows.text, resource["resourceType"])
    yield from names.add(org, after - before)
    yield from names.drop(org, before - after)


def erase(org: int, rid: int, resource_type: str) -> Plan[None]:
    """Take out every row of a resource."""
    before = yield from _names(rid, resource_type)
    for table in TABLES:
        yield Change(table.erase, (rid,))
    yield from names.drop(org, before)


def rows_of(resource: dict[str, Any], key: bytes) -> Rows:
    """The rows of *resource* with its identifiers hashed."""
    rows = extract(resource)
    for param, secret, system in rows.identifying:
        rows.token.append(Token(param, hashed(key, secret) if secret else "", system))
    return rows


def _names(rid: int, resource_type: str) -> Plan[set[str]]:
    param = names.BORNE.get(resource_type)
    if param is None:
        return set()
    rows = yield Query(f"SELECT value FROM {TEXT.name} WHERE rid = ? AND param = ?", (rid, param))
    return {value for (value,) in rows}
