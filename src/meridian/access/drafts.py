"""
Text that somebody has begun and not put into the record: kept on the server, sealed, and shown to its author alone.

A draft belongs to one account at one place, as `note:Encounter/17`. It is sealed under the key of the patient it is
about, so that destroying the key destroys it; whoever can no longer see the patient no longer sees the draft. After
`KEPT` it is forgotten.

**A draft never overrides what was signed.** A place that names a resource is compared with it at each save: a locked
one refuses the draft, and so does one that is no longer at the version the text was begun from. A save names the save
before it, so that a window left open elsewhere cannot bring back what was signed or thrown away meanwhile.
"""

import re
from functools import partial
from typing import Any, Final, NamedTuple, NoReturn

from meridian.access.door import Door, Whose
from meridian.access.interaction import Interaction
from meridian.access.locks import is_locked
from meridian.faults import Conflict, Gone, Invalid, Issue, NotFound, TooLarge
from meridian.fhir.codec import decode
from meridian.store.keys import NOBODY, of_number, people
from meridian.store.plan import Change, Plan, Query
from meridian.vault.seal import place as sealed_at
from meridian.vault.seal import seal, unseal

KEPT: Final = 30 * 24 * 3600 * 1000
"""Milliseconds after its last save until a draft is forgotten; house policy."""
LONGEST: Final = 200_000
"""Bytes of a draft's text; far more than a note."""
MOST: Final = 100
"""Drafts of one account in an organisation that are listed."""

_PLACE = re.compile(r"[a-z][a-z-]{0,31}:(?:([A-Z][A-Za-z]{1,40})/)?([A-Za-z0-9.\-]{1,64})(?::[A-Za-z0-9.\-]{1,40})?")


class Draft(NamedTuple):
    """
    A draft as its author sees it.

    Args:
        place: Where it is written.
        patient: Logical id of whom it is about; empty for nobody.
        text: The text; empty in a list.
        base: Version of the resource that it was begun from; 0 for none.
        saved: When it was saved last, ms since the epoch; names this save to the next one.
        stale: Whether the resource it was begun from has been changed or signed since.
    """

    place: str
    patient: str
    text: str
    base: int
    saved: int
    stale: bool = False


async def save(door: Door, place: str, text: str, *, patient: str, base: int, after: int | None) -> int:
    """
    Keep *text* at *place*; gives when.

    Args:
        door: Whose draft.
        place: As `note:Encounter/17`.
        text: All of it.
        patient: Logical id of whom it is about; empty for nobody.
        base: Version of the resource at *place* that the text was begun from; 0 for none.
        after: The save that this one follows, 0 for none; `None` where the caller does not know.

    Raises:
        NotFound: If the patient is not there, or not the subject's to see.
        Conflict: If what is at *place* was signed or changed, or the draft was saved, signed or discarded elsewhere;
            the issues name both sides.
        Invalid: If *place* is none.
        TooLarge: If the text is over `LONGEST`.
    """
    what = f"Patient/{patient}" if patient else ""
    return await door.do("draft-save", what, lambda: partial(_save, door, _checked(place, text), patient, base, after))


def _save(door: Door, draft: tuple[str, bytes], patient: str, base: int, after: int | None) -> Plan[int]:
    place, body = draft
    subject, now = door.subject, door.clock()
    if patient:
        scope = yield from door.scope(Interaction.READ)
        door.allow(Interaction.READ, "Patient")
        yield from door.records.read(scope, "Patient", patient)
    yield from _unsigned(door, place, base)
    rows = yield Query(
        "SELECT saved FROM draft WHERE org = ? AND account = ? AND place = ? FOR UPDATE",
        (subject.org, subject.account, place),
    )
    present = rows[0][0] if rows else 0
    if after is not None and after != present:
        _elsewhere(place, present)
    whose = yield from people(door.records.kit.keyring, subject.org, [patient] if patient else [])
    person, saved = whose[patient or NOBODY], max(now, present + 1)
    sealed = seal(person.key, _sealed_at(subject.org, subject.account, place, saved), body)
    row = (person.no, base, saved, saved + KEPT, sealed, subject.org, subject.account, place)
    if rows:
        yield Change(
            "UPDATE draft SET pat = ?, base = ?, saved = ?, expires = ?, body = ?"
            " WHERE org = ? AND account = ? AND place = ?",
            row,
        )
    else:
        yield Change(
            "INSERT INTO draft (pat, base, saved, expires, body, org, account, place) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            row,
        )
        yield door.recorded("draft-begun", f"Patient/{patient}" if patient else "", patient=patient)
    return saved


async def read(door: Door, place: str) -> Draft:
    """
    The subject's own draft at *place*.

    Raises:
        NotFound: If there is none, or its patient is not the subject's to see any more.
    """
    try:
        found = await door.engine.read(lambda: _read(door, place))
    except Exception as fault:  # noqa: BLE001  # every failure leaves an entry
        await door.refuse("draft-read", "", fault)
    await door.record("draft-read", f"Patient/{found.patient}" if found.patient else "", whose=Whose(found.patient))
    return found


def _read(door: Door, place: str) -> Plan[Draft]:
    subject = door.subject
    rows = yield Query(
        f"{_SELECT}, d.body {_OWN} AND d.place = ? AND d.expires > ?",
        (subject.org, subject.account, place, door.clock()),
    )
    if not rows:
        raise NotFound("There is no draft here")
    *head, body = rows[0]
    draft = _draft(head)
    yield from _in_sight(door, draft.patient)
    key = yield from of_number(door.records.kit.keyring, subject.org, head[1])
    text = unseal(key, _sealed_at(subject.org, subject.account, place, draft.saved), body).decode()
    try:
        yield from _unsigned(door, place, draft.base)
    except Conflict:
        return draft._replace(text=text, stale=True)
    return draft._replace(text=text)


async def listed(door: Door) -> list[Draft]:
    """The subject's own drafts, newest first and without their texts; those of patients out of sight are left out."""
    found = await door.engine.read(lambda: _listed(door))
    await door.record("draft-list", "", seen=tuple(f"Patient/{one.patient}" for one in found if one.patient))
    return found


def _listed(door: Door) -> Plan[list[Draft]]:
    subject = door.subject
    rows = yield Query(
        f"{_SELECT} {_OWN} AND d.expires > ? ORDER BY d.saved DESC LIMIT {MOST}",
        (subject.org, subject.account, door.clock()),
    )
    found = []
    for row in rows:
        draft = _draft(row)
        try:
            yield from _in_sight(door, draft.patient)
        except (NotFound, Gone):
            continue
        found.append(draft)
    return found


async def discard(door: Door, place: str) -> None:
    """Throw the subject's draft at *place* away, if there is one."""

    def plan() -> Plan[None]:
        patient = yield from forget(door, place)
        if patient is not None:
            yield door.recorded("draft-discarded", f"Patient/{patient}" if patient else "", patient=patient)

    await door.do("draft-discarded", "", lambda: plan)


def forget(door: Door, place: str) -> Plan[str | None]:
    """Delete the subject's draft at *place*, as a step of what makes it part of the record; whom it was about."""
    subject = door.subject
    rows = yield Query(f"{_SELECT} {_OWN} AND d.place = ?", (subject.org, subject.account, place))
    yield Change("DELETE FROM draft WHERE org = ? AND account = ? AND place = ?", (subject.org, subject.account, place))
    return _draft(rows[0]).patient if rows else None


def places(door: Door, beginning: str) -> Plan[list[str]]:
    """Where the subject has drafts whose place is *beginning*, or begins so and goes on with a colon."""
    subject = door.subject
    rows = yield Query(
        "SELECT place FROM draft WHERE org = ? AND account = ? AND place >= ? AND place < ? AND expires > ?",
        (subject.org, subject.account, beginning, beginning + ";", door.clock()),
    )
    return [place for (place,) in rows if place == beginning or place.startswith(beginning + ":")]


async def tidy(door: Door) -> None:
    """Forget what has expired in the subject's organisation; for the worker."""

    def plan() -> Plan[None]:
        yield Change("DELETE FROM draft WHERE org = ? AND expires <= ?", (door.subject.org, door.clock()))

    await door.engine.write(plan)


_SELECT = "SELECT d.place, d.pat, p.id, d.base, d.saved"
_OWN = "FROM draft d JOIN patient p ON p.no = d.pat WHERE d.org = ? AND d.account = ?"


def _draft(row: Any) -> Draft:
    place, _, patient, base, saved = row
    return Draft(place, patient, "", base, saved)


def _sealed_at(org: int, account: str, place: str, saved: int) -> bytes:
    return sealed_at(org, f"draft {account}", place, saved)


def _in_sight(door: Door, patient: str) -> Plan[None]:
    if patient:
        door.allow(Interaction.READ, "Patient")
        scope = yield from door.scope(Interaction.READ)
        yield from door.records.read(scope, "Patient", patient)


def _checked(place: str, text: str) -> tuple[str, bytes]:
    if not _PLACE.fullmatch(place):
        raise Invalid("That is no place for a draft", issues=(Issue("value", "is no place for a draft", "place"),))
    body = text.encode()
    if len(body) > LONGEST:
        raise TooLarge(f"A draft has at most {LONGEST:,} bytes")
    return place, body


def _unsigned(door: Door, place: str, base: int) -> Plan[None]:
    """Refuse a draft of what has been locked, or changed since *base*."""
    match = _PLACE.fullmatch(place)
    kind, logical_id = match.groups() if match else ("", "")
    if kind != "DocumentReference" and not (kind and base):
        return
    door.allow(Interaction.READ, kind)
    scope = yield from door.scope(Interaction.READ)
    present = yield from door.records.read(scope, kind, logical_id)
    version = f"{kind}/{logical_id}/_history/{present.version}"
    if is_locked(decode(present.body)):
        raise _refused("It has been signed, and a draft cannot change it", version, place)
    if base and present.version != base:
        raise _refused("It has been changed since this text was begun", version, place)


def _elsewhere(place: str, present: int) -> NoReturn:
    why = "This draft was saved in another window" if present else "This draft was signed or thrown away elsewhere"
    raise _refused(why, f"drafts/{place}", place)


def _refused(why: str, present: str, place: str) -> Conflict:
    return Conflict(
        why, issues=(Issue("conflict", "what is there now", present), Issue("conflict", "what was to be saved", place))
    )
