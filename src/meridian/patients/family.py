"""
Whom a patient trusts: a RelatedPerson with a beginning, an end and a scope, and an invitation to act as it.

A parent's trust in a minor's record ends on the day the child comes of age, whatever was asked for: the session layer
asks the end on each look-up, and a job then closes the RelatedPerson too.

Source: hl7.org/fhir/R4/relatedperson.html; 45 CFR 164.502(g), personal representatives.
"""

from datetime import UTC, date, datetime
from typing import Final, NamedTuple, Protocol

from meridian.access.chart import Chart
from meridian.access.work import Plan, Resource, Work
from meridian.clock import instant
from meridian.faults import Fault, Invalid, Issue
from meridian.identity.facts import Caller, Identity
from meridian.identity.family import Trust

ENTRUST, END = "RelatedPerson/$entrust", "RelatedPerson/$end"
TOPIC: Final = "trust-ends"
"""Of the outbox: the job that closes a RelatedPerson on its last day."""

OF_AGE: Final = 18
"""Years; house policy, the age of majority in nearly all of the United States."""

_ROLES = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
RELATIONSHIPS: Final = {
    "PRN": "Parent",
    "GUARD": "Guardian",
    "SPS": "Spouse",
    "CHILD": "Child",
    "SIB": "Sibling",
    "GRPRN": "Grandparent",
    "FRND": "Unrelated friend",
    "POWATT": "Power of attorney",
}
"""How they are related. Source: v3-RoleCode (hl7.org/fhir/R4/valueset-relatedperson-relationshiptype.html)."""
FOR_MINORS: Final = frozenset({"PRN", "GUARD", "GRPRN"})
"""Relationships whose trust ends when the patient comes of age."""


class Request(NamedTuple):
    """
    Whom to trust with what.

    Args:
        patient: Logical id of the Patient.
        name, email: Of whom is to be invited.
        relationship: One of `RELATIONSHIPS`.
        role: `proxy` for all of the record, `helper` for appointments.
        until: The last day, as a date; empty for no end.
    """

    patient: str
    name: str
    email: str
    relationship: str
    role: str
    until: str = ""


class Keeper(Protocol):
    """Memberships of whom patients trust, as `identity` keeps them."""

    async def entrust(self, by: Identity, trust: Trust, caller: Caller) -> str:
        """Invite somebody; the membership's id."""

    async def end(self, by: Identity, patient: str, membership: str, caller: Caller) -> str:
        """End it; who it was, as `RelatedPerson/17`."""


async def entrust(chart: Chart, keeper: Keeper, by: Identity, caller: Caller, request: Request) -> str:
    """
    Invite somebody to a patient's record; gives the membership's id.

    Raises:
        NotFound: If the patient is not the caller's to see.
        Forbidden: If the caller is neither the patient nor of the front desk.
        Invalid: If the relationship is unknown, or the last day is over, or the patient is of age for a parent.
    """
    if request.relationship not in RELATIONSHIPS:
        raise Invalid("That relationship is not known", issues=(Issue("code-invalid", "is not known", "relationship"),))
    made, ends = await chart.work(ENTRUST, lambda work: _related(work, request), what=f"Patient/{request.patient}")
    who = f"RelatedPerson/{made['id']}"
    starts = _milliseconds(made["period"]["start"])
    trust = Trust(request.patient, request.email, request.name, request.role, who, starts, ends)
    try:
        return await keeper.entrust(by, trust, caller)
    except Fault:
        await chart.work(END, lambda work: _close(work, made["id"]), what=who)
        raise


def _related(work: Work, request: Request) -> Plan[tuple[Resource, int]]:
    patient = yield from work.read("Patient", request.patient)
    ends = last_moment(patient, request, work.now)
    made = yield from work.create("RelatedPerson", _resource(request, work.now, ends))
    if ends:
        yield from work.emit(TOPIC, f"RelatedPerson/{made['id']}", due=ends)
    return made, ends


def last_moment(patient: Resource, request: Request, now: int) -> int:
    """
    When the trust ends, in ms since the epoch; 0 for never.

    Raises:
        Invalid: If that would be before *now*.
    """
    ends = [_end_of(request.until)] if request.until else []
    if request.relationship in FOR_MINORS and len(patient.get("birthDate", "")) == len("2000-01-01"):
        grown_up = of_age(date.fromisoformat(patient["birthDate"]))
        if grown_up > now or request.relationship != "GUARD":  # a guardian may be an adult's
            ends.append(grown_up)
    if ends and min(ends) <= now:
        text = "is over already, or the patient is of age"
        raise Invalid(f"The last day {text}", issues=(Issue("value", text, "until"),))
    return min(ends, default=0)


def of_age(born: date) -> int:
    """
    The first moment of the day on which somebody comes of age, in ms since the epoch.

    >>> instant(of_age(date(2008, 2, 29)))
    '2026-03-01T00:00:00.000Z'
    """
    year = born.year + OF_AGE
    try:
        day = born.replace(year=year)
    except ValueError:  # the 29th of February
        day = date(year, 3, 1)
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)


def _end_of(day: str) -> int:
    """The end of a day, in ms."""
    return _milliseconds(f"{day}T00:00:00Z") + 86_400_000


def _milliseconds(moment: str) -> int:
    try:
        return int(datetime.fromisoformat(moment).timestamp() * 1000)
    except ValueError:
        raise Invalid("That is no date", issues=(Issue("value", "is no date", "until"),)) from None


def _resource(request: Request, now: int, ends: int) -> Resource:
    code = request.relationship
    period = {"start": instant(now)} | ({"end": instant(ends)} if ends else {})
    return {
        "resourceType": "RelatedPerson",
        "active": True,
        "patient": {"reference": f"Patient/{request.patient}"},
        "relationship": [{"coding": [{"system": _ROLES, "code": code, "display": RELATIONSHIPS[code]}]}],
        "name": [{"text": request.name}],
        "telecom": [{"system": "email", "value": request.email}],
        "period": period,
    }


async def end(chart: Chart, keeper: Keeper, by: Identity, caller: Caller, *, patient: str, membership: str) -> None:
    """
    Trust somebody no longer, from now on.

    Raises:
        Forbidden: If the caller is neither the patient nor of the front desk.
        NotFound: If there is nobody like that.
    """
    who = await keeper.end(by, patient, membership, caller)
    kind, _, logical_id = who.partition("/")
    if kind == "RelatedPerson":
        await chart.work(END, lambda work: _close(work, logical_id), what=who)


def _close(work: Work, logical_id: str) -> Plan[Resource]:
    """No longer active, and over at the latest now."""
    now = instant(work.now)

    def closed(present: Resource) -> Resource:
        period = present.get("period", {})
        over = min(now, period.get("end", now))
        return present | {"active": False, "period": period | {"end": over}}

    made = yield from work.change("RelatedPerson", logical_id, closed)
    yield from work.withdraw(TOPIC, f"RelatedPerson/{logical_id}")
    return made


async def ended(chart: Chart, who: str) -> None:
    """What the job does on the last day, as the platform itself; doing it again changes nothing."""
    _, _, logical_id = who.partition("/")
    await chart.work(END, lambda work: _close(work, logical_id), what=who)
