"""
What stands in a site after its server was tormented, looked at from behind: rows, index, history and log together.

`look` opens the database as the server would, opens every body, and compares everything that says the same thing twice.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from meridian.app import House, opened
from meridian.audit.entry import Entry
from meridian.audit.leaf import open_body
from meridian.fhir.codec import decode
from meridian.settings import load
from meridian.store.index import rows_of
from meridian.store.index.tables import TABLES, distinct
from meridian.store.kinds import NAMES
from meridian.store.plan import Plan, Query
from meridian.store.records.stored import Stored, stored
from meridian.store.row import COLUMNS, KEY
from meridian.testing.served import Site

WRITES = frozenset({"create", "update", "patch", "delete"})


@dataclass
class Standing:
    """
    What was found.

    Args:
        bodies: Every version that can be read, by `Type/id/_history/n`.
        entries: The organisation's log, in order.
        wrong: What does not agree with something else, in words.
    """

    bodies: dict[str, dict[str, Any]] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def recorded(self) -> Counter[str]:
        """How often the log says that a version was written."""
        counted: Counter[str] = Counter()
        for entry in self.entries:
            if entry.outcome == "ok" and entry.action in WRITES:
                counted[entry.what] += 1
            elif entry.outcome == "ok" and entry.action == "transaction":
                counted.update(f"{one}/_history/1" for one in entry.seen)
        return counted


async def look(site: Site, org: int = 1) -> Standing:
    """What stands in *site*, whose server is not running. Transactions are taken to have created what they name."""
    async with opened(load(site.data)) as house:
        standing = await house.engine.read(lambda: _looked(house, org))
    recorded = standing.recorded
    standing.wrong += [f"{what} is recorded {recorded[what]} times" for what in standing.bodies if recorded[what] != 1]
    standing.wrong += [f"{what} is recorded and not there" for what in recorded if what not in standing.bodies]
    return standing


def _looked(house: House, org: int) -> Plan[Standing]:
    found = Standing()
    current = yield from _all(house, org, "resource")
    earlier = yield from _all(house, org, "history")
    versions = Counter(one.rid for one in earlier)
    for one in (*current, *earlier):
        found.bodies[f"{one.type}/{one.id}/_history/{one.version}"] = {} if one.deleted else decode(one.body)
    for one in current:
        if versions[one.rid] != one.version - 1:
            found.wrong.append(f"{one} has {versions[one.rid]} versions before it")
    if strays := set(versions) - {one.rid for one in current}:
        found.wrong.append(f"There is history of nothing: {strays}")
    yield from _index(house, org, current, found)
    rows = yield Query("SELECT seq, body FROM audit_entry WHERE org = ? ORDER BY seq", (org,))
    found.entries = [open_body(body) for _, body in rows]
    if [seq for seq, _ in rows] != list(range(len(rows))):
        found.wrong.append("The log has gaps")
    return found


def _all(house: House, org: int, table: str) -> Plan[list[Stored]]:
    rows = yield Query(f"SELECT {COLUMNS} FROM {table} r {KEY} WHERE r.org = ?", (org,))  # noqa: S608  # constants
    return (yield from stored(house.keyring, org, rows))


def _index(house: House, org: int, current: list[Stored], found: Standing) -> Plan[None]:
    """Compare the rows of the index with what the bodies would give anew."""
    from meridian.store.keys import index_key  # noqa: PLC0415  # beside its only use

    key = yield from index_key(house.keyring, org)
    wanted = {one.rid: rows_of(decode(one.body), key) for one in current if not one.deleted}
    for table in TABLES:
        columns = ", ".join(("rid", *table.columns))
        rows = yield Query(f"SELECT {columns} FROM {table.name} WHERE org = ?", (org,))  # noqa: S608  # constants
        there = {tuple(row) for row in rows}
        expected = {(rid, *row) for rid, some in wanted.items() for row in distinct(some, table)}
        if there != expected:
            missing, extra = sorted(map(str, expected - there))[:3], sorted(map(str, there - expected))[:3]
            found.wrong.append(f"{table.name}: missing {missing}, too many {extra}")


def kinds(standing: Standing) -> Counter[str]:
    """How many current resources of each type there are."""
    return Counter(what.split("/")[0] for what in standing.bodies if what.split("/")[0] in NAMES.values())
