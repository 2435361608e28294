"""A guest's socket: let in by the visit's cookie, and cut with the link."""

import pytest

from meridian.telehealth import guests
from meridian.telehealth.guests import SESSION
from meridian.testing import sockets
from meridian.testing.hall import Hall
from meridian.testing.surgery import VISIT

pytestmark = pytest.mark.anyio


async def test_a_guest_comes_to_the_lobby_and_is_let_in(hall: Hall) -> None:
    ann, pat, ira = await hall.call_of_three()

    await ira.say("rtc.signal", visit=VISIT, to=hall.me(pat), attempt="1", wants="rebuild")

    assert (await pat.wait("rtc.signal"))[0]["from"] == hall.me(ira)
    assert "Ira" in [one["name"] for one in (await ann.say("visit.sync", visit=VISIT))["data"]["people"]]


async def test_a_guest_says_what_they_want_to_be_called_and_that_they_agree(hall: Hall) -> None:
    ira = await hall.guest()

    nameless = await ira.say("visit.enter", visit=VISIT, consent=True)
    silent = await ira.say("visit.enter", visit=VISIT, name="Ira")

    assert set(nameless["error"]["fields"]) == {"name"}
    assert set(silent["error"]["fields"]) == {"consent"}


@pytest.mark.parametrize("cookie", ["", "wrong", "a" * 500])
async def test_a_cookie_of_no_visit_opens_no_socket(hall: Hall, cookie: str) -> None:
    port = hall.servers[0].port

    with pytest.raises(sockets.Refused):
        async with sockets.transport(port, origin=hall.origin, cookie=f"__Host-meridian-visit={cookie}") as socket:
            await socket.join()


async def test_a_link_that_is_taken_back_cuts_its_socket(hall: Hall) -> None:
    ira = await hall.guest()
    [link] = await guests.listed(hall.surgery.ann(), VISIT)

    await guests.cancel(hall.surgery.parts, hall.surgery.ann(), VISIT, link.id)
    await hall.servers[0].live.life.look()

    assert await ira.wait("cut") == [{"why": "signed-out"}]
    await ira.closed.wait()


async def test_a_guests_socket_ends_with_their_cookie(hall: Hall) -> None:
    ira = await hall.guest()

    hall.surgery.practice.watch.now += SESSION
    await hall.servers[0].live.life.look()

    await ira.closed.wait()
