"""
Two records of one person put together, and taken apart again while nothing else has changed.

What moves is everything in the compartment of the one that goes, whatever its type and label: whoever merges need not
see it, and is shown counts only. It becomes the survivor's, sealed under the survivor's key. Portal accounts of both
reach the survivor. The one that goes stays as an inactive Patient whose `link` says where its record is.

All of it is one transaction, or nothing. The versions before stay readable to whom they were: for staff they are the
history of what moved, for the patient too, who is the same person. Source: hl7.org/fhir/R4/patient.html#links.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeAlias
from uuid import uuid4

from meridian.access.door import Door
from meridian.access.interaction import Interaction
from meridian.access.telling import of_record
from meridian.faults import Conflict, Forbidden, Gone, Invalid, Issue, NotFound, VersionConflict
from meridian.fhir import validation
from meridian.fhir.codec import decode
from meridian.identity import merged
from meridian.identity.merged import Bearer
from meridian.store.plan import Plan
from meridian.store.records import moving
from meridian.store.records.moving import Merge, Moved
from meridian.store.records.writing import Present, locked, opened_body

Resource: TypeAlias = dict[str, Any]
Choose: TypeAlias = Callable[[Resource, Resource], Resource]
"""Given the survivor and the one that goes, gives the survivor as it is to be."""

MERGE: Final = "Patient/$merge"
PREVIEW: Final = "Patient/$merge-preview"
UNDO: Final = "Patient/$unmerge"
LIST: Final = "Patient/$merges"
RULE: Final = "merging"
"""The row of the policy that allows it: seeing and writing a Patient is not enough."""
MOST: Final = 200
NAMED: Final = 20
"""Changed resources that a refusal names."""


class Preview(NamedTuple):
    """
    What a merge would do.

    Args:
        keep, gone: The two Patients.
        counts: How many resources of each type would move.
        accounts: Memberships that reach the one that goes, and
        kept: those that reach the survivor.
    """

    keep: Resource
    gone: Resource
    counts: dict[str, int]
    accounts: list[Bearer]
    kept: list[Bearer]


async def preview(door: Door, keep: str, gone: str) -> Preview:
    """What merging *gone* into *keep* would do; raises what `merge` would."""

    def plan() -> Plan[Preview]:
        scope = yield from door.scope(Interaction.READ)
        first = decode((yield from door.records.read(scope, "Patient", keep)).body)
        second = decode((yield from door.records.read(scope, "Patient", gone)).body)
        _mergeable(first, second)
        org = door.subject.org
        counts = Counter(kind for kind, name in (yield from moving.holdings(org, gone)) if name != keep)
        accounts = yield from merged.bearers(org, gone)
        return Preview(first, second, dict(sorted(counts.items())), accounts, (yield from merged.bearers(org, keep)))

    what = f"Patient/{keep}"
    try:
        _allow(door)
        found = await door.engine.read(plan)
    except Exception as fault:  # noqa: BLE001  # every failure leaves an entry
        await door.refuse(PREVIEW, what, fault)
    await door.record(PREVIEW, what, seen=(what, f"Patient/{gone}"), rule=RULE)
    return found


async def merge(door: Door, keep: str, gone: str, choose: Choose, versions: tuple[int, int] | None = None) -> Merge:
    """
    Put the record of *gone* into that of *keep*.

    Args:
        door: Of somebody whom the row `RULE` allows it.
        keep: Logical id of the survivor.
        gone: Logical id of the one that goes.
        choose: Says what the survivor is to say.
        versions: Of the two Patients, as the preview showed them.

    Raises:
        Forbidden: If the role does not merge.
        NotFound: If one of them is not there, or out of sight.
        Conflict: If one of them was merged before, or they are one.
        VersionConflict: If one of them has changed since the preview.
        TooCostly: If there is more than one transaction moves.
    """

    def prepared() -> Callable[[], Plan[Merge]]:
        _allow(door)
        return lambda: _merge(door, keep, gone, choose, versions)

    return await door.do(MERGE, f"Patient/{keep}", prepared)


def _merge(door: Door, keep: str, gone: str, choose: Choose, versions: tuple[int, int] | None) -> Plan[Merge]:
    org, kit = door.subject.org, door.records.kit
    before = yield from _locked(door, keep, gone)
    patients = []
    for row in before:
        patients.append(decode((yield from opened_body(kit, org, row))))  # noqa: PERF401  # steps of a plan
    _mergeable(patients[0], patients[1])
    if versions is not None and versions != tuple(row.version for row in before):
        raise VersionConflict("One of the two has changed since they were compared")
    survivor = _linked(choose(patients[0], patients[1]), gone, "replaces") | {"id": keep}
    replaced = _linked(patients[1], keep, "replaced-by") | {"active": False}
    for one in (survivor, replaced):
        validation.check(one, expect="Patient")
    moved = yield from moving.move(kit, org, gone, keep, patients=[survivor, replaced], before=before)
    accounts = yield from merged.move(org, gone, keep)
    said = {"resources": [list(one) for one in moved], **accounts}
    done = Merge(str(uuid4()), keep, gone, door.subject.account, door.clock(), 0, said)
    yield from moving.keep(org, done)
    yield from _recorded(door, MERGE, done, moved)
    return done


async def undo(door: Door, identity: str) -> Merge:
    """
    Take a merge apart: everything as it was, under the keys it was under.

    Raises:
        Forbidden: If the role does not merge.
        NotFound: If there is no such merge, or its patients are out of sight.
        Conflict: If it was undone, or something changed since; the issues name what.
    """

    def prepared() -> Callable[[], Plan[Merge]]:
        _allow(door)
        return lambda: _undo(door, identity)

    return await door.do(UNDO, "Patient", prepared)


def _undo(door: Door, identity: str) -> Plan[Merge]:
    org, kit = door.subject.org, door.records.kit
    done = yield from moving.one(org, identity)
    if done is None:
        raise NotFound("There is no such merge")
    yield from _locked(door, done.keep, done.gone)
    if done.undone:
        raise Conflict("This merge has been undone already")
    moved = [Moved(*one) for one in done.moved["resources"]]
    changed = [f"merge/{one}" for one in (yield from moving.later(org, done))]
    changed += yield from moving.changed_since(kit, org, done, moved)
    changed += [f"membership/{one}" for one in (yield from merged.changed_since(org, done.keep, done.moved))]
    if changed:
        issues = tuple(Issue("conflict", "has changed since the merge", one) for one in changed[:NAMED])
        raise Conflict(f"{len(changed)} things have changed since; they would be lost", issues=issues)
    yield from moving.move_back(kit, org, moved)
    yield from merged.move_back(org, done.gone, done.keep, done.moved)
    yield from moving.undo(org, identity, door.clock())
    yield from _recorded(door, UNDO, done, moved)
    return done._replace(undone=door.clock())


async def listed(door: Door) -> list[Merge]:
    """The organisation's merges, newest first; ids and counts, nobody's data."""
    try:
        _allow(door)
    except Forbidden as fault:
        await door.refuse(LIST, "Patient", fault)
    found = await door.engine.read(lambda: moving.newest(door.subject.org, MOST))
    await door.record(LIST, "Patient", rule=RULE)
    return found


def _allow(door: Door) -> None:
    names = door.allow(Interaction.UPDATE, "Patient")
    if RULE not in names.split("|"):
        raise Forbidden("Your role does not put records together")


def _locked(door: Door, keep: str, gone: str) -> Plan[list[Present]]:
    """The rows of the two Patients, locked, as far as the subject sees them."""
    if keep == gone:
        text = "A record cannot be merged into itself"
        raise Invalid(text, issues=(Issue("value", text, "drop"),))
    rows = yield from locked(door.subject.org, "Patient", sorted((keep, gone)))
    found = []
    for one in (keep, gone):
        scope = yield from door.scope(Interaction.UPDATE)
        yield from door.records.read(scope, "Patient", one)
        row = rows.get(one)
        if row is None:
            raise NotFound("No Patient with that id")
        if row.deleted or not row.keyed:
            raise Gone("This Patient has been deleted", version=row.version)
        found.append(row)
    return found


def _mergeable(keep: Resource, gone: Resource) -> None:
    """
    Pass if the one may be merged into the other.

    A record that was merged may be merged into the same one again: what came for it meanwhile goes the same way.
    """
    if _replaced_by(keep):
        raise Conflict("The one to be kept was itself merged into another", issues=_at("keep"))
    into = _replaced_by(gone)
    if into and into != f"Patient/{keep['id']}":
        raise Conflict("This record was merged into another before", issues=_at("drop"))


def _at(place: str) -> tuple[Issue, ...]:
    return (Issue("conflict", "was merged before", place),)


def _replaced_by(patient: Resource) -> str:
    links = (one["other"].get("reference", "") for one in patient.get("link", ()) if one.get("type") == "replaced-by")
    return str(next(links, ""))


def _linked(patient: Resource, other: str, kind: str) -> Resource:
    link = {"other": {"reference": f"Patient/{other}"}, "type": kind}
    there = [one for one in patient.get("link", ()) if one != link]
    return {**patient, "link": [*there, link]}


def _recorded(door: Door, action: str, done: Merge, moved: list[Moved]) -> Plan[None]:
    """An entry for each of the two, so that either's log tells it; whoever follows one of them reads anew."""
    yield from of_record(door.subject.org, (done.keep, done.gone))
    seen = tuple(f"{one.type}/{one.id}" for one in moved)
    yield door.recorded(action, f"Patient/{done.keep}", patient=done.keep, seen=seen, rule=RULE)
    yield door.recorded(action, f"Patient/{done.gone}", patient=done.gone, rule=RULE)
