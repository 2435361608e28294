"""
What a gateway recorded: sealed as documents, gone from its folder, whatever happens on the way.

The tracks are real: a browser sent them once through Janus, which wrote them; each test has a copy in the folder of its
visit's room.
"""

import base64
import hashlib
import json
import logging
import os
import shutil
import subprocess
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from meridian.access.chart import Chart
from meridian.access.files import Sealed
from meridian.access.tapes import Tape
from meridian.access.work import Plan, Work
from meridian.app.video import kept
from meridian.documents import papers
from meridian.faults import Unavailable
from meridian.files.folder import Folder
from meridian.settings import Janus as Settings
from meridian.telehealth import carrying, consenting, visits
from meridian.telehealth.media.janus import Janus
from meridian.telehealth.media.port import Room
from meridian.telehealth.media.tracks import takes
from meridian.telehealth.media.wire import Refused
from meridian.telehealth.recording import GIVEN_UP, QUIET, Keep, Tapes, waiting
from meridian.telehealth.visits import Coming
from meridian.testing.browser import chromium
from meridian.testing.janus import ADMIN_KEY, Gateway, browser
from meridian.testing.roommates import household
from meridian.testing.surgery import AGREED, VISIT, Surgery
from meridian.vault.secrets import Secrets

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

WEBM = bytes.fromhex("1a45dfa3")  # RFC 8794 section 11.2.1


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop, for one browser."""
    return "asyncio"


@pytest.fixture(scope="module")
async def reel(janus_server: Gateway, janus_vault: Secrets, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Janus wrote when `ann` and `pat` were recorded for a second or two."""
    if chromium() is None:
        pytest.skip("Chromium is not on this machine")
    adapter, room = Janus(janus_server.settings, janus_vault), Room(9, "reel", 1, recorded=True)
    async with household(janus_server) as house:
        for who in ("ann", "pat"):
            one = await house.roommate(await adapter.grant(room, who), e2ee=False)
            await one.send()
            await one.went(60)
        files = await adapter.stop_recording(room)
    folder = tmp_path_factory.mktemp("reel")
    for file in files:
        shutil.copy(file, folder)
    shutil.rmtree(janus_server.recordings / room.label)
    await adapter.let_go()
    return folder


@dataclass
class Taped:
    """A visit of three that a gateway recorded, and what takes that away."""

    surgery: Surgery
    room: Room
    place: Path
    ids: dict[str, str]
    tapes: Tapes

    async def stop(self) -> None:
        """The patient does not want it any more."""
        done = await consenting.answer(self.surgery.parts, self.surgery.pat(), VISIT, yes=False)
        await carrying.carry(self.surgery.parts, 1, done)

    def with_keep(self, keep: Keep) -> Tapes:
        """Somebody else who takes it away."""
        return Tapes(self.tapes.folder, self.tapes.gateway, self.tapes.calls, self.tapes.servant, keep)

    async def documents(self) -> list[dict[str, Any]]:
        """Of the patient's record, as a clinician finds them."""

        def plan(work: Work) -> Plan[list[dict[str, Any]]]:
            return (yield from work.search("DocumentReference", [("subject", "Patient/pat")]))

        return list(await self.surgery.ann().consult("test", plan))

    async def opened(self, document: dict[str, Any]) -> bytes:
        """Its bytes, by a clinician."""

        def plan(work: Work) -> Plan[Sealed | None]:
            return (yield from self.surgery.practice.clinic.files.opened(work, papers.binary_of(document)))

        sealed = await self.surgery.ann().consult("test", plan)
        assert sealed is not None
        return b"".join([piece async for piece in sealed.read()])

    def shelved(self) -> list[bytes]:
        """Everything that lies beside the records."""
        shelf = self.surgery.practice.clinic.files.shelf
        assert isinstance(shelf, Folder)
        return [path.read_bytes() for path in sorted(shelf._root.rglob("*")) if path.is_file()]


async def taped(surgery: Surgery, adapter: Janus, reel: Path) -> Taped:
    surgery.parts = replace(surgery.parts, gateway=adapter)
    await surgery.recording_allowed()
    parts = surgery.parts
    await surgery.call()
    guest = await surgery.guest()
    await surgery.let_in(guest, Coming(consent=True, name="Ines"))
    await consenting.ask(parts, surgery.ann(), VISIT)
    await consenting.answer(parts, surgery.pat(), VISIT, yes=True)
    done = await consenting.answer(parts, guest, VISIT, yes=True)
    await carrying.carry(parts, 1, done)
    ids = {one.part: one.id for one in done.after.people}
    room = carrying.room_of(1, done.after)
    place = Path(adapter.settings.recordings) / room.label
    copied(reel, place, {"ann": ids["host"], "pat": ids["patient"]})
    clinic = surgery.practice.clinic
    tapes = Tapes(place.parent, adapter, parts.calls, clinic.serve, kept(clinic.files))
    return Taped(surgery, room, place, ids, tapes)


def copied(reel: Path, place: Path, names: dict[str, str]) -> None:
    """The reel, as if those had sent it."""
    for path in reel.iterdir():
        who = path.name.partition("-user-")[2].partition(".")[0]
        shutil.copy(path, place / path.name.replace(f"-user-{who}.", f"-user-{names[who]}."))


@pytest.fixture
async def adapter(janus_server: Gateway, janus_vault: Secrets) -> AsyncIterator[Janus]:
    made = Janus(janus_server.settings, janus_vault)
    yield made
    for folder in janus_server.recordings.iterdir():
        shutil.rmtree(folder)
    await made.let_go()


@pytest.fixture
async def visit(sqlite_surgery: Surgery, adapter: Janus, reel: Path) -> Taped:
    return await taped(sqlite_surgery, adapter, reel)


async def recording(adapter: Janus, room: Room) -> bool | None:
    """Whether the gateway records; `None` where it has no such room."""
    found = await adapter._ask({"request": "list", "admin_key": ADMIN_KEY})
    name = adapter._names(room).room
    return next((bool(one["record"]) for one in found["list"] if one["room"] == name), None)


# --- what becomes of it


async def test_what_was_recorded_is_sealed_and_gone_from_the_gateway(
    surgery: Surgery, adapter: Janus, reel: Path, tmp_path: Path
) -> None:
    visit = await taped(surgery, adapter, reel)
    await visit.stop()

    await visit.tapes.sweep()

    documents = await visit.documents()
    assert sorted(one["description"].rpartition(" ")[2] for one in documents) == ["host", "patient"]
    assert not visit.place.exists()
    for document in documents:
        content = await visit.opened(document)
        assert streams(content, tmp_path / "it.webm") == ["opus", "vp8"]
        assert said(document, "sha-256", "valueBase64Binary") == digest(content)
        assert document["content"][0]["attachment"]["contentType"] == "video/webm"
    for raw in visit.shelved():
        assert WEBM not in raw
        assert b"OpusHead" not in raw


async def test_a_document_says_by_which_consent_it_was_recorded_and_until_when_it_is_kept(visit: Taped) -> None:
    await visit.stop()

    await visit.tapes.sweep()

    kept_visit = await visit.surgery.parts.calls.visit(1, VISIT)
    assert kept_visit is not None
    [document, _] = await visit.documents()
    assert said(document, "recorded-by-consent", "valueReference") == {"reference": f"Consent/{kept_visit.consent}"}
    assert document["context"]["encounter"] == [{"reference": f"Encounter/{kept_visit.encounter}"}]
    year = int(document["content"][0]["attachment"]["title"][len("visit-") :][:4])
    assert said(document, "kept-until", "valueDate").startswith(str(year + 6))


async def test_it_is_staffs_until_they_give_it_to_the_patient(visit: Taped) -> None:
    await visit.stop()
    await visit.tapes.sweep()
    [document, _] = await visit.documents()

    def plan(work: Work) -> Plan[Any]:
        return (yield from work.find("DocumentReference", document["id"]))

    assert await visit.surgery.pat().consult("test", plan) is None


async def test_that_it_was_kept_is_in_the_log(visit: Taped) -> None:
    await visit.stop()

    await visit.tapes.sweep()

    log = await visit.surgery.practice.clinic.log()
    assert {"video/$file-recording", "documents/$keep-recording"} <= {one.action for one in log}


async def test_a_recording_that_goes_on_is_left_alone(adapter: Janus, visit: Taped) -> None:
    await visit.tapes.sweep()

    assert len(list(visit.place.glob("*.mjr"))) == 4
    assert await recording(adapter, visit.room) is True


# --- it ends at once


async def test_a_no_ends_it_at_the_gateway_at_once(adapter: Janus, visit: Taped) -> None:
    assert await recording(adapter, visit.room) is True

    await visit.stop()

    assert await recording(adapter, visit.room) is False


async def test_what_nobody_could_tell_the_gateway_is_told_by_whoever_takes_the_files(
    adapter: Janus, visit: Taped
) -> None:
    await visits.end(visit.surgery.parts, visit.surgery.ann(), VISIT)  # and whoever was to carry that out died

    await visit.tapes.sweep()

    assert await recording(adapter, visit.room) is None
    assert len(await visit.documents()) == 2


async def test_who_went_while_the_gateway_was_away_is_put_out_with_the_next_change(
    adapter: Janus, janus_server: Gateway, visit: Taped
) -> None:
    parts, ann = visit.surgery.parts, visit.surgery.ann()
    guest = await adapter.grant(visit.room, visit.ids["interpreter"])
    await visits.remove(parts, ann, VISIT, visit.ids["interpreter"])  # and nobody could tell the gateway

    await carrying.carry(parts, 1, await visits.enter(parts, visit.surgery.nurse(), VISIT, AGREED))

    async with browser(janus_server, guest.token) as page:
        with pytest.raises(Refused, match="433"):
            await page.join(guest.room, guest.feed, guest.pin)


async def test_no_room_is_left_once_the_visit_is_over(adapter: Janus, visit: Taped) -> None:
    await visit.stop()
    parts, rooms = visit.surgery.parts, [visit.room._replace(number=n) for n in range(1, visit.room.number + 2)]
    every = [room._replace(recorded=recorded) for room in rooms for recorded in (False, True)]
    assert any([await recording(adapter, room) is not None for room in every])

    await carrying.carry(parts, 1, await visits.end(parts, visit.surgery.ann(), VISIT))

    assert [room for room in every if await recording(adapter, room) is not None] == []


# --- killed halfway


class Killed(BaseException):
    """As a power cut: nothing catches it."""


def dies(keep: Keep, *, after: int, kept_first: bool) -> Keep:
    """Somebody who is killed over the document after *after* good ones, with it kept or not."""
    count = 0

    async def dying(chart: Chart, tape: Tape, source: Path) -> None:
        nonlocal count
        count += 1
        if count <= after or kept_first:
            await keep(chart, tape, source)
        if count > after:
            raise Killed

    return dying


@pytest.mark.parametrize("kept_first", [True, False], ids=["once-it-is-kept", "before"])
@pytest.mark.parametrize("after", [0, 1])
async def test_whoever_is_killed_over_it_loses_nothing_and_doubles_nothing(
    visit: Taped, after: int, *, kept_first: bool
) -> None:
    await visit.stop()
    with pytest.raises(Killed):
        await visit.with_keep(dies(visit.tapes.keep, after=after, kept_first=kept_first)).sweep()

    await visit.tapes.sweep()

    assert len(await visit.documents()) == 2
    assert not visit.place.exists()


async def test_one_that_cannot_be_kept_now_waits_and_the_others_do_not(
    visit: Taped, caplog: pytest.LogCaptureFixture
) -> None:
    other = visit.place.with_name("1-1-another")
    other.mkdir()  # of a visit that is not there
    shutil.copy(next(visit.place.glob("*.mjr")), other)
    await visit.stop()

    with caplog.at_level(logging.ERROR):
        await visit.tapes.sweep()

    assert len(await visit.documents()) == 2
    assert other.is_dir()
    assert "cannot be taken" in caplog.text
    assert VISIT not in caplog.text


async def test_nothing_is_left_of_a_failed_attempt(visit: Taped) -> None:
    await visit.stop()

    async def fails(chart: Chart, tape: Tape, source: Path) -> None:
        del chart, tape, source
        raise Unavailable("not now")

    await visit.with_keep(fails).sweep()
    assert len(list(visit.place.glob("*.mjr"))) == 4

    await visit.tapes.sweep()
    assert len(await visit.documents()) == 2


async def test_two_at_once_are_one(visit: Taped) -> None:
    await visit.stop()
    ours, seen = visit.tapes.keep, list[str]()

    async def other(chart: Chart, tape: Tape, source: Path) -> None:
        del chart, source
        seen.append(tape.identifier)

    async def meanwhile(chart: Chart, tape: Tape, source: Path) -> None:
        await visit.with_keep(other).sweep()
        await ours(chart, tape, source)

    await visit.with_keep(meanwhile).sweep()

    assert seen == []
    assert len(await visit.documents()) == 2


async def test_a_file_that_is_being_written_is_waited_for(visit: Taped) -> None:
    await visit.stop()
    growing = under_way(visit)

    await visit.tapes.sweep()
    assert await visit.documents() == []

    aged(growing, QUIET + 1)
    await visit.tapes.sweep()
    assert len(await visit.documents()) == 2
    assert not visit.place.exists()


def under_way(visit: Taped) -> Path:
    """A file as a gateway leaves it that was killed."""
    file = next(visit.place.glob("*.mjr"))
    return file.rename(file.with_name(f"{file.name}.tmp"))


def aged(file: Path, seconds: float) -> None:
    """As if nobody had written to it for so long."""
    os.utime(file, (time.time() - seconds,) * 2)


async def test_what_a_gateway_wrote_that_is_gone_is_taken_all_the_same(janus_vault: Secrets, visit: Taped) -> None:
    await visit.stop()
    nowhere = Janus(Settings(url="http://127.0.0.1:1/janus", recordings=str(visit.tapes.folder)), janus_vault)

    await Tapes(visit.tapes.folder, nowhere, visit.tapes.calls, visit.tapes.servant, visit.tapes.keep).sweep()

    assert len(await visit.documents()) == 2
    await nowhere.let_go()


async def test_what_cannot_be_taken_for_a_week_is_destroyed(visit: Taped) -> None:
    orphan = visit.place.with_name("1-1-nobody")
    orphan.mkdir()
    shutil.copy(next(visit.place.glob("*.mjr")), orphan)

    [file] = orphan.iterdir()
    aged(file, GIVEN_UP - 3600)
    assert waiting(orphan) > 3600
    await visit.tapes.sweep()
    assert orphan.is_dir()

    aged(file, GIVEN_UP + 60)
    await visit.tapes.sweep()
    assert not orphan.exists()


# --- of what it is made


@pytest.mark.parametrize(
    ("programs", "media"),
    [
        (["ffmpeg"], {"application/octet-stream"}),
        (["janus-pp-rec"], {"video/webm", "audio/ogg"}),
        ([], {"application/octet-stream"}),
    ],
    ids=["no-converter", "no-joiner", "neither"],
)
async def test_what_cannot_be_converted_is_kept_as_it_is(
    visit: Taped, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, programs: list[str], media: set[str]
) -> None:
    for program in programs:
        (tmp_path / program).symlink_to(str(shutil.which(program)))
    monkeypatch.setenv("PATH", str(tmp_path))
    await visit.stop()

    await visit.tapes.sweep()

    documents = await visit.documents()
    assert len(documents) == 4
    assert {one["content"][0]["attachment"]["contentType"] for one in documents} == media
    assert not visit.place.exists()


async def test_a_track_that_is_none_is_kept_as_it_is_too(visit: Taped) -> None:
    await visit.stop()
    broken = next(visit.place.glob("*audio*.mjr"))
    broken.write_bytes(b"MJR00002" + bytes(5000))

    await visit.tapes.sweep()

    contents = [await visit.opened(one) for one in await visit.documents()]
    assert b"MJR00002" + bytes(5000) in contents
    assert not visit.place.exists()


async def test_a_track_of_which_nothing_came_is_none(visit: Taped) -> None:
    await visit.stop()
    next(visit.place.glob("*audio*.mjr")).write_bytes(b"MJR00002")

    await visit.tapes.sweep()

    assert len(await visit.documents()) == 2


def test_who_came_twice_was_recorded_twice(reel: Path, tmp_path: Path) -> None:
    copied(reel, tmp_path, {"ann": "a", "pat": "p"})
    for path in list(tmp_path.glob("*-user-a.*")):
        began = path.name.split("-")[-3]
        shutil.copy(path, tmp_path / path.name.replace(began, str(int(began) + 60_000_000)))

    found = takes(tmp_path)

    assert sorted((one.person, len(one.tracks)) for one in found) == [("a", 2), ("a", 2), ("p", 2)]


@pytest.mark.parametrize("name", ["notes.txt", "videoroom-x.mjr", "videoroom-abc-user-a.b-1-data-0.mjr"])
def test_what_is_no_track_is_none(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(bytes(2000))

    assert takes(tmp_path) == []


def streams(content: bytes, file: Path) -> list[str]:
    """The kinds of streams that another program finds in it."""
    file.write_bytes(content)
    command = [str(shutil.which("ffprobe")), "-v", "error", "-show_streams", "-of", "json", str(file)]
    found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)  # noqa: S603  # the system's own
    return sorted(one["codec_name"] for one in found["streams"])


def said(document: dict[str, Any], name: str, kind: str) -> Any:
    """One of our extensions."""
    return next(one[kind] for one in document["extension"] if one["url"].endswith(f"/{name}"))


def digest(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()
