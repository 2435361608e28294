"""A file comes in by pieces, is never half there, and what was acknowledged is kept."""

import os
from pathlib import Path
from typing import Any

import pytest

from meridian.access import files as doors
from meridian.files.sealing import CHUNK
from meridian.testing import samples

pytestmark = pytest.mark.anyio

BIG = samples.jpeg()[:-2] + os.urandom(3 * CHUNK).replace(b"\xff", b"\xfe") + b"\xff\xd9"


async def begun(ward: Any, token: str, body: bytes, name: str = "photo.jpg", **said: Any) -> str:
    status, found = await ward.call(
        token, "POST", "/api/documents/uploads", {"name": name, "size": len(body), "patient": "anna", **said}
    )
    assert status == 201, found
    return str(found["id"])


async def patch(ward: Any, token: str, upload: str, offset: int, piece: bytes) -> tuple[int, Any]:
    async with ward.clinic.client(token) as client:
        answer = await client.patch(
            f"/api/documents/uploads/{upload}", content=piece, headers={"Upload-Offset": str(offset)}
        )
    return answer.status_code, answer.json()


async def test_a_file_that_comes_in_pieces_is_whole_in_the_end(ward: Any) -> None:
    upload = await begun(ward, ward.doctor, BIG)
    at = 0
    while at < len(BIG):
        status, said = await patch(ward, ward.doctor, upload, at, BIG[at : at + 2 * CHUNK])
        assert status == 200
        at = said["offset"]

    await ward.settle()

    assert await ward.bytes(ward.doctor, said["document"]) == BIG


async def test_what_is_no_whole_step_is_kept_up_to_the_last_one(ward: Any) -> None:
    upload = await begun(ward, ward.doctor, BIG)

    _, said = await patch(ward, ward.doctor, upload, 0, BIG[: CHUNK + 999])

    assert said["offset"] == CHUNK
    assert said["document"] is None


async def test_a_wrong_offset_is_answered_with_the_right_one(ward: Any) -> None:
    upload = await begun(ward, ward.doctor, BIG)
    await patch(ward, ward.doctor, upload, 0, BIG[:CHUNK])

    status, said = await patch(ward, ward.doctor, upload, 0, BIG[:CHUNK])

    assert status == 409
    assert said["errors"] == [{"place": "Upload-Offset", "detail": str(CHUNK)}]
    assert (await ward.call(ward.doctor, "GET", f"/api/documents/uploads/{upload}"))[1]["offset"] == CHUNK


async def test_sending_the_last_piece_again_gives_the_same_document(ward: Any) -> None:
    body = samples.pdf()
    upload = await begun(ward, ward.doctor, body, "scan.pdf")
    _, first = await patch(ward, ward.doctor, upload, 0, body)

    status, again = await patch(ward, ward.doctor, upload, len(body), b"")

    assert (status, again["document"]) == (200, first["document"])


async def test_two_who_send_the_same_piece_at_once_do_not_mix(ward: Any) -> None:
    import anyio  # noqa: PLC0415  # only here

    upload = await begun(ward, ward.doctor, BIG)
    answers: list[int] = []

    async def send() -> None:
        answers.append((await patch(ward, ward.doctor, upload, 0, BIG[:CHUNK]))[0])

    async with anyio.create_task_group() as group:
        for _ in range(4):
            group.start_soon(send)
    at = CHUNK
    while at < len(BIG):
        _, said = await patch(ward, ward.doctor, upload, at, BIG[at : at + CHUNK])
        at = said["offset"]
    await ward.settle()

    assert sorted(answers) == [200, 409, 409, 409]
    assert await ward.bytes(ward.doctor, said["document"]) == BIG


async def test_nobody_else_sees_an_upload(ward: Any) -> None:
    upload = await begun(ward, ward.doctor, BIG)

    for token in (ward.nurse, ward.anna):
        assert (await ward.call(token, "GET", f"/api/documents/uploads/{upload}"))[0] == 404
        assert (await patch(ward, token, upload, 0, BIG[:CHUNK]))[0] == 404
        assert (await ward.call(token, "DELETE", f"/api/documents/uploads/{upload}"))[0] == 404


async def test_more_than_was_announced_is_refused_and_nothing_of_it_kept(ward: Any) -> None:
    upload = await begun(ward, ward.doctor, BIG)

    status, _ = await patch(ward, ward.doctor, upload, 0, BIG + b"more")

    assert status == 413
    assert (await ward.call(ward.doctor, "GET", f"/api/documents/uploads/{upload}"))[1]["offset"] == 0
    assert await objects(ward) == 0


async def test_a_piece_over_the_limit_is_refused_before_it_is_read(ward: Any) -> None:
    upload = await begun(ward, ward.doctor, BIG)
    async with ward.clinic.client(ward.doctor) as client:
        answer = await client.patch(
            f"/api/documents/uploads/{upload}",
            content=b"x",
            headers={"Upload-Offset": "0", "Content-Length": str(doors.PIECE + 1)},
        )

    assert answer.status_code == 413


async def test_a_file_of_more_than_200_mb_is_refused_at_once(ward: Any) -> None:
    status, _ = await ward.call(
        ward.doctor, "POST", "/api/documents/uploads", {"name": "a.pdf", "size": doors.LARGEST + 1, "patient": "anna"}
    )

    assert status == 413


async def test_nobody_can_send_more_files_at_once_than_there_is_room_for(ward: Any) -> None:
    for _ in range(doors.OPEN_UPLOADS):
        await begun(ward, ward.doctor, b"x")

    status, _ = await ward.call(
        ward.doctor, "POST", "/api/documents/uploads", {"name": "a.pdf", "size": 1, "patient": "anna"}
    )

    assert status == 409
    await begun(ward, ward.nurse, b"x")


async def test_a_lie_is_refused_in_words_and_leaves_nothing(ward: Any) -> None:
    sent = await ward.send(ward.anna, b"MZ" + bytes(500), "results.pdf")

    assert sent["status"] == 422
    assert "Windows program" in sent["detail"]
    assert await objects(ward) == 0
    assert (await ward.call(ward.anna, "GET", "/api/documents?patient=anna"))[1] == {"documents": []}


async def test_what_was_given_up_is_thrown_away(ward: Any) -> None:
    upload = await begun(ward, ward.doctor, BIG)
    await patch(ward, ward.doctor, upload, 0, BIG[:CHUNK])

    assert (await ward.call(ward.doctor, "DELETE", f"/api/documents/uploads/{upload}"))[0] == 204

    assert await objects(ward) == 0
    assert (await patch(ward, ward.doctor, upload, CHUNK, BIG[CHUNK:]))[0] == 404


async def test_what_nobody_finishes_is_swept_and_documents_stay(ward: Any) -> None:
    document = await ward.scanned(ward.doctor, samples.pdf(), "scan.pdf")
    upload = await begun(ward, ward.doctor, BIG)
    await patch(ward, ward.doctor, upload, 0, BIG[:CHUNK])
    orphan = "d" * 32
    await ward.clinic.files.shelf.put(orphan, pieces(b"left by a process that died"))

    ward.later(2 * doors.UNFINISHED)
    await ward.clinic.files.tidy()

    assert await objects(ward) == 1
    assert await ward.bytes(ward.doctor, document) == samples.pdf()


async def pieces(body: bytes) -> Any:
    yield body


async def test_a_sweep_leaves_what_is_just_being_sent(ward: Any) -> None:
    upload = await begun(ward, ward.doctor, BIG)
    await patch(ward, ward.doctor, upload, 0, BIG[:CHUNK])
    await ward.clinic.files.shelf.put("d" * 32, pieces(b"of a request under way"))

    await ward.clinic.files.tidy()

    assert await objects(ward) == 2
    assert (await patch(ward, ward.doctor, upload, CHUNK, BIG[CHUNK:]))[0] == 200


async def objects(ward: Any) -> int:
    return len([kept async for kept in ward.clinic.files.shelf.names()])


# --- who may send what


async def test_a_patient_sends_for_themselves_only(ward: Any) -> None:
    said = {"name": "a.pdf", "size": 1, "patient": "boris"}

    assert (await ward.call(ward.anna, "POST", "/api/documents/uploads", said))[0] == 404
    assert (await ward.call(ward.anna, "POST", "/api/documents/uploads", {**said, "patient": None}))[0] == 422


async def test_what_staff_do_about_a_document_is_not_shown_to_who_sent_it(ward: Any) -> None:
    await ward.scanned(ward.anna, samples.jpeg(), "photo.jpg")

    shown = [
        (await ward.call(who, "GET", "/fhir/R4/Task?patient=anna"))[1]["total"] for who in (ward.doctor, ward.anna)
    ]

    assert shown == [1, 0]


@pytest.mark.parametrize("role", ["pharmacist", "security-officer", "administrator"])
async def test_roles_without_documents_send_none(ward: Any, role: str) -> None:
    token = ward.clinic.sign_in(role, "Practitioner/other")

    assert (await ward.call(token, "POST", "/api/documents/uploads", {"name": "a.pdf", "size": 1, "patient": "anna"}))[
        0
    ] == 403


async def test_a_patient_cannot_make_a_document_but_by_sending_one(ward: Any) -> None:
    made = {"resourceType": "Binary", "contentType": "text/html", "securityContext": {"reference": "Patient/anna"}}

    assert (await ward.call(ward.anna, "POST", "/fhir/R4/Binary", made))[0] == 403


async def test_a_visit_of_another_patient_is_refused(ward: Any) -> None:
    chart = ward.clinic.servant()
    visit = {
        "resourceType": "Encounter",
        "id": "visit",
        "status": "finished",
        "class": {"code": "AMB"},
        "subject": {"reference": "Patient/boris"},
    }
    await chart.update("Encounter", "visit", visit)
    said = {"name": "a.pdf", "size": 1, "patient": "anna", "encounter": "visit"}

    assert (await ward.call(ward.doctor, "POST", "/api/documents/uploads", said))[0] == 422


def holding(folder: Path, canary: bytes) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and canary in path.read_bytes()]


async def test_what_is_said_of_a_file_is_sealed_while_it_waits(ward: Any, tmp_path: Path) -> None:
    await begun(ward, ward.doctor, BIG, title="Canary Quetzalcoatl")
    from meridian.store.plan import Query  # noqa: PLC0415  # a look behind the door

    def rows() -> Any:
        return (yield Query("SELECT said FROM upload"))

    [[said]] = await ward.clinic.engine.read(rows)

    assert b"Quetzal" not in bytes(said)
    assert not holding(tmp_path, b"Quetzal")


async def test_the_log_says_who_sent_what_for_whom(ward: Any) -> None:
    document = await ward.scanned(ward.doctor, samples.pdf(), "scan.pdf", title="Canary Quetzalcoatl")

    entries = [one for one in await ward.clinic.log() if one.action == "documents/$receive"]

    assert [one.patient for one in entries] == ["anna", "anna"]
    assert f"DocumentReference/{document}" in entries[-1].seen
    assert "Quetzal" not in str(await ward.clinic.log())


async def test_what_was_begun_is_listed_for_its_sender_until_it_is_whole(ward: Any) -> None:
    upload = await begun(ward, ward.doctor, BIG)
    await patch(ward, ward.doctor, upload, 0, BIG[:CHUNK])

    status, mine = await ward.call(ward.doctor, "GET", "/api/documents/uploads")
    _, anothers = await ward.call(ward.nurse, "GET", "/api/documents/uploads")

    assert status == 200
    assert [(one["id"], one["name"], one["patient"], one["offset"]) for one in mine] == [
        (upload, "photo.jpg", "anna", CHUNK)
    ]
    assert anothers == []
    await patch(ward, ward.doctor, upload, CHUNK, BIG[CHUNK:])
    assert (await ward.call(ward.doctor, "GET", "/api/documents/uploads"))[1] == []
