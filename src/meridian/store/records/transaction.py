"""
transaction: many interactions as one, all or nothing. Source: hl7.org/fhir/R4/http.html#trules.

Deletes come first, then creates, then updates and patches, then reads, whatever the order of the entries. Links between
entries (`urn:uuid:...`) and conditional references are resolved before anything is written, so that one batch of rows
holds all that is new.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypeVar
from urllib.parse import parse_qsl

from meridian.faults import Fault, Gone, Invalid, Issue, NotFound, PreconditionFailed, TooCostly, VersionConflict
from meridian.fhir import references
from meridian.fhir.codec import decode
from meridian.fhir.search import Search, parse
from meridian.store.plan import Plan
from meridian.store.records.finding import in_sight, in_turn, the_one
from meridian.store.records.kit import Kit
from meridian.store.records.reading import read
from meridian.store.records.stored import Stored
from meridian.store.records.update import existing
from meridian.store.records.writing import (
    Draft,
    Permit,
    Present,
    Resource,
    Written,
    locked,
    opened_body,
    refuse_erased,
    write,
)
from meridian.store.scope import Scope

T = TypeVar("T")

MOST_OPENED = 50 * 1024 * 1024
"""Bytes of the bodies that one transaction reads or patches, house policy: a small Bundle must not open gigabytes."""

Verb: TypeAlias = Literal["create", "update", "patch", "delete", "read"]


@dataclass(frozen=True, slots=True)
class Operation:
    """
    One entry.

    Args:
        verb: What to do.
        type: Of the resource.
        id: Of the resource; empty for a create and for a condition.
        resource: What it is to be, for create and update; valid but for links that are yet to be resolved.
        link: The entry's `fullUrl`, by which other entries refer to it.
        if_match: The version it must be at.
        condition: `If-None-Exist` of a create; what finds the resource of an update or delete.
        change: Of a patch: gives the valid new resource.
        upsert: Whether an update may create.
    """

    verb: Verb
    type: str
    id: str = ""
    resource: Resource | None = None
    link: str = ""
    if_match: int | None = None
    condition: Search | None = None
    change: Callable[[Resource], Resource] | None = None
    upsert: bool = False


Scopes: TypeAlias = Callable[[Verb], Scope]
"""What the caller may reach by each verb; `read` also bounds what conditions can find."""


def transaction(
    kit: Kit, scopes: Scopes, operations: Sequence[Operation], *, permit: Permit | None = None
) -> Plan[list[Written | Stored | None]]:
    """
    Do all of *operations*; what became of each, in their order (`None` for a conditional delete that found nothing).

    Raises:
        Fault: What one of them would raise by itself, with the place of its entry; nothing is done then.
    """
    return (yield from _Transaction(kit, scopes, operations, permit).run())


class _Transaction:
    """One transaction; lives as long as its plan, and is made anew when that is driven again."""

    def __init__(self, kit: Kit, scopes: Scopes, operations: Sequence[Operation], permit: Permit | None) -> None:
        self._kit, self._scopes, self._operations, self._permit = kit, scopes, operations, permit
        self._org = scopes("read").org
        self._done: dict[int, Written | Stored | None] = {}
        self._drafts: dict[int, Draft] = {}
        self._targets: dict[str, str] = {}
        self._taken: set[tuple[str, str]] = set()
        self._room = MOST_OPENED
        self._conditions: dict[tuple[str, tuple[tuple[str, str], ...]], int] = {}
        self._twins: dict[int, int] = {}

    def run(self) -> Plan[list[Written | Stored | None]]:
        if any(operation.condition is not None for operation in self._operations):
            yield from in_turn(self._org)
        present = yield from self._present()
        for verb, step in (("delete", self._delete), ("create", self._create), ("update", self._update)):
            for at, operation in self._of(verb):
                yield from _placed(at, step(at, operation, present))
        for at, operation in self._of("patch"):
            yield from _placed(at, self._patch(at, operation))
        yield from self._link()
        yield from self._write()
        for at, operation in self._of("read"):
            self._done[at] = yield from _placed(at, self._read(operation))
        return [self._done[at] for at in range(len(self._operations))]

    def _of(self, verb: str) -> Iterator[tuple[int, Operation]]:
        return ((at, one) for at, one in enumerate(self._operations) if one.verb == verb)

    def _present(self) -> Plan[Mapping[tuple[str, str], Present]]:
        """The locked rows of everything that is named, one query for each type; out of sight is left out."""
        named: dict[tuple[Verb, str], set[str]] = {}
        for operation in self._operations:
            if operation.id and operation.verb in {"update", "delete"}:
                named.setdefault((operation.verb, operation.type), set()).add(operation.id)
        found: dict[tuple[str, str], Present] = {}
        for (verb, kind), ids in sorted(named.items()):
            rows = yield from locked(self._org, kind, sorted(ids))
            seen = yield from in_sight(self._scopes(verb), kind, [row.rid for row in rows.values()])
            for row in rows.values():
                found[kind, row.id] = row if row.rid in seen else row._replace(rid=0)
        return found

    def _delete(self, at: int, operation: Operation, present: Mapping[tuple[str, str], Present]) -> Plan[None]:
        logical_id = operation.id
        before: Present | None
        if operation.condition is not None:
            found = yield from the_one(self._kit, self._scopes("delete"), operation.condition)
            if found is None:
                self._done[at] = None
                return
            before = yield from existing(self._scopes("delete"), operation.type, found.id, operation.if_match)
            logical_id = found.id
        else:
            before = _checked(present.get((operation.type, logical_id)), operation, missing=False)
        self._draft(at, Draft(operation.type, logical_id, None, before))

    def _create(self, at: int, operation: Operation, _: Mapping[tuple[str, str], Present]) -> Plan[None]:
        if operation.condition is not None:
            found = yield from the_one(self._kit, self._scopes("read"), operation.condition)
            if found is not None:
                self._done[at] = Written(found, "found")
                self._target(operation, found.id)
                return
            twin = self._conditions.setdefault((operation.type, operation.condition.asked), at)
            if twin != at:  # an earlier entry creates what this one asks for
                self._twins[at] = twin
                self._target(operation, self._drafts[twin].id)
                return
        logical_id = operation.id or self._kit.new_id()
        self._target(operation, logical_id)
        self._draft(at, Draft(operation.type, logical_id, operation.resource))

    def _update(self, at: int, operation: Operation, present: Mapping[tuple[str, str], Present]) -> Plan[None]:
        logical_id, before = operation.id, None
        if operation.condition is not None:
            found = yield from the_one(self._kit, self._scopes("update"), operation.condition)
            logical_id = found.id if found is not None else str((operation.resource or {}).get("id", ""))
            if found is not None:
                before = yield from existing(self._scopes("update"), operation.type, found.id, operation.if_match)
            logical_id = logical_id or self._kit.new_id()
        else:
            before = _checked(present.get((operation.type, logical_id)), operation, missing=operation.upsert)
        self._target(operation, logical_id)
        self._draft(at, Draft(operation.type, logical_id, operation.resource, before))

    def _patch(self, at: int, operation: Operation) -> Plan[None]:
        before = yield from existing(self._scopes("patch"), operation.type, operation.id, operation.if_match)
        body = yield from opened_body(self._kit, self._org, before)
        if operation.change is None:
            raise TypeError("a patch needs a change")
        self._target(operation, operation.id)
        self._draft(at, Draft(operation.type, operation.id, operation.change(decode(self._open(body))), before))

    def _read(self, operation: Operation) -> Plan[Stored]:
        found = yield from read(self._kit, self._scopes("read"), operation.type, operation.id)
        self._open(found.body)
        return found

    def _open(self, body: bytes) -> bytes:
        self._room -= len(body)
        if self._room < 0:
            raise TooCostly(f"A transaction opens at most {MOST_OPENED:,} bytes of records")
        return body

    def _target(self, operation: Operation, logical_id: str) -> None:
        if operation.link:
            self._targets[operation.link] = f"{operation.type}/{logical_id}"

    def _draft(self, at: int, draft: Draft) -> None:
        if (draft.type, draft.id) in self._taken:
            text = "Two entries of the transaction are about the same resource"
            raise Invalid(text, issues=(Issue("invalid", text, f"Bundle.entry[{at}]"),))
        self._taken.add((draft.type, draft.id))
        self._drafts[at] = draft

    def _link(self) -> Plan[None]:
        """Point links to other entries, and conditional references, at what they mean."""
        for at, draft in list(self._drafts.items()):
            if draft.resource is None:
                continue
            for reference in references.references(draft.resource):
                condition = references.search(reference["reference"])
                if condition is not None and reference["reference"] not in self._targets:
                    self._targets[reference["reference"]] = yield from _placed(at, self._found(condition))
            resource = draft.resource
            if self._targets:
                resource = _copied(resource)  # the plan may be driven again, and find other targets
                references.rewrite(resource, self._targets)
                self._drafts[at] = draft._replace(resource=resource)
            if self._permit is not None:
                yield from _placed(at, self._permit({**resource, "id": draft.id}))

    def _found(self, condition: references.Search) -> Plan[str]:
        """What a conditional reference means. Source: hl7.org/fhir/R4/http.html#trules."""
        search = parse(condition.type, parse_qsl(condition.query, keep_blank_values=True), lenient=False)
        found = yield from the_one(self._kit, self._scopes("read"), search)
        if found is None:
            raise PreconditionFailed(f"No {condition.type} meets a conditional reference")
        return f"{found.type}/{found.id}"

    def _write(self) -> Plan[None]:
        order = list(self._drafts)
        written = yield from write(self._kit, self._org, [self._drafts[at] for at in order])
        self._done.update(zip(order, written, strict=True))
        for at, twin in self._twins.items():
            made = self._done[twin]
            self._done[at] = Written(made.stored, "found") if isinstance(made, Written) else made


def _checked(before: Present | None, operation: Operation, *, missing: bool) -> Present | None:
    """The row, if it may be taken; the same faults as for a single interaction."""
    if (before is not None and not before.rid) or (before is None and not missing):
        raise NotFound(f"No {operation.type} with that id")
    if before is not None:
        refuse_erased(before)
        if before.deleted and operation.verb == "update" and not missing:
            raise Gone(f"This {operation.type} has been deleted", version=before.version)
    if operation.if_match is not None and (before is None or before.version != operation.if_match):
        raise VersionConflict("It is not at the version named by ifMatch")
    return before


def _copied(value: Any) -> Any:
    """A copy of JSON that shares no object or array with *value*."""
    if type(value) is dict:
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if type(value) is list else value


def _placed(at: int, plan: Plan[T]) -> Plan[T]:
    """*plan*, whose faults say which entry they are about."""
    try:
        return (yield from plan)
    except Fault as fault:
        if not any(issue.place for issue in fault.issues):
            fault.issues = (*fault.issues, Issue("processing", fault.detail, f"Bundle.entry[{at}]"))
        raise
