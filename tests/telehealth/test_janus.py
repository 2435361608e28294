"""The gateway in the server's hands: what it is told, who is given what, and what becomes of a gateway that fails."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from meridian.faults import Unavailable
from meridian.settings import Janus as Settings
from meridian.telehealth.media import wire
from meridian.telehealth.media.janus import TOKEN_LIFE, Janus
from meridian.telehealth.media.port import Pass, Room
from meridian.telehealth.media.wire import Refused
from meridian.testing.browser import chromium
from meridian.testing.janus import ADMIN_KEY, TOKEN_SECRET, Gateway, browser
from meridian.testing.roommates import Household, household
from meridian.vault.master import create_master
from meridian.vault.secrets import Secrets

pytestmark = pytest.mark.anyio

IN, EXPIRED, UNAUTHORISED = 0, 403, 433
_visits = count(1)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop, for one browser."""
    return "asyncio"


@pytest.fixture
async def adapter(janus_server: Gateway, janus_vault: Secrets) -> AsyncIterator[Janus]:
    made = Janus(janus_server.settings, janus_vault)
    yield made
    await made.let_go()


@pytest.fixture
def room() -> Room:
    return Room(1, f"call-{next(_visits)}", 1)


async def joined(server: Gateway, given: Pass) -> int:
    """The code that whoever has a pass is refused with; `IN` when they are not."""
    try:
        async with browser(server, given.token) as page:
            await page.join(given.room, given.feed, given.pin)
    except Refused as no:
        return no.code
    return IN


def in_(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def listed(adapter: Janus, name: str) -> dict[str, Any] | None:
    """A room as the gateway has it."""
    found = await adapter._ask({"request": "list", "admin_key": ADMIN_KEY})
    return next((one for one in found["list"] if one["room"] == name), None)


# --- who is given what


async def test_who_is_let_in_gets_in(janus_server: Gateway, adapter: Janus, room: Room) -> None:
    await adapter.open(room)

    assert await joined(janus_server, await adapter.grant(room, "ann")) == IN


async def test_each_has_a_pin_of_their_own_for_one_room(adapter: Janus, room: Room) -> None:
    other = room._replace(number=2)
    for one in (room, other):
        await adapter.open(one)

    given = [await adapter.grant(where, who) for where in (room, other) for who in ("ann", "pat")]

    assert len({one.pin for one in given}) == 4
    assert len({one.room for one in given}) == 2


async def test_a_pin_opens_no_other_room(janus_server: Gateway, adapter: Janus, room: Room) -> None:
    other = room._replace(visit=f"{room.visit}-other")
    await adapter.open(other)
    mine, theirs = await adapter.grant(room, "ann"), await adapter.grant(other, "pat")

    assert await joined(janus_server, mine._replace(room=theirs.room)) == UNAUTHORISED


async def test_who_was_put_out_is_let_in_no_more(janus_server: Gateway, adapter: Janus, room: Room) -> None:
    given = await adapter.grant(room, "ann")

    await adapter.revoke(room, "ann")

    assert await joined(janus_server, given) == UNAUTHORISED


async def test_the_others_stay(janus_server: Gateway, adapter: Janus, room: Room) -> None:
    await adapter.grant(room, "ann")
    pat = await adapter.grant(room, "pat")

    await adapter.revoke(room, "ann")

    assert await joined(janus_server, pat) == IN


async def test_a_token_is_over_after_minutes(janus_server: Gateway, janus_vault: Secrets, room: Room) -> None:
    early = Janus(janus_server.settings, janus_vault)
    await early.open(room)
    fresh = await early.grant(room, "ann")
    past = Janus(janus_server.settings, janus_vault, clock=lambda: int(time.time() - TOKEN_LIFE - 5) * 1000)

    assert TOKEN_LIFE <= 3600
    assert fresh.expires / 1000 - time.time() <= TOKEN_LIFE
    assert await joined(janus_server, fresh._replace(token=past._token(past.clock() // 1000 + TOKEN_LIFE))) == EXPIRED
    await early.let_go()


async def test_a_pass_holds_nothing_that_rules_a_room(janus_server: Gateway, adapter: Janus, room: Room) -> None:
    given = await adapter.grant(room, "ann")
    secret = adapter._names(room).secret

    assert not any(value in str(given) for value in (secret, ADMIN_KEY, TOKEN_SECRET))
    async with browser(janus_server, given.token) as page:
        for guess in (given.pin, given.feed, given.room, given.token):
            with pytest.raises(Refused) as no:
                await page.say(
                    await page.attach(), {"request": "destroy", "room": given.room, "secret": guess, "permanent": False}
                )
            assert no.value.code == UNAUTHORISED


async def test_two_processes_mean_the_same_room(
    janus_server: Gateway, janus_vault: Secrets, adapter: Janus, room: Room
) -> None:
    other = Janus(janus_server.settings, janus_vault)
    await adapter.open(room)

    given = await other.grant(room, "ann")

    assert (await adapter.grant(room, "ann")).pin == given.pin
    await other.let_go()


async def test_a_room_is_private_sealed_and_small(adapter: Janus, room: Room) -> None:
    given = await adapter.grant(room, "ann")

    found = await listed(adapter, given.room)

    assert found is not None
    assert (found["is_private"], found["require_e2ee"], found["record"], found["lock_record"]) == (
        True, True, False, True,
    )  # fmt: skip
    assert (found["max_publishers"], found["require_pvtid"]) == (6, True)
    assert room.visit not in str(found)


async def test_a_room_to_be_recorded_records_from_the_start_and_is_another(adapter: Janus, room: Room) -> None:
    sealed = await adapter.grant(room, "ann")
    taped = await adapter.grant(room._replace(number=2, recorded=True), "ann")

    found = await listed(adapter, taped.room)

    assert found is not None
    assert (found["require_e2ee"], found["record"]) == (False, True)
    assert (taped.room, taped.pin) != (sealed.room, sealed.pin)


async def test_a_sealed_room_is_never_recorded(adapter: Janus, room: Room) -> None:
    await adapter.open(room)

    with pytest.raises(ValueError, match="opened to be recorded"):
        await adapter.start_recording(room)


async def test_a_recording_that_was_stopped_is_stopped(adapter: Janus, room: Room) -> None:
    taped = room._replace(recorded=True)
    given = await adapter.grant(taped, "ann")

    await adapter.stop_recording(taped)

    found = await listed(adapter, given.room)
    assert found is not None
    assert found["record"] is False


async def test_where_no_folder_is_named_nothing_is_recorded(
    janus_server: Gateway, janus_vault: Secrets, room: Room
) -> None:
    without = Janus(Settings(url=janus_server.settings.url), janus_vault)

    with pytest.raises(Unavailable, match="no folder"):
        await without.open(room._replace(recorded=True))

    assert not without.records


# --- with real media


@pytest.fixture(scope="module")
async def house(janus_server: Gateway) -> AsyncIterator[Household]:
    if chromium() is None:
        pytest.skip("Chromium is not on this machine")
    async with household(janus_server) as house:
        yield house


@pytest.mark.browser
async def test_who_is_put_out_hears_nothing_more(adapter: Janus, house: Household, room: Room) -> None:
    ann, pat = [await house.roommate(await adapter.grant(room, who)) for who in ("ann", "pat")]
    await ann.send()
    await ann.went()
    await pat.send()
    await pat.receive(ann.given.feed)
    await pat.heard()

    await adapter.revoke(room, "pat")
    await ann.went(5)  # what was on its way has come
    before = await pat.count()
    await ann.went(40)

    assert await pat.count() - before <= 2


@pytest.mark.browser
async def test_frames_that_are_not_sealed_are_not_carried(adapter: Janus, house: Household, room: Room) -> None:
    ann = await house.roommate(await adapter.grant(room, "ann"), e2ee=False)

    with pytest.raises(Refused):
        await ann.send()


@pytest.mark.browser
async def test_nobody_listens_who_has_not_joined(adapter: Janus, house: Household, room: Room) -> None:
    ann, pat = [await house.roommate(await adapter.grant(room, who)) for who in ("ann", "pat")]
    await ann.send()
    await ann.went()

    with pytest.raises(Refused) as no:
        await pat.receive(ann.given.feed)

    assert no.value.code == UNAUTHORISED


@pytest.mark.browser
async def test_nobody_has_themselves_recorded(
    janus_server: Gateway, adapter: Janus, house: Household, room: Room, tmp_path: Path
) -> None:
    ann = await house.roommate(await adapter.grant(room, "ann"))

    await ann.send(record=True, filename=str(tmp_path / "mine"))
    await ann.went()

    assert in_(tmp_path) == []
    assert not (janus_server.recordings / room.label).exists()


@pytest.mark.browser
async def test_a_feed_that_nobody_was_given_is_put_out_with_the_next_who_goes(
    adapter: Janus, house: Household, room: Room
) -> None:
    given = await adapter.grant(room, "ann")
    forged = await house.roommate(given._replace(feed="pat.0123456789abcdef"))
    await adapter.grant(room, "pat")
    await forged.send()

    await adapter.revoke(room, "pat")

    found = await listed(adapter, given.room)
    assert found is not None
    assert found["num_participants"] == 0


# --- a gateway that fails


async def test_a_gateway_started_anew_has_its_rooms_again(janus_vault: Secrets, room: Room) -> None:
    server = Gateway()
    adapter = Janus(server.settings, janus_vault)
    before = {who: await adapter.grant(room, who) for who in ("ann", "pat")}
    taped = room._replace(number=2, recorded=True)
    await adapter.grant(taped, "ann")

    try:
        server.kill()
        with pytest.raises(Unavailable):
            await adapter.grant(room, "ann")
        server.start()
        after = {who: await adapter.grant(room, who) for who in ("ann", "pat")}

        assert [after[who]._replace(token="", expires=0) for who in after] == [
            before[who]._replace(token="", expires=0) for who in before
        ]
        assert [await joined(server, one) for one in after.values()] == [IN, IN]
        again = await listed(adapter, (await adapter.grant(taped, "ann")).room)
        assert again is not None
        assert again["record"] is True
    finally:
        await adapter.let_go()
        server.close()


@pytest.mark.parametrize("name", ["janus/admin-key", "janus/token-secret"])
async def test_a_gateway_with_another_secret_cannot_be_used_and_the_log_shows_none(
    janus_server: Gateway, tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    vault = Secrets(tmp_path / "secrets.sealed", create_master(tmp_path / "master.key"))
    for one, value in (("janus/admin-key", ADMIN_KEY), ("janus/token-secret", TOKEN_SECRET)):
        vault.put(one, "another-secret-than-the-gateways" if one == name else value)
    adapter = Janus(janus_server.settings, vault)

    with pytest.raises(Unavailable), caplog.at_level(logging.DEBUG):
        await adapter.check()

    assert "refused to list" in caplog.text
    assert not any(one in caplog.text for one in (ADMIN_KEY, TOKEN_SECRET, "another-secret"))
    await adapter.let_go()


async def test_without_its_secrets_there_is_no_gateway_and_the_log_names_what_is_lacking(
    janus_server: Gateway, tmp_path: Path, caplog: pytest.LogCaptureFixture, room: Room
) -> None:
    vault = Secrets(tmp_path / "secrets.sealed", create_master(tmp_path / "master.key"))

    with pytest.raises(Unavailable), caplog.at_level(logging.ERROR):
        await Janus(janus_server.settings, vault).grant(room, "ann")

    assert "the vault lacks janus/admin-key" in caplog.text


async def test_a_gateway_that_shares_our_secrets_is_well(adapter: Janus) -> None:
    await adapter.check()


async def test_a_gateway_that_is_not_there_is_said_to_be_so(janus_vault: Secrets, room: Room) -> None:
    adapter = Janus(Settings(url="http://127.0.0.1:1/janus"), janus_vault)

    with pytest.raises(Unavailable, match="does not answer"):
        await adapter.open(room)

    await adapter.let_go()


async def test_a_gateway_that_says_nothing_is_waited_for_briefly(
    janus_vault: Secrets, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "DEADLINE", 1.0)

    lines: asyncio.Queue[asyncio.StreamWriter] = asyncio.Queue()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines.put_nowait(writer)
        await reader.read()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    adapter = Janus(Settings(url=f"http://127.0.0.1:{port}/janus"), janus_vault)
    adapter._wire._open()  # what is loaded then takes time that is not the gateway's

    with pytest.raises(Unavailable, match="does not answer"):
        await adapter.open(room)

    await adapter.let_go()
    line = await lines.get()
    line.close()
    await line.wait_closed()
    server.close()
    await server.wait_closed()


Answer = Callable[[dict[str, Any]], httpx.Response]


def success(asked: dict[str, Any], **more: Any) -> httpx.Response:
    return httpx.Response(200, json={"janus": "success", "transaction": asked["transaction"], **more})


WRONG: dict[str, Answer] = {
    "no-json": lambda _: httpx.Response(200, content=b"<html>"),
    "not-an-object": lambda _: httpx.Response(200, json=[1]),
    "too-deep": lambda _: httpx.Response(200, content=b"[" * 60_000),
    "too-long": lambda asked: success(asked, data={"id": 1}, filling="x" * 70_000),
    "another-s": lambda _: httpx.Response(200, json={"janus": "success", "transaction": "x", "data": {"id": 1}}),
    "an-event": lambda asked: httpx.Response(200, json={"janus": "event", "transaction": asked["transaction"]}),
    "no-session": success,
    "a-session-that-is-none": lambda asked: success(asked, data={"id": 0}),
    "a-session-elsewhere": lambda asked: success(asked, data={"id": "../admin"}),
    "an-error-page": lambda _: httpx.Response(500, text=ADMIN_KEY),
    "a-redirect": lambda _: httpx.Response(302, headers={"Location": "http://192.0.2.1/"}),
    "another-plugin": lambda asked: success(asked, data={"id": 1}, plugindata={"plugin": "x", "data": {}}),
}


@pytest.mark.parametrize("answer", WRONG.values(), ids=WRONG.keys())
async def test_an_answer_is_trusted_for_nothing(
    janus_vault: Secrets, room: Room, answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    adapter = Janus(Settings(), janus_vault)
    asked: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        said = answer(httpx.Response(200, content=request.content).json())
        return httpx.Response(said.status_code, headers=said.headers, stream=httpx.ByteStream(said.content))

    adapter._wire._client = httpx.AsyncClient(transport=httpx.MockTransport(handle))

    with pytest.raises(Unavailable), caplog.at_level(logging.DEBUG, "meridian"):
        await adapter.open(room)

    assert all(url.startswith("http://127.0.0.1:8088/janus") for url in asked)
    assert ADMIN_KEY not in caplog.text
    await adapter.let_go()
