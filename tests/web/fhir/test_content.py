"""A Binary is given as FHIR to whoever asks for FHIR, and as what it is to a browser; never so that it could run."""

import base64
from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.anyio

BASE = "/fhir/R4"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PAGE = b"<script>alert(1)</script>"


async def kept(client: httpx.AsyncClient, media: str, data: bytes = PAGE, **more: Any) -> str:
    body = {"resourceType": "Binary", "contentType": media, "data": base64.b64encode(data).decode()} | more
    answer = await client.post(f"{BASE}/Binary", json=body)
    assert answer.status_code == 201, answer.text
    return f"{BASE}/Binary/{answer.json()['id']}"


async def test_a_browser_gets_the_content_and_a_program_the_resource(doctor: httpx.AsyncClient) -> None:
    url = await kept(doctor, "application/pdf", b"%PDF-1.7")

    seen = await doctor.get(url, headers={"accept": BROWSER})
    read = await doctor.get(url, headers={"accept": "application/fhir+json"})

    assert (seen.content, seen.headers["content-type"]) == (b"%PDF-1.7", "application/pdf")
    assert seen.headers["content-disposition"] == "inline"
    assert read.json()["resourceType"] == "Binary"


@pytest.mark.parametrize("media", ["text/html", "image/svg+xml", "application/xhtml+xml", "text/html; charset=utf-8"])
async def test_what_could_carry_a_script_is_a_download(doctor: httpx.AsyncClient, media: str) -> None:
    answer = await doctor.get(await kept(doctor, media), headers={"accept": BROWSER})

    assert answer.headers["content-disposition"] == "attachment"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "media", ["text/javascript", "application/x-javascript", "text/jscript; charset=utf-8", "text/css"]
)
async def test_what_a_page_could_load_has_no_type_to_load_it_by(doctor: httpx.AsyncClient, media: str) -> None:
    answer = await doctor.get(await kept(doctor, media), headers={"accept": "*/*", "sec-fetch-dest": "script"})

    assert answer.content == PAGE
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_media_type_that_is_none_becomes_no_header(doctor: httpx.AsyncClient) -> None:
    answer = await doctor.get(await kept(doctor, "text/html, text/plain"), headers={"accept": BROWSER})

    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment"


async def test_another_type_than_binary_is_fhir_for_a_browser_too(doctor: httpx.AsyncClient) -> None:
    answer = await doctor.post(f"{BASE}/Patient", json={"resourceType": "Patient", "gender": "other"})

    seen = await doctor.get(f"{BASE}/Patient/{answer.json()['id']}", headers={"accept": BROWSER})

    assert seen.json()["resourceType"] == "Patient"
