"""
One operation as one transaction: what it reads, decides and writes is done together or not at all.

A feature states an operation as a plan over a `Work`, whose steps are the interactions of the chart: within the
subject's scope, validated, permitted, and recorded in one entry that names everything it touched.

    def cancel(work: Work) -> Plan[Resource]:
        return (yield from work.change("Appointment", "17", cancelled))

    await chart.work("Appointment/$cancel", cancel, what="Appointment/17")

Rows of the policy whose `within` names the operation hold here and nowhere else. A plan may be driven again from its
start, so it keeps no state outside itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from msgspec import structs

from meridian.access import drafts
from meridian.access.door import Door, named
from meridian.access.interaction import Interaction
from meridian.access.locks import refuse_deletion
from meridian.access.permits import permit
from meridian.access.recording import entry
from meridian.access.scope import scope
from meridian.access.subject import Subject
from meridian.access.telling import tell
from meridian.access.writing import may_upsert
from meridian.faults import NotFound, TooCostly
from meridian.fhir import validation
from meridian.fhir.codec import decode
from meridian.fhir.search import parse
from meridian.store import outbox
from meridian.store.plan import Plan, Query, Record, Tell
from meridian.store.records import Stored, Written
from meridian.store.scope import Scope

__all__ = ["Plan", "Resource", "Work"]

Resource: TypeAlias = dict[str, Any]
Pairs: TypeAlias = Sequence[tuple[str, str]]

MOST = 1000
"""Matches of one search within an operation, house policy."""


@dataclass(slots=True)
class Work:
    """
    The steps an operation may take; each is a plan, so say `yield from`.

    Raises (from every step):
        Forbidden: If the role lacks the interaction on the type.
        NotFound: If it is not there, or not the subject's.
    """

    _door: Door
    _rules: dict[str, None] = field(default_factory=dict)
    _touched: list[Stored] = field(default_factory=list)
    _own: list[tuple[int, ...]] = field(default_factory=list)
    """
    Numbers of the subject's patients, and of the one whose record is open in an emergency, once a step has asked: they
    are the same for all of the operation.
    """

    @property
    def subject(self) -> Subject:
        """On whose behalf."""
        return self._door.subject

    @property
    def now(self) -> int:
        """Milliseconds since the epoch."""
        return self._door.clock()

    def within(self, operation: str) -> "Work":
        """
        The same work by the rows of *operation*, for a step that looks further than the one it is part of.

        What it finds is recorded with the rest. It is the step's to decide by and not the subject's to be told.
        """
        return Work(self._door.within(operation), self._rules, self._touched, self._own)

    def read(self, resource_type: str, logical_id: str) -> Plan[Resource]:
        """The current version; `Gone` when it has been deleted."""
        scope = yield from self._scope(Interaction.READ, resource_type)
        stored = yield from self._door.records.read(scope, resource_type, logical_id)
        return self._seen(stored)

    def find(self, resource_type: str, logical_id: str) -> Plan[Resource | None]:
        """As `read`; `None` where there is nothing to be seen."""
        try:
            return (yield from self.read(resource_type, logical_id))
        except NotFound:
            return None

    def search(self, resource_type: str, pairs: Pairs) -> Plan[list[Resource]]:
        """
        All that meet the parameters.

        Raises:
            TooCostly: If they are over `MOST`.
        """
        from meridian.store import search as searches  # noqa: PLC0415  # loaded by the first search

        scope = yield from self._scope(Interaction.SEARCH, resource_type)
        asked = parse(resource_type, [*pairs, ("_count", str(MOST))])
        key = yield from self._door.records.index_key(scope.org)
        page = yield from searches.run(scope, asked, key)
        if page.next:
            raise TooCostly(f"More than {MOST} {resource_type} resources would have to be looked at")
        stored = yield from self._door.records.stored(scope.org, page.matches)
        return [self._seen(one) for one in stored]

    def create(self, resource_type: str, resource: Resource, *, if_none_exist: Pairs | None = None) -> Plan[Resource]:
        """A new resource as it is kept, unless one meets *if_none_exist*, which is then given."""
        self._allow(Interaction.CREATE, resource_type)
        validation.check(resource, expect=resource_type)
        scope = yield from self._reach(Interaction.SEARCH)
        unless = None if if_none_exist is None else parse(resource_type, if_none_exist)
        allowed = permit(self._door, lambda _: (Interaction.CREATE,))
        written = yield from self._door.records.create(scope, resource, unless=unless, permit=allowed)
        return (yield from self._wrote(written))

    def update(
        self, resource_type: str, logical_id: str, resource: Resource, *, if_match: int | None = None
    ) -> Plan[Resource]:
        """A new version as it is kept; a new resource only for those who may choose ids."""
        validation.check(resource, expect=resource_type)
        scope = yield from self._scope(Interaction.UPDATE, resource_type)
        written = yield from self._door.records.update(
            scope,
            logical_id,
            resource,
            if_match=if_match,
            upsert=may_upsert(self._door, resource_type),
            permit=permit(self._door, lambda _: (Interaction.UPDATE,)),
        )
        return (yield from self._wrote(written))

    def change(
        self,
        resource_type: str,
        logical_id: str,
        change: Callable[[Resource], Resource],
        *,
        if_match: int | None = None,
    ) -> Plan[Resource]:
        """
        A new version made by *change* from the present one, which nobody else can change meanwhile.

        What *change* raises is raised; it may alter and return what it is given.
        """

        def changed(resource: Resource) -> Resource:
            result = change(resource)
            validation.check(result, expect=resource_type)
            return result

        scope = yield from self._scope(Interaction.UPDATE, resource_type)
        allowed = permit(self._door, lambda _: (Interaction.UPDATE,))
        written = yield from self._door.records.patch(
            scope, resource_type, logical_id, changed, if_match=if_match, permit=allowed
        )
        return (yield from self._wrote(written))

    def delete(self, resource_type: str, logical_id: str) -> Plan[None]:
        """A version that says it is deleted."""
        scope = yield from self._scope(Interaction.DELETE, resource_type)
        written = yield from self._door.records.delete(scope, resource_type, logical_id)
        yield from refuse_deletion(self._door, written)
        yield from tell(self._door, written)
        self._touched.append(written.stored)

    def tell(self, feed: str, kind: str, what: str = "", said: Mapping[str, Any] | None = None) -> Plan[None]:
        """
        Tell those who follow a feed, once this is durable; of resources that are written the door tells by itself.

        Args:
            feed: As `person:Practitioner/17`; who may follow it is `access.feeds`.
            kind: A code that says what happened.
            what: What about, as `Communication/17`; empty if not all who follow may read it.
            said: Codes and ids besides; neither patient data nor a secret.
        """
        yield Tell(self.subject.org, feed, kind, what, said or {})

    def emit(self, topic: str, what: str, *, due: int = 0, said: Mapping[str, Any] | None = None) -> Plan[None]:
        """
        Have the worker do something once this is durable, at least once, at *due* (ms since the epoch; 0 is now).

        Args:
            topic: Which handler: a name of `meridian.jobs`.
            what: What about, as `Appointment/17`.
            due: Not before.
            said: Codes and references it needs besides; neither patient data nor a secret.
        """
        yield from outbox.put(self.subject.org, topic, what, due or self.now, said or {})

    def withdraw(self, topic: str, what: str) -> Plan[None]:
        """Have the worker not do what was emitted so and has not been done."""
        yield from outbox.withdraw(self.subject.org, topic, what)

    def hold(self, patient: str) -> Plan[None]:
        """
        Let nobody else who holds the patient's record decide by it until this is done.

        For operations that look at several records and then write: two of them at once, in two processes, would each
        miss what the other writes.
        """
        yield Query("SELECT no FROM patient WHERE org = ? AND id = ? FOR UPDATE", (self.subject.org, patient))

    def my_drafts(self, place: str) -> Plan[list[str]]:
        """Where the subject has unfinished text at *place* or below it."""
        return (yield from drafts.places(self._door, place))

    def forget_draft(self, place: str) -> Plan[None]:
        """Throw the subject's draft at *place* away: what it said is in the record now."""
        yield from drafts.forget(self._door, place)

    def noted(self, action: str, what: str, *, patient: str, outcome: str, rule: str, request: str) -> Plan[None]:
        """
        Leave an entry of its own for what was done besides, such as a call of another system; durable with the rest.

        Args:
            action: What was done.
            what: To or with what, as `Device/medtrack`.
            patient: Logical id of whom it was about.
            outcome: `ok`, `refused` or `failed`.
            rule: Why it ended so.
            request: Id of that call, by which the other side knows it.
        """
        made = entry(self.subject, self.now, action, outcome=outcome, what=what, patient=patient, rule=rule)
        yield Record(structs.replace(made, request=request))

    def concluded(self, action: str, what: str) -> Plan[None]:
        """Record everything that was touched, in the same transaction."""
        self._door.broken = self._own[1] if self._own else ()
        whose = yield from self._door.whose(*self._touched)
        seen = tuple(dict.fromkeys(named(self._touched)))
        for one in self._door.entries(action, what, whose=whose, seen=seen, rule="|".join(self._rules)):
            yield from self._door.leave(one)

    def _allow(self, interaction: Interaction, resource_type: str) -> None:
        names = self._door.allow(interaction, resource_type)
        self._rules.update(dict.fromkeys(names.split("|")))

    def _scope(self, interaction: Interaction, resource_type: str) -> Plan[Scope]:
        self._allow(interaction, resource_type)
        return (yield from self._reach(interaction))

    def _reach(self, interaction: Interaction) -> Plan[Scope]:
        if not self._own:
            self._own += [(yield from self._door.own()), (yield from self._door.broken_into())]
        return scope(self.subject, interaction, *self._own)

    def _seen(self, stored: Stored) -> Resource:
        self._touched.append(stored)
        return decode(stored.body)

    def _wrote(self, written: Written) -> Plan[Resource]:
        yield from tell(self._door, written)
        return self._seen(written.stored)


async def work(door: Door, action: str, plan: Callable[[Work], Plan[Any]], what: str) -> Any:
    """Run *plan* in a write transaction, and record it there."""

    def whole() -> Plan[Any]:
        doing = Work(door)
        result = yield from plan(doing)
        yield from doing.concluded(action, what)
        return result

    return await door.do(action, what, lambda: whole)


async def consult(door: Door, action: str, plan: Callable[[Work], Plan[Any]], what: str) -> Any:
    """Run *plan*, which only looks, and record it before its result is handed out."""

    def whole() -> Plan[tuple[Any, Work]]:
        doing = Work(door)
        return (yield from plan(doing)), doing

    try:
        result, done = await door.engine.read(whole)
    except Exception as fault:  # noqa: BLE001  # every failure leaves an entry
        await door.refuse(action, what, fault)
    await door.engine.write(lambda: done.concluded(action, what))
    return result
