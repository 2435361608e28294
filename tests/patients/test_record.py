"""The whole record comes along, in pieces, each recorded before it leaves."""

from decimal import Decimal

import httpx
import pytest

from meridian import paper
from meridian.fhir import validation
from meridian.patients import printed, record
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


async def test_paper_is_ones_own_too(browser: httpx.AsyncClient) -> None:
    mine, bens = await browser.get("/api/own/ann/record/print"), await browser.get("/api/own/ben/record/print")

    assert (mine.headers["content-type"], mine.content[:4]) == ("application/pdf", b"%PDF")
    assert bens.status_code == 404
