"""Patients keep how they are reached; who they are is not theirs to change here."""

import httpx
import pytest

from meridian.access.chart import Chart
from meridian.faults import Forbidden, Invalid, NotFound
from meridian.fhir.codec import decode
from meridian.patients import profile
from meridian.patients.profile import Profile
from meridian.testing.clinic import Clinic

pytestmark = pytest.mark.anyio

PHONE = {"system": "phone", "value": "+1 555 0100", "use": "mobile"}


async def test_a_new_telephone_replaces_the_old_and_leaves_the_fax(clinic: Clinic, ann: Chart) -> None:
    fax = {"system": "fax", "value": "+1 555 0199"}
    patient = {"resourceType": "Patient", "id": "ann", "active": True, "telecom": [PHONE, fax]}
    await clinic.servant().update("Patient", "ann", patient)

    made = await profile.change(ann, "ann", Profile(telecom=[{**PHONE, "value": "+1 555 0111"}]))

    assert [one["value"] for one in made["telecom"]] == ["+1 555 0111", "+1 555 0199"]
    assert made["active"] is True


async def test_the_language_that_is_chosen_is_the_preferred_one(ann: Chart) -> None:
    await profile.change(ann, "ann", Profile(language="en"))

    made = await profile.change(ann, "ann", Profile(language="es"))

    assert profile.language(made) == "es"
    assert [profile.tag(one) for one in made["communication"]] == ["es", "en"]


async def test_only_ones_own_profile_can_be_changed(ann: Chart) -> None:
    with pytest.raises(NotFound):
        await profile.change(ann, "ben", Profile(language="es"))
    with pytest.raises(Forbidden):
        await ann.update("Patient", "ann", {"resourceType": "Patient", "id": "ann", "active": False})


async def test_a_language_that_is_not_spoken_is_refused(ann: Chart) -> None:
    with pytest.raises(Invalid):
        await profile.change(ann, "ann", Profile(language="xx"))


async def test_by_http_the_profile_is_read_and_changed(clinic: Clinic, browser: httpx.AsyncClient) -> None:
    said = {"telecom": [PHONE], "address": [{"line": ["1 Quay"], "city": "Harbor"}], "language": "es"}

    changed = await browser.put("/api/own/ann/profile", json=said)

    assert changed.status_code == 200, changed.text
    read = (await browser.get("/api/own/ann/profile")).json()
    assert (read["telecom"][0]["value"], read["address"][0]["city"], read["language"]) == (
        PHONE["value"],
        "Harbor",
        "es",
    )
    assert (await browser.put("/api/own/ben/profile", json=said)).status_code == 404
    entries = [one for one in await clinic.log() if one.action == profile.ACTION]
    assert [one.outcome for one in entries] == ["ok", "refused"]
    assert decode((await clinic.servant().read("Patient", "ben")).body).get("telecom") is None
