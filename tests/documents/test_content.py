"""Nobody gets at bytes but by a link of their own session, to a document that is theirs to read and clean."""

import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from meridian.access import files as doors
from meridian.files.sealing import CHUNK
from meridian.store.records.erasing import destroy_key
from meridian.testing import samples

pytestmark = pytest.mark.anyio

PDF = samples.pdf(b"(Canary Quetzalcoatl)")


async def link(ward: Any, token: str, document: str) -> str:
    status, found = await ward.call(token, "POST", f"/api/documents/{document}/link")
    assert status == 201, found
    return str(found["url"])


async def get(ward: Any, token: str, url: str, **headers: str) -> Any:
    async with ward.clinic.client(token, **headers) as client:
        return await client.get(url)


async def test_a_document_is_shown_in_a_sandbox_and_kept_by_no_cache(ward: Any) -> None:
    document = await ward.scanned(ward.doctor, PDF, "scan.pdf")

    answer = await get(ward, ward.doctor, await link(ward, ward.doctor, document))

    assert answer.content == PDF
    assert answer.headers.get_list("content-security-policy") == [
        "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ]
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("inline;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("name", "body", "how"),
    [
        ("letter.docx", samples.docx(), "attachment"),
        ("note.txt", b"plain words", "attachment"),
        ("knee.dcm", samples.dicom(), "attachment"),
        ("photo.heic", samples.heic(), "attachment"),
        ("photo.png", samples.png(), "inline"),
    ],
)
async def test_only_pictures_and_pdfs_are_shown_by_the_browser(ward: Any, name: str, body: bytes, how: str) -> None:
    document = await ward.scanned(ward.doctor, body, name)

    answer = await get(ward, ward.doctor, await link(ward, ward.doctor, document))

    assert answer.headers["content-disposition"].startswith(how)
    assert answer.headers["content-type"].split("/")[1].split(";")[0] not in {"html", "svg+xml", "xml", "javascript"}


async def test_anything_can_be_had_as_a_file_to_keep(ward: Any) -> None:
    document = await ward.scanned(ward.doctor, PDF, "Befund Müller.pdf")

    answer = await get(ward, ward.doctor, await link(ward, ward.doctor, document) + "?download=true")

    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"Befund M_ller.pdf\"; filename*=UTF-8''Befund%20M%C3%BCller.pdf"
    )


async def test_parts_of_a_file_can_be_had(ward: Any) -> None:
    body = samples.jpeg()[:-2] + bytes(3 * CHUNK) + b"\xff\xd9"
    document = await ward.scanned(ward.doctor, body, "photo.jpg")
    url = await link(ward, ward.doctor, document)

    middle = await get(ward, ward.doctor, url, range=f"bytes={CHUNK - 5}-{2 * CHUNK + 5}")
    tail = await get(ward, ward.doctor, url, range="bytes=-2")
    none = await get(ward, ward.doctor, url, range=f"bytes={len(body)}-")

    assert (middle.status_code, middle.content) == (206, body[CHUNK - 5 : 2 * CHUNK + 6])
    assert middle.headers["content-range"] == f"bytes {CHUNK - 5}-{2 * CHUNK + 5}/{len(body)}"
    assert tail.content == b"\xff\xd9"
    assert none.status_code == 416


# --- whose it is


async def test_another_session_cannot_use_a_link(ward: Any) -> None:
    document = await ward.scanned(ward.doctor, PDF, "scan.pdf")
    url = await link(ward, ward.doctor, document)
    person = ward.clinic.people[ward.doctor]
    ward.clinic.people["elsewhere"] = replace(person, session="another")

    for token in (ward.nurse, ward.anna, ward.boris, ward.lab, "elsewhere"):
        assert (await get(ward, token, url)).status_code == 404
    assert (await get(ward, "", url)).status_code == 401


async def test_a_link_ends_after_a_minute(ward: Any) -> None:
    document = await ward.scanned(ward.doctor, PDF, "scan.pdf")
    url = await link(ward, ward.doctor, document)

    ward.later(doors.LINK - 5000)
    assert (await get(ward, ward.doctor, url)).status_code == 200
    ward.later(6000)
    assert (await get(ward, ward.doctor, url)).status_code == 404


async def test_a_link_is_used_up(ward: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "LINK_USES", 3)
    document = await ward.scanned(ward.doctor, PDF, "scan.pdf")
    url = await link(ward, ward.doctor, document)

    assert [(await get(ward, ward.doctor, url)).status_code for _ in range(4)] == [200, 200, 200, 404]


async def test_a_guess_and_a_tampered_link_lead_nowhere(ward: Any) -> None:
    document = await ward.scanned(ward.doctor, PDF, "scan.pdf")
    url = await link(ward, ward.doctor, document)
    other = "A" if url[-1] != "A" else "B"

    for guess in (url[:-1] + other, f"/api/documents/content/{secrets.token_urlsafe(32)}", url[:-1], url + "="):
        assert (await get(ward, ward.doctor, guess)).status_code == 404


async def test_only_a_digest_of_a_link_is_kept(ward: Any, tmp_path: Path) -> None:
    document = await ward.scanned(ward.doctor, PDF, "scan.pdf")
    token = (await link(ward, ward.doctor, document)).rpartition("/")[2]

    assert not holding(tmp_path, token.encode())
    assert token not in str(await ward.clinic.log())


def holding(folder: Path, canary: bytes) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and canary in path.read_bytes()]


async def test_boris_reaches_no_byte_of_anna_by_any_path(ward: Any) -> None:
    document = await ward.scanned(ward.doctor, PDF, "scan.pdf")
    own = await ward.scanned(ward.boris, samples.pdf(), "mine.pdf", patient="boris")
    binary = await binary_of(ward, document)

    tried = [
        ("GET", f"/fhir/R4/DocumentReference/{document}", None),
        ("GET", f"/fhir/R4/DocumentReference/{document}/_history/1", None),
        ("GET", f"/fhir/R4/Binary/{binary}", None),
        ("POST", f"/api/documents/{document}/link", None),
        ("GET", f"/api/documents/{document}/versions", None),
        ("POST", f"/api/documents/{document}/retract", {"reason": "because"}),
        ("PATCH", f"/api/documents/{document}", {"title": "x"}),
    ]

    for method, path, body in tried:
        assert (await ward.call(ward.boris, method, path, body))[0] in {403, 404}, path
    assert (await get(ward, ward.boris, f"/fhir/R4/Binary/{binary}", accept="application/pdf")).status_code == 404
    status, said = await ward.call(ward.boris, "GET", "/api/documents?patient=anna")
    assert (status, said) == (200, {"documents": []})
    assert (await get(ward, ward.boris, await link(ward, ward.boris, own))).status_code == 200


async def test_a_document_that_points_at_somebody_elses_bytes_does_not_open_them(ward: Any) -> None:
    """Whoever may write a document of one patient may not read another's file through it."""
    secret = await ward.scanned(ward.doctor, PDF, "scan.pdf")
    forged = {
        "resourceType": "DocumentReference",
        "status": "current",
        "subject": {"reference": "Patient/boris"},
        "content": [
            {"attachment": {"contentType": "application/pdf", "url": f"Binary/{await binary_of(ward, secret)}"}}
        ],
    }
    made = await ward.clinic.servant().create("DocumentReference", forged)

    assert (await ward.call(ward.boris, "POST", f"/api/documents/{made.stored.id}/link"))[0] == 404


async def test_another_organisation_finds_nothing(ward: Any) -> None:
    document = await ward.scanned(ward.doctor, PDF, "scan.pdf")
    url = await link(ward, ward.doctor, document)
    stranger = ward.clinic.sign_in("clinician", "Practitioner/doc", org=2)

    assert (await get(ward, stranger, url)).status_code == 404
    assert (await ward.call(stranger, "POST", f"/api/documents/{document}/link"))[0] == 404


async def binary_of(ward: Any, document: str) -> str:
    _, found = await ward.call(ward.doctor, "GET", f"/fhir/R4/DocumentReference/{document}")
    return str(found["content"][0]["attachment"]["url"]).removeprefix("Binary/")


# --- the Binary itself


async def test_a_binary_gives_its_bytes_to_whoever_may_read_it(ward: Any) -> None:
    document = await ward.scanned(ward.doctor, PDF, "scan.pdf")
    binary = await binary_of(ward, document)

    answer = await get(ward, ward.anna, f"/fhir/R4/Binary/{binary}", accept="application/pdf")

    assert answer.content == PDF
    assert "sandbox" in answer.headers["content-security-policy"]
    assert [one.what for one in await ward.clinic.log() if one.action == "Binary/$content"] == [f"Binary/{binary}"]


async def test_a_binary_in_quarantine_gives_nothing(ward: Any) -> None:
    sent = await ward.send(ward.doctor, PDF, "scan.pdf")
    binary = await binary_of(ward, sent["document"])

    assert (await get(ward, ward.doctor, f"/fhir/R4/Binary/{binary}", accept="application/pdf")).status_code == 403


# --- before a byte leaves


async def test_the_entry_is_there_before_the_bytes(ward: Any) -> None:
    document = await ward.scanned(ward.doctor, PDF, "scan.pdf")
    url = await link(ward, ward.doctor, document)

    await get(ward, ward.doctor, url)

    last = (await ward.clinic.log())[-1]
    assert (last.action, last.outcome, last.patient) == ("documents/$content", "ok", "anna")
    assert f"DocumentReference/{document}" in last.seen


async def test_no_byte_leaves_when_the_log_does_not_take_the_entry(ward: Any) -> None:
    document = await ward.scanned(ward.doctor, PDF, "scan.pdf")
    url = await link(ward, ward.doctor, document)

    ward.clinic.engine.sequencer = None
    answer = await get(ward, ward.doctor, url)

    assert answer.status_code == 503
    assert b"Quetzal" not in answer.content


# --- damage and destruction


async def objects(ward: Any) -> list[Path]:
    root = ward.clinic.files.shelf._root
    return [root / kept.name[:2] / kept.name async for kept in ward.clinic.files.shelf.names()]


async def test_a_file_that_was_cut_off_is_an_error_and_no_part_of_it(ward: Any) -> None:
    document = await ward.scanned(ward.doctor, PDF, "scan.pdf")
    url = await link(ward, ward.doctor, document)
    [place] = await objects(ward)
    cut(place)

    answer = await get(ward, ward.doctor, url)

    assert answer.status_code == 503
    assert b"Quetzal" not in answer.content


async def test_a_file_that_was_altered_is_an_error_and_no_part_of_it(ward: Any) -> None:
    document = await ward.scanned(ward.doctor, PDF, "scan.pdf")
    url = await link(ward, ward.doctor, document)
    [place] = await objects(ward)
    flip(place)

    answer = await get(ward, ward.doctor, url)

    assert answer.status_code == 503
    assert b"Quetzal" not in answer.content


async def test_the_file_of_another_document_in_its_place_does_not_open(ward: Any) -> None:
    first = await ward.scanned(ward.doctor, PDF, "scan.pdf")
    [mine] = await objects(ward)
    await ward.scanned(ward.doctor, samples.pdf(b"(Canary Quetzalcoatm)"), "scan.pdf", patient="boris")
    [theirs] = [place for place in await objects(ward) if place != mine]
    swap(mine, theirs)

    answer = await get(ward, ward.doctor, await link(ward, ward.doctor, first))

    assert answer.status_code == 503


async def test_destroying_a_patients_key_destroys_their_files(ward: Any) -> None:
    document = await ward.scanned(ward.doctor, PDF, "scan.pdf")
    kept = {place: content(place) for place in await objects(ward)}
    other = await ward.scanned(ward.doctor, samples.pdf(), "scan.pdf", patient="boris")
    url = await link(ward, ward.doctor, document)

    await ward.clinic.engine.write(lambda: destroy_key(1, "anna"))
    ward.later(2 * doors.UNFINISHED)
    assert (await get(ward, ward.doctor, url)).status_code == 404
    await ward.clinic.files.tidy()

    assert not [place for place in await objects(ward) if place in kept]
    assert await ward.bytes(ward.doctor, other) == samples.pdf()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def flip(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[50] ^= 1
    path.write_bytes(raw)


def swap(one: Path, other: Path) -> None:
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


def content(path: Path) -> bytes:
    return path.read_bytes()


async def test_nothing_of_a_document_can_be_read_anywhere_on_the_disk(ward: Any, tmp_path: Path) -> None:
    await ward.scanned(ward.doctor, PDF, "Quetzalcoatl.pdf", title="About Quetzalcoatl")

    assert not holding(tmp_path, b"Quetzal")
    assert not holding(ward.clinic.files.shelf._root, b"Quetzal")
