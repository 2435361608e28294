"""
Searches judged by a naive reading of the resources: SQL must find what a plain loop over all of them finds.

The judge knows nothing of rows, routes or plans; it reads JSON with a function for each parameter.
"""

import random
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meridian.store.scope import Reach, Scope

pytestmark = pytest.mark.anyio

Resource: TypeAlias = dict[str, Any]
Judge: TypeAlias = Callable[["Clinic", Resource, str], bool]

ORG = 7
LOINC, OTHER, UCUM = "http://loinc.org", "urn:other", "http://unitsofmeasure.org"
FAMILIES = ["Müller", "Muller", "Miller", "MULLIGAN", "Straße", "Strasse", "O'Brien", "Łukasz", "Li", "van der Berg"]
GIVEN = ["Anna", "Änne", "Ann", "Bo", "José", "Jose Maria", "李"]
CODES = ["8480-6", "8462-4", "8302-2", "ABC"]
UNITS = ["mm[Hg]", "cm", "kg"]


# The clinic.


@dataclass
class Clinic:
    """All resources by type and id, and who may see them."""

    resources: dict[tuple[str, str], Resource]
    restricted: set[tuple[str, str]]
    numbers: dict[str, int]
    cared: set[str]
    updated: dict[tuple[str, str], int]

    def of(self, kind: str) -> list[Resource]:
        return [r for (one, _), r in self.resources.items() if one == kind]

    def at(self, reference: str) -> Resource | None:
        kind, _, resource_id = reference.partition("/")
        return self.resources.get((kind, resource_id))


def make_clinic(seed: int = 5) -> tuple[dict[tuple[str, str], Resource], set[tuple[str, str]]]:
    rng = random.Random(seed)  # noqa: S311  # test data
    found: list[Resource] = [practitioner(rng, n) for n in range(6)]
    found += [patient(rng, n) for n in range(24)]
    found += [encounter(rng, n) for n in range(20)]
    found += [observation(rng, n) for n in range(110)]
    keyed = {(r["resourceType"], r["id"]): r for r in found}
    return keyed, {key for key in keyed if key[0] != "Practitioner" and rng.random() < 0.15}


def practitioner(rng: random.Random, n: int) -> Resource:
    return {
        "resourceType": "Practitioner",
        "id": f"d{n}",
        "name": [{"family": rng.choice(FAMILIES), "given": [rng.choice(GIVEN)]}],
    }


def patient(rng: random.Random, n: int) -> Resource:
    found: Resource = {"resourceType": "Patient", "id": f"p{n}"}
    names = [
        {"family": rng.choice(FAMILIES), "given": rng.sample(GIVEN, rng.randint(1, 2))}
        for _ in range(rng.randint(0, 2))
    ]
    if names:
        found["name"] = names
    if rng.random() < 0.9:
        found["birthDate"] = rng.choice(["1980", "1980-02", "1980-02-29", "1979-12-31", "2001-05", "2001-05-06"])
    if rng.random() < 0.8:
        found["gender"] = rng.choice(["male", "female"])
    if rng.random() < 0.5:
        found["active"] = rng.random() < 0.5
    found["identifier"] = [{"system": rng.choice([LOINC, OTHER]), "value": f"ID-{rng.randint(0, 15)}"}]
    found["generalPractitioner"] = [
        {"reference": f"Practitioner/d{rng.randint(0, 6)}"} for _ in range(rng.randint(0, 2))
    ]
    return found


def encounter(rng: random.Random, n: int) -> Resource:
    return {
        "resourceType": "Encounter", "id": f"e{n}", "status": rng.choice(["finished", "planned"]),
        "subject": {"reference": f"Patient/p{rng.randint(0, 25)}"},
        "participant": [{"individual": {"reference": f"Practitioner/d{rng.randint(0, 6)}"}}],
    }  # fmt: skip


def observation(rng: random.Random, n: int) -> Resource:
    found: Resource = {"resourceType": "Observation", "id": f"o{n}", "status": rng.choice(["final", "preliminary"])}
    found["code"] = concept(rng)
    if rng.random() < 0.7:
        found["category"] = [{"coding": [{"system": OTHER, "code": rng.choice(["vital-signs", "laboratory"])}]}]
    if rng.random() < 0.9:
        found["subject"] = {"reference": f"Patient/p{rng.randint(0, 25)}"}
    if rng.random() < 0.3:
        found["performer"] = [{"reference": f"Patient/p{rng.randint(0, 25)}"}]
    if rng.random() < 0.6:
        found["encounter"] = {"reference": f"Encounter/e{rng.randint(0, 22)}"}
    if rng.random() < 0.8:
        found["effectiveDateTime"] = moment(rng)
    elif rng.random() < 0.5:
        found["effectivePeriod"] = {"start": moment(rng)} if rng.random() < 0.5 else {"end": moment(rng)}
    if rng.random() < 0.6:
        found["valueQuantity"] = quantity(rng)
    else:
        found["component"] = [{"code": concept(rng), "valueQuantity": quantity(rng)} for _ in range(2)]
    return found


def concept(rng: random.Random) -> Resource:
    codings = [{"system": rng.choice([LOINC, OTHER]), "code": rng.choice(CODES)} for _ in range(rng.randint(1, 2))]
    return {"coding": codings, "text": rng.choice(["Blood pressure", "Body height"])}


def quantity(rng: random.Random) -> Resource:
    value = rng.choice([Decimal("5.4"), Decimal("5.40"), Decimal("5.45"), 5, 120, Decimal("119.5"), -3])
    return {"value": value, "system": UCUM, "code": rng.choice(UNITS), "unit": rng.choice(["cm", "tall"])}


def moment(rng: random.Random) -> str:
    return rng.choice(
        [
            "2020",
            "2020-02",
            "2020-02-29",
            "2020-02-29T10:00:00Z",
            "2020-02-29T10:00:00.500Z",
            "2020-03-01T00:30:00+01:00",
            "2021-06",
        ]
    )


# The judge.


def plain(text: str) -> str:
    text = text.replace("Ł", "L").replace("ł", "l").replace("ß", "ss")
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)).lower()


def name_parts(resource: Resource, *keys: str) -> list[str]:
    return [
        part
        for name in resource.get("name", [])
        for key in keys
        for part in ([name[key]] if key == "family" else name[key])
    ]


def starting(*keys: str) -> Judge:
    return lambda _, r, v: any(plain(p).startswith(plain(v)) for p in name_parts(r, *keys))


def span(text: str) -> tuple[float, float]:
    """First and one past the last millisecond."""
    if "T" in text:
        start = datetime.fromisoformat(text)
        return _ms(start), _ms(start) + (1 if "." in text else 1000)
    parts = [int(part) for part in text.split("-")]
    first = date(*[*parts, 1, 1][:3])
    after = {1: date(first.year + 1, 1, 1), 2: (first.replace(day=28) + timedelta(days=4)).replace(day=1)}
    last = after.get(len(parts), first + timedelta(days=1))
    return _ms(datetime(first.year, first.month, first.day, tzinfo=UTC)), _ms(
        datetime(last.year, last.month, last.day, tzinfo=UTC)
    )


def _ms(value: datetime) -> float:
    return round(value.timestamp() * 1000)


def in_time(low: float, high: float, asked: str) -> bool:
    prefix, text = (asked[:2], asked[2:]) if asked[:2].isalpha() else ("eq", asked)
    a, b = span(text)
    return {
        "eq": a <= low and high <= b, "ne": not (a <= low and high <= b), "gt": high > b, "lt": low < a,
        "ge": high > b or low >= a, "le": low < a or high <= b, "sa": low >= b, "eb": high <= a,
    }[prefix]  # fmt: skip


def born(_: Clinic, resource: Resource, asked: str) -> bool:
    return "birthDate" in resource and in_time(*span(resource["birthDate"]), asked)


def observed(_: Clinic, resource: Resource, asked: str) -> bool:
    if "effectiveDateTime" in resource:
        return in_time(*span(resource["effectiveDateTime"]), asked)
    if "effectivePeriod" in resource:
        period = resource["effectivePeriod"]
        low = span(period["start"])[0] if "start" in period else float("-inf")
        return in_time(low, span(period["end"])[1] if "end" in period else float("inf"), asked)
    return False


def changed(clinic: Clinic, resource: Resource, asked: str) -> bool:
    at = clinic.updated[resource["resourceType"], resource["id"]]
    return in_time(at, at + 1, asked)


def measured(quantity: Resource, asked: str) -> bool:
    text, _, unit = asked.partition("|")
    prefix, digits = (text[:2], text[2:]) if text[:2].isalpha() else ("eq", text)
    value, wanted = Decimal(str(quantity["value"])), Decimal(digits)
    half = Decimal(5).scaleb(int(wanted.as_tuple().exponent) - 1)
    equal = wanted - half <= value < wanted + half
    found = {
        "eq": equal,
        "ne": not equal,
        "gt": value > wanted,
        "lt": value < wanted,
        "ge": value >= wanted,
        "le": value <= wanted,
    }
    system, _, code = unit.partition("|")
    if not code:
        return found[prefix]
    named = (
        quantity["code"] == code and quantity["system"] == system
        if system
        else code in {quantity["code"], quantity["unit"]}
    )
    return found[prefix] and named


def coded(concepts: list[Resource], asked: str) -> bool:
    codings = [c for one in concepts for c in one["coding"]]
    system, bar, code = asked.partition("|")
    if not bar:
        return any(c["code"].lower() == asked.lower() for c in codings)
    return any(
        c["system"] == system and c["code"].lower() in {code.lower(), code.lower() or c["code"].lower()}
        for c in codings
    )


def paired(element: Resource, asked: str) -> bool:
    code, _, value = asked.partition("$")
    if "valueQuantity" not in element or not coded([element["code"]], code):
        return False
    return measured(element["valueQuantity"] | {"unit": ""}, value)  # a composite's unit goes by its code


def to(path: str) -> Judge:
    def judge(_: Clinic, resource: Resource, asked: str) -> bool:
        return any(r.partition("/")[2] == asked.rpartition("/")[2] for r in references(resource, path))

    return judge


def references(resource: Resource, path: str) -> Iterator[str]:
    found: list[Any] = [resource]
    for step in path.split("."):
        found = [child for one in found for child in _listed(one.get(step))]
    yield from (one["reference"] for one in found)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def identified(_: Clinic, resource: Resource, asked: str) -> bool:
    system, bar, value = asked.partition("|")
    if not bar:
        return any(i["value"].lower() == asked.lower() for i in resource["identifier"])
    return any(
        i["system"] == system and (not value or i["value"].lower() == value.lower()) for i in resource["identifier"]
    )


def components(resource: Resource) -> list[Resource]:
    return list(resource.get("component", []))


def quantities(resource: Resource) -> list[Resource]:
    return [resource["valueQuantity"]] if "valueQuantity" in resource else []


JUDGES: dict[str, dict[str, Judge]] = {
    "Patient": {
        "name": starting("family", "given"),
        "family": starting("family"),
        "given": starting("given"),
        "name:contains": lambda _, r, v: any(plain(v) in plain(p) for p in name_parts(r, "family", "given")),
        "family:exact": lambda _, r, v: v in name_parts(r, "family"),
        "birthdate": born,
        "gender": lambda _, r, v: r.get("gender") == v,
        "gender:not": lambda _, r, v: r.get("gender") != v,
        "active": lambda _, r, v: "active" in r and r["active"] == (v == "true"),
        "active:missing": lambda _, r, v: ("active" not in r) == (v == "true"),
        "identifier": identified,
        "general-practitioner": to("generalPractitioner"),
        "_id": lambda _, r, v: r["id"] == v,
        "_id:not": lambda _, r, v: r["id"] != v,
        "_lastUpdated": changed,
    },
    "Practitioner": {"name": starting("family", "given"), "family": starting("family")},
    "Encounter": {"status": lambda _, r, v: r["status"] == v, "participant": to("participant.individual")},
    "Observation": {
        "status": lambda _, r, v: r["status"] == v,
        "code": lambda _, r, v: coded([r["code"]], v),
        "code:not": lambda _, r, v: not coded([r["code"]], v),
        "code:text": lambda _, r, v: plain(r["code"]["text"]).startswith(plain(v)),
        "category": lambda _, r, v: coded(r.get("category", []), v),
        "category:missing": lambda _, r, v: ("category" not in r) == (v == "true"),
        "combo-code": lambda _, r, v: coded([r["code"], *(c["code"] for c in components(r))], v),
        "component-code": lambda _, r, v: coded([c["code"] for c in components(r)], v),
        "patient": to("subject"),
        "subject": to("subject"),
        "performer": to("performer"),
        "encounter": to("encounter"),
        "subject:missing": lambda _, r, v: ("subject" not in r) == (v == "true"),
        "date": observed,
        "value-quantity": lambda _, r, v: any(measured(q, v) for q in quantities(r)),
        "combo-value-quantity": lambda _, r, v: any(
            measured(q, v) for q in [*quantities(r), *(c["valueQuantity"] for c in components(r))]
        ),
        "code-value-quantity": lambda _, r, v: paired(r, v),
        "component-code-value-quantity": lambda _, r, v: any(paired(c, v) for c in components(r)),
        "combo-code-value-quantity": lambda _, r, v: any(paired(c, v) for c in [r, *components(r)]),
    },
}

REFERENCES = {
    ("Observation", "patient"): ("subject", ["Patient"]),
    ("Observation", "subject"): ("subject", ["Patient"]),
    ("Observation", "encounter"): ("encounter", ["Encounter"]),
    ("Patient", "general-practitioner"): ("generalPractitioner", ["Practitioner"]),
    ("Encounter", "practitioner"): ("participant.individual", ["Practitioner"]),
    ("Encounter", "patient"): ("subject", ["Patient"]),
}


def meets(clinic: Clinic, scope: Scope, resource: Resource, name: str, asked: str) -> bool:
    """Whether a resource meets one parameter, passing through what *scope* shows only."""
    kind = resource["resourceType"]
    if name.startswith("_has:"):
        _, source, code, rest = name.split(":", 3)
        path = REFERENCES[source, code][0]
        me = f"{kind}/{resource['id']}"
        return any(
            me in references(other, path) and shown(clinic, scope, other) and meets(clinic, scope, other, rest, asked)
            for other in clinic.of(source)
        )
    head, dot, rest = name.partition(".")
    if dot:
        path, _ = REFERENCES[kind, head.partition(":")[0]]
        targets = [clinic.at(reference) for reference in references(resource, path)]
        return any(t is not None and shown(clinic, scope, t) and meets(clinic, scope, t, rest, asked) for t in targets)
    judge = JUDGES[kind][name]
    if name.endswith(":not"):
        return all(judge(clinic, resource, one) for one in asked.split(","))
    return any(judge(clinic, resource, one) for one in asked.split(","))


def shown(clinic: Clinic, scope: Scope, resource: Resource) -> bool:
    """Whether *scope* shows a resource."""
    reach = scope.of(resource["resourceType"])
    if reach is None:
        return False
    mine = patients(resource)
    if reach.patients and any(clinic.numbers.get(p) in reach.patients for p in mine):
        return True
    if resource["id"] in reach.ids:
        return True
    cared = any(one in clinic.cared for one in mine)
    open_to = reach.everyone or (reach.care_of is not None and cared)
    labelled = (resource["resourceType"], resource["id"]) in clinic.restricted
    return open_to and (not labelled or reach.restricted or (reach.member is not None and cared))


def patients(resource: Resource) -> list[str]:
    if resource["resourceType"] == "Patient":
        return [resource["id"]]
    found = [r for path in ("subject", "performer") for r in references(resource, path)]
    return [r.partition("/")[2] for r in found if r.startswith("Patient/")]


# What is asked.

MOMENTS = [
    "2020",
    "2020-02",
    "2020-02-29",
    "2020-02-29T10:00:00Z",
    "2020-03-01",
    "2021",
    "1980",
    "1980-02",
    "1979-12-31",
    "2001-05",
]
NOON = "2023-11-14T22:13:20"  # when the shelf's clock starts
dates = st.builds(
    lambda prefix, text: prefix + text,
    st.sampled_from(["", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb"]),
    st.sampled_from(MOMENTS),
)
tokens = st.builds(
    lambda system, code: (f"{system}|" if system else "") + code,
    st.sampled_from(["", LOINC, OTHER]),
    st.sampled_from([*CODES, "abc", "none"]),
)
amounts = st.builds(
    lambda prefix, number, unit: prefix + number + unit,
    st.sampled_from(["", "eq", "ne", "gt", "lt", "ge", "le"]),
    st.sampled_from(["5.4", "5.40", "5", "120", "1e2", "-3", "5.45"]),
    st.sampled_from(["", f"|{UCUM}|cm", "||cm", "||tall", "||mm[Hg]"]),
)
texts = st.sampled_from(
    [
        "m",
        "mu",
        "Mül",
        "MULLER",
        "Mulli",
        "stra",
        "strass",
        "o'b",
        "lu",
        "li",
        "ann",
        "ä",
        "jose m",
        "李",
        "van",
        "zz",
        "ller",
        "an",
    ]
)
pairs = st.builds(lambda code, value: f"{code}${value}", tokens, amounts)
booleans = st.sampled_from(["true", "false"])
genders = st.sampled_from(["male", "female", "male,female", "other"])


def some(prefix: str, most: int) -> st.SearchStrategy[str]:
    return st.integers(0, most).map(lambda n: f"{prefix}{n}")


VALUES: dict[str, dict[str, st.SearchStrategy[str]]] = {
    "Patient": {
        "name": texts, "family": texts, "given": texts, "name:contains": texts,
        "family:exact": st.sampled_from(FAMILIES), "birthdate": dates, "gender": genders, "gender:not": genders,
        "active": booleans, "active:missing": booleans,
        "identifier": st.builds(str.__add__, st.sampled_from(["", f"{LOINC}|", f"{OTHER}|"]), some("id-", 16)),
        "general-practitioner": some("Practitioner/d", 7), "_id": some("p", 26), "_id:not": some("p", 26),
        "_lastUpdated": st.sampled_from(["ge2023-11-14", "lt2023-11-14", "2023", f"gt{NOON}.100Z", f"le{NOON}.120Z"]),
        "general-practitioner.name": texts, "general-practitioner:Practitioner.family": texts,
        "_has:Observation:patient:code": tokens, "_has:Observation:subject:value-quantity": amounts,
        "_has:Encounter:patient:practitioner.name": texts, "_has:Observation:patient:status": st.just("final"),
        "_has:Observation:patient:encounter.status": st.just("planned"),
        "_has:Encounter:patient:_has:Observation:encounter:code": tokens,
    },
    "Observation": {
        "status": st.sampled_from(["final", "preliminary", "final,preliminary"]), "code": tokens, "code:not": tokens,
        "code:text": st.sampled_from(["blood", "body", "pressure"]),
        "category": st.sampled_from(["vital-signs", "laboratory", f"{OTHER}|vital-signs", f"{OTHER}|"]),
        "category:missing": booleans, "combo-code": tokens, "component-code": tokens,
        "patient": some("p", 26), "subject": some("Patient/p", 26), "performer": some("Patient/p", 26),
        "encounter": some("e", 22),
        "subject:missing": booleans, "date": dates, "value-quantity": amounts, "combo-value-quantity": amounts,
        "code-value-quantity": pairs, "component-code-value-quantity": pairs, "combo-code-value-quantity": pairs,
        "patient.name": texts, "subject:Patient.gender": genders, "patient.general-practitioner.family": texts,
        "encounter.status": st.just("planned"), "patient.gender:not": genders, "encounter.practitioner.name": texts,
        "patient._has:Encounter:patient:status": st.just("finished"),
    },
}  # fmt: skip


def searches(kind: str) -> st.SearchStrategy[list[tuple[str, str]]]:
    one = st.sampled_from(sorted(VALUES[kind])).flatmap(lambda name: st.tuples(st.just(name), VALUES[kind][name]))
    return st.lists(one, min_size=0, max_size=3)


async def laid(shelf: Any) -> Clinic:
    resources, restricted = make_clinic()
    updated = {}
    for key, resource in resources.items():
        await shelf.put(resource, restricted=key in restricted)
        updated[key] = shelf.clock
    await shelf.put({"resourceType": "Patient", "id": "gone", "name": [{"family": "Müller"}]})
    await shelf.drop("Patient", "gone")
    await shelf.put({"resourceType": "Patient", "id": "theirs", "name": [{"family": "Müller"}]}, org=8)
    cared = {"p1", "p2", "p3", "p4"}
    for one in cared:
        await shelf.care("Practitioner/d0", one)
    numbers = {f"p{n}": await shelf.number(f"p{n}") for n in range(26)}
    return Clinic(resources, restricted, numbers, cared, updated)


def scopes(clinic: Clinic) -> list[Scope]:
    numbers = clinic.numbers
    everyone, open_only = Reach(everyone=True, restricted=True), Reach(everyone=True)
    own = Reach(patients=(numbers["p1"], numbers["p5"]))
    return [
        Scope(ORG, {}, everyone),
        Scope(ORG, {}, open_only),
        Scope(ORG, {}, Reach(everyone=True, member="Practitioner/d0")),
        Scope(ORG, {"Practitioner": open_only}, own),
        Scope(ORG, {"Practitioner": everyone}, Reach(care_of="Practitioner/d0", member="Practitioner/d0")),
        Scope(ORG, {"Patient": everyone, "Observation": everyone}, None),
        Scope(ORG, {"Patient": own, "Observation": everyone, "Encounter": open_only}, Reach(ids=("d1",))),
        Scope(9, {}, everyone),
    ]


_LAID: dict[int, Clinic] = {}


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["Patient", "Observation"]).flatmap(lambda kind: st.tuples(st.just(kind), searches(kind))),
    st.integers(0, 7),
    st.sampled_from(["1", "3", "10", "200"]),
)
async def test_a_search_finds_what_a_plain_reading_finds(
    shelf: Any, asked: tuple[str, list[tuple[str, str]]], whose: int, size: str
) -> None:
    clinic = _LAID.get(id(shelf)) or _LAID.setdefault(id(shelf), await laid(shelf))  # one shelf for all examples
    kind, parameters = asked
    scope = scopes(clinic)[whose]
    expected = {
        r["id"]
        for r in clinic.of(kind)
        if scope.org == ORG and shown(clinic, scope, r) and all(meets(clinic, scope, r, n, v) for n, v in parameters)
    }

    found = await shelf.ids(kind, *parameters, ("_count", size), scope=scope)
    counted = await shelf.ask(kind, *parameters, ("_summary", "count"), scope=scope)

    assert sorted(found) == sorted(expected)
    assert counted.total == len(expected)


SORTS: dict[str, Callable[[Resource], Any]] = {
    "birthdate": lambda r: span(r["birthDate"])[0] if "birthDate" in r else None,
    "-birthdate": lambda r: span(r["birthDate"])[1] if "birthDate" in r else None,
    "-family": lambda r: max((plain(p) for p in name_parts(r, "family")), default=None),
    "family": lambda r: min((plain(p) for p in name_parts(r, "family")), default=None),
    "gender": lambda r: r.get("gender"),
    "_id": lambda r: r["id"],
}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(["birthdate", "family", "gender", "_id"]), min_size=1, max_size=3, unique=True),
    st.sampled_from(["", "-"]),
    st.sampled_from(["1", "4", "200"]),
    searches("Patient"),
)
async def test_pages_come_in_the_order_asked_for(
    shelf: Any, keys: list[str], sign: str, size: str, parameters: list[tuple[str, str]]
) -> None:
    clinic = _LAID.get(id(shelf)) or _LAID.setdefault(id(shelf), await laid(shelf))
    expected = [
        r for r in clinic.of("Patient") if all(meets(clinic, scopes(clinic)[0], r, n, v) for n, v in parameters)
    ]

    order = ",".join(sign + key for key in keys)
    found = await shelf.ids("Patient", *parameters, ("_sort", order), ("_count", size))

    assert sorted(found) == sorted(r["id"] for r in expected)
    ranked = [
        tuple(_rank(SORTS.get(sign + key, SORTS[key])(clinic.resources["Patient", one]), bool(sign)) for key in keys)
        for one in found
    ]
    assert ranked == sorted(ranked)


def _rank(value: Any, descending: bool) -> Any:  # noqa: FBT001  # a test's helper
    """A key that sorts ascending whatever the order asked for, what is missing last."""
    if value is None:
        return (1, ())
    if isinstance(value, str):
        return (0, (*(-ord(c) for c in value), 1) if descending else tuple(map(ord, value)))
    return (0, (-value if descending else value,))
