"""The page's one socket, as the browser sees it: opened by the cookie, and asked how its feeds go on."""

import json
from typing import Any

import pytest

from meridian.testing.browser import Visitors, settled

pytestmark = pytest.mark.browser

PATIENT = "margaret-obrien@mail.example"
NURSE = "nurse@harbor.example"


@pytest.mark.parametrize("who", [PATIENT, NURSE])
def test_a_page_opens_one_socket_and_follows_its_own_feeds(visitors: Visitors, who: str) -> None:
    page = visitors.signed_in(who)
    heard: list[str] = []
    sockets: list[Any] = []

    def opened(socket: Any) -> None:
        sockets.append(socket)
        socket.on("framereceived", lambda frame: heard.append(str(frame)))

    page.on("websocket", opened)

    page.goto("/")
    settled(page)

    acks = [json.loads(one.lstrip("0123456789")) for one in until(page, heard, "43")]
    assert [one.url.partition("?")[0] for one in sockets] == [
        f"ws://{visitors.clinic.origin.partition('//')[2]}/socket.io/"
    ]
    assert [answer["ok"] for [answer] in acks] == [True] * len(acks)
    assert any("feeds" in answer["data"] for [answer] in acks)


def until(page: Any, heard: list[str], beginning: str) -> list[str]:
    """The frames heard that begin so, once there is one."""
    for _ in range(100):
        if found := [frame for frame in heard if frame.startswith(beginning)]:
            return found
        page.wait_for_timeout(100)
    raise AssertionError(f"no {beginning} among {heard}")
