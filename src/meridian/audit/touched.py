"""
Whose records an account, a session or an address touched in a period: what an incident asks of the log first.

Entries name resources; whose they are is looked up in the rows, which know it of destroyed and deleted ones too. What a
search gave out counts as touched, whether or not anybody looked at it: 45 CFR 164.402(2) asks then what became of it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from meridian.audit import reading
from meridian.audit.entry import Entry
from meridian.audit.leaf import open_body
from meridian.store.engine import Engine
from meridian.store.kinds import NUMBERS
from meridian.store.plan import Plan, Query

SOME = 200
"""Resources that one statement asks for."""


class Trace(NamedTuple):
    """
    Whom to look for; empty means anybody, and all that is said must fit.

    Args:
        account, session: Ids.
        address: As entries have it.
        since, until: Ms since the epoch; *until* is not in it.
    """

    account: str = ""
    session: str = ""
    address: str = ""
    since: int = 0
    until: int = 2**62

    def fits(self, entry: Entry) -> bool:
        """Whether an entry is theirs; refusals gave nothing out."""
        return (
            self.since <= entry.time < self.until
            and entry.outcome == "ok"
            and self.account in ("", entry.account)
            and self.session in ("", entry.session)
            and self.address in ("", entry.address)
        )


@dataclass(slots=True)
class Touched:
    """
    What was done with one patient's record.

    Args:
        org, patient: Whose: organisation number and logical id.
        entries: How many entries concern it.
        first, last: When, ms since the epoch.
        actions: What was done.
        types: To what types of resources.
    """

    org: int
    patient: str
    entries: int = 0
    first: int = 2**62
    last: int = 0
    actions: set[str] = field(default_factory=set)
    types: set[str] = field(default_factory=set)

    def add(self, entry: Entry, types: Collection[str]) -> None:
        """One more entry."""
        self.entries += 1
        self.first, self.last = min(self.first, entry.time), max(self.last, entry.time)
        self.actions.add(entry.action)
        self.types.update(types)


async def touched(engine: Engine, orgs: Iterable[int], trace: Trace) -> list[Touched]:
    """Whose records were touched in the logs of those organisations; by organisation and patient."""
    found: dict[tuple[int, str], Touched] = {}
    for org in orgs:
        head = await engine.read(partial(reading.head, org))
        async for row in reading.entries(engine, org, head.size):
            entry = open_body(row.body)
            if trace.fits(entry):
                for patient, types in (await _patients(engine, entry)).items():
                    found.setdefault((org, patient), Touched(org, patient)).add(entry, types)
    return [found[key] for key in sorted(found)]


async def _patients(engine: Engine, entry: Entry) -> dict[str, set[str]]:
    """Patients that an entry concerns, and the types it names of each."""
    named = [(one.split("/")[0], one.split("/")[1]) for one in (*entry.seen, entry.what) if one.count("/") >= 1]
    found: dict[str, set[str]] = {entry.patient: {entry.what.partition("/")[0]}} if entry.patient else {}
    known = [one for one in dict.fromkeys(named) if one[0] in NUMBERS]
    for start in range(0, len(known), SOME):
        some = known[start : start + SOME]
        for kind, patient in await engine.read(partial(_whose, entry.org, some)):
            found.setdefault(patient, set()).add(kind)
    return found


def _whose(org: int, named: list[tuple[str, str]]) -> Plan[list[tuple[str, str]]]:
    """Type and patient of each resource that is in a patient's compartment."""
    by_type: dict[str, list[str]] = {}
    for kind, identity in named:
        by_type.setdefault(kind, []).append(identity)
    found: list[tuple[str, str]] = []
    for kind, ids in by_type.items():
        places = ", ".join("?" * len(ids))
        rows = yield Query(
            f"SELECT p.id FROM resource r JOIN patient p ON p.no = r.pat WHERE r.org = ? AND r.type = ?"
            f" AND r.id IN ({places}) AND p.id <> ''"
            f" UNION SELECT p.id FROM resource r JOIN compartment c ON c.rid = r.rid JOIN patient p ON p.no = c.pat"
            f" WHERE r.org = ? AND r.type = ? AND r.id IN ({places}) AND p.id <> ''",
            (org, NUMBERS[kind], *ids, org, NUMBERS[kind], *ids),
        )
        found += [(kind, patient) for (patient,) in rows]
    return found
