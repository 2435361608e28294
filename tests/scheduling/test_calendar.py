"""The calendar, hours, services and one's own visits, as the portal asks for them."""

from typing import Any

import httpx
import pytest

from meridian.charting.forms import keeping
from meridian.testing.practice import Practice, at, operate, starts_of

pytestmark = pytest.mark.anyio
SERVICE = "HealthcareService/check-up"
ANN, BEN = "Practitioner/ann", "Practitioner/ben"
DAY = {"from": at("00:00"), "to": at("00:00", "2026-03-03")}


def admin(practice: Practice) -> httpx.AsyncClient:
    return practice.clinic.client(practice.clinic.sign_in("administrator", "Practitioner/adm"))


async def booked(practice: Practice, start: str = at("10:00"), **more: Any) -> dict[str, Any]:
    asked = {"service": SERVICE, "start": start, "patient": "Patient/pat", "actor": ANN} | more
    async with practice.desk() as desk:
        answer = await operate(desk, "$book", **asked)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


async def calendar(client: httpx.AsyncClient, **asked: Any) -> dict[str, Any]:
    answer = await client.get("/api/scheduling/calendar", params=DAY | asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_calendar_shows_who_is_seen_when_by_whom(practice: Practice) -> None:
    one = await booked(practice, actor=[ANN, "Location/room1"], reason="A cough")
    async with practice.desk() as desk:
        found = await calendar(desk)

    assert [(one["reference"], one["name"], one["kind"]) for one in found["actors"]] == [
        (ANN, "Ann", "practitioner"),
        (BEN, "Ben", "practitioner"),
    ]
    [entry] = found["appointments"]
    assert entry["id"] == one["id"]
    assert entry["patient"] == {"id": "pat", "name": "PAT, X"}
    assert (entry["actors"], entry["serviceName"], entry["state"]) == ([ANN, "Location/room1"], "Check-up", "booked")
    assert found["zone"] == "America/New_York"


async def test_the_calendar_shows_one_actor_where_one_is_asked_for(practice: Practice) -> None:
    await booked(practice)
    await booked(practice, actor=BEN, patient="Patient/pia")
    async with practice.desk() as desk:
        found = await calendar(desk, actor=[BEN])

    assert [one["patient"]["id"] for one in found["appointments"]] == ["pia"]
    assert {one["actor"] for one in found["bands"]} == {BEN}


async def test_hours_time_off_and_holds_are_bands(practice: Practice) -> None:
    async with practice.desk() as desk:
        off = {"start": at("13:00"), "end": at("14:00"), "kind": "time-off", "reason": "Dentist"}
        await desk.post("/api/scheduling/schedules/Practitioner-ann/exceptions", json=off)
        extra = {"start": at("18:00"), "end": at("19:00"), "kind": "extra"}
        await desk.post("/api/scheduling/schedules/Practitioner-ann/exceptions", json=extra)
        await operate(desk, "$hold", service=SERVICE, start=at("09:00"), patient="Patient/pat", actor=ANN)
        found = await calendar(desk, actor=[ANN])

    bands = [(one["kind"], one["start"], one["end"], one["reason"]) for one in found["bands"]]
    assert bands == [
        ("open", at("09:00"), at("12:00"), ""),
        ("open", at("14:00"), at("17:00"), ""),
        ("time-off", at("13:00"), at("14:00"), "Dentist"),
        ("exception", at("18:00"), at("19:00"), ""),
        ("hold", at("09:00"), at("09:30"), ""),
    ]
    assert found["appointments"] == []


async def test_what_is_cancelled_is_not_in_the_calendar(practice: Practice) -> None:
    one = await booked(practice)
    async with practice.desk() as desk:
        await operate(desk, f"{one['id']}/$cancel")

        assert (await calendar(desk))["appointments"] == []


async def test_a_calendar_of_a_year_is_refused(practice: Practice) -> None:
    async with practice.desk() as desk:
        answer = await desk.get(
            "/api/scheduling/calendar", params={"from": at("00:00"), "to": at("00:00", "2027-03-02")}
        )

    assert answer.status_code == 422


async def test_weekly_hours_are_kept_and_tell_who_is_left_outside(practice: Practice) -> None:
    await booked(practice, at("16:00"))
    path = "/api/scheduling/schedules/Practitioner-ann/hours"
    async with admin(practice) as client, practice.desk() as desk:
        before = (await client.get(path)).json()
        weekly = [{"days": ["mon", "tue"], "start": "08:00", "end": "12:00", "services": []}]
        by_admin = await client.put(path, json={"zone": "Europe/Berlin", "weekly": weekly})
        by_desk = await desk.put(path, json={"zone": "America/New_York", "weekly": weekly, "version": 2})
        stale = await desk.put(path, json={"zone": "America/New_York", "weekly": weekly, "version": 1})
        nowhere = await desk.put(path, json={"zone": "Nowhere/Else", "weekly": weekly})
        found = await operate(desk, "$find", service=SERVICE, start=at("00:00"), end=at("23:00"), actor=ANN)

    assert (before["name"], before["weekly"][0]["days"]) == ("Ann", ["mon", "tue", "wed", "thu", "fri"])
    assert (by_admin.json()["zone"], by_admin.json()["affected"]) == ("Europe/Berlin", 0)
    assert by_desk.json()["affected"] == 1
    assert [stale.status_code, nowhere.status_code] == [412, 422]
    assert starts_of(found.json())[0] == at("08:00")


async def test_an_exception_closes_and_opens_again(practice: Practice) -> None:
    path = "/api/scheduling/schedules/Practitioner-ann/exceptions"
    async with practice.desk() as desk:
        off = {"start": at("00:00"), "end": at("00:00", "2026-03-03"), "kind": "closed", "reason": "Holiday"}
        made = (await desk.post(path, json=off)).json()
        closed = await operate(desk, "$find", service=SERVICE, start=at("08:00"), end=at("18:00"), actor=ANN)
        opened = await desk.delete(f"{path}/{made['exceptions'][0]['id']}")
        again = await desk.delete(f"{path}/{made['exceptions'][0]['id']}")
        crooked = await desk.post(path, json=off | {"end": at("00:00")})

    assert starts_of(closed.json()) == []
    assert opened.json()["exceptions"] == []
    assert [again.status_code, crooked.status_code] == [404, 422]


async def test_a_schedule_is_made_once(practice: Practice) -> None:
    async with practice.desk() as desk:
        made = [
            (await desk.post("/api/scheduling/schedules", json={"actor": "Location/room1"})).json() for _ in range(2)
        ]

    assert made[0]["schedule"] == made[1]["schedule"]
    assert (made[0]["name"], made[0]["zone"], made[0]["weekly"]) == ("room1", "America/New_York", [])


async def test_administrators_keep_services(practice: Practice) -> None:
    body = {
        "name": "Ear check",
        "mode": "request",
        "minutes": 20,
        "providers": [ANN],
        "roomKind": "CARD",
        "video": True,
    }
    async with admin(practice) as client, practice.desk() as desk:
        made = await client.post("/api/scheduling/services", json=body)
        path = f"/api/scheduling/services/{made.json()['id']}"
        kept = await client.put(path, json=body | {"minutes": 25, "active": False}, params={"version": 1})
        stale = await client.put(path, json=body, params={"version": 1})
        by_desk = await desk.put(path, json=body)
        listed = (await desk.get("/api/scheduling/services")).json()

    assert (made.json()["mode"], made.json()["roomKind"]) == ("request", "CARD")
    assert (kept.json()["minutes"], kept.json()["active"], kept.json()["video"]) == (25, False, True)
    assert [stale.status_code, by_desk.status_code] == [412, 403]
    assert [one["name"] for one in listed["services"]] == ["Check-up", "Ear check"]
    assert listed["names"][ANN] == "Ann"


async def test_forms_asked_before_a_service_are_kept_beside_whatever_else_it_says(practice: Practice) -> None:
    await practice.put("HealthcareService", "own", name="Own", extension=[{"url": "urn:own", "valueString": "stays"}])
    for form in "ab":
        await practice.put("Questionnaire", form, status="active")
    body = {"name": "Own", "forms": ["Questionnaire/a", "Questionnaire/b"]}
    async with admin(practice) as client:
        made = await client.put("/api/scheduling/services/own", json=body)
        fewer = await client.put("/api/scheduling/services/own", json=body | {"forms": ["Questionnaire/b"]})

    assert made.status_code == 200, made.text
    assert (made.json()["forms"], fewer.json()["forms"]) == (body["forms"], ["Questionnaire/b"])
    kept = await practice.read("HealthcareService", "own")
    assert keeping.asked_before(kept) == ["b"]
    assert kept["extension"][0] == {"url": "urn:own", "valueString": "stays"}


@pytest.mark.parametrize("named", [{"forms": ["Questionnaire/none"]}, {"providers": ["Practitioner/none"]}])
async def test_a_service_names_nothing_that_is_not_there(practice: Practice, named: dict[str, list[str]]) -> None:
    body = {"name": "Ear check"}
    async with admin(practice) as client:
        refused = await client.post("/api/scheduling/services", json=body | named)
        made = await client.post("/api/scheduling/services", json=body)
        changed = await client.put(f"/api/scheduling/services/{made.json()['id']}", json=body | named)

    assert [refused.status_code, changed.status_code] == [404, 404]


async def test_administrators_add_a_device_with_its_schedule(practice: Practice) -> None:
    async with admin(practice) as client:
        made = await client.post("/api/scheduling/devices", json={"name": "Spirometer"})
        plain = await client.post("/fhir/R4/Device", json={"resourceType": "Device"})
        seen = await client.get("/fhir/R4/Device")

    hours = made.json()
    device = await practice.read("Device", hours["actor"].removeprefix("Device/"))
    assert (hours["name"], hours["weekly"]) == ("Spirometer", [])
    assert device["deviceName"][0]["name"] == "Spirometer"
    assert "patient" not in device
    assert [plain.status_code, seen.status_code] == [403, 403]


@pytest.mark.parametrize("role", ["clinician", "nurse", "front-desk", "lab", "patient"])
async def test_who_adds_services_and_devices(practice: Practice, role: str) -> None:
    own = ["ann"] if role == "patient" else []
    who = "Patient/ann" if own else "Practitioner/x"
    async with practice.clinic.client(practice.clinic.sign_in(role, who, patients=own)) as client:
        device = await client.post("/api/scheduling/devices", json={"name": "Spirometer"})
        service = await client.post("/api/scheduling/services", json={"name": "Mine"})

    assert service.status_code == 403
    assert device.status_code == (200 if role == "clinician" else 403)  # clinicians keep hours and devices


async def test_a_kind_of_room_will_do(practice: Practice) -> None:
    kind = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/location-physical-type", "code": "ro"}]}
    for room, code in (("heart", "CARD"), ("ear", "ENT")):
        await practice.put(
            "Location", room, name=room, status="active", physicalType=kind, type=[{"coding": [{"code": code}]}]
        )
    await practice.service(rooms=(), room_kind="CARD")
    one = await booked(practice, actor=[])

    assert "Location/heart" in str(one["participant"])


async def test_a_patient_sees_their_visits_and_what_they_may_do(practice: Practice) -> None:
    await practice.service(notice=120)
    first = await booked(practice, at("09:30"))
    second = await booked(practice, at("10:00", "2026-03-04"))
    await booked(practice, at("11:00"), patient="Patient/pia")
    async with practice.patient() as patient:
        await operate(patient, "$hold", service=SERVICE, start=at("16:00"))
        found = (await patient.get("/api/scheduling/mine")).json()["visits"]
        practice.watch.set(at("12:00"))
        later = (await patient.get("/api/scheduling/mine")).json()["visits"]

    assert [one["id"] for one in found] == [first["id"], second["id"]]
    assert [(one["canMove"], one["canCancel"], one["canCheckIn"]) for one in found] == [
        (False, False, True),
        (True, True, False),
    ]
    assert found[1]["changeUntil"] == at("08:00", "2026-03-04")
    assert (found[0]["providers"], found[0]["serviceName"]) == (["Ann"], "Check-up")
    assert [one["id"] for one in later] == [second["id"], first["id"]]


async def test_a_proxy_sees_the_visits_of_those_they_look_after(practice: Practice) -> None:
    one = await booked(practice)
    async with practice.patient("pat", "proxy") as proxy, practice.patient("pia", "helper") as other:
        found = (await proxy.get("/api/scheduling/mine?patient=Patient/pat")).json()["visits"]
        strange = await other.get("/api/scheduling/mine?patient=Patient/pat")

    assert [visit["id"] for visit in found] == [one["id"]]
    assert strange.status_code == 404
