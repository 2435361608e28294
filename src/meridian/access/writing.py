"""Writing through the door: validated, permitted, written and recorded in one transaction."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from meridian.access.answers import Stored, Written
from meridian.access.door import Door
from meridian.access.interaction import Interaction
from meridian.access.locks import refuse_deletion
from meridian.access.permits import permit
from meridian.access.telling import tell
from meridian.faults import Fault, Invalid, Issue
from meridian.fhir import patch as patches
from meridian.fhir import validation
from meridian.fhir.search import parse
from meridian.store.plan import Plan

Resource: TypeAlias = dict[str, Any]
Pairs: TypeAlias = Sequence[tuple[str, str]]
Conclude: TypeAlias = Callable[[Written], Plan[Written]]


async def create(door: Door, resource_type: str, resource: Resource, if_none_exist: Pairs | None) -> Written:
    """A new resource, unless one meets *if_none_exist*."""

    def prepared() -> Callable[[], Plan[Written]]:
        names = door.allow(Interaction.CREATE, resource_type)
        validation.check(resource, expect=resource_type)
        unless = None if if_none_exist is None else parse(resource_type, if_none_exist)
        allowed = permit(door, lambda _: (Interaction.CREATE,))

        def plan() -> Plan[Written]:
            scope = yield from door.scope(Interaction.SEARCH)
            written = yield from door.records.create(scope, resource, unless=unless, permit=allowed)
            return (yield from concluded(door, Interaction.CREATE, written, names))

        return plan

    return await door.do(Interaction.CREATE, resource_type, prepared)


async def update(door: Door, resource_type: str, logical_id: str, resource: Resource, if_match: int | None) -> Written:
    """A new version; a new resource only for those who may choose ids."""

    def prepared() -> Callable[[], Plan[Written]]:
        names = door.allow(Interaction.UPDATE, resource_type)
        if resource.get("id") != logical_id:
            text = "must be the id of the address"
            raise Invalid(f"The id {text}", issues=(Issue("value", text, f"{resource_type}.id"),))
        validation.check(resource, expect=resource_type)
        upsert = may_upsert(door, resource_type)
        allowed = permit(door, lambda _: (Interaction.UPDATE,))

        def plan() -> Plan[Written]:
            scope = yield from door.scope(Interaction.UPDATE)
            written = yield from door.records.update(
                scope, logical_id, resource, if_match=if_match, upsert=upsert, permit=allowed
            )
            return (yield from concluded(door, Interaction.UPDATE, written, names))

        return plan

    return await door.do(Interaction.UPDATE, f"{resource_type}/{logical_id}", prepared)


async def update_where(
    door: Door, resource_type: str, criteria: Pairs, resource: Resource, if_match: int | None
) -> Written:
    """A new version of the one that meets *criteria*, or a new resource."""

    def prepared() -> Callable[[], Plan[Written]]:
        door.allow(Interaction.CREATE, resource_type)
        names = door.allow(Interaction.UPDATE, resource_type)
        validation.check(resource, expect=resource_type)
        condition = parse(resource_type, criteria)
        upsert = may_upsert(door, resource_type)
        allowed = permit(door, lambda _: (Interaction.UPDATE,))

        def plan() -> Plan[Written]:
            scope = yield from door.scope(Interaction.UPDATE)
            written = yield from door.records.update_where(
                scope, condition, resource, if_match=if_match, upsert=upsert, permit=allowed
            )
            return (yield from concluded(door, Interaction.UPDATE, written, names))

        return plan

    return await door.do(Interaction.UPDATE, resource_type, prepared)


async def patch(door: Door, resource_type: str, logical_id: str, body: bytes, if_match: int | None) -> Written:
    """A new version by JSON Patch."""

    def prepared() -> Callable[[], Plan[Written]]:
        names = door.allow(Interaction.PATCH, resource_type)
        change = patched(patches.parse(body), resource_type)
        allowed = permit(door, lambda _: (Interaction.PATCH,))

        def plan() -> Plan[Written]:
            scope = yield from door.scope(Interaction.PATCH)
            written = yield from door.records.patch(
                scope, resource_type, logical_id, change, if_match=if_match, permit=allowed
            )
            return (yield from concluded(door, Interaction.PATCH, written, names))

        return plan

    return await door.do(Interaction.PATCH, f"{resource_type}/{logical_id}", prepared)


async def delete(door: Door, resource_type: str, logical_id: str, if_match: int | None) -> Written:
    """A version that says it is deleted."""

    def prepared() -> Callable[[], Plan[Written]]:
        names = door.allow(Interaction.DELETE, resource_type)

        def plan() -> Plan[Written]:
            scope = yield from door.scope(Interaction.DELETE)
            written = yield from door.records.delete(scope, resource_type, logical_id, if_match=if_match)
            yield from refuse_deletion(door, written)
            return (yield from concluded(door, Interaction.DELETE, written, names))

        return plan

    return await door.do(Interaction.DELETE, f"{resource_type}/{logical_id}", prepared)


async def delete_where(door: Door, resource_type: str, criteria: Pairs) -> Written | None:
    """A deletion of the one that meets *criteria*; `None` when none does."""

    def prepared() -> Callable[[], Plan[Written | None]]:
        names = door.allow(Interaction.DELETE, resource_type)
        condition = parse(resource_type, criteria)

        def plan() -> Plan[Written | None]:
            scope = yield from door.scope(Interaction.DELETE)
            written = yield from door.records.delete_where(scope, condition)
            if written is None:
                yield door.recorded(Interaction.DELETE, resource_type, rule=names)
                return None
            yield from refuse_deletion(door, written)
            return (yield from concluded(door, Interaction.DELETE, written, names))

        return plan

    return await door.do(Interaction.DELETE, resource_type, prepared)


def concluded(door: Door, interaction: Interaction, written: Written, names: str) -> Plan[Written]:
    """Record what was written and tell of it, in the transaction that writes it; what a condition found was read."""
    stored = written.stored
    yield from tell(door, written)
    patient = yield from door.patient_of(stored)
    action = Interaction.READ if written.outcome == "found" else interaction
    yield door.recorded(action, version_of(stored), patient=patient, rule=names)
    return written


def version_of(stored: Stored) -> str:
    """`Type/id/_history/n`."""
    return f"{stored.type}/{stored.id}/_history/{stored.version}"


def patched(operations: Sequence[patches.Operation], resource_type: str) -> Callable[[Resource], Resource]:
    """The change that *operations* make, with its result validated."""

    def change(resource: Resource) -> Resource:
        changed = patches.apply(operations, resource)
        validation.check(changed, expect=resource_type)
        return changed

    return change


def may_upsert(door: Door, resource_type: str) -> bool:
    """Whether the subject may choose an id, and so learn whether it is taken."""
    try:
        door.allow(Interaction.UPSERT, resource_type)
    except Fault:
        return False
    return True
