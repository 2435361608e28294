"""
What every call of a chart shares: the question whether it may, the scope it runs within, and the entry it leaves.

An answer is handed out only when its entry is durable; a refusal leaves an entry too. If the log cannot take it, the
call fails whatever its outcome was.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import NamedTuple, NoReturn, TypeVar

from meridian.access.interaction import Interaction
from meridian.access.policy import rows_for
from meridian.access.recording import at_home, entry, rule_names
from meridian.access.rules import BREAK_GLASS
from meridian.access.scope import scope
from meridian.access.subject import Subject
from meridian.audit.entry import Entry
from meridian.audit.log import record
from meridian.clock import Clock
from meridian.faults import Fault, Forbidden, NotFound
from meridian.identity import emergencies
from meridian.store.engine import Engine
from meridian.store.feeds import in_sight
from meridian.store.keys import numbers
from meridian.store.plan import Plan, Query, Record
from meridian.store.records import Kit, Records, Stored
from meridian.store.records.moving import merged_into
from meridian.store.scope import Reach, Scope
from meridian.vault.keyring import Keyring

T = TypeVar("T")


class Whose(NamedTuple):
    """
    Whose records an entry is about.

    Args:
        patient: Logical id of the one patient; empty for none or several.
        opened: `Type/id` of what lies in the record that emergency access has opened.
    """

    patient: str = ""
    opened: frozenset[str] = frozenset()


NOBODYS = Whose()
EMERGENCY = "emergency"
"""The rule by which emergency access is told in an entry, before those of the role."""

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

    __slots__ = ("_shared", "broken", "clock", "engine", "records", "subject")

    def __init__(self, subject: Subject, common: Shared) -> None:
        self.subject = subject
        self._shared = common
        self.engine = common.engine
        self.records = common.records
        self.clock = common.clock
        self.broken: tuple[int, ...] = ()
        """Numbers of the patient whose record was open in an emergency when a scope was last made."""

    def within(self, operation: str) -> "Door":
        """The same door inside *operation*."""
        return Door(replace(self.subject, within=operation), self._shared)

    def as_subject(self, subject: Subject) -> "Door":
        """The door of another subject: the same person, as whom another organisation's record lets them read."""
        return Door(subject, self._shared)

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
        own = yield from self.own()
        self.broken = yield from self.broken_into()
        return scope(self.subject, interaction, own, self.broken)

    def own(self) -> Plan[tuple[int, ...]]:
        """Numbers of the subject's patients, and of those merged into them, for whom older versions were written."""
        org, patients = self.subject.org, self.subject.patients
        if not patients:
            return ()
        return (yield from numbers(org, [*patients, *(yield from merged_into(org, patients))]))

    def broken_into(self) -> Plan[tuple[int, ...]]:
        """
        Numbers of the one patient whose record is open in an emergency, and of those merged into them; mostly none.

        The database is asked each time: it ends for every process at once.
        """
        subject = self.subject
        if not subject.emergency or not (
            yield from emergencies.stands(subject.session, subject.emergency, self.clock())
        ):
            return ()
        return (
            yield from numbers(
                subject.org, [subject.emergency, *(yield from merged_into(subject.org, [subject.emergency]))]
            )
        )

    async def record(
        self, action: str, what: str, *, whose: Whose = NOBODYS, seen: tuple[str, ...] = (), rule: str = ""
    ) -> None:
        """Make the entry of what was allowed durable; what emergency access was used for has one of its own."""
        done = self.entries(action, what, whose=whose, seen=seen, rule=rule)
        await self.engine.write(partial(self._leave_all, done))

    def _leave_all(self, done: list[Entry]) -> Plan[None]:
        for one in done:
            yield from self.leave(one)

    def entries(
        self, action: str, what: str, *, whose: Whose = NOBODYS, seen: tuple[str, ...] = (), rule: str = ""
    ) -> list[Entry]:
        """The entries of one call: of what lies in the record that emergency access opened, and of the rest."""
        made = partial(entry, now=self.clock(), action=action, what=what)
        if not whose.opened:
            return [made(self.subject, patient=whose.patient, seen=seen, rule=rule)]
        under = tuple(name for name in seen if name in whose.opened)
        rest = tuple(name for name in seen if name not in whose.opened)
        urgent = replace(self.subject, purpose=BREAK_GLASS)
        done = [made(urgent, patient=self.subject.emergency, seen=under, rule=f"{EMERGENCY}|{rule}".rstrip("|"))]
        if rest:
            done.append(made(self.subject, patient=whose.patient, seen=rest, rule=rule))
        return done

    def leave(self, done: Entry) -> Plan[None]:
        """An entry in the log and, of who looks through a window, one in that of their own organisation."""
        yield from record(done)
        if self.subject.window is not None:
            yield from record(at_home(done, self.subject.window))

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
        await self.engine.write(partial(self.leave, done))
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

    def whose(self, *found: Stored) -> Plan[Whose]:
        """Whose records *found* are, for their entry."""
        patient = yield from self.patient_of(*found)
        if not self.broken:
            return Whose(patient)
        opened = {f"{one.type}/{one.id}" for one in found if one.pat in self.broken}
        return Whose(patient, frozenset(opened | (yield from self.opened(named(found)))))

    def opened(self, names: Iterable[str]) -> Plan[set[str]]:
        """Those `Type/id` that lie in the record which emergency access has opened."""
        kinds: dict[str, set[str]] = {}
        for name in names if self.broken else ():
            kind, _, logical_id = name.partition("/")
            kinds.setdefault(kind, set()).add(logical_id)
        record = Scope(self.subject.org, default=Reach(patients=self.broken, withheld=True))
        found: set[str] = set()
        for kind, ids in kinds.items():
            found.update((yield from in_sight(record, kind, sorted(ids))))
        return found

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
