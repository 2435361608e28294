"""A recording of two comes from the browser that made it, and is kept sealed, with its consent, for so long."""

import base64
import hashlib
from collections.abc import AsyncIterator

import pytest

from meridian.access.chart import Chart
from meridian.access.files import State
from meridian.documents import content, recordings, scanning, uploads
from meridian.documents.checking.scanning import Scanner
from meridian.faults import Conflict, Forbidden, Gone, Invalid, NotFound
from meridian.fhir.ours import extended
from meridian.jobs.worker import Later, Worker
from meridian.store.plan import Plan, Query
from meridian.telehealth import bringing, consenting
from meridian.testing import samples
from meridian.testing.practice import at
from meridian.testing.surgery import VISIT, Surgery

pytestmark = pytest.mark.anyio
FILM = samples.webm()


async def recorded(surgery: Surgery) -> None:
    """Ann and Pat talked, were recorded with their consent, and the recording has ended."""
    await surgery.recording_allowed()
    await surgery.call()
    await consenting.ask(surgery.parts, surgery.ann(), VISIT)
    await consenting.answer(surgery.parts, surgery.pat(), VISIT, yes=True)
    await consenting.stop(surgery.parts, surgery.ann(), VISIT)


async def brought(  # what is said of a part
    surgery: Surgery, film: bytes = FILM, part: int = 1, chart: Chart | None = None, take: str = "a"
) -> str:
    """Ann's browser brings a part; the document it became."""
    files, ann = surgery.practice.clinic.files, chart or surgery.ann()
    tape = await bringing.tape(ann, VISIT, take, part)
    coming = await uploads.begin_recording(ann, files, tape, len(film))
    if coming.document:
        return coming.document
    done = await uploads.append(ann, files, coming.id, 0, pieces(film))
    assert done.document
    return done.document


async def pieces(film: bytes) -> AsyncIterator[bytes]:
    yield film


async def settle(surgery: Surgery) -> None:
    """What is due is done."""
    clinic = surgery.practice.clinic
    handlers = {
        uploads.SCAN: scanning.handler(clinic.serve, clinic.files, Scanner()),
        recordings.ENDS: recordings.ender(clinic.serve, clinic.files, Later),
    }
    await Worker(clinic.engine, handlers, clock=surgery.practice.watch).until_idle()


async def test_a_part_is_a_document_of_the_visit_with_its_consent_digest_and_end(surgery: Surgery) -> None:
    await recorded(surgery)
    document = await brought(surgery)
    await settle(surgery)

    found = await surgery.practice.read("DocumentReference", document)
    [attached] = [one["attachment"] for one in found["content"]]
    [consent] = [one for one in await surgery.practice.search("Consent") if one["policy"][0]["uri"] == consenting.PAPER]
    [encounter] = await surgery.practice.search("Encounter")
    assert (attached["contentType"], attached["size"]) == ("video/webm", len(FILM))
    assert attached["hash"] == base64.b64encode(hashlib.sha1(FILM).digest()).decode()  # noqa: S324  # as FHIR has it
    said = {name: extended(found, name) or {} for name in ("sha-256", "recorded-by-consent", "kept-until")}
    assert said["sha-256"]["valueBase64Binary"] == base64.b64encode(hashlib.sha256(FILM).digest()).decode()
    assert said["recorded-by-consent"]["valueReference"] == {"reference": f"Consent/{consent['id']}"}
    assert said["kept-until"]["valueDate"] == "2032-03-02"
    assert found["context"]["encounter"] == [{"reference": f"Encounter/{encounter['id']}"}]
    assert found["subject"] == {"reference": "Patient/pat"}
    assert (found["status"], found["docStatus"]) == ("current", "final")


async def test_its_bytes_are_sealed_and_staff_see_them_and_the_patient_does_not_before_they_are_given(
    surgery: Surgery,
) -> None:
    await recorded(surgery)
    document = await brought(surgery)
    files = surgery.practice.clinic.files
    with pytest.raises(Forbidden, match="checked"):
        await content.link(surgery.ann(), files, document)
    await settle(surgery)

    link = await content.link(surgery.ben(), files, document)
    opened = await content.opened(surgery.ben(), files, link.url.rpartition("/")[2])
    assert opened.sealed is not None
    assert b"".join([piece async for piece in opened.sealed.read()]) == FILM
    assert (opened.media, opened.inline) == ("video/webm", False)
    [name] = [one.name async for one in files.shelf.names()]
    assert FILM[:16] not in await files.shelf.get(name, 0, len(FILM))
    with pytest.raises(NotFound):
        await content.link(surgery.pat(), files, document)


async def test_a_part_is_kept_once_and_the_next_one_beside_it(surgery: Surgery) -> None:
    await recorded(surgery)
    first = await brought(surgery)

    assert await brought(surgery) == first
    others = {await brought(surgery, part=2), await brought(surgery, take="b"), first}
    assert len(others) == len(await surgery.practice.search("DocumentReference")) == 3


@pytest.mark.parametrize("film", [samples.pdf(), samples.webm(after=b"x"), b"x" * 99])
async def test_what_is_no_recording_is_not_kept(surgery: Surgery, film: bytes) -> None:
    await recorded(surgery)

    with pytest.raises(Invalid, match="not a recording"):
        await brought(surgery, film)
    assert await surgery.practice.search("DocumentReference") == []


async def test_what_nobody_agreed_to_is_not_taken(surgery: Surgery) -> None:
    await surgery.recording_allowed()
    await surgery.call()
    await consenting.ask(surgery.parts, surgery.ann(), VISIT)
    await consenting.answer(surgery.parts, surgery.pat(), VISIT, yes=False)

    with pytest.raises(Conflict, match="No browser has recorded"):
        await brought(surgery)


async def test_only_a_host_who_was_inside_brings_it(surgery: Surgery) -> None:
    await recorded(surgery)

    for chart in (surgery.ben(), surgery.pat(), surgery.rel(), await surgery.guest()):
        with pytest.raises(Forbidden):
            await brought(surgery, chart=chart)
    for chart in (surgery.pat("pia"), await surgery.elsewhere()):
        with pytest.raises(NotFound, match="no such visit"):
            await brought(surgery, chart=chart)


async def test_it_is_brought_within_a_day(surgery: Surgery) -> None:
    await recorded(surgery)
    surgery.practice.watch.set(at("08:56", "2026-03-03"))

    with pytest.raises(Conflict, match="lately"):
        await brought(surgery)


async def test_it_is_destroyed_when_it_has_been_kept_long_enough(surgery: Surgery) -> None:
    await recorded(surgery)
    document = await brought(surgery)
    await settle(surgery)
    surgery.practice.watch.set("2032-03-03T23:00:00+00:00")
    await settle(surgery)
    assert (await surgery.practice.read("DocumentReference", document))["status"] == "current"
    surgery.practice.watch.set("2032-03-04T00:00:00+00:00")

    await settle(surgery)

    with pytest.raises(Gone):
        await surgery.practice.read("DocumentReference", document)
    clinic = surgery.practice.clinic
    await clinic.files._sweep(2**60)

    assert await clinic.engine.read(kept_files) == []
    assert [one.name async for one in clinic.files.shelf.names()] == []


def kept_files() -> Plan[list[object]]:
    rows: list[object] = yield Query("SELECT id FROM file")
    return rows


async def test_a_later_day_written_into_it_is_minded(surgery: Surgery) -> None:
    await recorded(surgery)
    document = await brought(surgery)
    await settle(surgery)
    found = await surgery.practice.read("DocumentReference", document)
    for one in found["extension"]:
        if one["url"].endswith("/kept-until"):
            one["valueDate"] = "2040-01-01"
    await surgery.practice.put("DocumentReference", document, **found)
    surgery.practice.watch.set("2032-03-04T00:00:00+00:00")

    await settle(surgery)

    assert (await surgery.practice.read("DocumentReference", document))["status"] == "current"
    surgery.practice.watch.set("2040-01-03T00:00:00+00:00")
    await settle(surgery)
    with pytest.raises(Gone):
        await surgery.practice.read("DocumentReference", document)


async def test_a_file_that_harms_is_refused_as_every_other(surgery: Surgery) -> None:
    await recorded(surgery)
    document = await brought(surgery, samples.webm(after=b"\xec\xc4" + samples.EICAR))
    await settle(surgery)

    clinic = surgery.practice.clinic
    found = await surgery.practice.read("DocumentReference", document)
    binary = found["content"][0]["attachment"]["url"].removeprefix("Binary/")
    states = await clinic.servant().consult("test/$states", lambda work: clinic.files.states(work, [binary]))
    assert states == {binary: State.REFUSED}
