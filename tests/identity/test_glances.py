"""Unusual access on both databases: each detector seen to fire, and to keep silent."""

from dataclasses import replace
from typing import Any

import pytest

from meridian.audit.detectors import DAY, HOUR
from meridian.audit.entry import Entry
from meridian.identity.alarms import Alarms
from meridian.identity.glances import Unusual
from meridian.settings.oversight import Oversight
from meridian.store.engine import Engine
from meridian.store.plan import Change, Many, Plan
from meridian.testing.clinic import Clinic

pytestmark = pytest.mark.anyio
LIMITS = Oversight(patients_an_hour={"nurse": 3}, strangers_a_day=2, accounts_an_address=3, exports_a_day=2)
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
ANN = "Practitioner/ann"
NOW = 1_793_000_000_000


class Watched:
    """A clinic whose detectors are on."""

    def __init__(self, clinic: Clinic, limits: Oversight) -> None:
        self.clinic = clinic
        self.alarms = Alarms(clinic.engine, lambda: NOW, limits=limits)

    async def put(self, kind: str, logical_id: str, **said: Any) -> None:
        resource = {"resourceType": kind, "id": logical_id, **said}
        await self.clinic.servant().update(kind, logical_id, resource)

    async def patient(self, logical_id: str, family: str = "Brook", **said: Any) -> None:
        await self.put("Patient", logical_id, name=[{"family": family, "given": ["Pat"]}], **said)

    async def looks(self, *patients: str, role: str = "nurse", after: int = 0, **said: Any) -> list[Entry]:
        """What is raised once Ann has looked at these patients."""
        for each in patients:
            entry = Entry(1, NOW + after, "read", account="ann", who=ANN, role=role, purpose="TREAT", patient=each)
            await self.heard(replaced(entry, **said))
        return await self.raised()

    async def heard(self, entry: Entry) -> None:
        self.alarms.recorded([entry])
        await self.alarms.settle()

    async def raised(self, org: int = 1) -> list[Entry]:
        return [one for one in await self.clinic.log(org) if one.action.startswith("alert-")]

    async def kinds(self, *patients: str, **said: Any) -> list[str]:
        return [one.action.removeprefix("alert-") for one in await self.looks(*patients, **said)]


def replaced(entry: Entry, **said: Any) -> Entry:
    return Entry(**{name: getattr(entry, name) for name in entry.__struct_fields__} | said)


def _old() -> Plan[None]:
    """All that was done was done long ago."""
    yield Change("UPDATE resource SET updated = ?", (NOW - 100 * DAY,))


@pytest.fixture
async def watched(engine: Engine) -> Watched:
    made = Watched(Clinic(engine), LIMITS)
    await made.put("Practitioner", "ann", name=[{"family": "Müller", "given": ["Ann"]}])
    return made


async def moving(watched: Watched, *patients: str) -> None:
    """Something is under way for these patients."""
    for each in patients:
        said = {"status": "requested", "intent": "order", "for": {"reference": f"Patient/{each}"}}
        await watched.put("Task", f"task-{each}", **said)
    await watched.clinic.engine.write(_now)


def _now() -> Plan[None]:
    yield Change("UPDATE resource SET updated = ?", (NOW - HOUR,))


async def test_a_relative_s_record_is_told_once_and_a_stranger_s_is_not(watched: Watched) -> None:
    await watched.patient("kin", "MULLER")
    await watched.patient("other")
    await moving(watched, "kin", "other")

    assert await watched.kinds("other") == []
    [alert] = await watched.looks("kin", "kin", "kin")

    assert (alert.action, alert.account, alert.who, alert.patient) == ("alert-own-family", "ann", ANN, "kin")
    assert (alert.what, alert.seen, alert.count, alert.purpose) == ("Patient/kin", (), 0, "")


async def test_the_same_look_is_told_again_a_week_later_only(watched: Watched) -> None:
    await watched.patient("kin", "Müller")
    await moving(watched, "kin")

    assert len(await watched.looks("kin")) == 1
    assert len(await watched.looks("kin", after=3 * DAY)) == 1
    assert len(await watched.looks("kin", after=8 * DAY)) == 2


async def test_one_s_own_record_is_told(watched: Watched) -> None:
    await watched.patient("self", "Müller")
    await moving(watched, "self")

    def entrusted() -> Plan[None]:
        yield Change(
            "INSERT INTO membership (id, org, account, role, who, status, created) VALUES (?, ?, ?, ?, ?, ?, ?)",
            ("m1", 1, "ann", "patient", "Patient/self", "active", 0),
        )
        yield Many("INSERT INTO entrusted (membership, patient, org) VALUES (?, ?, ?)", [("m1", "self", 1)])

    assert await watched.kinds("self", account="someone") == ["own-family"]
    await watched.clinic.engine.write(entrusted)
    assert await watched.kinds("self") == ["own-family", "own-record"]


@pytest.mark.parametrize(
    ("code", "system", "told"),
    [
        ("CEL", ACT_CODE, ["protected-record"]),
        ("R", "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", ["protected-record"]),
        ("N", "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", []),
    ],
)
async def test_a_protected_record_is_told_unless_one_cares_for_the_patient(
    watched: Watched, code: str, system: str, told: list[str]
) -> None:
    labelled: dict[str, Any] = {"meta": {"security": [{"system": system, "code": code}]}}
    await watched.patient("star", **labelled)
    await watched.patient("own-star", generalPractitioner=[{"reference": ANN}], **labelled)
    await moving(watched, "star", "own-star")

    assert await watched.kinds("own-star") == []
    assert await watched.kinds("star", purpose="BTG", account="bo") == []
    assert await watched.kinds("star") == told


async def test_records_of_people_for_whom_nothing_is_done_are_told_when_they_are_several(watched: Watched) -> None:
    for each in ("p1", "p2", "p3", "p4"):
        await watched.patient(each)
    await watched.clinic.engine.write(_old)

    assert await watched.kinds("p1", "p2", "p3", role="lab", account="cy") == []
    assert await watched.kinds("p1", "p2", account="bo") == []
    assert await watched.kinds("p3", account="bo", after=2 * DAY) == []
    assert await watched.kinds("p1", "p2", "p3") == ["no-relation"]


async def test_records_of_people_for_whom_something_is_done_are_not_told_as_strangers(watched: Watched) -> None:
    for each in ("p1", "p2", "p3"):
        await watched.patient(each)
    await moving(watched, "p1", "p2", "p3")

    assert await watched.kinds("p1", "p2", "p3") == []


async def test_more_patients_in_an_hour_than_the_role_has_are_told_and_only_different_ones_count(
    watched: Watched,
) -> None:
    assert await watched.kinds("a", "b", "c", "a", "b") == []
    assert await watched.kinds("a", "b", "c", "d", "e", role="clinician", account="bo") == []
    assert await watched.kinds("d", after=HOUR + 1) == []
    assert await watched.kinds("x", "y", "z", after=HOUR + 2) == ["bulk-reading"]
    assert (await watched.raised())[0].patient == ""


async def test_two_processes_count_looks_together(watched: Watched) -> None:
    other = Watched(watched.clinic, LIMITS)

    await watched.looks("a", "b")
    await other.looks("a", "b", "c")
    assert await watched.raised() == []

    assert await other.kinds("d") == ["bulk-reading"]


async def test_looks_at_night_are_told_where_the_clinic_has_one(engine: Engine) -> None:
    minute = NOW // 60_000 % 1440
    night = f"{minute // 60:02}:{minute % 60:02}-{(minute // 60 + 1) % 24:02}:{minute % 60:02}"
    closed = Watched(Clinic(engine), replace(LIMITS, night=night))

    assert await closed.kinds("a", after=2 * HOUR) == []
    assert await closed.kinds("a", role="patient") == []
    assert await closed.kinds("a", "b", after=DAY) == ["odd-hours"]


async def test_many_accounts_from_one_address_are_told_to_the_platform(watched: Watched) -> None:
    for account in ("a", "b", "c", "a", "b"):
        await watched.heard(Entry(1, NOW, "sign-in", account=account, role="nurse", address="203.0.113.9"))
    assert await watched.raised(0) == []

    await watched.heard(Entry(1, NOW, "sign-in", account="d", role="nurse", address="203.0.113.9"))

    [alert] = await watched.raised(0)
    assert (alert.action, alert.address, alert.account) == ("alert-shared-address", "203.0.113.9", "")


async def test_exports_and_long_lists_are_counted_by_account(watched: Watched) -> None:
    seen = tuple(f"Patient/p{each}" for each in range(10))
    lists = Watched(watched.clinic, replace(LIMITS, lists_an_hour=2))
    for each in range(2):
        await watched.heard(Entry(1, NOW + each, "bulk/$export", account="olga", purpose="HOPERAT"))
        await lists.heard(Entry(1, NOW + each, "search-type", account="bo", purpose="TREAT", seen=seen))
        await lists.heard(Entry(1, NOW + each, "search-type", account="bo", purpose="TREAT", seen=seen[:9]))
    assert await watched.raised() == []

    await watched.heard(Entry(1, NOW + 3, "audit-export", account="olga", purpose="HOPERAT"))
    await lists.heard(Entry(1, NOW + 3, "search-type", account="bo", purpose="TREAT", seen=seen))

    assert [(one.action, one.account) for one in await watched.raised()] == [
        ("alert-bulk-export", "olga"),
        ("alert-bulk-listing", "bo"),
    ]


def test_a_second_look_within_the_hour_asks_the_database_nothing() -> None:
    judge, look = Unusual(LIMITS), Entry(1, NOW, "read", account="a", role="nurse", purpose="TREAT", patient="p")

    assert len(list(judge.plans(look))) == 1
    assert list(judge.plans(replaced(look, time=NOW + HOUR - 1))) == []
    assert len(list(judge.plans(replaced(look, time=NOW + HOUR)))) == 1
    assert list(judge.plans(replaced(look, outcome="refused", patient="q"))) == []
