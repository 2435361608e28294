"""Why somebody can see a chart, and who could: the policy's own rows, with the facts they rest on."""

from typing import Any

import pytest
from tests.access.emergency.conftest import SECRET, Ward

from meridian.testing.resources import minimal

pytestmark = pytest.mark.anyio


async def _explained(ward: Ward, patient: str, **asked: str) -> Any:
    answer = await ward.browsers["otto"].get("/api/access/explain", params={"patient": patient, **asked})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def _covers(ward: Ward, patient: str = SECRET) -> dict[str, tuple[str, list[str]]]:
    """Of Anne's rows: what each covers, and because of what."""
    [member] = [
        one
        for one in (await ward.browsers["otto"].get("/api/access/members")).json()["members"]
        if one["who"] == "Practitioner/anne"
    ]
    [sight] = (await _explained(ward, patient, account=member["account"]))["sights"]
    return {row["rule"]: (row["covers"], row["because"]) for row in sight["rows"]}


async def test_each_row_says_what_it_covers_and_why(either: Ward) -> None:
    ward = either
    before = await _covers(ward)
    await ward.ask()
    during = await _covers(ward)
    await ward.browsers["anne"].post("/api/emergency/end")
    visit = minimal("Encounter", "v1", patient=SECRET)
    visit["participant"] = [{"individual": {"reference": "Practitioner/anne"}}]
    await ward.chart().update("Encounter", "v1", visit)
    after = await _covers(ward)

    assert before["treatment"] == ("unlabelled", [])
    assert before["treatment-care-team"] == ("nothing", [])
    assert before["emergency"] == ("nothing", [])
    assert during["emergency"][0] == "all"
    assert during["emergency"][1][0].startswith("Emergency/")
    assert after["emergency"] == ("nothing", [])
    assert after["treatment-care-team"] == ("all", ["Encounter/v1"])


async def test_who_could_are_those_of_whom_some_row_holds(ward: Ward) -> None:
    await ward.join("pat", "patient", f"Patient/{SECRET}", patients=(SECRET,))
    await ward.join("ada", "patient", "Patient/open", patients=("open",))

    found = await _explained(ward, SECRET, language="es")

    could = {
        (one["role"], one["name"]): [row["rule"] for row in one["rows"] if row["covers"] != "nothing"]
        for one in found["sights"]
    }
    assert could[("patient", "")] == ["own-record"]
    assert "treatment" in could[("clinician", "Hush")]
    assert len([role for role, _ in could if role == "patient"]) == 1
    assert (found["patient"]["name"], found["labelled"], found["windows"]) == ("Mary Ann Hush", True, [])
    assert any(row["words"] == "Atiende a pacientes de la clínica" for one in found["sights"] for row in one["rows"])


async def test_a_patient_is_found_by_name_number_or_id(ward: Ward) -> None:
    for text, found in {"hush": 2, "MRN-77": 1, SECRET: 1, "nobody": 0}.items():
        answer = await ward.browsers["otto"].post("/api/access/patients", json={"text": text})
        assert len(answer.json()["patients"]) == found, text


async def test_it_is_for_officers_and_administrators_and_recorded(ward: Ward) -> None:
    anne = ward.browsers["anne"]
    asked = ("/api/access/members", f"/api/access/explain?patient={SECRET}")

    assert {(await anne.get(one)).status_code for one in asked} == {403}
    assert (await anne.post("/api/access/patients", json={"text": "hush"})).status_code == 403
    await _explained(ward, SECRET)

    said = [(one.outcome, one.patient, one.rule) for one in ward.entries("access/$explain")]
    assert said[-1][0] == "ok"
    assert said[-1][1] == SECRET
    assert "access-explained" in said[-1][2]
    assert [one[0] for one in said[:-1]] == ["refused"] * 3
