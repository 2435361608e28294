"""The medicines list on paper."""

import httpx
import pytest

from meridian.access.work import Plan, Work
from meridian.medications import list_on_paper
from meridian.paper import Document
from meridian.paper.document import Facts, Paragraph, Table
from meridian.testing.clinic import Clinic
from meridian.testing.prescriptions import somebody, takes
from meridian.testing.resources import minimal

pytestmark = pytest.mark.anyio


@pytest.fixture
async def ann(clinic: Clinic) -> str:
    return await somebody(clinic, name=[{"family": "Reyes", "given": ["Ann"]}])


async def document(clinic: Clinic, patient: str) -> Document:
    chart = clinic.chart_of(clinic.sign_in("clinician", "Practitioner/okafor"))

    def plan(work: Work) -> Plan[Document]:
        return (yield from list_on_paper.medicines(work, patient))

    made: Document = await chart.consult("medication/$print-list", plan, what=f"Patient/{patient}")
    return made


async def test_what_is_taken_is_on_the_paper_and_what_was_stopped_is_not(
    clinic: Clinic, api: httpx.AsyncClient, ann: str
) -> None:
    await takes(clinic, ann, "amlodipine")
    stopped = await takes(clinic, ann, "warfarin")
    await api.post(f"/api/medications/prescriptions/{stopped}/stop", json={"code": "finished"})

    made = await document(clinic, ann)

    [table] = [one for one in made.blocks if isinstance(one, Table)]
    assert [row[:2] for row in table.rows] == [("amLODIPine 5 mg tablet", "Take 1 tablet by mouth once a day")]
    assert "REYES, Ann" in made.about


async def test_a_list_without_medicines_says_so(clinic: Clinic, ann: str) -> None:
    made = await document(clinic, ann)

    assert Paragraph("No current medicines are recorded.", strong=True) in made.blocks


async def test_that_nobody_asked_for_allergies_is_another_thing_than_none(clinic: Clinic, ann: str) -> None:
    unasked = (await clinic.servant().create("Patient", minimal("Patient"))).stored.id

    said = [(await document(clinic, one)).blocks[-1] for one in (ann, unasked)]

    assert said == [Facts((("Allergies", "No known allergies"),)), Facts((("Allergies", "Not asked yet"),))]


async def test_the_list_speaks_the_patients_language_and_keeps_the_prescribers_dose_line(clinic: Clinic) -> None:
    spanish = {"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "es"}]}, "preferred": True}
    ana = await somebody(clinic, birthDate="1958-01-12", gender="female", communication=[spanish])
    await takes(clinic, ana, "amlodipine")

    made = await document(clinic, ana)

    assert (made.title, made.language) == ("Medicamentos", "es")
    assert "nac. 12-ene-1958 · femenino" in made.about
    [table] = [one for one in made.blocks if isinstance(one, Table)]
    assert table.columns == ("Medicamento", "Cómo se toma", "Desde")
    assert table.rows[0][1:] == ("Take 1 tablet by mouth once a day", "01-ene-2026")
    assert made.blocks[-1] == Facts((("Alergias", "Sin alergias conocidas"),))


async def test_a_patient_takes_their_own_list_along_and_nobody_elses(clinic: Clinic, ann: str) -> None:
    other = await somebody(clinic)
    async with clinic.client(clinic.sign_in("patient", f"Patient/{ann}", patients=[ann])) as own:
        mine = await own.get(f"/api/medications/patients/{ann}/print")
        theirs = await own.get(f"/api/medications/patients/{other}/print")

    assert (mine.status_code, mine.content[:5]) == (200, b"%PDF-")
    assert mine.headers["content-disposition"] == 'attachment; filename="medicines.pdf"'
    assert theirs.status_code == 404
