"""
Who saw my record: the audit log of one patient's record by day, in lines that a patient can read.

What one person did on one day for one reason is one line, however many entries it has: who, which kinds of part, from
when to when, why. Entries hold ids, so names are looked up as far as the patient may know them: those of staff, of the
patient's own family, and of readers at other organisations. Pure but for `month`, which reads.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal, NamedTuple, TypeAlias, cast
from zoneinfo import ZoneInfo

from meridian.access.chart import Chart
from meridian.access.listing import some
from meridian.access.rules import BREAK_GLASS
from meridian.access.sharing import PARTS
from meridian.access.uses import Entry, Use, Wanted, Who
from meridian.access.work import Plan, Resource, Work
from meridian.faults import Forbidden, Invalid, Issue

ACTION: Final = "Patient/$who-saw"
PLATFORM: Final = frozenset({"meridian", "meridian-import"})
"""Accounts of the platform itself: reminders, checks, deliveries and imports, which no person looks at."""

Group: TypeAlias = Literal["own", "family", "staff", "outside", "program", "platform"]
Reason: TypeAlias = Literal[
    "own", "family", "emergency", "care", "desk", "laboratory", "pharmacy", "shared", "oversight", "office", "export",
    "visit", "platform",
]  # fmt: skip
Part: TypeAlias = Literal[
    "record", "person", "medicines", "allergies", "problems", "immunizations", "results", "visits", "documents",
    "messages", "appointments", "forms", "consents", "list", "other",
]  # fmt: skip

_ROLES: Final[Mapping[str, tuple[Group, Reason]]] = {
    "patient": ("own", "own"),
    "proxy": ("family", "family"),
    "helper": ("family", "family"),
    "guest": ("outside", "visit"),
    "outside-clinician": ("outside", "shared"),
    "clinician": ("staff", "care"),
    "nurse": ("staff", "care"),
    "front-desk": ("staff", "desk"),
    "lab": ("staff", "laboratory"),
    "pharmacist": ("staff", "pharmacy"),
    "security-officer": ("staff", "oversight"),
    "administrator": ("staff", "office"),
    "service": ("program", "office"),
}
_TYPES: Final[Mapping[str, Part]] = {
    **{kind: cast("Part", part) for part, kinds in PARTS.items() if part != "everything" for kind in kinds},
    "Patient": "person",
    "RelatedPerson": "person",
    "Coverage": "person",
    "Communication": "messages",
    "Task": "messages",
    "Appointment": "appointments",
    "Questionnaire": "forms",
    "QuestionnaireResponse": "forms",
    "Consent": "consents",
    "Provenance": "consents",
    "DetectedIssue": "medicines",
    "Medication": "medicines",
    "ServiceRequest": "results",
}
_UNTOLD: Final = (ACTION, "disclosures/")
"""Looks at this very list; and what is entered of disclosures, some of which the patient is not to be told yet."""
_LISTS: Final = frozenset({"search-type", "shared-list"})
_NAMED: Final = frozenset({"Practitioner", "RelatedPerson"})
MOST_NAMES: Final = 200


@dataclass(slots=True)
class Line:
    """
    What one person did with the record on one day, for one reason.

    Args:
        day: Where the patient is.
        group: Whose people these are.
        reason: Why it was allowed, in a word.
        role: As the log has it.
        person: A key that is the same for one person throughout.
        name: By which the person goes; empty where it is not known.
        organisation: Of a reader from outside.
        first, last: Ms since the epoch.
        count: Entries.
        parts: Kinds of part, those seen most first.
        changed: Whether something was written, too.
        emergency: Whether emergency access was used.
        purposes: v3-ActReason codes.
        rules: Rules of the policy that allowed it.
        entry: Logical id of the newest entry's AuditEvent.
    """

    day: str
    group: Group
    reason: Reason
    role: str
    person: str
    name: str = ""
    organisation: str = ""
    first: int = 0
    last: int = 0
    count: int = 0
    parts: dict[Part, int] = field(default_factory=dict)
    changed: bool = False
    emergency: bool = False
    purposes: dict[str, None] = field(default_factory=dict)
    rules: dict[str, None] = field(default_factory=dict)
    entry: str = ""


class Seen(NamedTuple):
    """A month: lines, newest first, and whether there was nothing beyond what could be gone through."""

    lines: list[Line]
    complete: bool


async def month(chart: Chart, patient: str, which: str, zone: str) -> Seen:
    """
    Who saw the record in a month.

    Args:
        chart: The patient's, or of whom they trust with all of it.
        patient: Logical id.
        which: As `2026-11`, where the patient is.
        zone: Time zone (IANA).

    Raises:
        Forbidden: If the role sees no record of its own.
        NotFound: If it is not the subject's.
        Invalid: If that is no month or no time zone.
    """
    place = _zone(zone)
    since, until = _span(which, place)
    uses = await chart.uses(ACTION, Wanted(patient, since, until))
    lines = grouped(uses.found, place)
    await _name(chart, lines, uses.found)
    return Seen(lines, uses.complete)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Invalid("That time zone is not known", issues=(Issue("value", "is not known", "zone"),)) from None


def _span(which: str, zone: ZoneInfo) -> tuple[int, int]:
    try:
        first = date.fromisoformat(f"{which}-01")
        after = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    except ValueError:
        raise Invalid("That is no month", issues=(Issue("value", "is no month", "month"),)) from None
    return _midnight(first, zone), _midnight(after, zone)


def _midnight(day: date, zone: ZoneInfo) -> int:
    return round(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)


def grouped(found: Iterable[Use], zone: ZoneInfo) -> list[Line]:
    """Lines of entries: one for each day, person, role and reason; newest first, without looks at this very list."""
    lines: dict[tuple[str, str, str, Reason], Line] = {}
    for one in sorted(found, key=lambda use: -use.entry.time):
        entry = one.entry
        if not entry.role or entry.action.startswith(_UNTOLD):
            continue
        group, reason = why(entry)
        person = person_of(entry)
        day = datetime.fromtimestamp(entry.time / 1000, zone).date().isoformat()
        key = (day, person, entry.role, reason)
        if (line := lines.get(key)) is None:
            line = lines[key] = Line(day, group, reason, entry.role, person, last=entry.time, entry=one.id)
        _add(line, entry)
    return list(lines.values())


def _add(line: Line, entry: Entry) -> None:
    line.first = entry.time
    line.count += 1
    line.changed |= entry.action in {"create", "update", "patch", "delete", "transaction"}
    line.emergency |= line.reason == "emergency"
    if entry.purpose:
        line.purposes[entry.purpose] = None
    line.rules.update(dict.fromkeys(entry.rule.split("|") if entry.rule else ()))
    for part in parts(entry):
        line.parts[part] = line.parts.get(part, 0) + 1


def why(entry: Entry) -> tuple[Group, Reason]:
    """Whose people *entry* is of, and for what reason it was allowed."""
    if entry.account in PLATFORM:
        return "platform", "platform"
    group, reason = _ROLES.get(entry.role, ("staff", "office"))
    if entry.purpose == BREAK_GLASS:
        return group, "emergency"
    if entry.action.startswith("bulk/"):
        return group, "export"
    return group, reason


def person_of(entry: Entry) -> str:
    """
    A key of who it was: as which person somebody works here; of readers from outside, the account besides.

    >>> person_of(Entry(org=1, time=0, action="read", who="Practitioner/a", account="x"))
    'Practitioner/a'
    """
    if entry.account in PLATFORM:
        return "platform"
    if entry.who and not entry.who.startswith("Organization/"):
        return entry.who
    return f"{entry.who}#{entry.account}"


def parts(entry: Entry) -> list[Part]:
    """The kinds of part that an entry is about."""
    what = entry.what.partition("/")[0]
    if entry.action == "everything" or entry.action.startswith("bulk/"):
        return ["record"]
    if entry.action in _LISTS and what == "Patient" and len(entry.seen) != 1:
        return ["list"]
    kinds = dict.fromkeys(reference.partition("/")[0] for reference in entry.seen) or {what: None}
    found = dict.fromkeys(_TYPES.get(kind, "other") for kind in kinds)
    if len(found) > 1:
        found.pop("person", None)  # who somebody is comes with everything
        found.pop("other", None)
    return list(found)


async def _name(chart: Chart, lines: Sequence[Line], found: Iterable[Use]) -> None:
    """Say the names that the patient may know."""
    readers = {(one.entry.who, one.entry.account) for one in found if one.entry.role == "outside-clinician"}
    outside = await chart.outside(readers) if readers else {}
    wanted = {line.person for line in lines if line.person.partition("/")[0] in _NAMED}
    names = await chart.consult(ACTION, lambda work: _names(work, wanted), what="Practitioner") if wanted else {}
    for line in lines:
        reference, _, account = line.person.partition("#")
        who: Who | None = outside.get((reference, account))
        line.name, line.organisation = (who.name, who.organisation) if who else (names.get(line.person, ""), "")


def _names(work: Work, references: Iterable[str]) -> Plan[dict[str, str]]:
    found: dict[str, str] = {}
    for kind in sorted(_NAMED):
        ids = sorted(one.partition("/")[2] for one in references if one.startswith(f"{kind}/"))[:MOST_NAMES]
        if not ids:
            continue
        try:
            people = yield from some(work, kind, [("_id", ",".join(ids))], MOST_NAMES)
        except Forbidden:
            continue
        found |= {f"{kind}/{one['id']}": _called(one) for one in people.resources}
    return found


def _called(person: Resource) -> str:
    names = person.get("name") or [{}]
    return str(names[0].get("text", "")) or " ".join([*names[0].get("given", ()), names[0].get("family", "")]).strip()
