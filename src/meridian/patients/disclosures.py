"""
Accounting of disclosures: what left the organisation about one patient in six years, to whom, what, and why.

What the system gave out itself is computed from the audit log; what somebody gave out otherwise (to a health authority,
a court) is entered by staff and kept as a Provenance whose activity is `disclose`. Each line says whether the rule asks
for it, or on which of its grounds it need not be there: a patient gets both, apart.

A request is a Task that is answered at once, and keeps the accounting as it was given. Disclosures to a law enforcement
official or a health oversight agency can be suspended for as long as their statement says, on an oral one for thirty
days.

Source: 45 CFR 164.528.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, NamedTuple, TypeAlias

import msgspec

from meridian.access.chart import Chart
from meridian.access.rules import PERSONS
from meridian.access.uses import Entry, Use, Wanted, Who
from meridian.access.work import Plan, Resource, Work
from meridian.clock import instant
from meridian.faults import Conflict, Invalid, Issue, NotFound
from meridian.fhir.ours import BASE, NOPAT, TASK, extended, extension, task
from meridian.patients.seen import parts
from meridian.patients.words import name

LIST, ENTER, SUSPEND, ACCOUNT = (f"disclosures/${each}" for each in ("list", "enter", "suspend", "account"))
CODE: Final = "accounting-request"
YEAR: Final = 365 * 86_400_000
SIX_YEARS: Final = 6 * YEAR + 2 * 86_400_000
"""Milliseconds that an accounting goes back. Source: 45 CFR 164.528(a)(1)."""
ORAL: Final = 30 * 86_400_000
"""Milliseconds that a suspension on an oral statement holds. Source: 45 CFR 164.528(a)(2)(ii)(C)."""
LONGEST: Final = 3 * YEAR
"""Milliseconds that one on a written statement may, house policy: its agency may say so again."""

PURPOSES: Final[Mapping[str, str]] = {
    "public-health": "Public health activities, 164.512(b)",
    "abuse": "Abuse, neglect or domestic violence, 164.512(c)",
    "oversight": "Health oversight, 164.512(d)",
    "court": "Judicial or administrative proceedings, 164.512(e)",
    "law-enforcement": "Law enforcement, 164.512(f)",
    "decedents": "Coroners, medical examiners and funeral directors, 164.512(g)",
    "donation": "Organ, eye or tissue donation, 164.512(h)",
    "research": "Research, 164.512(i)",
    "threat": "To avert a serious threat, 164.512(j)",
    "government": "Specialized government functions, 164.512(k)",
    "workers-compensation": "Workers' compensation, 164.512(l)",
    "required-by-law": "Required by law, 164.512(a)",
    "secretary": "To the Secretary, 164.502(a)(2)(ii)",
    "mistake": "Not permitted, by mistake, 164.402",
}
"""Why something was given out that somebody enters, each with the paragraph that speaks of it."""
SUSPENDABLE: Final = frozenset({"oversight", "law-enforcement"})
"""Source: 45 CFR 164.528(a)(2)(i)."""

Kind: TypeAlias = Literal["entered", "shared", "partner", "export", "paper", "copy"]
Ground: TypeAlias = Literal["", "treatment", "individual"]
"""Why a line need not be there: 45 CFR 164.528(a)(1)(i) or (ii); empty for what the rule asks for."""

_ACTIONS: Final[Mapping[str, tuple[Kind, Ground]]] = {
    "partner-check": ("partner", "treatment"),
    "bulk/$export": ("export", ""),
    "medication/$print": ("paper", "individual"),
    "medication/$print-list": ("paper", "individual"),
    "Encounter/$summary": ("paper", "individual"),
    "record/$copy": ("copy", "individual"),
    "record/$print": ("copy", "individual"),
}
_LIFECYCLE = "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle"
_PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
_PURPOSE = BASE + "/CodeSystem/disclosure"
_SUSPENDED = "disclosure-suspended"


class Line(msgspec.Struct, frozen=True):
    """
    Disclosures to one recipient for one purpose.

    Args:
        kind: Where it is known from.
        recipient: Who received it; empty where *kind* says it.
        address: Of the recipient, if known.
        description: What was given: the clinic's words, or kinds of part joined by spaces.
        purpose: One of `PURPOSES`, or a v3-ActReason code.
        statement: More about the purpose, as it was entered.
        first: Day or instant of the first.
        last: Of the last.
        count: How many (45 CFR 164.528(b)(3): a summary of several to the same recipient for one purpose).
        ground: Why it need not be there; empty for what the rule asks for.
        id: Logical id of the Provenance of one that was entered.
        suspended: Until when the patient is not told, an instant; empty if they are.
    """

    kind: Kind
    recipient: str
    address: str
    description: str
    purpose: str
    statement: str
    first: str
    last: str
    count: int = 1
    ground: Ground = ""
    id: str = ""
    suspended: str = ""


class Accounting(msgspec.Struct, frozen=True):
    """
    What was disclosed of one patient's record.

    Args:
        patient: The patient as people call them.
        language: They prefer, or empty.
        organisation: Whose accounting it is.
        since: Instant from which it counts.
        until: Instant of its making.
        lines: Newest first.
        complete: Whether all of the log could be gone through.
    """

    patient: str
    language: str
    organisation: str
    since: str
    until: str
    lines: list[Line]
    complete: bool


@dataclass(frozen=True, slots=True)
class Disclosure:
    """
    Something that somebody gave out, to be entered.

    Args:
        patient: Logical id.
        on: Day, as `2026-11-20`.
        recipient: Who received it.
        address: Of the recipient; may be empty if it is not known.
        description: What was given, in short.
        purpose: One of `PURPOSES`.
        statement: More about the purpose, or empty.
    """

    patient: str
    on: str
    recipient: str
    address: str
    description: str
    purpose: str
    statement: str


class Request(NamedTuple):
    """A request for an accounting, and what was answered."""

    id: str
    asked_at: str
    by: str
    first_in_a_year: bool
    accounting: Accounting


# ---------------------------------------------------------------- entering


async def enter(chart: Chart, one: Disclosure) -> Line:
    """
    Keep a disclosure that was made otherwise than through the system.

    Raises:
        Forbidden: If the role keeps no account of disclosures.
        Invalid: If something is missing, or the day is yet to come.
        NotFound: If the patient is not the subject's to see.
    """
    _check(one)

    def plan(work: Work) -> Plan[Line]:
        if one.on > instant(work.now + 86_400_000)[:10]:
            raise _wrong("on", "is yet to come")
        yield from work.read("Patient", one.patient)
        return _entered((yield from work.create("Provenance", _provenance(work, one))), work.now)

    return await chart.work(ENTER, plan, what=f"Patient/{one.patient}")


def _check(one: Disclosure) -> None:
    for field, said in (("recipient", one.recipient), ("description", one.description)):
        if not said.strip():
            raise _wrong(field, "is needed", "required")
    if one.purpose not in PURPOSES:
        raise _wrong("purpose", "is not known", "code-invalid")
    try:
        datetime.fromisoformat(one.on)
    except ValueError:
        raise _wrong("on", "is no day") from None


def _wrong(field: str, text: str, code: str = "value") -> Invalid:
    return Invalid(f"The disclosure cannot be kept so: {field} {text}", issues=(Issue(code, text, field),))


def _provenance(work: Work, one: Disclosure) -> Resource:
    recipient: Resource = {"resourceType": "Organization", "id": "recipient", "name": one.recipient}
    if one.address.strip():
        recipient["address"] = [{"text": one.address}]
    reason: Resource = {"coding": [{"system": _PURPOSE, "code": one.purpose, "display": PURPOSES[one.purpose]}]}
    if one.statement.strip():
        reason["text"] = one.statement
    agents = [{"type": _participation("IRCP"), "who": {"reference": "#recipient"}}]
    if work.subject.who:
        agents.append({"type": _participation("ENT"), "who": {"reference": work.subject.who}})
    return {
        "resourceType": "Provenance",
        "contained": [recipient],
        "target": [{"reference": f"Patient/{one.patient}"}],
        "occurredDateTime": one.on,
        "recorded": instant(work.now),
        "activity": {"coding": [{"system": _LIFECYCLE, "code": "disclose"}]},
        "reason": [reason],
        "agent": agents,
        "entity": [{"role": "source", "what": {"display": one.description}}],
    }


def _participation(code: str) -> Resource:
    return {"coding": [{"system": _PARTICIPATION, "code": code}]}


def _is_disclosure(one: Resource) -> bool:
    codings = one.get("activity", {}).get("coding", ())
    return any(coding.get("code") == "disclose" and coding.get("system") == _LIFECYCLE for coding in codings)


def _first(one: Resource, element: str) -> Resource:
    """The first of what an element holds; nothing where it holds none."""
    found: Resource = next(iter(one.get(element, ())), {})
    return found


def _entered(one: Resource, now: int) -> Line:
    """What a Provenance says."""
    recipient = _first(one, "contained")
    reason = _first(one, "reason")
    until = _suspended_until(one)
    return Line(
        kind="entered",
        recipient=str(recipient.get("name", "")),
        address=str(_first(recipient, "address").get("text", "")),
        description=str(_first(one, "entity").get("what", {}).get("display", "")),
        purpose=str(_first(reason, "coding").get("code", "")),
        statement=str(reason.get("text", "")),
        first=str(one.get("occurredDateTime", "")),
        last=str(one.get("occurredDateTime", "")),
        id=one["id"],
        suspended=until if until > instant(now) else "",
    )


def _suspended_until(one: Resource) -> str:
    found = extended(one, _SUSPENDED) or {}
    said = {part["url"]: part for part in found.get("extension", ())}
    return str(said.get("until", {}).get("valueInstant", ""))


async def suspend(chart: Chart, patient: str, disclosure: str, until: int, agency: str, *, oral: bool) -> Line:
    """
    Keep a disclosure from the patient's accounting until *until* (ms since the epoch), as an *agency* asks.

    Raises:
        Invalid: If it is over, too long for the kind of statement, or no agency is named.
        Conflict: If it was disclosed for another purpose than oversight or law enforcement.
        NotFound: If there is no such disclosure.
    """

    def suspended(work: Work, present: Resource) -> Resource:
        if not _is_disclosure(present) or {"reference": f"Patient/{patient}"} not in present.get("target", ()):
            raise NotFound("There is no such disclosure")
        if _entered(present, work.now).purpose not in SUSPENDABLE:
            raise Conflict("Only what went to health oversight or law enforcement can be suspended")
        if not work.now < until <= work.now + (ORAL if oral else LONGEST):
            raise _wrong("until", "is over, or too far away")
        said = extension(
            _SUSPENDED,
            extension=[
                {"url": "until", "valueInstant": instant(until)},
                {"url": "agency", "valueString": agency.strip()},
                {"url": "statement", "valueCode": "oral" if oral else "written"},
            ],
        )
        labels = [one for one in present.get("meta", {}).get("security", ()) if one.get("code") != NOPAT["code"]]
        others = [one for one in present.get("extension", ()) if one.get("url") != said["url"]]
        meta = {**present.get("meta", {}), "security": [*labels, dict(NOPAT)]}
        return present | {"meta": meta, "extension": [*others, said]}

    def plan(work: Work) -> Plan[Line]:
        if not agency.strip():
            raise _wrong("agency", "is needed", "required")
        yield from work.read("Patient", patient)
        made = yield from work.change("Provenance", disclosure, lambda present: suspended(work, present))
        return _entered(made, work.now)

    return await chart.work(SUSPEND, plan, what=f"Provenance/{disclosure}")


# ---------------------------------------------------------------- accounting


async def accounting(chart: Chart, patient: str, now: int, *, told: bool = False) -> Accounting:
    """
    What was disclosed in six years; without what is suspended where the patient is *told*, or asks.

    Raises:
        Forbidden: If the role sees no account of disclosures.
        NotFound: If the patient is not the subject's to see.
    """
    since = now - SIX_YEARS
    found = await chart.uses(LIST, Wanted(patient, since, now + 1, tuple(_ACTIONS)))
    readers = {(one.entry.who, one.entry.account) for one in found.found if one.entry.role == "outside-clinician"}
    outside = await chart.outside(readers) if readers else {}

    def plan(work: Work) -> Plan[Accounting]:
        person = yield from work.read("Patient", patient)
        place = yield from work.find("Organization", work.subject.organisation)
        kept = yield from work.search("Provenance", [("patient", patient)])
        entered = [_entered(one, now) for one in kept if _is_disclosure(one)]
        if told or work.subject.role in PERSONS:
            entered = [one for one in entered if not one.suspended]
        entered = [one for one in entered if one.first >= instant(since)[:10]]
        lines = [*entered, *computed(found.found, outside)]
        return Accounting(
            patient=name(person),
            language=next(iter(_languages(person)), ""),
            organisation=str((place or {}).get("name", "")),
            since=instant(since),
            until=instant(now),
            lines=sorted(lines, key=lambda one: one.last, reverse=True),
            complete=found.complete,
        )

    return await chart.consult(LIST, plan, what=f"Patient/{patient}")


def _languages(person: Resource) -> Sequence[str]:
    from meridian.fhir.spoken import spoken  # noqa: PLC0415  # only an accounting asks

    return spoken(person)


def computed(found: Iterable[Use], outside: Mapping[tuple[str, str], Who]) -> list[Line]:
    """Lines of what the system gave out, by recipient and purpose."""
    lines: dict[tuple[str, str, str], Line] = {}
    said: dict[tuple[str, str, str], dict[str, None]] = {}
    for entry in sorted((one.entry for one in found), key=lambda one: one.time):
        kind, ground, recipient, address = _recipient(entry, outside)
        key = (kind, recipient, entry.purpose)
        day = instant(entry.time)
        said.setdefault(key, {}).update(dict.fromkeys(parts(entry)))
        description = " ".join(said[key])
        if (line := lines.get(key)) is None:
            lines[key] = Line(kind, recipient, address, description, entry.purpose, "", day, day, ground=ground)
        else:
            lines[key] = msgspec.structs.replace(line, last=day, count=line.count + 1, description=description)
    return list(lines.values())


def _recipient(entry: Entry, outside: Mapping[tuple[str, str], Who]) -> tuple[Kind, Ground, str, str]:
    if entry.role == "outside-clinician":
        who = outside.get((entry.who, entry.account), Who(""))
        return "shared", "treatment", who.organisation, who.address
    kind, ground = _ACTIONS[entry.action]
    recipient = entry.what.partition("/")[2] if kind == "partner" else entry.role if kind == "export" else ""
    return kind, ground, recipient, ""


# ---------------------------------------------------------------- requests


async def request(chart: Chart, patient: str, now: int) -> Request:
    """
    Ask for an accounting and get it: the request, who answered and the accounting itself are kept.

    Source: 45 CFR 164.528(c)(1), within sixty days; (d), documentation.
    """
    made = await accounting(chart, patient, now, told=True)

    def plan(work: Work) -> Plan[Request]:
        yield from work.read("Patient", patient)
        earlier = yield from work.search("Task", _asked(patient))
        recent = [one for one in earlier if one.get("authoredOn", "") > instant(now - YEAR)]
        asked = task(CODE, patient=f"Patient/{patient}", requester=work.subject.who, now=instant(now))
        asked |= {
            "status": "completed",
            "executionPeriod": {"start": instant(now), "end": instant(now)},
            "output": [
                {"type": {"text": "accounting"}, "valueString": msgspec.json.encode(made).decode()},
                {"type": {"text": "first-in-twelve-months"}, "valueBoolean": not recent},
            ],
        }
        return _request((yield from work.create("Task", asked)))

    return await chart.work(ACCOUNT, plan, what=f"Patient/{patient}")


async def requests(chart: Chart, patient: str) -> list[Request]:
    """The accountings that were given, newest first."""

    def plan(work: Work) -> Plan[list[Request]]:
        yield from work.read("Patient", patient)
        found = yield from work.search("Task", [*_asked(patient), ("_sort", "-authored-on")])
        return [_request(one) for one in found]

    return await chart.consult(LIST, plan, what=f"Patient/{patient}")


async def one_request(chart: Chart, patient: str, identity: str) -> Request:
    """
    One of them.

    Raises:
        NotFound: If there is none of that id in the patient's record.
    """
    found = [one for one in await requests(chart, patient) if one.id == identity]
    if not found:
        raise NotFound("There is no such accounting")
    return found[0]


def _asked(patient: str) -> list[tuple[str, str]]:
    return [("patient", patient), ("code", f"{TASK}|{CODE}")]


def _request(one: Resource) -> Request:
    said = {each["type"].get("text", ""): each for each in one.get("output", ())}
    kept = msgspec.json.decode(said["accounting"]["valueString"], type=Accounting)
    first = bool(said.get("first-in-twelve-months", {}).get("valueBoolean"))
    return Request(one["id"], one["authoredOn"], one.get("requester", {}).get("reference", ""), first, kept)
