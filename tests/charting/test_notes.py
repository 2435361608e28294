"""A note is its author's until it is signed, and nobody's to change from then on."""

import base64
import hashlib
from typing import Any

import pytest
from tests.charting.conftest import Team, note, visit

pytestmark = pytest.mark.anyio

Json = dict[str, Any]


async def signed(team: Team, **more: Any) -> Json:
    return await note(team, await visit(team), sign=True, **more)


async def test_an_unsigned_note_is_withheld_from_its_patient(team: Team) -> None:
    made = await note(team, await visit(team))

    assert (made["state"], made["withheld"]) == ("preliminary", True)
    assert (await team.patient.get(f"/fhir/R4/DocumentReference/{made['id']}")).status_code == 404


async def test_signing_makes_it_final_and_lets_its_patient_read_it(team: Team) -> None:
    made = await note(team, await visit(team), "Rest.")

    answer = await team.doctor.post(f"/api/charting/notes/{made['id']}/sign", json={"base": made["version"]})

    assert (answer.json()["state"], answer.json()["signer"]["name"]) == ("final", "Dr Ada Okafor")
    read = await team.patient.get(f"/fhir/R4/DocumentReference/{made['id']}")
    assert base64.b64decode(read.json()["content"][0]["attachment"]["data"]) == b"Rest."


async def test_a_signature_says_who_signed_which_text(team: Team) -> None:
    made = await signed(team, text="Rest.")

    kept = await team.fhir(f"DocumentReference/{made['id']}")
    [provenance] = await team.found(f"Provenance?target=DocumentReference/{made['id']}")
    attachment = kept["content"][0]["attachment"]
    assert attachment["hash"] == base64.b64encode(hashlib.sha1(b"Rest.").digest()).decode()  # noqa: S324  # FHIR's
    assert (
        attachment["extension"][0]["valueBase64Binary"] == base64.b64encode(hashlib.sha256(b"Rest.").digest()).decode()
    )
    assert provenance["signature"][0]["who"]["reference"] == "Practitioner/ada"
    assert provenance["target"][0]["reference"].endswith(f"/_history/{kept['meta']['versionId']}")


async def test_a_note_may_stay_withheld(team: Team) -> None:
    made = await signed(team, withheld=True)

    assert made["withheld"] is True
    assert (await team.patient.get(f"/fhir/R4/DocumentReference/{made['id']}")).status_code == 404


async def test_nobody_but_its_author_changes_or_signs_it(team: Team) -> None:
    made = await note(team, await visit(team))

    assert (await team.other.put(f"/api/charting/notes/{made['id']}", json={"text": "No"})).status_code == 403
    assert (await team.other.post(f"/api/charting/notes/{made['id']}/sign", json={})).status_code == 403
    assert (await team.doctor.put(f"/api/charting/notes/{made['id']}", json={"text": "Yes"})).status_code == 200


async def test_a_text_begun_from_another_version_is_refused(team: Team) -> None:
    made = await note(team, await visit(team))
    await team.doctor.put(f"/api/charting/notes/{made['id']}", json={"text": "Newer"})

    answer = await team.doctor.put(f"/api/charting/notes/{made['id']}", json={"text": "Older", "base": made["version"]})

    assert answer.status_code == 412


@pytest.mark.parametrize("way", ["put", "patch", "delete", "bundle-put", "bundle-delete", "conditional-delete"])
@pytest.mark.parametrize("who", ["doctor", "other", "importer"])
async def test_attack_a_signed_note_is_changed_by_no_way(team: Team, way: str, who: str) -> None:
    made = await signed(team)
    client, path = getattr(team, who), f"DocumentReference/{made['id']}"
    before = await team.fhir(path)
    forged = {**before, "content": [{"attachment": {"contentType": "text/markdown", "data": "Zm9yZ2Vk"}}]}
    patch = [{"op": "replace", "path": "/content/0/attachment/data", "value": "Zm9yZ2Vk"}]

    def bundle(**request: Any) -> Json:
        return {"resourceType": "Bundle", "type": "transaction", "entry": [request]}

    match way:
        case "put":
            answer = await client.put(f"/fhir/R4/{path}", json=forged)
        case "patch":
            answer = await client.patch(
                f"/fhir/R4/{path}", json=patch, headers={"content-type": "application/json-patch+json"}
            )
        case "delete":
            answer = await client.delete(f"/fhir/R4/{path}")
        case "conditional-delete":
            answer = await client.delete(f"/fhir/R4/DocumentReference?_id={made['id']}")
        case "bundle-put":
            answer = await client.post("/fhir/R4", json=bundle(resource=forged, request={"method": "PUT", "url": path}))
        case _:
            answer = await client.post("/fhir/R4", json=bundle(request={"method": "DELETE", "url": path}))

    assert answer.status_code == 409, answer.text
    assert await team.fhir(path) == before


@pytest.mark.parametrize(
    "change",
    [
        {"docStatus": "preliminary"},
        {"author": [{"reference": "Practitioner/ben"}]},
        {"authenticator": {"reference": "Practitioner/ada", "display": "Somebody else"}},
        {"date": "2020-01-01T00:00:00Z"},
        {"subject": {"reference": "Patient/bob"}},
        {"status": "superseded"},
        {"status": "entered-in-error"},
        {"description": "Other"},
    ],
)
async def test_attack_no_part_of_a_signature_is_changed_by_others(team: Team, change: Json) -> None:
    made = await signed(team)
    before = await team.fhir(f"DocumentReference/{made['id']}")

    answer = await team.other.put(f"/fhir/R4/DocumentReference/{made['id']}", json={**before, **change})

    assert answer.status_code == 409, answer.text


async def test_a_note_can_be_released_later(team: Team) -> None:
    made = await signed(team, withheld=True)
    before = await team.fhir(f"DocumentReference/{made['id']}")

    answer = await team.doctor.put(
        f"/fhir/R4/DocumentReference/{made['id']}",
        json={name: value for name, value in before.items() if name != "meta"},
    )

    assert answer.status_code == 200
    assert (await team.patient.get(f"/fhir/R4/DocumentReference/{made['id']}")).status_code == 200


async def test_an_addendum_stands_below_its_note_which_is_amended(team: Team) -> None:
    made = await signed(team)

    answer = await team.other.post(f"/api/charting/notes/{made['id']}/addenda", json={"text": "Also fever."})

    assert (answer.status_code, answer.json()["state"]) == (201, "final")
    [line] = (await team.doctor.get("/api/charting/patients/ann/notes")).json()["notes"]
    assert (line["id"], line["state"]) == (made["id"], "amended")
    assert [one["text"] for one in line["addenda"]] == ["Also fever."]
    again = await team.other.post(f"/api/charting/notes/{answer.json()['id']}/addenda", json={"text": "More"})
    assert again.status_code == 409


async def test_the_draft_of_an_addendum_is_kept_beside_the_signed_note_until_it_is_signed(team: Team) -> None:
    """Where the portal keeps it; under the note's own name it would be a draft of what is locked."""
    made = await signed(team)
    place = f"/api/drafts/addendum:{made['id']}"
    kept = await team.other.put(place, json={"text": "Also fe", "patient": "ann"})
    assert kept.status_code == 200, kept.text

    answer = await team.other.post(f"/api/charting/notes/{made['id']}/addenda", json={"text": "Also fever."})

    assert answer.status_code == 201
    assert (await team.other.get(place)).status_code == 404


async def test_an_unsigned_note_takes_no_addendum(team: Team) -> None:
    made = await note(team, await visit(team))

    answer = await team.other.post(f"/api/charting/notes/{made['id']}/addenda", json={"text": "No"})

    assert answer.status_code == 409


async def test_an_addendum_to_a_withheld_note_is_withheld(team: Team) -> None:
    made = await signed(team, withheld=True)

    added = await team.other.post(f"/api/charting/notes/{made['id']}/addenda", json={"text": "Also."})

    assert added.json()["withheld"] is True


async def test_a_note_waits_for_its_cosigner(team: Team) -> None:
    encounter = await visit(team)
    made = await team.nurse.post(
        "/api/charting/notes",
        json={"encounter": encounter, "text": "Dressing changed.", "cosigner": "Practitioner/ada", "sign": True},
    )
    path = f"/api/charting/notes/{made.json()['id']}/cosign"

    [task] = await team.found(f"Task?focus=DocumentReference/{made.json()['id']}&owner=Practitioner/ada")
    assert (await team.other.post(path)).status_code == 403
    answer = await team.doctor.post(path)

    assert (answer.json()["cosigned"], answer.json()["signer"]["reference"]) == (True, "Practitioner/ada")
    assert (await team.fhir(f"Task/{task['id']}"))["status"] == "completed"
    assert (await team.doctor.post(path)).status_code == 409


async def test_only_its_author_says_that_a_note_is_an_error_and_its_text_is_shown_no_more(team: Team) -> None:
    made = await signed(team)
    path = f"/api/charting/notes/{made['id']}/retract"

    assert (await team.other.post(path, json={"reason": "wrong patient"})).status_code == 409
    answer = await team.doctor.post(path, json={"reason": "wrong patient"})

    assert (answer.json()["state"], answer.json()["text"]) == ("entered-in-error", "")
    back = await team.fhir(f"DocumentReference/{made['id']}")
    put = await team.doctor.put(f"/fhir/R4/DocumentReference/{made['id']}", json={**back, "status": "current"})
    assert put.status_code == 409


async def test_an_organisations_own_template_takes_the_place_of_ours(team: Team) -> None:
    await team.keep({
        "resourceType": "Questionnaire", "id": "t", "status": "active", "name": "soap", "title": "Our visit",
        "useContext": [{
            "code": {"system": "http://terminology.hl7.org/CodeSystem/usage-context-type", "code": "workflow"},
            "valueCodeableConcept": {"coding": [{
                "system": "https://meridian-pms.com/fhir/CodeSystem/form", "code": "note-template"}]},
        }],
        "item": [{"linkId": "1", "type": "text", "text": "Story", "initial": [{"valueString": "Since when?"}]}],
    })  # fmt: skip

    found = (await team.doctor.get("/api/charting/templates")).json()["templates"]

    [soap] = [one for one in found if one["id"] == "soap"]
    assert (soap["title"], soap["text"]) == ("Our visit", "## Story\n\nSince when?\n")


@pytest.mark.parametrize("who", ["desk", "admin", "patient", "lab"])
async def test_who_does_not_treat_writes_no_note(team: Team, who: str) -> None:
    encounter = await visit(team)

    answer = await getattr(team, who).post("/api/charting/notes", json={"encounter": encounter, "text": "No"})

    assert answer.status_code == 403


async def test_an_empty_note_and_one_of_no_known_kind_are_refused(team: Team) -> None:
    encounter = await visit(team)

    for body in ({"text": "  "}, {"text": "Yes", "kind": "1-1"}):
        answer = await team.doctor.post("/api/charting/notes", json={"encounter": encounter, **body})
        assert answer.status_code == 422
