"""What stands before the library: nobody holds a socket for nothing, floods end, and who does not read is let go."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from meridian.realtime import library, server
from meridian.realtime.guard import Limits
from meridian.realtime.manager import Manager
from meridian.realtime.rates import Rate
from meridian.realtime.rooms import of_staff
from meridian.store.sqlite import Sqlite
from meridian.testing.live import LiveClinic, opened
from meridian.testing.sockets import Refused, Socket, transport

pytestmark = pytest.mark.anyio

Strict = Callable[..., AbstractAsyncContextManager[LiveClinic]]


@pytest.fixture
def strict(sqlite_engine: Sqlite, tmp_path: Path) -> Strict:
    """A clinic whose sockets have other limits than usual."""
    return lambda **limits: opened(sqlite_engine, tmp_path, limits=Limits(**limits))


@pytest.fixture
async def page(clinic: LiveClinic) -> AsyncIterator[Socket]:
    async with clinic.page(await clinic.staff()) as socket:
        yield socket


async def ended(socket: Socket) -> int | None:
    """With which code it was closed."""
    await asyncio.wait_for(socket.closed.wait(), 20)
    return socket.code


async def left(clinic: LiveClinic, count: int) -> None:
    """Wait until the server has no more sockets than that; nobody here is told."""
    async with asyncio.timeout(20):
        while len(clinic.live.life) > count:  # noqa: ASYNC110  # as it says
            await asyncio.sleep(0.02)


async def send(socket: Socket, *frames: str | bytes) -> None:
    """Send them, as far as anybody takes them."""
    for frame in frames:
        if socket.closed.is_set():
            return
        try:
            await socket.frame(frame)
        except OSError:
            return
        except Exception as closed:  # noqa: BLE001  # the library's many kinds of having been closed
            assert "Closed" in type(closed).__name__  # noqa: PT017  # nothing else
            return


async def test_who_never_says_who_they_are_is_let_go(strict: Strict) -> None:
    async with strict(idle=0.2) as clinic, transport(clinic.port) as socket:
        assert await ended(socket) == 1008


async def test_so_is_who_was_refused(strict: Strict) -> None:
    async with strict(idle=0.3) as clinic, transport(clinic.port) as socket:
        with pytest.raises(Refused):
            await socket.join({"token": "x"})
        assert await ended(socket) == 1008


async def test_who_was_let_in_may_be_silent(strict: Strict) -> None:
    async with strict(idle=0.2) as clinic:
        nora = await clinic.staff()
        async with transport(clinic.port) as never, clinic.page(nora) as page:
            await ended(never)
            assert (await page.say("presence.list"))["ok"]


async def test_who_leaves_the_namespace_leaves_the_socket(clinic: LiveClinic, page: Socket) -> None:
    await page.frame("41")

    assert await ended(page) == 1000
    await left(clinic, 0)


async def test_one_address_has_so_many_sockets(strict: Strict) -> None:
    async with strict(per_address=2) as clinic:
        nora = await clinic.staff()
        async with clinic.page(nora) as first, clinic.page(nora):
            for pretended in ("192.0.2.1", "192.0.2.2"):  # no proxy of ours says so
                with pytest.raises(InvalidStatus) as refused:
                    async with transport(clinic.port, X_Forwarded_For=pretended):
                        pass
                assert refused.value.response.status_code == 429
            await first.close()
            async with clinic.page(nora):
                pass


async def test_and_so_many_of_whom_nobody_knows_who_they_are(strict: Strict) -> None:
    async with strict(waiting=2, idle=30.0) as clinic:
        nora = await clinic.staff()
        async with clinic.page(nora), transport(clinic.port), transport(clinic.port):
            with pytest.raises(InvalidStatus):
                async with transport(clinic.port):
                    pass


CUT: dict[str, str | bytes] = {
    "attachments announced": '451-["feeds.sync",{"_placeholder":true,"num":0}]',
    "ten million of them": '4510000000-["feeds.sync",{"_placeholder":true,"num":0}]',
    "a binary frame": b"\x04" * 1000,
    "an ack with attachments": '461-1["x"]',
    "no JSON": '42["feeds.sync",',
    "no list": '42{"feeds.sync":1}',
    "no name": '42[{"v":1}]',
    "an empty list": "42[]",
    "nested deep": '42["feeds.sync",' + "[" * 20_000 + "]" * 20_001,
    "nested a little too deep": '42["feeds.sync",' + "[" * 17 + "]" * 18,
    "a ping of the client's": "2",
    "an upgrade": "5",
    "a noop": "6",
    "an error": '44{"message":"x"}',
    "a packet of no kind": "9",
    "nothing": "",
    "a number without end": "42" + "1" * 500 + '["feeds.sync",{"v":1}]',
    "a lone surrogate": '42["\\ud800",{}]',
}


async def test_what_no_client_of_ours_sends_ends_the_socket(clinic: LiveClinic) -> None:
    nora = await clinic.staff()
    for what, frame in CUT.items():
        async with clinic.page(nora) as page:
            await page.frame(frame)

            assert await ended(page) == 1008, what


@pytest.mark.parametrize("size", [64 * 1024 + 1, 200_000, 5_000_000])
async def test_a_huge_frame_ends_it(clinic: LiveClinic, size: int) -> None:
    async with clinic.page(await clinic.staff()) as page:
        await send(page, '42["feeds.sync","' + "x" * size + '"]')

        assert await ended(page) in {1009, 1006}


async def test_frames_that_never_end_are_no_way_around(clinic: LiveClinic, page: Socket) -> None:
    async def pieces() -> AsyncIterator[str]:
        for _ in range(400):
            yield "x" * 1000

    try:
        await page.wire.send(pieces())
    except Exception as closed:  # noqa: BLE001  # as above
        assert "Closed" in type(closed).__name__  # noqa: PT017  # as above
    assert await ended(page) in {1009, 1006}
    await left(clinic, 0)


async def test_twenty_thousand_events_end_it(clinic: LiveClinic) -> None:
    nora, nick = await clinic.staff(), await clinic.staff()
    async with clinic.page(nora) as page, clinic.page(nick) as other:
        await send(page, *(f'42{n}["presence.list",{{"v":1}}]' for n in range(20_000)))

        assert await ended(page) in {1008, 1006}
        assert (await other.say("presence.list"))["ok"]


async def test_many_bytes_count_as_many_events(strict: Strict) -> None:
    async with strict(rate=Rate(1, 20)) as clinic, clinic.page(await clinic.staff()) as page:
        await send(page, *['42["presence.list",{"v":"' + "x" * 40_000 + '"}]'] * 3)

        assert await ended(page) in {1008, 1006}


STRIKES = {
    "events there are not": '427["no.such.event",{"v":1}]',
    "of the library's own": '427["connect",{"v":1}]',
    "of the library's own too": '427["disconnect",{"v":1}]',
    "two bodies": '427["presence.list",{"v":1},{"v":1}]',
    "another namespace": "40/admin,",
    "events of it": '42/admin,7["presence.list",{"v":1}]',
    "acks of nothing": "437[1]",
    "connecting again": "40",
}


@pytest.mark.parametrize("what", STRIKES)
async def test_what_is_nothing_of_ours_is_refused_and_ends_the_socket_at_last(strict: Strict, what: str) -> None:
    async with strict(strikes=5) as clinic:
        nora = await clinic.staff()
        async with clinic.page(nora) as page:
            await send(page, *[STRIKES[what]] * 5)
            assert (await page.say("presence.list"))["ok"]
            assert len(clinic.live.life) == 1

            await send(page, STRIKES[what])
            assert await ended(page) == 1008


async def test_an_event_that_is_not_there_is_answered(page: Socket) -> None:
    answer = await page.say("no.such.event")

    assert (answer["ok"], answer["error"]["code"]) == (False, "not-supported")


BIG = {"words": "x" * 20_000}


async def pour(clinic: LiveClinic, count: int) -> None:
    for _ in range(count):
        await clinic.live.rooms.emit("presence", BIG, of_staff(clinic.clinic.org))
        await asyncio.sleep(0)


async def test_who_does_not_read_is_hung_up_on(strict: Strict) -> None:
    async with strict(stuck=0.3) as clinic:
        nora, nick = await clinic.staff(), await clinic.staff()
        async with clinic.page(nora) as deaf, clinic.page(nick) as other:
            deaf.wire.transport.pause_reading()

            await pour(clinic, 600)

            assert len(await other.wait("presence", 600)) == 600
            await left(clinic, 1)
            deaf.wire.transport.resume_reading()
            assert await ended(deaf) == 1006
            assert (await other.say("presence.list"))["ok"]


async def test_who_lets_much_pile_up_is_cut(strict: Strict, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "SWEEP", 0.05)
    async with strict(stuck=600.0) as clinic, clinic.page(await clinic.staff()) as deaf:
        deaf.wire.transport.pause_reading()

        await pour(clinic, server.WAITING + 500)

        await left(clinic, 0)
        deaf.wire.transport.resume_reading()


async def test_nothing_that_was_said_stands_in_the_log(page: Socket, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    await page.say("thread.send", thread="x", cid="0123456789abcdef", text="Ann O'Brien has a rash")
    await send(page, json.dumps(["Ann O'Brien"]), '42["Ann O\'Brien",')
    await ended(page)
    library.server(Manager(), "http://localhost").logger.error("received %s", "Ann O'Brien")

    assert "Brien" not in caplog.text
    assert "in test_guard, line" in caplog.text
