"""
New versions of resources, many at a time: what create, update, patch, delete and transaction come down to.

A version is sealed under the key of the first patient it concerns. The version before goes to `history` as it is;
index, compartments and care follow the new one, in the same transaction.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal, NamedTuple, TypeAlias

from meridian.clock import instant
from meridian.faults import Gone, TooLarge
from meridian.fhir.codec import encode
from meridian.fhir.compartments import patients_of
from meridian.store import bookings, care, filing, index, visible
from meridian.store.keys import INDEX, NOBODY, Person, of_number, people
from meridian.store.kinds import NAMES, NUMBERS
from meridian.store.plan import Change, Many, Plan, Query
from meridian.store.records.kit import Kit
from meridian.store.records.stored import Stored
from meridian.store.records.together import together
from meridian.vault.keyring import DataKey
from meridian.vault.seal import place, seal, unseal

Resource: TypeAlias = dict[str, Any]
Permit: TypeAlias = Callable[[Resource], Plan[None]]
"""Asked about each resource before it is written, with its id in it; raises what refuses it."""

LARGEST = 16 * 1024 * 1024
"""Bytes of a body, house policy: more than a request brings, and patches cannot heap up more."""

CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
RESTRICTED = frozenset({"R", "V"})
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
WITHHELD = "NOPAT"
"""No disclosure to patient, family or caregivers without attending provider's authorization: not yet released."""


class Present(NamedTuple):
    """A row of `resource`, locked for writing."""

    rid: int
    type: int
    id: str
    version: int
    pat: int
    keyed: int
    updated: int
    deleted: int
    body: bytes


PRESENT = "r.rid, r.type, r.id, r.version, r.pat, r.keyed, r.updated, r.deleted, r.body"


class Draft(NamedTuple):
    """
    A version to be written.

    Args:
        type: A type's name.
        id: Logical id, given by the server or the client.
        resource: What it is to be; `None` deletes. Its own `id` and version are not minded.
        before: What is there now.
    """

    type: str
    id: str
    resource: Resource | None
    before: Present | None = None


class Written(NamedTuple):
    """A version, and whether writing made it: `unchanged` is what was there already, `found` met a condition."""

    stored: Stored
    outcome: Literal["created", "updated", "unchanged", "found", "deleted"]


class _Sheet(NamedTuple):
    """A draft with everything its rows will say."""

    draft: Draft
    stored: Stored
    keyed: int
    restricted: int
    further: tuple[int, ...]
    members: tuple[tuple[str, int], ...]


def write(kit: Kit, org: int, drafts: Sequence[Draft]) -> Plan[list[Written]]:
    """
    Write every draft; what each became, in order. No two drafts may be of one resource.

    Raises:
        Conflict: If a draft without *before* takes an id that is there, or an Appointment a time that is taken.
        Gone: If a patient's record has been erased.
        TooLarge: If a body is over `LARGEST`.
    """
    whose = [patients_of({**draft.resource, "id": draft.id}) if draft.resource else [] for draft in drafts]
    known = yield from people(kit.keyring, org, (one for several in whose for one in several))
    now = kit.clock()
    same = yield from _unchanged(kit, org, drafts, known)
    sheets = {
        at: _sheet(org, draft, ids, known, now)
        for at, (draft, ids) in enumerate(zip(drafts, whose, strict=True))
        if at not in same
    }
    rids = yield from _rows(org, list(sheets.values()))
    yield from _around(org, rids, known[NOBODY].key.derived(INDEX))
    booked = {one.stored.rid: one.draft.resource for one in rids if one.draft.type == "Appointment"}
    if booked:
        yield from bookings.follow(kit.keyring, org, now, booked)
    yield from _followed(kit, org, rids)
    done = dict(zip(sheets, rids, strict=True))
    return [same.get(at) or Written(done[at].stored, _outcome(draft)) for at, draft in enumerate(drafts)]


def _followed(kit: Kit, org: int, sheets: list[_Sheet]) -> Plan[None]:
    """A file that lies beside the records is sealed for the patient of its Binary, whoever moves that."""
    whose = {
        one.stored.id: next(iter(patients_of(one.draft.resource)), NOBODY)
        for one in sheets
        if one.draft.type == "Binary" and one.draft.before is not None and one.draft.resource is not None
    }
    if whose:
        yield from filing.follow(kit.keyring, org, whose)


def _outcome(draft: Draft) -> Literal["created", "updated", "deleted"]:
    if draft.resource is None:
        return "deleted"
    return "updated" if draft.before is not None and not draft.before.deleted else "created"


def spliced(resource: Resource, logical_id: str, version: int, updated: int) -> Resource:
    """*resource* with what the server says of it; the client's other meta stays."""
    meta = {"versionId": str(version), "lastUpdated": instant(updated)}
    for name, value in resource.get("meta", {}).items():
        meta.setdefault(name, value)
    own = {"resourceType": resource["resourceType"], "id": logical_id, "meta": meta}
    for name, value in resource.items():
        own.setdefault(name, value)
    return own


def _unchanged(kit: Kit, org: int, drafts: Sequence[Draft], known: Mapping[str, Person]) -> Plan[dict[int, Written]]:
    """Drafts that say what is there already, by their place: they make no version."""
    keys = {person.no: person.key for person in known.values()}
    found: dict[int, Written] = {}
    for at, draft in enumerate(drafts):
        before = draft.before
        if before is None or before.deleted != (draft.resource is None):
            continue
        if before.keyed not in keys:
            keys[before.keyed] = yield from of_number(kit.keyring, org, before.keyed)
        held = held_as(org, before, keys[before.keyed])
        if draft.resource is None or held.body == encode(
            spliced(draft.resource, before.id, before.version, before.updated)
        ):
            found[at] = Written(held, "unchanged")
    return found


def held_as(org: int, before: Present, key: DataKey) -> Stored:
    """A locked row as it would be handed out."""
    rid, kind, logical_id, version, pat, _, updated, deleted, body = before
    return Stored(org, rid, NAMES[kind], logical_id, version, pat, updated, bool(deleted), body, key)


def opened_body(kit: Kit, org: int, before: Present) -> Plan[bytes]:
    """The body of a locked row."""
    key = yield from of_number(kit.keyring, org, before.keyed)
    return unseal(key, place(org, NAMES[before.type], before.id, before.version), before.body)


def _sheet(org: int, draft: Draft, ids: Sequence[str], known: Mapping[str, Person], now: int) -> _Sheet:
    before, resource = draft.before, draft.resource
    version = before.version + 1 if before else 1
    updated = max(now, before.updated) if before else now
    rid = before.rid if before else 0
    if resource is None:
        pat, keyed = (before.pat, before.keyed) if before else (0, 0)
        gone = Stored(org, rid, draft.type, draft.id, version, pat, updated, True, b"", None)  # noqa: FBT003  # a row
        return _Sheet(draft, gone, keyed, restricted=0, further=(), members=())
    first, *others = [known[one].no for one in ids] or [0]
    person = known[ids[0]] if ids else known[NOBODY]
    plain = encode(spliced(resource, draft.id, version, updated))
    if len(plain) > LARGEST:
        raise TooLarge(f"The resource would be over the limit of {LARGEST:,} bytes")
    sealed = seal(person.key, place(org, draft.type, draft.id, version), plain)
    return _Sheet(
        draft,
        Stored(org, rid, draft.type, draft.id, version, first, updated, False, sealed, person.key, plain),  # noqa: FBT003  # a row
        person.no,
        _labelled(resource),
        tuple(others),
        tuple((member, first) for member in sorted(care.members(resource))) if first else (),
    )


def restricted(resource: Resource) -> bool:
    """Whether it is labelled R or V. Source: hl7.org/fhir/R4/security-labels.html, v3-Confidentiality."""
    return any(
        label.get("code") in RESTRICTED and label.get("system") == CONFIDENTIALITY for label in _labels(resource)
    )


def withheld(resource: Resource) -> bool:
    """Whether its patient is not to see it yet. Source: v3-ActCode NOPAT, an information obligation label."""
    return any(label.get("code") == WITHHELD and label.get("system") == ACT_CODE for label in _labels(resource))


def _labels(resource: Resource) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = resource.get("meta", {}).get("security", [])
    return found


def _labelled(resource: Resource) -> int:
    """The column `restricted`: `visible.RESTRICTED` and `visible.WITHHELD`, added."""
    return restricted(resource) * visible.RESTRICTED + withheld(resource) * visible.WITHHELD


def _rows(org: int, sheets: list[_Sheet]) -> Plan[list[_Sheet]]:
    """Write the rows of `resource` and `history`; the sheets, each with its resource's number."""
    rids = yield from _inserted(org, [sheet for sheet in sheets if sheet.draft.before is None])
    yield from _replaced([sheet for sheet in sheets if sheet.draft.before is not None])
    return [
        sheet._replace(stored=sheet.stored._replace(rid=rids[sheet.stored.type, sheet.stored.id]))
        if sheet.draft.before is None
        else sheet
        for sheet in sheets
    ]


_COLUMNS = "org, type, id, version, pat, keyed, updated, deleted, restricted, body"
_VALUES = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_CHUNKS = (50, 10, 1)
"""Rows that one statement inserts: few lengths, so that few statements are kept prepared."""


@lru_cache
def _insert(count: int) -> str:
    values = ", ".join([_VALUES] * count)
    return f"INSERT INTO resource ({_COLUMNS}) VALUES {values} RETURNING rid, type, id"


def _inserted(org: int, sheets: list[_Sheet]) -> Plan[dict[tuple[str, str], int]]:
    rids: dict[tuple[str, str], int] = {}
    for some in _chunks(sheets):
        args = [value for sheet in some for value in _values(org, sheet)]
        rows = yield Query(_insert(len(some)), args)
        rids.update({(NAMES[kind], logical_id): rid for rid, kind, logical_id in rows})
    return rids


def _chunks(sheets: list[_Sheet]) -> Iterable[list[_Sheet]]:
    start = 0
    for size in _CHUNKS:
        while len(sheets) - start >= size:
            yield sheets[start : start + size]
            start += size


def _values(org: int, sheet: _Sheet) -> tuple[Any, ...]:
    one = sheet.stored
    return (
        org,
        NUMBERS[one.type],
        one.id,
        one.version,
        one.pat,
        sheet.keyed,
        one.updated,
        int(one.deleted),
        sheet.restricted,
        one.sealed,
    )


_MOVE = f"INSERT INTO history (rid, {_COLUMNS}) SELECT rid, {_COLUMNS} FROM resource"
_MOVED = 200
_RENEW = "UPDATE resource SET version = ?, pat = ?, keyed = ?, updated = ?, deleted = ?, body = ?"


def _renewed(sheet: _Sheet) -> tuple[Any, ...]:
    one = sheet.stored
    return one.version, one.pat, sheet.keyed, one.updated, int(one.deleted), one.sealed


def _replaced(sheets: list[_Sheet]) -> Plan[None]:
    for start in range(0, len(sheets), _MOVED):
        some = [sheet.stored.rid for sheet in sheets[start : start + _MOVED]]
        yield Change(f"{_MOVE} WHERE rid IN ({visible.places(some)})", some)
    yield Many(
        f"{_RENEW}, restricted = ? WHERE rid = ?",
        [(*_renewed(sheet), sheet.restricted, sheet.stored.rid) for sheet in sheets if not sheet.stored.deleted],
    )
    yield Many(  # a deletion stays as restricted as what was deleted
        f"{_RENEW} WHERE rid = ?",
        [(*_renewed(sheet), sheet.stored.rid) for sheet in sheets if sheet.stored.deleted],
    )
    rids = [(sheet.stored.rid,) for sheet in sheets]
    yield Many("DELETE FROM compartment WHERE rid = ?", rids)
    yield Many("DELETE FROM care WHERE rid = ?", [(s.stored.rid,) for s in sheets if s.draft.type in care.SAYS])


def _around(org: int, sheets: list[_Sheet], key: bytes) -> Plan[None]:
    """Compartments, care and index rows."""
    yield Many(
        "INSERT INTO compartment (org, pat, rid) VALUES (?, ?, ?)",
        [(org, pat, sheet.stored.rid) for sheet in sheets for pat in sheet.further],
    )
    yield Many(
        "INSERT INTO care (org, member, pat, rid) VALUES (?, ?, ?, ?)",
        [(org, member, pat, sheet.stored.rid) for sheet in sheets for member, pat in sheet.members],
    )
    yield from together([_indexed(org, sheet, key) for sheet in sheets])


def _indexed(org: int, sheet: _Sheet, key: bytes) -> Plan[None]:
    draft, one = sheet.draft, sheet.stored
    if draft.resource is None:
        return index.erase(org, one.rid, draft.type)
    resource = {**draft.resource, "id": draft.id}
    if draft.before is None or draft.before.deleted:
        return index.write(org, one.rid, one.pat, resource, key)
    return index.rewrite(org, one.rid, one.pat, resource, key)


def locked(org: int, resource_type: str, ids: Sequence[str]) -> Plan[dict[str, Present]]:
    """The rows of those *ids* that exist, whoever may see them, kept from others until the transaction ends."""
    found: dict[str, Present] = {}
    for start in range(0, len(ids), 200):
        some = ids[start : start + 200]
        among = visible.places(some)
        rows = yield Query(
            f"SELECT {PRESENT} FROM resource r WHERE r.org = ? AND r.type = ? AND r.id IN ({among}) FOR UPDATE",
            (org, NUMBERS.get(resource_type, 0), *some),
        )
        found.update({row[2]: Present(*row) for row in rows})
    return found


def refuse_erased(before: Present) -> None:
    """
    Pass if the row has a key.

    Raises:
        Gone: If it was erased with its patient's key.
    """
    if not before.keyed:
        raise Gone("The record has been erased", version=before.version)
