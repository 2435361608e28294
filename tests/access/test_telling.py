"""Who is told of what: a table, and the property that a feed names nothing which who follows it may not read."""

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meridian.access import feeds
from meridian.access.chart import Chart
from meridian.access.feeds import WITHIN, Happening
from meridian.access.subject import Role
from meridian.access.telling import KINDS, told
from meridian.app.offers import FEEDS
from meridian.faults import Forbidden, Gone, NotFound
from meridian.fhir.ours import CODES, NOPAT, extension
from meridian.messaging import writing
from meridian.messaging.letters import Draft
from meridian.store.engine import Engine
from meridian.testing.clinic import Clinic
from meridian.testing.resources import minimal

pytestmark = pytest.mark.anyio

Json = dict[str, Any]
RESTRICTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
PRACTITIONER, OTHER = {"reference": "Practitioner/p1"}, {"reference": "Practitioner/p2"}
ANN = {"reference": "Patient/ann"}


def visit(*actors: Json, **more: Any) -> Json:
    participants = [{"status": "accepted", "actor": one} for one in actors]
    return {"resourceType": "Appointment", "id": "x", "status": "proposed", "participant": participants, **more}


def task(**more: Any) -> Json:
    return {"resourceType": "Task", "id": "x", "for": ANN, **more}


def given_to(role: str) -> list[Json]:
    return [{"coding": [{"system": CODES + "/role", "code": role}]}]


def message(**more: Any) -> Json:
    return {"resourceType": "Communication", "id": "x", "subject": ANN, **more}


def finding(kind: str, **more: Any) -> Json:
    return {"resourceType": kind, "id": "x", "subject": ANN, **more}


def labelled(*labels: Json) -> Json:
    return {"meta": {"security": list(labels)}}


HELD = {"extension": [extension("hold-expires", valueInstant="2026-01-01T00:00:00Z")]}
OFFERED = {"extension": [*HELD["extension"], extension("wait", valueBoolean=True)]}
IN_THREAD = {"partOf": [{"reference": "Communication/first"}]}

TABLE: dict[str, tuple[Json, list[str]]] = {
    "a visit": (
        visit(ANN, PRACTITIONER, OTHER),
        ["board x", "person:Practitioner/p1 x", "person:Practitioner/p2 x", "patient:ann x"],
    ),
    "a time that is held": (visit(ANN, PRACTITIONER, **HELD), ["board x"]),
    "an offer to who waits": (
        visit(ANN, PRACTITIONER, **OFFERED), ["board x", "person:Practitioner/p1 x", "patient:ann x"],
    ),
    "a visit that is labelled": (
        visit(ANN, PRACTITIONER, **labelled(RESTRICTED)), ["board -", "person:Practitioner/p1 -", "patient:ann x"],
    ),
    "an encounter": (finding("Encounter"), ["board x"]),
    "an encounter that is labelled": (finding("Encounter", **labelled(RESTRICTED)), ["board -"]),
    "a task of a person": (task(owner=PRACTITIONER), ["person:Practitioner/p1 x", "patient:ann x"]),
    "a task of a team": (task(performerType=given_to("nurse")), ["team:nurse x", "patient:ann x"]),
    "a task of a person, out of a team's": (
        task(owner=PRACTITIONER, performerType=given_to("nurse")), ["person:Practitioner/p1 x", "patient:ann x"],
    ),
    "a task among staff": (task(owner=PRACTITIONER, **labelled(NOPAT)), ["person:Practitioner/p1 x"]),
    "a task of nobody we know": (task(owner={"reference": "https://far.example/Practitioner/p1"}), ["patient:ann x"]),
    "a task of no role": (task(performerType=given_to("nobody:board")), ["patient:ann x"]),
    "a result": (finding("DiagnosticReport"), ["patient:ann x"]),
    "a result that is not released": (finding("DiagnosticReport", **labelled(NOPAT)), []),
    "a result that is labelled": (finding("DiagnosticReport", **labelled(RESTRICTED)), ["patient:ann x"]),
    "a medicine": (finding("MedicationRequest"), ["patient:ann x"]),
    "a note that is not released": (finding("DocumentReference", **labelled(NOPAT)), []),
    "a message": (message(), ["thread:x x", "patient:ann x"]),
    "an answer": (message(**IN_THREAD), ["thread:first first", "patient:ann x"]),
    "a note among staff": (message(**IN_THREAD, **labelled(NOPAT)), ["notes:first first"]),
}  # fmt: skip


def lines(told_of: Any) -> list[str]:
    return [f"{one.feed} {one.what.partition('/')[2] or '-'}" for one in told_of]


@pytest.mark.parametrize("name", TABLE)
def test_each_is_told_to_those_who_may_read_it(name: str) -> None:
    resource, expected = TABLE[name]

    assert lines(told(1, "created", None, resource)) == expected
    assert lines(told(1, "deleted", resource, None)) == expected


def test_who_loses_a_task_is_told_as_well() -> None:
    found = told(1, "updated", task(performerType=given_to("nurse")), task(owner=PRACTITIONER))

    assert lines(found) == ["person:Practitioner/p1 x", "team:nurse x", "patient:ann x"]


def test_who_loses_a_visit_is_told_unless_a_patient() -> None:
    found = told(1, "updated", visit(ANN, OTHER), visit({"reference": "Patient/ben"}, PRACTITIONER))

    assert lines(found) == ["board x", "person:Practitioner/p1 x", "person:Practitioner/p2 x", "patient:ben x"]


def test_what_is_withheld_from_now_on_is_told_to_no_patient() -> None:
    before, after = task(owner=PRACTITIONER), task(owner=PRACTITIONER, **labelled(NOPAT))

    assert lines(told(1, "updated", before, after)) == ["person:Practitioner/p1 x"]


def test_a_line_says_codes_and_ids_only() -> None:
    found = [
        one
        for resource, _ in TABLE.values()
        for one in told(7, "updated", None, {**resource, "description": "Elke", "comment": "Elke", "status": "Elke"})
    ]

    assert {one.kind for one in found} <= {*KINDS.values(), "note"}
    assert {one.org for one in found} == {7}
    assert {value for one in found for value in one.said.values()} == {"updated", "x", "first"}
    assert all(one.said.keys() <= {"did", "message", "thread"} for one in found)


# --- through the door


@dataclass
class Heard:
    """What the engine of a clinic hands out."""

    clinic: Clinic
    happened: list[Happening] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clinic.engine.told = self.happened.extend

    def feeds(self) -> list[str]:
        found = [one.feed for one in self.happened]
        self.happened.clear()
        return found


async def test_whatever_way_it_is_written_it_is_told(clinic: Clinic) -> None:
    heard, service = Heard(clinic), clinic.servant()
    body = {name: value for name, value in visit(ANN, PRACTITIONER).items() if name != "id"}
    expected = ["board", "person:Practitioner/p1", "patient:ann"]

    made = (await service.create("Appointment", body)).stored.id
    assert heard.feeds() == expected

    await service.update("Appointment", made, {**body, "id": made, "description": "a"})
    assert heard.feeds() == expected

    await service.update_where("Appointment", [("_id", made)], {**body, "description": "b"})
    assert heard.feeds() == expected

    await service.patch("Appointment", made, b'[{"op": "replace", "path": "/description", "value": "c"}]')
    assert heard.feeds() == expected

    await service.work("Task/$do", lambda work: work.change("Appointment", made, lambda one: {**one, "priority": 1}))
    assert heard.feeds() == expected

    put = {"request": {"method": "PUT", "url": f"Appointment/{made}"}, "resource": {**body, "id": made}}
    await service.transaction({"resourceType": "Bundle", "type": "transaction", "entry": [put]})
    assert heard.feeds() == expected

    await service.delete("Appointment", made)
    assert heard.feeds() == expected

    await service.work("Task/$do", lambda work: work.create("Appointment", body))
    assert heard.feeds() == expected


async def test_what_changes_nothing_is_not_told(clinic: Clinic) -> None:
    service = clinic.servant()
    body = minimal("Appointment", "a", patient="ann")
    await service.update("Appointment", "a", body)
    heard = Heard(clinic)

    await service.update("Appointment", "a", body)
    await service.create("Appointment", body, if_none_exist=[("_id", "a")])
    with pytest.raises(NotFound):
        await service.delete("Appointment", "none")

    assert heard.feeds() == []


async def test_an_import_tells_nothing(clinic: Clinic) -> None:
    heard = Heard(clinic)

    await clinic.servant().within("import/$run").update("Appointment", "a", minimal("Appointment", "a", patient="ann"))

    assert heard.feeds() == []


async def test_an_operation_that_fails_tells_nothing(clinic: Clinic) -> None:
    heard = Heard(clinic)

    def plan(work: Any) -> Any:
        yield from work.create("Appointment", minimal("Appointment", patient="ann"))
        yield from work.tell("board", "told")
        raise NotFound("as asked")

    with pytest.raises(NotFound):
        await clinic.servant().work("Task/$do", plan)

    assert heard.feeds() == []


async def test_a_merge_has_both_records_read_anew(clinic: Clinic) -> None:
    for name in ("ann", "ben"):
        await clinic.servant().update("Patient", name, minimal("Patient", name))
    heard = Heard(clinic)

    desk = clinic.chart_of(clinic.sign_in("front-desk", "Practitioner/dan"))
    done = await desk.merge("ann", "ben", lambda keep, _: keep)
    assert [(one.feed, one.kind, one.what) for one in heard.happened] == [
        ("board", "record", ""), ("patient:ann", "record", "Patient/ann"), ("patient:ben", "record", "Patient/ben"),
    ]  # fmt: skip
    heard.happened.clear()

    await desk.undo_merge(done.id)
    assert heard.feeds() == ["board", "patient:ann", "patient:ben"]


# --- the property

PEOPLE = ("ann", "ben", "cleo")
STAFF = ("Practitioner/p1", "Practitioner/p2")
_orgs = count(40)


@dataclass
class World:
    """A small organisation, and everybody who could follow anything in it."""

    clinic: Clinic
    org: int
    chance: random.Random
    threads: list[str] = field(default_factory=list)

    def people(self) -> list[Chart]:
        found = []
        for role in Role:
            own = self.chance.sample(PEOPLE, 2 if role in {Role.PROXY, Role.HELPER} else 1)
            personal = role in {Role.PATIENT, Role.PROXY, Role.HELPER}
            who = f"Patient/{own[0]}" if personal else self.chance.choice(STAFF)
            found.append(self._chart(role, who, own if personal else []))
        return [*found, *(self._chart(Role.PATIENT, f"Patient/{one}", [one]) for one in PEOPLE)]

    def _chart(self, role: Role, who: str, own: list[str]) -> Chart:
        return self.clinic.chart_of(self.clinic.sign_in(role.value, who, org=self.org, patients=own))

    @property
    def service(self) -> Chart:
        return self.clinic.servant(self.org)

    async def begin(self) -> None:
        for name in PEOPLE:
            doctors = [{"reference": one} for one in STAFF if self.chance.random() < 0.3]
            patient = minimal("Patient", name) | ({"generalPractitioner": doctors} if doctors else {})
            await self.service.update("Patient", name, patient)
        for one in STAFF:
            logical_id = one.partition("/")[2]
            await self.service.update("Practitioner", logical_id, minimal("Practitioner", logical_id))
        ann = self._chart(Role.PATIENT, "Patient/ann", ["ann"])
        for about in ("health", "visit"):
            draft = Draft("How are things?", f"{self.org}-{about}")
            self.threads.append(await writing.start(ann, draft, subject="A question", about=about))

    def resource(self, logical_id: str) -> Json:
        kind, chance = self.chance.choice(list(KINDS)), self.chance
        made = minimal(kind, logical_id, patient=chance.choice(PEOPLE))
        anybody = {"reference": chance.choice([*STAFF, *(f"Patient/{one}" for one in PEOPLE)])}
        match kind:
            case "Appointment":
                made["participant"] = [*made["participant"], {"status": "accepted", "actor": anybody}]
                made |= chance.choice([{}, {}, HELD, OFFERED])
            case "Encounter":
                made |= {"status": "finished", "participant": [{"individual": {"reference": chance.choice(STAFF)}}]}
            case "Task":
                made |= chance.choice(
                    [{"owner": anybody}, {"performerType": given_to(chance.choice(list(Role)).value)}]
                )
            case "QuestionnaireResponse":
                made["status"] = "in-progress"  # what was handed in is never deleted
            case "Communication":
                made |= {"recipient": [anybody]}
                if chance.random() < 0.7:
                    made["partOf"] = [{"reference": f"Communication/{chance.choice(self.threads)}"}]
        labels = [one for one in (NOPAT, RESTRICTED) if chance.random() < 0.3]
        return made | (labelled(*labels) if labels else {})

    async def writes(self, logical_id: str) -> AsyncIterator[None]:
        """Write something, step by step."""
        resource = self.resource(logical_id)
        kind = resource["resourceType"]
        await self.service.update(kind, logical_id, resource)
        yield
        if self.chance.random() < 0.2:
            await self.service.delete(kind, logical_id)
            yield
        if kind == "Communication" and self.chance.random() < 0.3:  # the first of a thread changes as well
            first = self.chance.choice(self.threads)
            labels = self.chance.choice([[], [NOPAT], [RESTRICTED]])
            await self.service.work(
                "messages/$x", lambda work: work.change("Communication", first, lambda one: relabelled(one, labels))
            )
            yield


def relabelled(resource: Json, labels: list[Json]) -> Json:
    resource.get("meta", {}).pop("security", None)
    return {**resource, "meta": {**resource.get("meta", {}), "security": labels}} if labels else resource


async def may_follow(chart: Chart, feed: str, known: int = -1) -> list[Happening] | None:
    """What somebody has missed in a feed; `None` if it is not theirs."""
    try:
        return (await chart.feeds({feed: known}, FEEDS))[feed].events
    except NotFound:
        return None


async def reads(chart: Chart, what: str) -> bool:
    kind, _, logical_id = what.partition("/")
    try:
        await chart.read(kind, logical_id)
    except Gone:
        return True
    except (Forbidden, NotFound):
        try:
            await chart.consult(WITHIN.get(kind, ""), lambda work: work.read(kind, logical_id))
        except Gone:
            return True
        except (Forbidden, NotFound):
            return False
    return True


async def holds(clinic: Clinic, seed: int) -> None:
    """Draw an organisation, write in it, and have everybody follow all that they may, as it happens and afterwards."""
    world = World(clinic, next(_orgs), random.Random(seed))  # noqa: S311  # a test that can be repeated
    await world.begin()
    heard, every, people = Heard(clinic), set[str](), world.people()
    for at in range(5):
        async for _ in world.writes(f"r{at}"):
            happened = list(heard.happened)
            every.update(heard.feeds())
            for chart in people:
                for one in happened:
                    seen = feeds.shown(chart.subject, one)
                    if seen.what and await may_follow(chart, one.feed) is not None:
                        assert await reads(chart, seen.what), (chart.subject.role, seen)
    for chart in people:
        for feed in sorted(every):
            for one in (await may_follow(chart, feed, 0)) or ():
                assert not one.what or await reads(chart, one.what), (chart.subject.role, one)


RELAXED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@pytest.mark.slow
@given(st.integers(0, 2**32))
@settings(max_examples=20, deadline=None, suppress_health_check=RELAXED)
async def test_a_feed_names_nothing_that_who_follows_it_may_not_read(clinic: Clinic, seed: int) -> None:
    await holds(clinic, seed)


@pytest.mark.slow
@pytest.mark.mariadb
@given(st.integers(0, 2**32))
@settings(max_examples=3, deadline=None, suppress_health_check=RELAXED)
async def test_nor_on_mariadb(mariadb_engine: Engine, seed: int) -> None:
    await holds(Clinic(mariadb_engine), seed)
