"""Nothing is shown before it was scanned; what was refused is shown to nobody; who looked is written down."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from meridian.documents.checking import clamd as clamds
from meridian.documents.checking.clamd import Clamd, TooBig
from meridian.documents.checking.scanning import Scanner
from meridian.documents.scanning import scan
from meridian.faults import Unavailable
from meridian.testing import samples
from meridian.testing.clamd import CANARY, Daemon, missing

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="session")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A real clamd."""
    if reason := missing():
        pytest.skip(reason)
    running = Daemon(tmp_path_factory.mktemp("clamd"))
    yield running
    running.close()


async def lines(ward: Any, token: str) -> list[dict[str, Any]]:
    _, found = await ward.call(token, "GET", "/api/documents?patient=anna")
    return list(found["documents"])


async def tasks(ward: Any, code: str) -> list[dict[str, Any]]:
    _, found = await ward.call(ward.doctor, "GET", f"/fhir/R4/Task?code={code}")
    return [one["resource"] for one in found.get("entry", ())]


async def test_before_it_is_scanned_nobody_gets_it_and_its_patient_does_not_see_it(ward: Any) -> None:
    sent = await ward.send(ward.doctor, samples.pdf(), "scan.pdf")

    [line] = await lines(ward, ward.doctor)
    assert (line["state"], line["scannedBy"]) == ("scanning", None)
    assert (await ward.call(ward.doctor, "POST", f"/api/documents/{sent['document']}/link"))[0] == 403
    assert await lines(ward, ward.anna) == []


async def test_once_it_is_clean_its_patient_sees_it_and_it_says_who_looked(ward: Any) -> None:
    document = await ward.scanned(ward.doctor, samples.pdf(), "scan.pdf")

    [line] = await lines(ward, ward.anna)
    assert (line["state"], line["forPatient"]) == ("clean", True)
    assert line["scannedBy"] == "Built-in checks (no virus scanner is installed)"
    assert await ward.bytes(ward.anna, document) == samples.pdf()


async def test_what_is_for_staff_only_stays_so(ward: Any) -> None:
    await ward.scanned(ward.doctor, samples.pdf(), "scan.pdf", forPatient=False)

    assert await lines(ward, ward.anna) == []
    [line] = await lines(ward, ward.nurse)
    assert (line["state"], line["forPatient"]) == ("clean", False)


async def test_what_a_patient_sends_they_see_at_once_and_open_once_it_is_clean(ward: Any) -> None:
    sent = await ward.send(ward.anna, samples.jpeg(), "rash.jpg", category="photo")

    assert [line["state"] for line in await lines(ward, ward.anna)] == ["scanning"]
    assert (await ward.call(ward.anna, "POST", f"/api/documents/{sent['document']}/link"))[0] == 403
    await ward.settle()
    assert await ward.bytes(ward.anna, sent["document"]) == samples.jpeg()
    [task] = await tasks(ward, "document-review")
    assert task["focus"]["reference"] == f"DocumentReference/{sent['document']}"


async def test_what_acts_is_refused_with_a_reason_and_a_task_and_handed_to_nobody(ward: Any) -> None:
    acting = samples.pdf(b"<< /S /JavaScript /JS (app.alert(1)) >>")
    document = await ward.scanned(ward.doctor, acting, "scan.pdf")

    [line] = await lines(ward, ward.doctor)
    assert (line["state"], line["why"]) == ("refused", "The PDF holds a script")
    for token in (ward.doctor, ward.nurse, ward.anna, ward.clinic.sign_in("service", "Device/x")):
        assert (await ward.call(token, "POST", f"/api/documents/{document}/link"))[0] in {403, 404}
    assert await lines(ward, ward.anna) == []
    [task] = await tasks(ward, "document-review")
    assert task["priority"] == "urgent"


async def test_a_label_taken_away_by_hand_does_not_open_a_refused_file(ward: Any) -> None:
    """The labels say what to show; whether bytes leave, the file's own state says."""
    document = await ward.scanned(ward.doctor, samples.pdf(b"<< /S /Launch >>"), "scan.pdf")
    _, found = await ward.call(ward.doctor, "GET", f"/fhir/R4/DocumentReference/{document}")
    found["meta"].pop("security")
    assert (await ward.call(ward.doctor, "PUT", f"/fhir/R4/DocumentReference/{document}", found))[0] == 200

    assert (await ward.call(ward.doctor, "POST", f"/api/documents/{document}/link"))[0] == 403


async def test_scanning_again_changes_nothing(ward: Any) -> None:
    document = await ward.scanned(ward.doctor, samples.pdf(), "scan.pdf")
    before = await lines(ward, ward.doctor)

    await scan(ward.clinic.servant(), ward.clinic.files, Scanner(), document)

    assert await lines(ward, ward.doctor) == before


async def test_a_scanner_that_does_not_answer_leaves_it_in_quarantine_to_be_scanned_later(ward: Any) -> None:
    ward.scanner = Scanner(Clamd("127.0.0.1:9"))
    sent = await ward.send(ward.doctor, samples.pdf(), "scan.pdf")
    await ward.settle()
    assert [line["state"] for line in await lines(ward, ward.doctor)] == ["scanning"]

    ward.scanner = Scanner()
    ward.later(60_000)
    await ward.settle()

    assert await ward.bytes(ward.doctor, sent["document"]) == samples.pdf()


async def test_a_document_that_was_taken_back_meanwhile_is_not_scanned(ward: Any) -> None:
    sent = await ward.send(ward.doctor, samples.pdf(), "scan.pdf")
    await ward.call(ward.doctor, "POST", f"/api/documents/{sent['document']}/retract", {"reason": "wrong patient"})

    await ward.settle()

    assert [line["state"] for line in await lines(ward, ward.doctor)] == ["retracted"]


# --- ClamAV


async def test_clamd_finds_what_the_built_in_checks_do_not_know(ward: Any, daemon: Daemon) -> None:
    ward.scanner = Scanner(Clamd(daemon.address))

    await ward.scanned(ward.doctor, b"this text holds " + CANARY, "note.txt")

    [line] = await lines(ward, ward.doctor)
    assert (line["state"], line["why"]) == ("refused", "The virus scanner found Canary.Worm.UNOFFICIAL")
    assert line["scannedBy"].startswith("ClamAV")


async def test_clamd_and_the_built_in_checks_both_look(ward: Any, daemon: Daemon) -> None:
    ward.scanner = Scanner(Clamd(daemon.address))

    await ward.scanned(ward.doctor, samples.pdf(), "scan.pdf")

    [line] = await lines(ward, ward.doctor)
    assert line["state"] == "clean"
    assert line["scannedBy"].startswith("ClamAV ")
    assert line["scannedBy"].endswith("and built-in checks")


async def one(body: bytes) -> Any:
    for start in range(0, len(body), 65_536):
        yield body[start : start + 65_536]


async def test_clamd_says_what_it_is(daemon: Daemon) -> None:
    assert (await Clamd(daemon.address).version()).startswith("ClamAV ")


async def test_clamd_reads_to_the_end_of_a_large_file(daemon: Daemon) -> None:
    clamd = Clamd(daemon.address)

    assert await clamd.harm(one(b"\1" * 5_000_000)) == ""
    assert "Eicar" in await clamd.harm(one(b"\1" * 5_000_000 + samples.EICAR))


async def test_a_file_too_large_for_clamd_is_not_called_clean(tmp_path: Path) -> None:
    if reason := missing():
        pytest.skip(reason)
    small = await asyncio.to_thread(Daemon, tmp_path, limit="1M")
    try:
        with pytest.raises(TooBig, match="StreamMaxLength"):
            await Clamd(small.address).harm(one(b"\1" * 3_000_000))
    finally:
        await asyncio.to_thread(small.close)


@pytest.mark.parametrize("answer", [b"", b"stream: maybe\0", b"\xff" * 5000, b"stream: OK\nstream: OK\0"])
async def test_a_scanner_that_talks_nonsense_is_not_believed(
    answer: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clamds, "_SECONDS", 3.0)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_unix_server(talk, str(tmp_path / "socket"))
    async with server:
        with pytest.raises(Unavailable):
            await Clamd(str(tmp_path / "socket")).harm(one(b"x"))


async def test_a_scanner_that_says_nothing_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clamds, "_SECONDS", 0.2)

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_unix_server(silent, str(tmp_path / "socket"))
    async with server:
        with pytest.raises(Unavailable, match="does not answer"):
            await Clamd(str(tmp_path / "socket")).version()
        await asyncio.sleep(0.05)  # the other end sees that nobody is there any more
