"""
Finding entries again, and showing them as AuditEvents: one organisation's, newest first.

A search narrows the log to blocks of 256 entries by their terms, then looks at the entries of those blocks. It looks at
a bounded number of blocks for each page; a page may therefore hold fewer matches than asked for and still have a next.
Who may ask at all is decided by `access`.

Source: hl7.org/fhir/R4/auditevent.html#search.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from meridian.audit import events
from meridian.audit.entry import Entry
from meridian.audit.leaf import open_body
from meridian.audit.terms import BLOCK, DAY, Kind, entities, fingerprint
from meridian.faults import Malformed, NotFound, Unsupported
from meridian.store.plan import Plan, Query

DEFAULT_COUNT = 20
MOST_COUNT = 100
"""Matches on a page."""
MOST_VALUES = 20
"""Values joined by commas, and `_id`s."""
BLOCKS = 400
"""Blocks looked at for one page: some 100,000 entries."""

_READ = "SELECT body FROM audit_entry WHERE org = ? AND seq = ?"
_SIZE = "SELECT size FROM audit_head WHERE org = ?"
_DAYS = "SELECT MIN(block), MAX(block) FROM audit_term WHERE org = ? AND kind = ? AND value BETWEEN ? AND ?"
_ID = re.compile(r"(0|[1-9][0-9]{0,9})-(0|[1-9][0-9]{0,17})")


@dataclass(frozen=True, slots=True)
class Test:
    """
    One parameter: any of its values will do.

    Args:
        holds: Whether an entry fits.
        kind: The terms that narrow the blocks, with *words*; `None` when no term can.
        words: Any of these is among the terms of an entry that fits.
        hint: Octets in the body of every entry that fits; empty when there are none for certain.
    """

    holds: Callable[[Entry], bool]
    kind: Kind | None = None
    words: tuple[str, ...] = ()
    hint: bytes = b""


@dataclass(frozen=True, slots=True)
class Asked:
    """A search, understood."""

    tests: tuple[Test, ...] = ()
    ids: tuple[str, ...] | None = None
    low: int = 0
    high: int = 1 << 62
    """Times from *low* up to *high* can fit; the tests say exactly which do."""
    count: int = DEFAULT_COUNT
    rising: bool = False
    after: int | None = None
    """The place where the page before ended."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page: ids with their AuditEvents, and the cursor of the next page, empty when there is none."""

    events: tuple[tuple[str, bytes], ...]
    next: str = ""


def identifier(org: int, seq: int) -> str:
    """The logical id of an entry's AuditEvent."""
    return f"{org}-{seq}"


def _place(org: int, logical_id: str) -> int | None:
    shape = _ID.fullmatch(logical_id)
    return int(shape[2]) if shape and int(shape[1]) == org else None


def read(org: int, logical_id: str) -> Plan[bytes]:
    """
    One AuditEvent as JSON.

    Raises:
        NotFound: If this organisation's log has no such entry.
    """
    seq = _place(org, logical_id)
    rows: list[Any] = [] if seq is None else (yield Query(_READ, (org, seq)))
    if not rows:
        raise NotFound("No AuditEvent with that id")
    return events.show(open_body(rows[0][0]), logical_id)


# ---------------------------------------------------------------- what is asked


def parse(parameters: Sequence[tuple[str, str]]) -> Asked:
    """
    What a search's parameters ask for.

    Raises:
        Malformed: If a value cannot be read; names the parameter.
        Unsupported: If a parameter or modifier is not offered.
    """
    asking = _Asking()
    for name, value in parameters:
        bare, _, modifier = name.partition(":")
        reader = _READERS.get(bare)
        if reader is None or (modifier and (bare not in _TYPED or not modifier[:1].isupper())):
            raise Unsupported(f"Search parameter {name[:80]} is not offered for AuditEvent", what="parameter")
        reader(asking, bare, f"{modifier}/{value}" if modifier and "/" not in value else value)
    return Asked(tuple(asking.tests), **asking.options)


@dataclass
class _Asking:
    tests: list[Test] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)

    def reference(self, name: str, value: str) -> None:
        words = [word for one in _values(name, value) for word in _references(name, one)]
        among = frozenset(words)
        hint = _hint(words[0].rpartition("/")[2]) if len(words) == 1 else b""
        kind, found = _REFERENCES[name]
        self.tests.append(Test(lambda entry: not among.isdisjoint(found(entry)), kind, tuple(words), hint))

    def entity(self, name: str, value: str) -> None:
        """Only patients narrow the blocks; for others the entries themselves are gone through."""
        words = [word for one in _values(name, value) for word in _references(name, one)]
        among = frozenset(words)
        patients = tuple(word[8:] for word in words if word.startswith("Patient/"))
        kind = Kind.PATIENT if len(patients) == len(words) else None
        hint = _hint(words[0]) if len(words) == 1 else b""
        self.tests.append(Test(lambda entry: not among.isdisjoint(entities(entry)), kind, patients, hint))

    def address(self, name: str, value: str) -> None:
        among = frozenset(_values(name, value))
        hint = _hint(next(iter(among))) if len(among) == 1 else b""
        self.tests.append(Test(lambda entry: entry.address in among, Kind.ADDRESS, tuple(among), hint))

    def outcome(self, name: str, value: str) -> None:
        among = _codes(name, value)
        words = tuple(word for word, code in events.OUTCOMES.items() if code in among)
        self.tests.append(Test(lambda entry: entry.outcome in words, Kind.OUTCOME, words))

    def action(self, name: str, value: str) -> None:
        among = _codes(name, value)
        words = tuple(word for letter in among for word in events.actions_of(letter))
        kind = Kind.ACTION if all(map(events.actions_of, among)) else None
        self.tests.append(Test(lambda entry: events.codes(entry.action).letter in among, kind, words))

    def type(self, name: str, value: str) -> None:
        among = _codes(name, value)
        self.tests.append(Test(lambda entry: events.codes(entry.action).type["code"] in among))

    def subtype(self, name: str, value: str) -> None:
        among = _codes(name, value)

        def holds(entry: Entry) -> bool:
            return any(coding["code"] in among for coding in events.codes(entry.action).subtypes)

        self.tests.append(Test(holds))

    def date(self, name: str, value: str) -> None:
        spans = [_span(name, one) for one in _values(name, value)]
        self.tests.append(Test(lambda entry: any(low <= entry.time < high for low, high in spans)))
        self.options["low"] = max(self.options.get("low", 0), min(low for low, _ in spans))
        self.options["high"] = min(self.options.get("high", 1 << 62), max(high for _, high in spans))

    def ids(self, name: str, value: str) -> None:
        self.options["ids"] = _values(name, value)

    def count(self, name: str, value: str) -> None:
        self.options["count"] = min(_number(name, value), MOST_COUNT)

    def sort(self, name: str, value: str) -> None:
        if value not in _SORTS:
            raise Unsupported(f"Search parameter {name} takes date or -date for AuditEvent", what="parameter")
        self.options["rising"] = _SORTS[value]

    def cursor(self, name: str, value: str) -> None:
        self.options["after"] = _number(name, value)

    def passed_over(self, name: str, value: str) -> None:
        """For the one who writes the answer."""


def _patients(entry: Entry) -> set[str]:
    return {entry.patient, *(one[8:] for one in entities(entry) if one.startswith("Patient/"))}


_SORTS = {"date": True, "-date": False, "_lastUpdated": True, "-_lastUpdated": False}
_REFERENCES: dict[str, tuple[Kind, Callable[[Entry], set[str]]]] = {
    "patient": (Kind.PATIENT, _patients),
    "agent": (Kind.AGENT, lambda entry: {entry.who}),
}
_TYPED = {*_REFERENCES, "entity"}
"""Parameters that may name a type as their modifier."""
_READERS: dict[str, Callable[[_Asking, str, str], None]] = {
    "patient": _Asking.reference,
    "agent": _Asking.reference,
    "entity": _Asking.entity,
    "address": _Asking.address,
    "action": _Asking.action,
    "outcome": _Asking.outcome,
    "type": _Asking.type,
    "subtype": _Asking.subtype,
    "date": _Asking.date,
    "_lastUpdated": _Asking.date,
    "_id": _Asking.ids,
    "_count": _Asking.count,
    "_sort": _Asking.sort,
    "_cursor": _Asking.cursor,
    "_format": _Asking.passed_over,
    "_pretty": _Asking.passed_over,
}
PARAMETERS = tuple(_READERS)
"""The parameters offered."""


def _values(name: str, value: str) -> tuple[str, ...]:
    values = tuple(one for one in value.split(",") if one)
    if not values or len(values) > MOST_VALUES:
        raise Malformed(f"Search parameter {name} takes from 1 to {MOST_VALUES} values")
    return values


def _codes(name: str, value: str) -> frozenset[str]:
    """The codes of tokens; a system is not looked at, for each parameter has but one."""
    return frozenset(one.rpartition("|")[2] for one in _values(name, value))


_PEOPLE = ("Practitioner", "Patient", "RelatedPerson", "Device")
_SHAPE = re.compile(r"(?:https?://\S*/)?(?:([A-Z][A-Za-z]+)/)?([A-Za-z0-9.-]{1,64})")


def _references(name: str, value: str) -> list[str]:
    shape = _SHAPE.fullmatch(value)
    if shape is None or (name == "entity" and not shape[1]):
        raise Malformed(f"Search parameter {name} takes references such as Patient/x")
    if name == "patient":
        if shape[1] not in {None, "Patient"}:
            raise Malformed("Search parameter patient takes references to a Patient")
        return [shape[2]]
    return [f"{shape[1]}/{shape[2]}"] if shape[1] else [f"{one}/{shape[2]}" for one in _PEOPLE]


def _hint(text: str) -> bytes:
    return msgspec.json.encode(text)[1:-1]


def _number(name: str, value: str) -> int:
    if not re.fullmatch(r"[0-9]{1,18}", value):
        raise Malformed(f"Search parameter {name} takes a number from 0")
    return int(value)


def _span(name: str, value: str) -> tuple[int, int]:
    """The times, from the first up to the last, that a date with its prefix admits."""
    from meridian.fhir.search.moments import interval  # noqa: PLC0415 - a search of the log is rare

    prefix, text = (value[:2], value[2:]) if value[:2].isalpha() else ("eq", value)
    times = interval(text)
    if times is None:
        raise Malformed(f"Search parameter {name} takes dates such as ge2026-01-31")
    low, high = times
    spans = {
        "eq": (low, high),
        "ge": (low, 1 << 62),
        "gt": (high, 1 << 62),
        "sa": (high, 1 << 62),
        "le": (0, high),
        "lt": (0, low),
        "eb": (0, low),
    }
    if prefix not in spans:
        raise Unsupported(f"Search parameter {name} does not take the prefix {prefix}", what="parameter")
    return spans[prefix]


# ---------------------------------------------------------------- how it is answered


def run(org: int, asked: Asked) -> Plan[Found]:
    """One page of an organisation's AuditEvents."""
    if asked.ids is not None:
        found = yield from _by_id(org, asked)
        return found
    matches, following = yield from entries(org, asked)
    return _page(org, matches, following)


def entries(org: int, asked: Asked) -> Plan[tuple[list[tuple[int, Entry]], int | None]]:
    """One page of entries with their places, and the place where the next page begins; `None` at the end."""
    rows = yield Query(_SIZE, (org,))
    size = rows[0][0] if rows else 0
    matches: list[tuple[int, Entry]] = []
    block = yield from _next_block(org, asked, size, asked.after)
    for _ in range(BLOCKS):
        if block is None or not asked.count:
            return matches, None
        matches += yield from _look(org, asked, block, size)
        if len(matches) > asked.count:
            return matches[: asked.count], matches[asked.count - 1][0]
        edge = block * BLOCK + (BLOCK - 1 if asked.rising else 0)
        block = yield from _next_block(org, asked, size, edge)
    return matches, None if block is None else edge


def onward(asked: Asked, place: int) -> Asked:
    """The same search, of the page after the one that ended at *place*."""
    return replace(asked, after=place)


def block(org: int, asked: Asked) -> Plan[tuple[list[tuple[int, Entry]], int | None]]:
    """The matches of the next block, and the place where the one after it begins; `None` when there is none left."""
    rows = yield Query(_SIZE, (org,))
    size = rows[0][0] if rows else 0
    found = yield from _next_block(org, asked, size, asked.after)
    if found is None:
        return [], None
    matches = yield from _look(org, asked, found, size)
    return matches, found * BLOCK + (BLOCK - 1 if asked.rising else 0)


def about(
    patients: Sequence[str], since: int, until: int, *, actions: Sequence[str] = (), agents: Sequence[str] = ()
) -> Asked:
    """
    A search for what was done with patients' records in a span of time, newest first.

    Args:
        patients: Logical ids, at most `MOST_VALUES`: one person's, whose records were put together.
        since: Its beginning, ms since the epoch.
        until: Its end, likewise, which is not part of it.
        actions: Only these; all if there are none named.
        agents: Only by these, as `Organization/17`; likewise.
    """
    asking = _Asking()
    asking.reference("patient", ",".join(f"Patient/{one}" for one in patients[:MOST_VALUES]))
    if actions:
        among = frozenset(actions)
        asking.tests.append(Test(lambda entry: entry.action in among, Kind.ACTION, tuple(actions)))
    if agents:
        asking.reference("agent", ",".join(agents[:MOST_VALUES]))
    asking.tests.append(Test(lambda entry: since <= entry.time < until))
    return Asked(tuple(asking.tests), low=since, high=until, count=MOST_COUNT)


def _page(org: int, matches: list[tuple[int, Entry]], edge: int | None = None) -> Found:
    shown = ((identifier(org, seq), entry) for seq, entry in matches)
    return Found(tuple((one, events.show(entry, one)) for one, entry in shown), "" if edge is None else str(edge))


def _by_id(org: int, asked: Asked) -> Plan[Found]:
    found = []
    for logical_id in dict.fromkeys(asked.ids or ()):
        seq = _place(org, logical_id)
        rows: list[Any] = [] if seq is None else (yield Query(_READ, (org, seq)))
        entries = [open_body(row[0]) for row in rows]
        found += [(logical_id, events.show(one, logical_id)) for one in entries if _fits(asked, one)]
    return Found(tuple(found))


def _fits(asked: Asked, entry: Entry) -> bool:
    return all(test.holds(entry) for test in asked.tests)


def _look(org: int, asked: Asked, block: int, size: int) -> Plan[list[tuple[int, Entry]]]:
    """The matches in a block, in order, past the place where the last page ended."""
    low, high = block * BLOCK, min((block + 1) * BLOCK, size)
    if asked.after is not None:
        low, high = (max(low, asked.after + 1), high) if asked.rising else (low, min(high, asked.after))
    sql = "SELECT seq, body FROM audit_entry WHERE org = ? AND seq >= ? AND seq < ?"
    hints = [test.hint for test in asked.tests if test.hint]
    sql += " AND INSTR(body, ?) > 0" * len(hints) + f" ORDER BY seq {'ASC' if asked.rising else 'DESC'}"
    rows = yield Query(sql, (org, low, high, *hints))
    entries = ((seq, open_body(body)) for seq, body in rows)
    return [(seq, entry) for seq, entry in entries if _fits(asked, entry)]


def _next_block(org: int, asked: Asked, size: int, past: int | None) -> Plan[int | None]:
    """The next block, past the entry at *past*, that may hold a match; the newest, unfinished one always may."""
    tail = size // BLOCK
    if asked.rising:
        first = 0 if past is None else (past + 1) // BLOCK
        if first < tail:
            block: int | None = yield from _indexed(org, asked, first, tail - 1)
            if block is not None:
                return block
        return tail if first <= tail and size % BLOCK else None
    last = tail if past is None else min((past - 1) // BLOCK, tail)
    if last < 0:
        return None
    if last == tail:
        if size % BLOCK:
            return tail
        last -= 1
    found: int | None = yield from _indexed(org, asked, 0, last)
    return found


def _indexed(org: int, asked: Asked, first: int, last: int) -> Plan[int | None]:
    """The first block in the search's order, from *first* to *last*, whose terms fit every test."""
    first, last = yield from _dated(org, asked, first, last)
    if first > last:
        return None
    narrowing = sorted((test for test in asked.tests if test.kind is not None), key=lambda test: test.kind or 0)
    if not narrowing:
        return first if asked.rising else last
    if not all(test.words for test in narrowing):
        return None
    clauses, arguments = ["t0.block BETWEEN ? AND ?"], [first, last]
    for number, test in enumerate(narrowing):
        clauses.append(_clause(number, len(test.words)))
        arguments += [org, int(test.kind or 0), *map(fingerprint, test.words)]
    best = "MIN" if asked.rising else "MAX"
    sql = f"SELECT {best}(t0.block) FROM audit_term t0 WHERE {' AND '.join(clauses)}"
    rows = yield Query(sql, arguments)
    block: int | None = rows[0][0]
    return block


def _clause(number: int, words: int) -> str:
    alias = f"t{number}"
    term = f"{alias}.org = ? AND {alias}.kind = ? AND {alias}.value IN ({', '.join('?' * words)})"
    if number == 0:
        return term
    return f"EXISTS (SELECT 1 FROM audit_term {alias} WHERE {term} AND {alias}.block = t0.block)"


def _dated(org: int, asked: Asked, first: int, last: int) -> Plan[tuple[int, int]]:
    """*first* and *last* narrowed to the blocks of the days asked for."""
    if asked.low <= 0 and asked.high >= 1 << 62:
        return first, last
    rows = yield Query(_DAYS, (org, int(Kind.DAY), asked.low // DAY, (asked.high - 1) // DAY))
    low, high = rows[0]
    return (0, -1) if low is None else (max(first, low), min(last, high))
