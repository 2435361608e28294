"""Problems, allergies, immunizations and procedures as somebody writes them down."""

from typing import Any

import pytest
from tests.charting.conftest import Team, visit

from meridian.charting import diagnoses, findings

pytestmark = pytest.mark.anyio

DIABETES = {"patient": "ann", "code": "E11.9"}


async def post(client: Any, what: str, **body: Any) -> Any:
    return await client.post(f"/api/charting/{what}", json={"patient": "ann", **body})


async def test_a_problem_has_its_code_and_who_wrote_it(team: Team) -> None:
    encounter = await visit(team)

    answer = await post(team.doctor, "problems", code="E11.9", onset="2019", encounter=encounter)

    kept = await team.fhir(f"Condition/{answer.json()['id']}")
    assert kept["code"]["coding"][0] == {
        "system": "http://hl7.org/fhir/sid/icd-10-cm",
        "code": "E11.9",
        "display": "Type 2 diabetes mellitus without complications",
    }
    assert (kept["recorder"]["display"], kept["onsetDateTime"]) == ("Dr Ada Okafor", "2019")
    assert kept["encounter"]["reference"] == f"Encounter/{encounter}"


async def test_the_same_problem_is_listed_once_while_it_is_active(team: Team) -> None:
    first = await post(team.doctor, "problems", code="I10")
    again = await post(team.doctor, "problems", code="I10")
    await team.doctor.post(f"/api/charting/problems/{first.json()['id']}/status", json={"status": "resolved"})
    later = await post(team.doctor, "problems", code="I10")

    assert (first.status_code, again.status_code, later.status_code) == (201, 409, 201)
    assert (await team.fhir(f"Condition/{first.json()['id']}"))["abatementDateTime"]


async def test_a_problem_may_be_words_and_never_a_code_that_is_none(team: Team) -> None:
    assert (await post(team.doctor, "problems", text="Lives alone")).status_code == 201
    assert (await post(team.doctor, "problems")).status_code == 422
    assert (await post(team.doctor, "problems", code="E11")).status_code == 422
    assert (await post(team.doctor, "problems", code="Q99.999")).status_code == 422


@pytest.mark.parametrize("who", ["nurse", "desk", "patient", "admin", "lab"])
async def test_only_a_clinician_concludes(team: Team, who: str) -> None:
    assert (await post(getattr(team, who), "problems", text="Flu")).status_code == 403


async def test_not_asked_and_none_known_are_two_things(team: Team) -> None:
    assert await team.found("AllergyIntolerance?patient=ann") == []

    await post(team.nurse, "allergies", none=True)

    [none] = await team.found("AllergyIntolerance?patient=ann")
    assert none["code"]["coding"][0]["code"] == "716186003"
    assert none["recorder"]["reference"] == "Practitioner/nora"


async def test_an_allergy_ends_the_statement_that_there_are_none(team: Team) -> None:
    none = (await post(team.nurse, "allergies", none=True)).json()["id"]

    made = await post(
        team.nurse, "allergies", substance="7980", category="medication", criticality="high", reaction="Hives"
    )

    kept = await team.fhir(f"AllergyIntolerance/{none}")
    assert kept["verificationStatus"]["coding"][0]["code"] == "refuted"
    assert kept["clinicalStatus"]["coding"][0]["code"] == "inactive"
    assert made.status_code == 201
    assert (await post(team.nurse, "allergies", none=True)).status_code == 409
    assert (await post(team.nurse, "allergies", substance="7980")).status_code == 409


async def test_asking_again_renews_the_statement_that_there_are_none(team: Team) -> None:
    first = (await post(team.nurse, "allergies", none=True)).json()
    again = (await post(team.doctor, "allergies", none=True)).json()

    assert (again["id"], again["version"]) == (first["id"], 2)


async def test_an_allergy_needs_a_listed_substance_or_words(team: Team) -> None:
    assert (await post(team.nurse, "allergies", text="Kiwi")).status_code == 201
    assert (await post(team.nurse, "allergies")).status_code == 422
    assert (await post(team.nurse, "allergies", substance="1")).status_code == 422


async def test_an_immunization_is_told_of_or_given(team: Team) -> None:
    given = await post(team.nurse, "immunizations", vaccine="140", lot="A1", expires="2027-01-01", site="left arm")
    told = await post(team.nurse, "immunizations", vaccine="03", at="1960-05-01", reported=True)

    assert (await team.fhir(f"Immunization/{given.json()['id']}"))["primarySource"] is True
    assert "performer" not in await team.fhir(f"Immunization/{told.json()['id']}")
    assert (await post(team.nurse, "immunizations", vaccine="999")).status_code == 422


async def test_a_procedure_is_written_down(team: Team) -> None:
    assert (await post(team.nurse, "procedures", code="127783003", note="Good effort")).status_code == 201
    assert (await post(team.nurse, "procedures", text="Ear wax removed")).status_code == 201
    assert (await post(team.nurse, "procedures", code="1")).status_code == 422


async def test_a_visit_of_another_patient_is_refused(team: Team) -> None:
    await team.keep({"resourceType": "Patient", "id": "bob"})
    encounter = await visit(team, "bob")

    assert (await post(team.nurse, "allergies", text="Kiwi", encounter=encounter)).status_code == 422


async def test_diagnoses_are_found_by_code_and_by_words(team: Team) -> None:
    async def codes(q: str) -> list[str]:
        answer = await team.doctor.get("/api/charting/conditions/codes", params={"q": q})
        return [one["code"] for one in answer.json()["choices"]]

    assert (await codes("hypertension"))[0] == "I10"
    assert "E11.9" in await codes("type 2 diab")
    assert await codes("E119") == ["E11.9"]
    assert len(await codes("fracture")) == 25
    assert await codes("zzzz") == []


async def test_lists_of_codes_are_ours(team: Team) -> None:
    for what, known in (("allergies", findings.SUBSTANCES), ("immunizations", findings.VACCINES)):
        answer = await team.nurse.get(f"/api/charting/{what}/codes")
        assert {one["code"] for one in answer.json()["choices"]} == set(known)


def test_the_plainest_diagnosis_comes_first() -> None:
    few = diagnoses.listing(["I10\tEssential (primary) hypertension", "I15.0\tRenovascular hypertension"])

    assert [one.code for one in diagnoses.find(few, "hyper", 5)] == ["I10", "I15.0"]
    assert diagnoses.find(few, "HYPERTENSION essential", 5)[0].code == "I10"
    assert diagnoses.find(few, "ypertension", 5) == []
    assert diagnoses.find(few, "  ", 5) == []
