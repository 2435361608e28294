"""
One patient's record moved to another, and moved back: what `access.merging` does to rows.

Everything that is in the patient's compartment, and everything else that names the patient where an index can see it,
gets a new version that names the other, sealed under the other's key. The versions before stay as they are, under the
key they were written with. Moving back makes a version that says what the one before the move said, and only of what
nobody has touched since.
"""

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import msgspec

from meridian.faults import Gone, TooCostly
from meridian.fhir import references
from meridian.fhir.codec import decode
from meridian.store.keys import of_number
from meridian.store.kinds import NAMES, NUMBERS
from meridian.store.plan import Change, Plan, Query
from meridian.store.records.kit import Kit
from meridian.store.records.writing import Draft, Present, Resource, locked, opened_body, write
from meridian.vault.seal import place, unseal

MOST: Final = 10_000
"""Resources that one transaction moves, house policy: all others wait for it on SQLite."""
PATIENT: Final = NUMBERS["Patient"]


class Moved(NamedTuple):
    """A resource that was moved: its version before and the one that the move wrote."""

    type: str
    id: str
    before: int
    after: int


class Merge(NamedTuple):
    """
    A row of `merge`.

    Args:
        id: Names it.
        keep, gone: Logical ids: *gone* was merged into *keep*.
        account: Who did it.
        done: When, ms since the epoch.
        undone: When it was undone; 0 while it stands.
        moved: What moved, as it was kept.
    """

    id: str
    keep: str
    gone: str
    account: str
    done: int
    undone: int
    moved: dict[str, Any]


def holdings(org: int, logical_id: str) -> Plan[list[tuple[str, str]]]:
    """Type and id of every resource that is in the patient's compartment or names the patient; not the Patient."""
    numbers = yield Query("SELECT no FROM patient WHERE org = ? AND id = ?", (org, logical_id))
    pat = numbers[0][0] if numbers else 0
    found = yield Query(
        "SELECT r.type, r.id FROM resource r WHERE r.org = ? AND r.pat = ? AND r.deleted = 0"
        " UNION SELECT r.type, r.id FROM compartment c JOIN resource r ON r.rid = c.rid"
        " WHERE c.org = ? AND c.pat = ? AND r.deleted = 0"
        " UNION SELECT r.type, r.id FROM index_link l JOIN resource r ON r.rid = l.rid"
        " WHERE l.org = ? AND l.id = ? AND l.type = ? AND r.deleted = 0",
        (org, pat or -1, org, pat or -1, org, logical_id, PATIENT),
    )
    return sorted((NAMES[kind], name) for kind, name in found if (kind, name) != (PATIENT, logical_id))


def move(
    kit: Kit, org: int, gone: str, keep: str, *, patients: Sequence[Resource], before: Sequence[Present]
) -> Plan[list[Moved]]:
    """
    Let everything of *gone* name *keep*, and write the two *patients* as they are to be.

    Args:
        kit: Keys and clock.
        org: Organisation.
        gone: Logical id of whose record is emptied.
        keep: Logical id of whose it becomes.
        patients: The two Patients, as they are to be.
        before: Their rows, locked, in the same order.

    Raises:
        TooCostly: If there are more than `MOST`.
    """
    named = [one for one in (yield from holdings(org, gone)) if one != ("Patient", keep)]
    if len(named) > MOST:
        raise TooCostly(f"The record has more than {MOST:,} entries, too many to be merged in one step")
    drafts = [Draft("Patient", one["id"], one, row) for one, row in zip(patients, before, strict=True)]
    for row in (yield from _rows(org, named)):
        resource = decode((yield from opened_body(kit, org, row)))
        drafts.append(Draft(NAMES[row.type], row.id, renamed(resource, gone, keep), row))
    written = yield from write(kit, org, drafts)
    return [
        Moved(draft.type, draft.id, draft.before.version, one.stored.version)
        for draft, one in zip(drafts, written, strict=True)
        if draft.before is not None and one.outcome == "updated"
    ]


def renamed(resource: Resource, gone: str, keep: str) -> Resource:
    """*resource* with every reference to *gone* as one to *keep*; references to a version of it too."""
    old, new = f"Patient/{gone}", f"Patient/{keep}"
    version = re.compile(re.escape(old) + r"/_history/[^/]+")
    references.rewrite(resource, {old: new})
    for one in references.references(resource):
        if version.fullmatch(one["reference"]):
            one["reference"] = new
    return resource


def changed_since(kit: Kit, org: int, merge: Merge, moved: Sequence[Moved]) -> Plan[list[str]]:
    """
    What was changed since the move: `Type/id` of what moved and says something else now, and of what is new.

    What was changed and changed back, as by a later merge that was undone, counts as unchanged.
    """
    rows = yield from _rows(org, [(one.type, one.id) for one in moved])
    present = {(NAMES[row.type], row.id): row for row in rows}
    changed: list[str] = []
    for one in moved:
        row = present.get((one.type, one.id))
        if row is None or (row.version != one.after and (yield from _says_else(kit, org, row, one.after))):
            changed.append(f"{one.type}/{one.id}")
    found = yield Query(
        "SELECT r.type, r.id FROM resource r JOIN patient p ON p.no = r.pat AND p.org = r.org"
        " WHERE r.org = ? AND p.id = ? AND r.updated >= ?",
        (org, merge.keep, merge.done),
    )
    new = {(NAMES[kind], name) for kind, name in found} - present.keys()
    return sorted([*changed, *(f"{kind}/{name}" for kind, name in new)])


def _says_else(kit: Kit, org: int, row: Present, version: int) -> Plan[bool]:
    """Whether a row says something else than that version did."""
    if row.deleted or not row.keyed:
        return True
    now = _bare(decode((yield from opened_body(kit, org, row))))
    return now != (yield from _version(kit, org, row, version))


def move_back(kit: Kit, org: int, moved: Sequence[Moved]) -> Plan[None]:
    """Write each of *moved* as it was before; `changed_since` has found that nobody touched them."""
    drafts = []
    then = {(one.type, one.id): one.before for one in moved}
    for row in (yield from _rows(org, list(then))):
        named = NAMES[row.type], row.id
        drafts.append(Draft(*named, (yield from _version(kit, org, row, then[named])), row))
    yield from write(kit, org, drafts)


def _version(kit: Kit, org: int, row: Present, version: int) -> Plan[Resource]:
    """What a version said, without what the server said of it."""
    rows = yield Query("SELECT keyed, body FROM history WHERE rid = ? AND version = ?", (row.rid, version))
    if not rows or not rows[0][0]:
        raise Gone("A version that would be restored has been erased")
    key = yield from of_number(kit.keyring, org, rows[0][0])
    return _bare(decode(unseal(key, place(org, NAMES[row.type], row.id, version), rows[0][1])))


def _bare(resource: Resource) -> Resource:
    meta = {name: value for name, value in resource["meta"].items() if name not in {"versionId", "lastUpdated"}}
    return {name: value for name, value in resource.items() if name != "meta"} | ({"meta": meta} if meta else {})


def _rows(org: int, named: Sequence[tuple[str, str]]) -> Plan[list[Present]]:
    """The locked rows, type by type in order, so that two moves wait for each other and never for ever."""
    by_type: dict[str, list[str]] = {}
    for kind, name in sorted(named):
        by_type.setdefault(kind, []).append(name)
    found: list[Present] = []
    for kind, names in by_type.items():
        found += (yield from locked(org, kind, names)).values()
    return found


# --- the rows of merges


def keep(org: int, merge: Merge) -> Plan[None]:
    """Note a merge."""
    yield Change(
        "INSERT INTO merge (org, id, keep, gone, account, done, undone, moved) VALUES (?, ?, ?, ?, ?, ?, 0, ?)",
        (org, merge.id, merge.keep, merge.gone, merge.account, merge.done, msgspec.json.encode(merge.moved)),
    )


_FIELDS = "id, keep, gone, account, done, undone, moved"


def one(org: int, identity: str) -> Plan[Merge | None]:
    """A merge, locked."""
    rows = yield Query(f"SELECT {_FIELDS} FROM merge WHERE org = ? AND id = ? FOR UPDATE", (org, identity))
    return _merge(rows[0]) if rows else None


def newest(org: int, most: int) -> Plan[list[Merge]]:
    """Merges, newest first."""
    rows = yield Query(f"SELECT {_FIELDS} FROM merge WHERE org = ? ORDER BY done DESC, id LIMIT ?", (org, most))
    return [_merge(row) for row in rows]


def later(org: int, merge: Merge) -> Plan[list[str]]:
    """Ids of merges that stand, are newer, and concern one of the same patients."""
    rows = yield Query(
        "SELECT id FROM merge WHERE org = ? AND undone = 0 AND done >= ? AND id <> ?"
        " AND (keep IN (?, ?) OR gone IN (?, ?))",
        (org, merge.done, merge.id, *(merge.keep, merge.gone) * 2),
    )
    return [identity for (identity,) in rows]


def undo(org: int, identity: str, now: int) -> Plan[None]:
    """Note that a merge was undone."""
    yield Change("UPDATE merge SET undone = ? WHERE org = ? AND id = ?", (now, org, identity))


def merged_into(org: int, patients: Sequence[str]) -> Plan[list[str]]:
    """Logical ids of those who were merged into one of *patients*, and into those."""
    found: list[str] = []
    wanted = list(patients)
    while wanted:
        marks = ", ".join("?" for _ in wanted)
        rows = yield Query(f"SELECT gone FROM merge WHERE org = ? AND keep IN ({marks}) AND undone = 0", (org, *wanted))
        wanted = [gone for (gone,) in rows if gone not in found]
        found += wanted
    return found


def _merge(row: Sequence[Any]) -> Merge:
    identity, kept, gone, account, done, undone, moved = row
    return Merge(identity, kept, gone, account, done, undone, msgspec.json.decode(moved))
