"""What is measured: one iterator of prepared calls for each line of the table."""

import itertools
import json
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from bench import diary
from bench.load import Call

FHIR = "/fhir/R4"
NOT_KNOWN = 0.0
"""Of the peer: it was not measured."""


@dataclass(slots=True)
class Samples:
    """What the loaded clinic holds, as far as the scenarios need it."""

    patients: list[dict[str, Any]] = field(default_factory=list)
    coded: list[tuple[str, str]] = field(default_factory=list)
    """Patient id and LOINC code, for codes of which the patient has several observations."""
    observations: list[dict[str, Any]] = field(default_factory=list)
    bundle: dict[str, Any] = field(default_factory=dict)
    """A transaction of about 100 resources."""


def _shuffled(items: list[Any]) -> Iterator[Any]:
    order = random.Random(7)  # noqa: S311  # a repeatable order, not a secret
    while True:
        order.shuffle(items)
        yield from items


def read(samples: Samples) -> Iterator[Call]:
    return (Call("GET", f"{FHIR}/Patient/{p['id']}") for p in _shuffled(samples.patients))


def name_search(samples: Samples) -> Iterator[Call]:
    names = [p["name"][0]["family"][:4].lower() for p in samples.patients]
    return (Call("GET", f"{FHIR}/Patient?name={quote(n)}&_count=20") for n in _shuffled(names))


def identifier_search(samples: Samples) -> Iterator[Call]:
    values = [(i["system"], i["value"]) for p in samples.patients for i in p["identifier"][:1] if "system" in i]
    return (
        Call("GET", f"{FHIR}/Patient?identifier={quote(f'{system}|{value}', safe='')}")
        for system, value in _shuffled(values)
    )


def observation_search(samples: Samples) -> Iterator[Call]:
    return (
        Call("GET", f"{FHIR}/Observation?patient={patient}&code=http%3A%2F%2Floinc.org%7C{code}&_sort=-date&_count=20")
        for patient, code in _shuffled(samples.coded)
    )


def create(samples: Samples) -> Iterator[Call]:
    for observation in _shuffled(samples.observations):
        body = {key: value for key, value in observation.items() if key not in {"id", "meta"}}
        yield Call("POST", f"{FHIR}/Observation", json.dumps(body).encode(), expect=(201,))


def update(samples: Samples) -> Iterator[Call]:
    for turn, observation in enumerate(_shuffled(samples.observations)):
        body = {key: value for key, value in observation.items() if key != "meta"} | {"note": [{"text": f"{turn}"}]}
        yield Call("PUT", f"{FHIR}/Observation/{body['id']}", json.dumps(body).encode(), expect=(200,))


def transaction(samples: Samples) -> Iterator[Call]:
    text = json.dumps(samples.bundle)
    urls = [entry["fullUrl"] for entry in samples.bundle["entry"]]
    while True:
        fresh = text
        for url in urls:
            fresh = fresh.replace(url, f"urn:uuid:{uuid.uuid4()}")
        yield Call("POST", FHIR, fresh.encode(), expect=(200,))


def everything(samples: Samples) -> Iterator[Call]:
    return (Call("GET", f"{FHIR}/Patient/{p['id']}/$everything") for p in _shuffled(samples.patients))


def find(_: Samples) -> Iterator[Call]:
    return diary.find()


def book(samples: Samples) -> Iterator[Call]:
    return diary.book(f"Patient/{samples.patients[0]['id']}")


@dataclass(frozen=True, slots=True)
class Scenario:
    """A line of the table: its calls, and the CPU milliseconds that were promised for SQLite."""

    name: str
    calls: Callable[[Samples], Iterator[Call]]
    target: float
    peer: float
    """Medplum 5 on PostgreSQL, CPU ms on this class of machine."""


SCENARIOS = (
    Scenario("read", read, 0.2, 1.9),
    Scenario("name search", name_search, 0.35, 3.0),
    Scenario("identifier search", identifier_search, 0.26, 2.6),
    Scenario("Observation search", observation_search, 0.4, 3.3),
    Scenario("create", create, 0.8, 7.6),
    Scenario("update", update, 1.1, 10.8),
    Scenario("transaction (~100)", transaction, 70, 1310),
    Scenario("$everything", everything, 10, 127),
    Scenario("$find 30 days, 10", find, 15, NOT_KNOWN),
    Scenario("$book", book, 8, NOT_KNOWN),
)


def first(calls: Iterator[Call], count: int) -> list[Call]:
    """The first *count* calls, for a look at what they answer."""
    return list(itertools.islice(calls, count))
