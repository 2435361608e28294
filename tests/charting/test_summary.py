"""The visit on paper: plain words, for the patient once the note is signed."""

import io
from typing import Any

import pytest
from pypdf import PdfReader
from tests.charting.conftest import Team, note, visit

from meridian.charting.summary import about
from meridian.charting.summary_words import CATALOGUES
from meridian.charting.vitals.signs import BODY_MASS, DIASTOLIC, SYSTOLIC, TAKEN

pytestmark = pytest.mark.anyio


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)


async def written(team: Team, **more: Any) -> str:
    encounter = await visit(team, reason="Cough")
    about_it = {"patient": "ann", "encounter": encounter}
    await team.nurse.post("/api/charting/vitals", json={**about_it, "items": [
        {"code": "8480-6", "value": 128, "unit": "mm[Hg]"}, {"code": "8462-4", "value": 82, "unit": "mm[Hg]"},
        {"code": "8310-5", "value": 37.4, "unit": "Cel"}]})  # fmt: skip
    await team.doctor.post("/api/charting/problems", json={**about_it, "code": "I10"})
    await team.nurse.post("/api/charting/immunizations", json={**about_it, "vaccine": "140"})
    await note(team, encounter, "## Assessment\n\nSecret thought.\n\n## Plan\n\n**Rest** and tea.", **more)
    return encounter


async def test_the_patient_gets_it_once_the_note_is_signed(team: Team) -> None:
    unsigned, signed = await written(team), await written(team, sign=True)

    assert (await team.patient.get(f"/api/charting/encounters/{unsigned}/summary")).status_code == 409
    said = text(await team.patient.get(f"/api/charting/encounters/{signed}/summary"))

    for words in (
        "Harbor Family Practice", "BAKER, Ann", "born 01-Jun-1970", "Cough", "Dr Ada Okafor", "Rest and tea.",
        "128 over 82 mmHg", "37.4 °C", "Influenza", "We have not asked you about allergies yet",
    ):  # fmt: skip
        assert words in said
    assert "Secret thought" not in said


async def test_a_note_that_is_withheld_does_not_release_it(team: Team) -> None:
    encounter = await written(team, sign=True, withheld=True)

    assert (await team.patient.get(f"/api/charting/encounters/{encounter}/summary")).status_code == 409


async def test_staff_see_a_draft_marked_as_such(team: Team) -> None:
    encounter = await written(team)

    assert "DRAFT" in text(await team.doctor.get(f"/api/charting/encounters/{encounter}/summary"))


async def test_nobody_elses_patient_gets_it(team: Team) -> None:
    encounter = await written(team, sign=True)
    bob = team.clinic.client(team.clinic.sign_in("patient", "Patient/bob", patients=["bob"]))

    async with bob:
        assert (await bob.get(f"/api/charting/encounters/{encounter}/summary")).status_code == 404
    assert (await team.desk.get(f"/api/charting/encounters/{encounter}/summary")).status_code == 403


async def test_no_known_allergies_is_what_the_patient_told_us(team: Team) -> None:
    encounter = await written(team, sign=True)
    await team.nurse.post("/api/charting/allergies", json={"patient": "ann", "none": True})

    assert "You told us" in text(await team.patient.get(f"/api/charting/encounters/{encounter}/summary"))


def test_whom_it_is_about_is_written_unmistakably() -> None:
    assert about({"name": [{"text": "Anna"}], "identifier": [{"value": "17"}]}) == "Anna · 17"
    assert about({"name": [{"text": "Ana"}], "birthDate": "1958-01"}, "es") == "Ana · nac. ene-1958"


async def test_the_page_speaks_the_patients_language_and_the_note_its_writers(team: Team) -> None:
    ann = await team.fhir("Patient/ann")
    spanish = {"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "es"}]}, "preferred": True}
    await team.keep({**ann, "communication": [spanish]})
    encounter = await written(team, sign=True)

    said = text(await team.patient.get(f"/api/charting/encounters/{encounter}/summary"))

    for words in (
        "Resumen de su visita", "nac. 01-jun-1970", "Lo que acordamos", "Rest and tea.", "128 sobre 82 mmHg",
        "Temperatura", "Aún no le hemos preguntado por sus alergias", "Firmado electrónicamente", "Página 1 de 1",
    ):  # fmt: skip
        assert words in said
    for words in ("Printed", "born", "What", "allergies"):
        assert words not in said


def test_every_sign_has_a_name_in_spanish() -> None:
    assert set(CATALOGUES["es"].signs) == {*TAKEN, BODY_MASS.code.code} - {SYSTOLIC.code.code, DIASTOLIC.code.code}
