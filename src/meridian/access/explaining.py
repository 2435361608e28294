"""
Access explained: why a member can see a patient's chart, and which members could.

The same rows that decide are read here, and each is told with the facts it rests on: the role, the care team and the
visit that put the member there, whose record it is, the label, a consent, an emergency. Nothing is read of the chart
but whose it is. For security officers and administrators; asking is recorded.
"""

import re
from collections.abc import Iterator
from typing import Any, Final, Literal, NamedTuple

from meridian.access import listing
from meridian.access.chart import Chart
from meridian.access.interaction import Interaction
from meridian.access.policy import Facts, rows_for, stands
from meridian.access.rules import ADMINISTRATION, CHART, OFFICER, PURPOSE_OF, Relation, Rule
from meridian.access.subject import Role, Subject
from meridian.access.work import Plan, Work
from meridian.faults import Forbidden, NotFound
from meridian.identity import emergencies, memberships
from meridian.identity.memberships import Membership
from meridian.store import shares
from meridian.store.keys import numbers
from meridian.store.kinds import NAMES
from meridian.store.plan import Query
from meridian.store.records.writing import restricted

ACTION: Final = "access/$explain"
MOST: Final = 10
"""Patients to choose from."""
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
Covers = Literal["all", "unlabelled", "nothing"]


class Row(NamedTuple):
    """
    One row of the policy, and whether it opens something of the chart to the member.

    Args:
        rule: Its name; `access.words` has what it means.
        relation: `Relation`'s name, as `care-team`.
        purpose: For what.
        types: Resource types it opens to a look.
        covers: All of them in the chart, those that are not labelled R or V, or nothing.
        because: What the relation rests on, as `Encounter/17`.
    """

    rule: str
    relation: str
    purpose: str
    types: tuple[str, ...]
    covers: Covers
    because: tuple[str, ...]


class Sight(NamedTuple):
    """One membership before one chart."""

    account: str
    role: str
    who: str
    name: str
    rows: list[Row]


class Window(NamedTuple):
    """An organisation that the patient lets read, and until when."""

    share: str
    organisation: str
    ends: int


class Person(NamedTuple):
    """A patient to choose: who it is, and nothing else."""

    id: str
    name: str
    birth_date: str


class Explained(NamedTuple):
    """Who can see a chart, and why."""

    patient: Person
    labelled: bool
    sights: list[Sight]
    windows: list[Window]


async def patients(chart: Chart, text: str) -> list[Person]:
    """Patients of that name, record number or logical id, some of them."""

    def plan(work: Work) -> Plan[list[Person]]:
        _may_ask(work)
        asked = text.replace("\\", "\\\\").replace(",", "\\,").replace("|", "\\|").replace("$", "\\$")
        found: dict[str, Person] = {}
        if (by_id := (yield from work.find("Patient", text)) if _ID.fullmatch(text) else None) is not None:
            found[by_id["id"]] = _person(by_id)
        for name in ("identifier", "name"):
            some = yield from listing.some(work, "Patient", [(name, asked)], MOST)
            found |= {one["id"]: _person(one) for one in some.resources}
        return list(found.values())[:MOST]

    shown: list[Person] = await chart.consult(ACTION, plan, what="Patient")
    return shown


async def members(chart: Chart) -> list[Sight]:
    """The accounts of the organisation, to choose from."""

    def plan(work: Work) -> Plan[list[Sight]]:
        _may_ask(work)
        found = [one for one in (yield from memberships.of_organisation(work.subject.org)) if one.status == "active"]
        shown = []
        for one in found:
            name = yield from _name(work, one.who)
            shown.append(Sight(one.account, one.role, one.who, name, []))
        return shown

    people: list[Sight] = await chart.consult(ACTION, plan, what="Practitioner")
    return people


async def explain(chart: Chart, patient: str, account: str = "") -> Explained:
    """
    The rows by which one account, or anybody here, sees the chart of *patient*.

    Raises:
        NotFound: If there is no such patient, or no such account here.
        Forbidden: If the role may not ask.
    """

    def plan(work: Work) -> Plan[Explained]:
        return (yield from _explained(work, patient, account))

    found: Explained = await chart.consult(ACTION, plan, what=f"Patient/{patient}")
    return found


def _may_ask(work: Work) -> None:
    """Pass for those who answer for access; others' rows open Patients too, and not this."""
    if work.subject.role not in OFFICER | ADMINISTRATION:
        raise Forbidden("Access is explained to security officers and administrators")


def _explained(work: Work, patient: str, account: str) -> Plan[Explained]:
    _may_ask(work)
    person = yield from work.read("Patient", patient)
    org, labelled = work.subject.org, restricted(person)
    pats = yield from numbers(org, [patient])
    members = [
        one
        for one in (yield from memberships.of_organisation(org))
        if one.status == "active" and (not account or one.account == account)
    ]
    if account and not members:
        raise NotFound("There is no such account here")
    sights = []
    for member in members:
        facts = yield from _facts(member, patient, pats, work.now)
        rows = list(_rows(member, patient, facts))
        if account or any(row.covers != "nothing" for row in rows):
            sights.append(Sight(member.account, member.role, member.who, (yield from _name(work, member.who)), rows))
    windows = [] if account else (yield from _windows(org, patient, work.now))
    return Explained(_person(person), labelled, sights, windows)


class _Known(NamedTuple):
    """What is known of one member before the chart."""

    care: tuple[str, ...]
    own: bool
    emergency: str


def _facts(member: Membership, patient: str, pats: tuple[int, ...], now: int) -> Plan[_Known]:
    care = yield Query(
        "SELECT DISTINCT r.type, r.id FROM care c JOIN resource r ON r.rid = c.rid"
        " WHERE c.org = ? AND c.member = ? AND c.pat = ? ORDER BY r.type, r.id LIMIT 20",
        (member.org, member.who, pats[0] if pats else 0),
    )
    own = yield Query(
        "SELECT 1 FROM entrusted WHERE membership = ? AND patient = ? AND starts <= ? AND (ends = 0 OR ends > ?)",
        (member.id, patient, now, now),
    )
    broken = yield from emergencies.of_membership(member.id, patient, now)
    return _Known(tuple(f"{NAMES[kind]}/{one}" for kind, one in care), bool(own), broken)


def _rows(member: Membership, patient: str, known: _Known) -> Iterator[Row]:
    role = Role(member.role)
    purpose = PURPOSE_OF[role]
    opened: dict[Rule, list[str]] = {}
    for kind in sorted(CHART):
        for rule in rows_for(role, Interaction.READ, kind):
            opened.setdefault(rule, []).append(kind)
    subject = Subject(
        member.account, member.org, "", role, who=member.who, patients=(patient,) if known.own else (),
        purpose=purpose, emergency=patient if known.emergency else "",
    )  # fmt: skip
    for rule, types in opened.items():
        chosen = purpose if purpose in rule.purposes else min(rule.purposes)
        relation = rule.relation.name.lower().replace("_", "-")
        yield Row(rule.name, relation, chosen, tuple(types), _covers(subject, rule, patient, known), _why(rule, known))


def _covers(subject: Subject, rule: Rule, patient: str, known: _Known) -> Covers:
    """Asked of the policy itself: a labelled record of the patient, and one that is not."""
    plain = Facts(subject.org, frozenset({patient}), cared_for=bool(known.care))
    labelled = Facts(subject.org, frozenset({patient}), restricted=True, cared_for=bool(known.care))
    if stands(subject, Interaction.READ, rule.relation, labelled):
        return "all"
    return "unlabelled" if stands(subject, Interaction.READ, rule.relation, plain) else "nothing"


def _why(rule: Rule, known: _Known) -> tuple[str, ...]:
    match rule.relation:
        case Relation.CARE_TEAM:
            return known.care
        case Relation.EMERGENCY:
            return (f"Emergency/{known.emergency}",) if known.emergency else ()
    return ()


def _windows(org: int, patient: str, now: int) -> Plan[list[Window]]:
    names = {place.no: place.name for place in (yield from shares.places())}
    found = yield from shares.of_patients(org, [patient])
    return [Window(one.id, names.get(one.recipient, ""), one.ends) for one in found if one.holds(now)]


def _name(work: Work, reference: str) -> Plan[str]:
    """Of staff; patients and those they trust are known by their role."""
    kind, _, logical_id = reference.partition("/")
    person = (yield from work.find(kind, logical_id)) if kind == "Practitioner" else None
    return _called(person or {})


def _person(patient: dict[str, Any]) -> Person:
    return Person(patient["id"], _called(patient), patient.get("birthDate", ""))


def _called(person: dict[str, Any]) -> str:
    first: dict[str, Any] = next(iter(person.get("name", ())), {})
    return str(first.get("text") or " ".join([*first.get("given", ()), first.get("family", "")]).strip())
