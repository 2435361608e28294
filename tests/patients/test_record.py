"""The whole record comes along, in pieces, each recorded before it leaves."""

from decimal import Decimal

import httpx
import pytest

from meridian import paper
from meridian.fhir import validation
from meridian.patients import printed, record
from meridian.patients.printed_words import CATALOGUES
from meridian.testing.clinic import Clinic
from meridian.testing.resources import minimal

pytestmark = pytest.mark.anyio


async def test_a_record_of_many_pages_comes_whole_and_once(
    clinic: Clinic, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "PAGE", "3")
    for number in range(10):
        await clinic.servant().update("Observation", f"o{number}", minimal("Observation", f"o{number}", patient="ann"))
    await clinic.servant().update("Observation", "bens", minimal("Observation", "bens", patient="ben"))

    answer = await browser.get("/api/own/ann/record")

    bundle = answer.json()
    assert answer.headers["content-disposition"].startswith("attachment")
    assert sorted(one["resource"]["id"] for one in bundle["entry"]) == ["ann", "c", *(f"o{n}" for n in range(10))]
    assert len({one["fullUrl"] for one in bundle["entry"]}) == 12
    for one in bundle["entry"]:
        validation.check(one["resource"])
    pages = [one for one in await clinic.log() if one.action == "everything"]
    assert sum(len(one.seen) for one in pages) == 12


async def test_anothers_record_is_not_there(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/api/own/ben/record")).status_code == 404


async def test_the_record_on_paper_says_what_the_record_says(clinic: Clinic) -> None:
    chart = clinic.servant()
    await chart.update("Patient", "ann", {"resourceType": "Patient", "id": "ann", "birthDate": "1958-03-12",
                                          "name": [{"family": "Müller", "given": ["Ann"]}]})  # fmt: skip
    value = {"value": Decimal("5.4"), "unit": "mmol/L"}
    bounds = {"low": {"value": Decimal("3.9"), "unit": "mmol/L"}, "high": {"value": Decimal("5.6"), "unit": "mmol/L"}}
    glucose = {"resourceType": "Observation", "id": "g", "status": "final", "code": {"text": "Glucose"},
               "subject": {"reference": "Patient/ann"}, "effectiveDateTime": "2026-01-02",
               "valueQuantity": value, "referenceRange": [bounds]}  # fmt: skip
    await chart.update("Observation", "g", glucose)
    await chart.update("Observation", "h", {**glucose, "id": "h", "status": "entered-in-error"})

    made = await printed.document(chart, "ann", 0)

    assert made.about == "MÜLLER, Ann · born 12-Mar-1958"
    [results] = [one for one in made.blocks if isinstance(one, paper.Table) and "Result" in one.columns]
    assert results.rows == (("02-Jan-2026", "Glucose", "5.4 mmol/L", "3.9 mmol/L to 5.6 mmol/L"),)
    assert paper.pdf(made).startswith(b"%PDF")


async def test_the_record_on_paper_speaks_the_patients_language(clinic: Clinic) -> None:
    chart = clinic.servant()
    spanish = {"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "es-MX"}]}, "preferred": True}
    await chart.update("Patient", "ann", {**minimal("Patient", "ann"), "birthDate": "1958-01-12", "gender": "female",
                                          "name": [{"family": "Reyes", "given": ["Ana"]}],
                                          "communication": [spanish]})  # fmt: skip
    bounds = {"low": {"value": 4, "unit": "mmol/L"}, "high": {"value": 6, "unit": "mmol/L"}}
    await chart.update("Observation", "g", {**minimal("Observation", "g", patient="ann"), "referenceRange": [bounds]})
    booked = {**minimal("Appointment", "a", patient="ann"), "status": "booked", "start": "2026-04-12T10:00:00Z",
              "end": "2026-04-12T10:20:00Z"}  # fmt: skip
    await chart.update("Appointment", "a", booked)

    made = await printed.document(chart, "ann", 0)

    assert (made.language, made.title) == ("es", "Expediente médico")
    assert made.about == "REYES, Ana · nac. 12-ene-1958 · femenino"
    assert "Página" in made.words.page
    tables = {one.caption: one for one in made.blocks if isinstance(one, paper.Table)}
    assert tables["Citas"].rows[0][::2] == ("12-abr-2026", "reservada")
    assert tables["Mediciones y resultados"].rows[0][-1] == "4 mmol/L a 6 mmol/L"
    assert paper.Paragraph("No hay vacunas registradas.") in made.blocks


def test_each_language_of_the_pages_has_the_words_of_the_record() -> None:
    assert set(CATALOGUES) == set(paper.WORDS)
    for catalogue in CATALOGUES.values():
        assert set(catalogue.tables) == {section.key for section in printed.SECTIONS}
        assert [len(catalogue.tables[key].columns) for key in sorted(catalogue.tables)] == [
            len(CATALOGUES["en"].tables[key].columns) for key in sorted(catalogue.tables)
        ]


async def test_paper_is_ones_own_too(browser: httpx.AsyncClient) -> None:
    mine, bens = await browser.get("/api/own/ann/record/print"), await browser.get("/api/own/ben/record/print")

    assert (mine.headers["content-type"], mine.content[:4]) == ("application/pdf", b"%PDF")
    assert bens.status_code == 404
