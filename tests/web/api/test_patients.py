import pytest

from meridian.testing.desk import Desk


@pytest.mark.anyio
async def test_patients_are_found_for_whoever_is_signed_in(desk: Desk) -> None:
    account = await desk.clinic.person()
    await desk.sign_in()

    found = await desk.browser.get("/api/patients/search", params={"q": "Müller"})
    recent = await desk.browser.get("/api/patients/recent")
    alike = await desk.browser.post("/api/patients/duplicates", json={"family": "Li", "birthDate": "1958-03-12"})

    assert found.json()["patients"] == [
        {"id": "p1", "name": "MÜLLER, Anna", "birthDate": "1958-03-12", "gender": "female", "identifier": None}
    ]
    assert recent.json() == {"patients": []}
    assert len(alike.json()["patients"]) == 1
    assert desk.names.asked == [(account, "", "Müller"), ("Li", "", "1958-03-12"), (account, "", "Li")]


@pytest.mark.anyio
@pytest.mark.parametrize("text", ["", "x" * 101])
async def test_a_search_text_that_is_empty_or_too_long_is_refused(desk: Desk, text: str) -> None:
    await desk.clinic.person()
    await desk.sign_in()

    assert (await desk.browser.get("/api/patients/search", params={"q": text})).status_code == 422
