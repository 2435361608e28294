"""
What every call of a chart shares: the question whether it may, the scope it runs within, and the entry it leaves.

An answer is handed out only when its entry is durable; a refusal leaves an entry too. If the log cannot take it, the
call fails whatever its outcome was.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import NoReturn, TypeVar

from meridian.access.interaction import Interaction
from meridian.access.policy import rows_for
from meridian.access.recording import entry, rule_names
from meridian.access.scope import scope
from meridian.access.subject import Subject
from meridian.audit.log import record
from meridian.clock import Clock
from meridian.faults import Fault, Forbidden, NotFound
from meridian.store.engine import Engine
from meridian.store.keys import numbers
from meridian.store.plan import Plan, Query, Record
from meridian.store.records import Kit, Records, Stored
from meridian.store.records.moving import merged_into
from meridian.store.scope import Scope
from meridian.vault.keyring import Keyring

T = TypeVar("T")

REMEMBERED = 200_000
"""Patients whose logical ids are kept at hand."""


class Shared:
    """What all doors before one database have in common; made once for each by `shared`."""

    __slots__ = ("clock", "engine", "index_keys", "keyring", "patients", "records")

    def __init__(self, engine: Engine, keyring: Keyring, clock: Clock) -> None:
        self.engine = engine
        self.keyring = keyring
        self.clock = clock
        self.records = Records(Kit(keyring, clock))
        self.index_keys: dict[int, bytes] = {}
        """By organisation; they outlive every rotation."""
        self.patients: dict[tuple[int, int], str] = {}
        """Logical ids by organisation and patient number, which never change."""


def shared(engine: Engine, keyring: Keyring, clock: Clock) -> Shared:
    """The one `Shared` of an engine and a keyring, each told from others by identity."""
    key = (id(engine), id(keyring), clock)
    known = _shared.get(key)
    if known is None or known.engine is not engine:
        known = _shared[key] = Shared(engine, keyring, clock)
        while len(_shared) > DATABASES:
            del _shared[next(iter(_shared))]
    return known


_shared: dict[tuple[int, int, Clock], Shared] = {}
DATABASES = 16
"""More than a process ever opens; only tests do."""


class Door:
    """One subject before one database."""

    __slots__ = ("_shared", "clock", "engine", "records", "subject")

    def __init__(self, subject: Subject, common: Shared) -> None:
        self.subject = subject
        self._shared = common
        self.engine = common.engine
        self.records = common.records
        self.clock = common.clock

    def within(self, operation: str) -> "Door":
        """The same door inside *operation*."""
        return Door(replace(self.subject, within=operation), self._shared)

    def allow(self, interaction: Interaction, resource_type: str) -> str:
        """
        The names of the rules that open *interaction* on the type to the subject's role.

        Raises:
            Forbidden: If none does: whatever the record, so that saying so tells nothing of it.
        """
        subject = self.subject
        names = rule_names(subject.role, subject.purpose, interaction, resource_type, subject.within)
        if not names:
            known = rows_for(subject.role, interaction, resource_type, subject.within)
            why = "for this purpose" if known else f"of {interaction.value} on {resource_type}"
            raise Forbidden(f"Your role does not include the right {why}")
        return names

    def scope(self, interaction: Interaction) -> Plan[Scope]:
        """What the subject may reach by *interaction*."""
        return scope(self.subject, interaction, (yield from self.own()))

    def own(self) -> Plan[tuple[int, ...]]:
        """Numbers of the subject's patients, and of those merged into them, for whom older versions were written."""
        org, patients = self.subject.org, self.subject.patients
        if not patients:
            return ()
        return (yield from numbers(org, [*patients, *(yield from merged_into(org, patients))]))

    async def record(
        self, action: str, what: str, *, patient: str = "", seen: tuple[str, ...] = (), rule: str = ""
    ) -> None:
        """Make the entry of what was allowed durable."""
        done = entry(self.subject, self.clock(), action, what=what, patient=patient, seen=seen, rule=rule)
        await self.engine.write(partial(record, done))

    def recorded(
        self, action: str, what: str, *, patient: str = "", seen: tuple[str, ...] = (), rule: str = ""
    ) -> Record:
        """The entry as a step of the plan that does the work: both become durable, or neither."""
        return Record(entry(self.subject, self.clock(), action, what=what, patient=patient, seen=seen, rule=rule))

    async def refuse(self, action: str, what: str, fault: Exception) -> NoReturn:
        """Record what was refused or failed, then raise *fault*."""
        refused = isinstance(fault, Forbidden | NotFound)
        done = entry(
            self.subject,
            self.clock(),
            action,
            outcome="refused" if refused else "failed",
            what=what,
            rule=type(fault).__name__ if isinstance(fault, Fault) else "crash",
        )
        await self.engine.write(partial(record, done))
        raise fault

    async def do(self, action: str, what: str, prepared: Callable[[], Callable[[], Plan[T]]]) -> T:
        """
        Write: *prepared* checks what needs no database and gives the plan, which records itself.

        A failure of either is recorded in a transaction of its own.
        """
        try:
            return await self.engine.write(prepared())
        except Exception as fault:  # noqa: BLE001  # every failure leaves an entry
            await self.refuse(action, what, fault)

    async def index_key(self) -> bytes:
        """What the organisation's identifiers are hashed with; zeros, and not remembered, before the first write."""
        org, known = self.subject.org, self._shared.index_keys
        key = known.get(org)
        if key is None:
            key = await self.engine.read(lambda: self.records.index_key(org))
            if any(key):
                known[org] = key
        return key

    def patient_of(self, *found: Stored) -> Plan[str]:
        """Logical id of the one patient whose record *found* is; empty for none or several."""
        one: Stored | None = None
        for each in found:
            if not each.pat:
                continue
            if one is not None and each.pat != one.pat:
                return ""
            one = each
        if one is None:
            return ""
        if one.type == "Patient":
            return one.id
        known = self._shared.patients
        name = known.get((one.org, one.pat))
        if name is None:
            rows = yield Query("SELECT id FROM patient WHERE no = ? AND org = ?", (one.pat, one.org))
            name = rows[0][0] if rows else ""
            if len(known) < REMEMBERED:
                known[one.org, one.pat] = name
        return name


def named(kept: Iterable[Stored]) -> tuple[str, ...]:
    """`Type/id` of each."""
    return tuple(f"{one.type}/{one.id}" for one in kept)
