"""The whole record comes along, in pieces, each recorded before it leaves."""

import httpx
import pytest

from meridian.fhir import validation
from meridian.patients import record
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
