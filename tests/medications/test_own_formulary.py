"""A clinic's own formulary: lines hidden and added, offered to who prescribes, and refused to who may not keep it."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from meridian.medications import formulary, substances
from meridian.medications.formulary import own
from meridian.testing.clinic import Clinic
from meridian.testing.prescriptions import draft, somebody, takes

pytestmark = pytest.mark.anyio
PATH = "/api/medications/formulary"
BODY: dict[str, Any] = {
    "name": "Entresto 24/26 mg tablet",
    "form": "tablet",
    "strength": "24 mg / 26 mg",
    "ingredients": ["Sacubitril", "Valsartan"],
}
WARFARIN = "warfarin-5-mg-tablet"


@pytest.fixture
async def api(clinic: Clinic) -> AsyncIterator[httpx.AsyncClient]:
    async with clinic.client(clinic.sign_in("administrator", "Practitioner/amy")) as client:
        yield client


async def offered(client: httpx.AsyncClient, text: str) -> list[dict[str, Any]]:
    answer = await client.get(PATH, params={"q": text})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["medicines"]
    return found


@pytest.mark.parametrize("seeded", [False, True])
async def test_a_line_is_hidden_and_shown_again(clinic: Clinic, api: httpx.AsyncClient, *, seeded: bool) -> None:
    """Whether the clinic has a Medication for it already or not."""
    line = formulary.search("warfarin 5")[0]
    if seeded:
        await clinic.servant().create("Medication", {"resourceType": "Medication", "code": line.concept})
    before = [one["id"] for one in await offered(api, "warf")]

    hidden = await api.put(f"{PATH}/{WARFARIN}/hidden", json={"hidden": True})
    without = [one["id"] for one in await offered(api, "warf")]
    listed = (await api.get(f"{PATH}/all")).json()["medicines"]
    await api.put(f"{PATH}/{WARFARIN}/hidden", json={"hidden": False})

    assert hidden.json()["hidden"] is True
    assert [one for one in before if one not in without] == [WARFARIN]
    assert [one["id"] for one in listed if one["hidden"]] == [WARFARIN]
    assert [one["id"] for one in await offered(api, "warf")] == before


async def test_an_added_medicine_is_found_by_name_and_substance_and_has_no_code(api: httpx.AsyncClient) -> None:
    made = await api.post(PATH, json=BODY)
    assert made.status_code == 201, made.text

    for text in ("entr 24", "sacub"):
        [line] = await offered(api, text)
        assert (line["name"], line["code"], line["added"]) == (BODY["name"], None, True)
        assert line["ingredients"] == ["sacubitril", "valsartan"]
    assert {one["system"] for one in line["medication"]["coding"]} == {formulary.ADDED}
    assert line["medication"]["text"] == "Entresto 24/26 mg tablet (sacubitril, valsartan)"


async def test_a_check_looks_for_the_substances_of_an_added_medicine_and_is_incomplete(
    clinic: Clinic, api: httpx.AsyncClient
) -> None:
    body = {"name": "Coumadin 5 mg tablet", "form": "tablet", "ingredients": ["warfarin"]}
    concept = (await api.post(PATH, json=body)).json()["medication"]
    patient = await somebody(clinic)

    assert formulary.of_concept(concept) is None
    assert substances.of_concept(concept) == ("warfarin",)
    async with clinic.client(clinic.sign_in("clinician", "Practitioner/ada")) as doctor:
        request = draft("warfarin") | {"medicationCodeableConcept": concept}
        alone = await doctor.post("/api/medications/check", json={"patient": patient, "request": request})
        await takes(clinic, patient, "warfarin")
        beside = await doctor.post("/api/medications/check", json={"patient": patient, "request": request})
    assert alone.json()["outcome"] == "incomplete"
    assert beside.json()["outcome"] == "alerts"


async def test_what_cannot_be_a_line_is_refused(api: httpx.AsyncClient) -> None:
    await api.post(PATH, json=BODY)

    twice = await api.post(PATH, json=BODY)
    ours = await api.post(PATH, json=BODY | {"name": "Warfarin 5 mg tablet"})
    packless = await api.post(PATH, json=BODY | {"name": "Own inhaler", "form": "inhaler"})
    wordless = await api.post(PATH, json=BODY | {"name": "薬薬薬"})
    absent = await api.put(f"{PATH}/nothing/hidden", json={"hidden": True})

    assert [twice.status_code, ours.status_code] == [409, 409]
    assert [packless.status_code, wordless.status_code, absent.status_code] == [422, 422, 404]


@pytest.mark.parametrize(
    ("role", "may"),
    [("clinician", True), ("nurse", False), ("front-desk", False), ("lab", False), ("pharmacist", True),
     ("patient", False), ("security-officer", False)],
)  # fmt: skip
async def test_who_keeps_the_formulary(clinic: Clinic, role: str, *, may: bool) -> None:
    patients = ["ann"] if role == "patient" else []
    who = "Patient/ann" if patients else "Practitioner/x"
    async with clinic.client(clinic.sign_in(role, who, patients=patients)) as client:
        adding = await client.post(PATH, json=BODY)
        hiding = await client.put(f"{PATH}/{WARFARIN}/hidden", json={"hidden": True})

    assert [adding.status_code, hiding.status_code] == ([201, 200] if may else [403, 403])


async def test_an_administrator_writes_no_medication_by_another_way(api: httpx.AsyncClient) -> None:
    assert (await api.post("/fhir/R4/Medication", json={"resourceType": "Medication"})).status_code == 403


async def test_one_clinics_list_is_not_anothers(clinic: Clinic, api: httpx.AsyncClient) -> None:
    await api.post(PATH, json=BODY)
    other = clinic.sign_in("clinician", "Practitioner/zoe", org=2)
    async with clinic.client(other) as client:
        assert await offered(client, "entresto") == []


async def test_adding_is_one_entry_in_the_log(clinic: Clinic, api: httpx.AsyncClient) -> None:
    await api.post(PATH, json=BODY)

    [entry] = [one for one in await clinic.log() if one.action == own.KEEP]
    assert (entry.role, entry.outcome) == ("administrator", "ok")
