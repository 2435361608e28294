"""A shelf of resources with their index rows, and searches on it, without sealing or a door."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest

from meridian.fhir.codec import encode
from meridian.fhir.compartments import patients_of
from meridian.fhir.search import parse
from meridian.store import index
from meridian.store.engine import Engine
from meridian.store.kinds import NUMBERS
from meridian.store.plan import Change, Plan, Query
from meridian.store.scope import Reach, Scope
from meridian.store.search import Page, run

KEY = b"k" * 32
ORG = 7
ALL = Scope(ORG, {}, Reach(everyone=True, restricted=True))


@dataclass
class Shelf:
    """
    Resources on an engine.

    Args:
        engine: Where they are.
        clock: Milliseconds, one more for each write.
        rids: Numbers of those that are there, by type and id.
    """

    engine: Engine
    clock: int = 1_700_000_000_000
    rids: dict[tuple[str, str], int] = field(default_factory=dict)

    async def put(self, *resources: dict[str, Any], org: int = ORG, restricted: bool = False) -> None:
        """Store new resources, or new versions of them."""
        for resource in resources:
            self.clock += 1
            await self.engine.write(lambda r=resource: self._put(r, org, int(restricted)))  # type: ignore[misc]  # mypy cannot infer a lambda with a default

    async def load(self, resources: Iterable[dict[str, Any]], org: int = ORG) -> None:
        """Store many new resources in one plan."""
        found = list(resources)

        def plan() -> Plan[None]:
            for resource in found:
                self.clock += 1
                yield from self._put(resource, org, 0)

        await self.engine.write(plan)

    async def drop(self, resource_type: str, resource_id: str) -> None:
        """Delete a resource."""
        await self.engine.write(lambda: self._drop(resource_type, resource_id))

    async def care(self, member: str, patient: str, org: int = ORG) -> None:
        """Say that *member* cares for *patient*."""

        def plan() -> Plan[None]:
            no = yield from self._number(org, patient)
            yield Change("INSERT INTO care (org, member, pat, rid) VALUES (?, ?, ?, ?)", (org, member, no, 0))

        await self.engine.write(plan)

    async def number(self, patient: str, org: int = ORG) -> int:
        """A patient's number."""
        return await self.engine.write(lambda: self._number(org, patient))

    async def ask(self, resource_type: str, *pairs: tuple[str, str], scope: Scope = ALL) -> Page:
        """One page."""
        search = parse(resource_type, pairs)
        return await self.engine.read(lambda: run(scope, search, KEY))

    async def ids(self, resource_type: str, *pairs: tuple[str, str], scope: Scope = ALL) -> list[str]:
        """The ids of all pages, one after the other."""
        found: list[str] = []
        cursor: list[tuple[str, str]] = []
        while True:
            page = await self.ask(resource_type, *pairs, *cursor, scope=scope)
            found += [match.id for match in page.matches]
            if not page.next:
                return found
            cursor = [("_cursor", page.next)]

    def _put(self, resource: dict[str, Any], org: int, restricted: int) -> Plan[None]:
        kind, resource_id = resource["resourceType"], resource["id"]
        numbers = []
        for patient in patients_of(resource):
            no = yield from self._number(org, patient)
            numbers.append(no)
        pat = numbers[0] if numbers else 0
        rid = self.rids.get((kind, resource_id))
        if rid is None:
            done = yield Change(
                "INSERT INTO resource (org, type, id, version, pat, keyed, updated, deleted, restricted, body) "
                "VALUES (?, ?, ?, 1, ?, ?, ?, 0, ?, ?)",
                (org, NUMBERS[kind], resource_id, pat, pat, self.clock, restricted, encode(resource)),
            )
            rid = self.rids[kind, resource_id] = done.key
            yield from index.write(org, rid, pat, resource, KEY)
        else:
            yield Change(
                "UPDATE resource SET version = version + 1, pat = ?, updated = ?, deleted = 0, body = ? WHERE rid = ?",
                (pat, self.clock, encode(resource), rid),
            )
            yield Change("DELETE FROM compartment WHERE rid = ?", (rid,))
            yield from index.rewrite(org, rid, pat, resource, KEY)
        for further in numbers[1:]:
            yield Change("INSERT INTO compartment (org, pat, rid) VALUES (?, ?, ?)", (org, further, rid))

    def _drop(self, resource_type: str, resource_id: str) -> Plan[None]:
        rid = self.rids[resource_type, resource_id]
        yield Change("UPDATE resource SET deleted = 1, body = ? WHERE rid = ?", (b"", rid))
        yield from index.erase(ORG, rid, resource_type)

    def _number(self, org: int, patient: str) -> Plan[int]:
        rows = yield Query("SELECT no FROM patient WHERE org = ? AND id = ?", (org, patient))
        if rows:
            return int(rows[0][0])
        done = yield Change("INSERT INTO patient (org, id) VALUES (?, ?)", (org, patient))
        return int(done.key)


@pytest.fixture
def shelf(engine: Engine) -> Shelf:
    """An empty shelf, on each engine in turn."""
    return Shelf(engine)
