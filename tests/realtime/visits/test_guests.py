"""A guest's socket: let in by the visit's cookie, and cut with the link."""

import pytest

from meridian.telehealth import guests
from meridian.telehealth.guests import SESSION
from meridian.testing import sockets
from meridian.testing.hall import AS_GUEST, Hall
from meridian.testing.surgery import ANN, VISIT

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


async def test_whoever_opens_the_guests_page_is_the_guest_also_where_staff_is_signed_in(hall: Hall) -> None:
    staff, link = session(hall), await hall.guest_cookie()

    for cookies in ((staff, link), (link, staff)):
        page = await hall.browser(*cookies, auth=AS_GUEST)
        refused = await page.say("visit.hold", visit=VISIT, on=True)
        entered = await page.say("visit.enter", visit=VISIT, name="Ira", consent=True)

        assert refused["error"]["code"] == "forbidden"
        assert (entered["data"]["part"], entered["data"]["people"][0]["name"]) == ("interpreter", "Ira")


async def test_on_every_other_page_the_session_goes_first(hall: Hall) -> None:
    page = await hall.browser(await hall.guest_cookie(), session(hall))

    entered = await page.say("visit.enter", visit=VISIT)

    assert entered["data"]["part"] == "host"


async def test_the_guests_page_never_falls_back_to_the_session(hall: Hall) -> None:
    staff = session(hall)

    for cookies in ((staff,), (staff, "__Host-meridian-visit=wrong")):
        with pytest.raises(sockets.Refused):
            await hall.browser(*cookies, auth=AS_GUEST)


async def test_a_program_that_says_it_is_a_guest_is_nobody(hall: Hall) -> None:
    token = hall.sign_in("clinician", ANN)

    with pytest.raises(sockets.Refused):
        async with sockets.transport(hall.servers[0].port) as socket:
            await socket.join({"token": token, **AS_GUEST})


def session(hall: Hall) -> str:
    """The cookie of a browser in which Ann is signed in."""
    return f"__Host-meridian={hall.sign_in('clinician', ANN)}"


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
