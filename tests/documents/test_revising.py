"""Versions, titles, other patients, taking back; each as far as one's role goes."""

from typing import Any

import pytest

from meridian.store.plan import Query
from meridian.store.records.erasing import destroy_key
from meridian.testing import samples

pytestmark = pytest.mark.anyio


async def listed(ward: Any, token: str, patient: str = "anna", more: str = "") -> list[dict[str, Any]]:
    status, found = await ward.call(token, "GET", f"/api/documents?patient={patient}{more}")
    assert status == 200, found
    return list(found["documents"])


async def open_tasks(ward: Any, code: str) -> list[str]:
    _, found = await ward.call(ward.doctor, "GET", f"/fhir/R4/Task?code={code}&status=requested")
    return [one["resource"]["focus"]["reference"] for one in found.get("entry", ())]


async def test_a_new_version_takes_the_place_of_the_old_one(ward: Any) -> None:
    first = await ward.scanned(ward.doctor, samples.pdf(b"(1)"), "scan.pdf")
    second = await ward.scanned(ward.doctor, samples.pdf(b"(2)"), "scan.pdf", replaces=first)

    [line] = await listed(ward, ward.doctor)
    assert (line["id"], line["edition"], line["versions"]) == (second, 2, 2)
    _, all_of_them = await ward.call(ward.doctor, "GET", f"/api/documents/{second}/versions")
    assert [(one["id"], one["replaced"]) for one in all_of_them["documents"]] == [(second, False), (first, True)]
    assert await ward.bytes(ward.doctor, first) == samples.pdf(b"(1)")


async def test_a_document_is_replaced_once(ward: Any) -> None:
    first = await ward.scanned(ward.doctor, samples.pdf(), "scan.pdf")
    await ward.scanned(ward.doctor, samples.pdf(), "scan.pdf", replaces=first)
    said = {"name": "a.pdf", "size": 1, "patient": "anna", "replaces": first}

    assert (await ward.call(ward.doctor, "POST", "/api/documents/uploads", said))[0] == 409


async def test_a_patient_replaces_and_takes_back_only_what_they_sent(ward: Any) -> None:
    theirs = await ward.scanned(ward.doctor, samples.pdf(), "scan.pdf")
    own = await ward.scanned(ward.anna, samples.pdf(), "mine.pdf")
    said = {"name": "a.pdf", "size": 1, "patient": "anna"}

    assert (await ward.call(ward.anna, "POST", "/api/documents/uploads", {**said, "replaces": theirs}))[0] == 403
    assert (await ward.call(ward.anna, "POST", "/api/documents/uploads", {**said, "replaces": own}))[0] == 201
    because = {"reason": "sent by mistake"}
    assert (await ward.call(ward.anna, "POST", f"/api/documents/{theirs}/retract", because))[0] == 403
    assert (await ward.call(ward.anna, "POST", f"/api/documents/{own}/retract", because))[0] == 200


async def test_what_was_taken_back_says_why_and_is_handed_to_nobody(ward: Any) -> None:
    document = await ward.scanned(ward.doctor, samples.pdf(), "scan.pdf")
    _, link = await ward.call(ward.doctor, "POST", f"/api/documents/{document}/link")

    status, line = await ward.call(
        ward.nurse, "POST", f"/api/documents/{document}/retract", {"reason": "of another patient"}
    )

    assert (status, line["state"], line["why"]) == (200, "retracted", "of another patient")
    async with ward.clinic.client(ward.doctor) as client:
        assert (await client.get(link["url"])).status_code == 404
    assert (await ward.call(ward.doctor, "POST", f"/api/documents/{document}/link"))[0] == 410
    assert (await ward.call(ward.doctor, "PATCH", f"/api/documents/{document}", {"title": "x"}))[0] == 410


async def test_what_staff_took_back_is_not_listed_for_its_patient_any_more(ward: Any) -> None:
    """It may be about somebody else, title and all."""
    document = await ward.scanned(ward.doctor, samples.pdf(), "scan.pdf", title="X-ray of somebody else")

    await ward.call(ward.nurse, "POST", f"/api/documents/{document}/retract", {"reason": "of another patient"})

    assert await listed(ward, ward.anna) == []
    assert [line["state"] for line in await listed(ward, ward.nurse)] == ["retracted"]


async def test_title_and_category_can_be_set_right(ward: Any) -> None:
    document = await ward.scanned(ward.doctor, samples.pdf(), "scan.pdf")

    status, line = await ward.call(
        ward.nurse, "PATCH", f"/api/documents/{document}", {"title": "Chest X-ray", "category": "imaging"}
    )

    assert (status, line["title"], line["category"]) == (200, "Chest X-ray", "imaging")


async def test_a_change_to_what_has_changed_is_refused(ward: Any) -> None:
    document = await ward.scanned(ward.doctor, samples.pdf(), "scan.pdf")

    assert (await ward.call(ward.nurse, "PATCH", f"/api/documents/{document}", {"title": "x", "version": 1}))[0] == 412


async def test_a_document_is_hidden_from_its_patient_and_shown_again(ward: Any) -> None:
    document = await ward.scanned(ward.doctor, samples.pdf(), "scan.pdf")

    await ward.call(ward.doctor, "PATCH", f"/api/documents/{document}", {"forPatient": False})
    assert await listed(ward, ward.anna) == []
    assert (await ward.call(ward.anna, "POST", f"/api/documents/{document}/link"))[0] == 404

    await ward.call(ward.doctor, "PATCH", f"/api/documents/{document}", {"forPatient": True})
    assert await ward.bytes(ward.anna, document) == samples.pdf()


async def test_nothing_in_quarantine_is_shown_to_its_patient_by_hand(ward: Any) -> None:
    sent = await ward.send(ward.doctor, samples.pdf(), "scan.pdf")

    status, _ = await ward.call(ward.doctor, "PATCH", f"/api/documents/{sent['document']}", {"forPatient": True})

    assert status == 409


async def test_a_document_moves_to_its_right_patient_and_its_key_with_it(ward: Any) -> None:
    document = await ward.scanned(ward.doctor, samples.pdf(b"(of Boris)"), "scan.pdf")

    status, line = await ward.call(ward.doctor, "PATCH", f"/api/documents/{document}", {"patient": "boris"})

    assert (status, line["patient"]) == (200, "boris")
    assert await listed(ward, ward.anna) == []
    assert (await ward.call(ward.anna, "POST", f"/api/documents/{document}/link"))[0] == 404
    assert await ward.bytes(ward.boris, document) == samples.pdf(b"(of Boris)")
    await ward.clinic.engine.write(lambda: destroy_key(1, "anna"))
    assert await ward.bytes(ward.boris, document) == samples.pdf(b"(of Boris)")


async def test_a_files_key_follows_its_binary_whoever_moves_it(ward: Any) -> None:
    """So that a merge of patients, or a change by FHIR, leaves no file under a key that is another's."""
    document = await ward.scanned(ward.doctor, samples.pdf(), "scan.pdf")
    _, found = await ward.call(ward.doctor, "GET", f"/fhir/R4/DocumentReference/{document}")
    path = f"/fhir/R4/{found['content'][0]['attachment']['url']}"
    async with ward.clinic.client(ward.doctor, accept="application/fhir+json") as client:
        binary = (await client.get(path)).json()
    binary["securityContext"] = {"reference": "Patient/boris"}
    assert (await ward.call(ward.doctor, "PUT", path, binary))[0] == 200

    def owners() -> Any:
        return (yield Query("SELECT patient FROM file"))

    assert [tuple(row) for row in await ward.clinic.engine.read(owners)] == [("boris",)]
    await ward.clinic.engine.write(lambda: destroy_key(1, "anna"))
    async with ward.clinic.client(ward.boris, accept="application/pdf") as client:
        assert (await client.get(path)).content == samples.pdf()


# --- nobody's


async def test_a_document_of_nobody_is_a_task_until_somebody_finds_its_patient(ward: Any) -> None:
    document = await ward.scanned(ward.desk, samples.pdf(), "fax.pdf", patient=None)
    assert await open_tasks(ward, "unmatched-document") == [f"DocumentReference/{document}"]
    _, found = await ward.call(ward.desk, "GET", "/api/documents/unmatched")
    assert [one["id"] for one in found["documents"]] == [document]
    assert await ward.bytes(ward.desk, document) == samples.pdf()

    status, _ = await ward.call(ward.desk, "PATCH", f"/api/documents/{document}", {"patient": "anna"})

    assert status == 200
    assert await open_tasks(ward, "unmatched-document") == []
    assert await ward.bytes(ward.anna, document) == samples.pdf()
    assert (await ward.call(ward.desk, "GET", "/api/documents/unmatched"))[1] == {"documents": []}


async def test_the_desk_sees_no_document_that_has_its_place(ward: Any) -> None:
    document = await ward.scanned(ward.desk, samples.pdf(), "card.pdf", category="insurance")

    assert (await ward.call(ward.desk, "GET", "/api/documents?patient=anna"))[0] == 403
    assert (await ward.call(ward.desk, "POST", f"/api/documents/{document}/link"))[0] == 403
    assert (await ward.call(ward.desk, "PATCH", f"/api/documents/{document}", {"patient": "boris"}))[0] == 403
    assert (await ward.call(ward.desk, "GET", f"/fhir/R4/DocumentReference/{document}"))[0] == 403


async def test_a_file_of_nobody_is_sealed_by_its_finders_choice(ward: Any) -> None:
    document = await ward.scanned(ward.desk, samples.pdf(), "fax.pdf", patient=None)
    await ward.call(ward.desk, "PATCH", f"/api/documents/{document}", {"patient": "anna"})

    def owners() -> Any:
        return (yield Query("SELECT patient FROM file"))

    assert [tuple(row) for row in await ward.clinic.engine.read(owners)] == [("anna",)]


async def test_a_patient_changes_nothing_about_a_document(ward: Any) -> None:
    own = await ward.scanned(ward.anna, samples.pdf(), "mine.pdf")

    assert (await ward.call(ward.anna, "PATCH", f"/api/documents/{own}", {"title": "x"}))[0] == 403
