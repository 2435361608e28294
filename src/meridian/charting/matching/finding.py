"""
`Patient/$match`: Patients of the organisation who may be the one described, likeliest first, each with its grade.

Candidates come from searches that any slip leaves at least one of: by identifier, birth date, name, sound of the name,
telephone. Each is then weighed against the whole description.

Source: hl7.org/fhir/R4/patient-operation-match.html.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from meridian.access.chart import Chart
from meridian.access.work import Plan, Resource, Work
from meridian.charting.matching.weighing import CERTAIN, NOT, Weight, weigh
from meridian.faults import Invalid, Issue, TooCostly
from meridian.fhir import validation
from meridian.fhir.parameters import Parameters

MATCH: Final = "Patient/$match"
DEFINITION: Final = "http://hl7.org/fhir/OperationDefinition/Patient-match"
GRADE: Final = "http://hl7.org/fhir/StructureDefinition/match-grade"
MOST: Final = 20
Pairs = list[tuple[str, str]]


class Match(NamedTuple):
    """A Patient, and how likely it is the one described."""

    patient: Resource
    weight: Weight


def matches(asked: Resource, most: int = MOST, *, without: str = "") -> Callable[[Work], Plan[list[Match]]]:
    """
    Who may be *asked*, likeliest first.

    Args:
        asked: A Patient, as much of it as is known.
        most: How many at most.
        without: Logical id of one who is left out.
    """

    def plan(work: Work) -> Plan[list[Match]]:
        found: dict[str, Resource] = {}
        for criteria in questions(asked):
            try:
                for one in (yield from work.search("Patient", criteria)):
                    found.setdefault(one["id"], one)
            except TooCostly:
                continue  # so many have it that it tells nothing; the other questions are narrower
        known = (one for one in found.values() if one["id"] != without and not _is_merged(one))
        weighed = [Match(one, weigh(asked, one)) for one in known]
        likely = [one for one in weighed if one.weight.grade != NOT]
        return sorted(likely, key=lambda one: (-one.weight.score, one.patient["id"]))[:most]

    return plan


def questions(asked: Resource) -> Iterator[Pairs]:
    """The searches for candidates."""
    for one in asked.get("identifier", ()):
        if one.get("value"):
            yield [("identifier", f"{one.get('system', '')}|{one['value']}" if one.get("system") else one["value"])]
    born = str(asked.get("birthDate", ""))
    for name in asked.get("name", ()):
        family, given = str(name.get("family", "")), " ".join(name.get("given", ())[:1])
        if family and given:
            yield [("family", _plain(family)), ("given", _plain(given)[:3])]
            yield [("family", _plain(given)), ("given", _plain(family))]
        if family and born:
            yield [("family", _plain(family)[:4]), ("birthdate", born[:4])]
            yield [("phonetic", _plain(family)), ("birthdate", born[:4])]
        elif family:
            yield [("family", _plain(family))]
    if born:
        yield [("birthdate", born)]
    for contact in asked.get("telecom", ()):
        if contact.get("system") in {"phone", "email"} and contact.get("value"):
            yield [(contact["system"], _plain(contact["value"]))]


async def operation(chart: Chart, _: str, given: Parameters) -> Resource:
    """
    The Bundle of the operation.

    Raises:
        Invalid: If the parameter `resource` is no Patient.
    """
    asked = given.resource("resource")
    if asked.get("resourceType") != "Patient":
        text = "is to be a Patient"
        raise Invalid(f"The parameter resource {text}", issues=(Issue("value", text, "Parameters.resource"),))
    validation.check(asked, expect="Patient")
    most = min(max(given.number("count", MOST), 1), MOST)
    found = await chart.consult(MATCH, matches(asked, most))
    if given.flag("onlyCertainMatches"):
        certain = [one for one in found if one.weight.grade == CERTAIN]
        found = certain if len(certain) == 1 else []
    return bundle(found)


def bundle(found: list[Match]) -> Resource:
    """The matches as the standard answers them."""
    entries = [{"resource": one.patient, "search": _search(one.weight)} for one in found]
    made: Resource = {"resourceType": "Bundle", "type": "searchset", "total": len(entries)}
    return made | ({"entry": entries} if entries else {})


def _search(weight: Weight) -> dict[str, Any]:
    return {"extension": [{"url": GRADE, "valueCode": weight.grade}], "mode": "match", "score": weight.score}


def _is_merged(patient: Resource) -> bool:
    return any(link.get("type") == "replaced-by" for link in patient.get("link", ()))


def _plain(text: str) -> str:
    """*text* as one value of a search: what has a meaning there is a space."""
    return "".join(" " if one in ",|$\\" else one for one in text).strip()
