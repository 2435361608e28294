"""The gateway as it is deployed: who gets in, what it does for them, and that nothing of a test is in its files."""

import base64
import hmac
import json
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from meridian.telehealth.media.wire import PLUGIN, Refused
from meridian.testing import janus
from meridian.testing.janus import ADMIN_KEY, LOOPBACK, PRODUCTION, TOKEN_SECRET, Gateway, browser, production, strayed

pytestmark = pytest.mark.anyio

IN = 0
FORBIDDEN, WRONG_PLUGIN, NO_PLUGIN, MISSING, UNAUTHORISED = 403, 405, 460, 429, 433
SECRET = "a secret of one room"
OTHER_PLUGINS = [
    f"janus.plugin.{name}"
    for name in (
        "audiobridge", "duktape", "echotest", "lua", "nosip", "recordplay", "sip", "streaming", "textroom", "videocall",
        "voicemail",
    )
]  # fmt: skip


def signed(plugin: str = PLUGIN, *, ends_in: int = 600, key: str = TOKEN_SECRET, realm: str = "janus") -> str:
    """A token as Meridian makes them."""
    said = f"{int(time.time()) + ends_in},{realm},{plugin}"
    return f"{said}:{base64.b64encode(hmac.digest(key.encode(), said.encode(), 'sha1')).decode()}"


def later(token: str) -> str:
    """With another end than was signed."""
    ends, _, rest = token.partition(",")
    return f"{int(ends) + 3600},{rest}"


async def entered(gateway: Gateway, token: str | None) -> int:
    """The code that somebody is refused with who begins a session and asks for rooms; `IN` when they are not."""
    try:
        async with browser(gateway, token) as page:
            await page.attach()
    except Refused as no:
        return no.code
    return IN


async def said(gateway: Gateway, body: dict[str, Any]) -> int:
    """The code that a request of somebody with a good token is refused with; `IN` when it is not."""
    async with browser(gateway, signed()) as page:
        try:
            await page.say(await page.attach(), body)
        except Refused as no:
            return no.code
    return IN


async def made(gateway: Gateway, room: str, *pins: str) -> None:
    """A room of Meridian's, which those with *pins* may join."""
    body = {"request": "create", "admin_key": ADMIN_KEY, "room": room, "secret": SECRET, "is_private": True}
    assert await said(gateway, body | {"allowed": list(pins), "lock_record": True}) == IN


async def joined(gateway: Gateway, room: str, pin: str | None) -> int:
    """The code that joining is refused with; `IN` when it is not."""
    async with browser(gateway, signed()) as page:
        try:
            await page.join(room, "feed", pin)
        except Refused as no:
            return no.code
    return IN


@contextmanager
def without(line: str, there: str = "") -> Iterator[Gateway]:
    """Production's gateway with *there* in place of one line."""
    if reason := janus.missing():
        pytest.skip(reason)
    files = production()
    assert sum(line in text for text in files.values()) == 1
    running = Gateway({name: text.replace(line, there) for name, text in files.items()})
    try:
        yield running
    finally:
        running.close()


# --- who gets in


async def test_who_was_admitted_gets_in(gateway: Gateway) -> None:
    assert await entered(gateway, signed()) == IN


@pytest.mark.parametrize(
    "token",
    [
        None,
        "",
        "anything",
        signed(key="another-secret"),
        signed(key=""),
        signed(ends_in=-5),
        later(signed()),
        signed(realm="another"),
        f"{int(time.time()) + 600},janus,{PLUGIN}",
    ],
    ids=["none", "empty", "made-up", "other-key", "no-key", "expired", "later-end", "other-realm", "unsigned"],
)
async def test_nobody_else_gets_in(gateway: Gateway, token: str | None) -> None:
    assert await entered(gateway, token) == FORBIDDEN


async def test_a_token_opens_what_it_names_and_nothing_else(gateway: Gateway) -> None:
    assert await entered(gateway, signed("janus.plugin.echotest")) == WRONG_PLUGIN


async def test_it_is_the_tokens_that_keep_others_out() -> None:
    with without("token_auth = true", "token_auth = false") as running:
        assert await entered(running, None) == IN


# --- what it does


@pytest.mark.parametrize("plugin", OTHER_PLUGINS)
async def test_it_has_rooms_and_nothing_else(gateway: Gateway, plugin: str) -> None:
    async with browser(gateway, signed(plugin)) as page:
        with pytest.raises(Refused) as no:
            await page.attach(plugin)

    assert no.value.code == NO_PLUGIN


async def test_what_is_not_switched_off_would_be_there() -> None:
    with without("libjanus_echotest.so,") as running:
        async with browser(running, signed("janus.plugin.echotest")) as page:
            await page.attach("janus.plugin.echotest")


async def test_it_listens_for_this_machine_alone_and_has_no_administration(gateway: Gateway) -> None:
    assert gateway.listens == {("127.0.0.1", gateway.http), ("127.0.0.1", gateway.websocket)}


async def test_administration_would_be_seen() -> None:
    with without("admin_http = false", "admin_http = true\n\tadmin_port = 0") as running:
        assert len(running.listens) == 3


def test_what_it_tells_of_itself_names_no_way_but_rooms(gateway: Gateway) -> None:
    with urllib.request.urlopen(f"{gateway.settings.url}/info") as answer:  # noqa: S310  # our own
        info = json.load(answer)

    assert set(info["plugins"]) == {PLUGIN}
    assert "dependencies" not in info
    assert SECRET not in str(info)
    assert TOKEN_SECRET not in str(info)


@pytest.mark.parametrize("room", ["1234", "5678"])
async def test_no_room_of_a_demonstration_stands_ready(gateway: Gateway, room: str) -> None:
    async with browser(gateway, signed()) as page:
        found = await page.say(await page.attach(), {"request": "exists", "room": room})

    assert not found["exists"]


# --- rooms


@pytest.mark.parametrize(
    ("key", "code"), [({}, MISSING), ({"admin_key": ""}, UNAUTHORISED), ({"admin_key": "supersecret"}, UNAUTHORISED)]
)
async def test_whoever_has_no_more_than_a_token_makes_no_room(gateway: Gateway, key: dict[str, str], code: int) -> None:
    assert await said(gateway, {"request": "create", "room": "theirs", **key}) == code


async def test_it_is_the_key_that_keeps_rooms_from_being_made() -> None:
    with without('admin_key = "@secret:janus/admin-key@"') as running:
        assert await said(running, {"request": "create", "room": "theirs"}) == IN


async def test_rooms_are_told_to_nobody(gateway: Gateway) -> None:
    await made(gateway, "hidden", "pin")

    async with browser(gateway, signed()) as page:
        found = await page.say(await page.attach(), {"request": "list"})

    assert found["list"] == []


async def test_somebody_with_their_pin_joins(gateway: Gateway) -> None:
    await made(gateway, "open-to-pin", "pin", "another")

    assert await joined(gateway, "open-to-pin", "pin") == IN


@pytest.mark.parametrize("pin", [None, "", "guessed", "of-another-room"])
async def test_nobody_joins_without_a_pin_of_the_room(gateway: Gateway, pin: str | None) -> None:
    name = f"closed-to-{pin}"
    await made(gateway, name, "pin")
    await made(gateway, f"other-than-{name}", "of-another-room")

    assert await joined(gateway, name, pin) == UNAUTHORISED


async def test_a_pin_that_was_struck_off_opens_nothing(gateway: Gateway) -> None:
    await made(gateway, "leaving", "pin")
    struck = {"request": "allowed", "room": "leaving", "action": "remove", "allowed": ["pin"]}
    assert await said(gateway, struck | {"secret": SECRET}) == IN

    assert await joined(gateway, "leaving", "pin") == UNAUTHORISED


@pytest.mark.parametrize("secret", [{}, {"secret": "guessed"}], ids=["without", "wrong"])
@pytest.mark.parametrize(
    "body",
    [
        {"request": "destroy"},
        {"request": "edit", "new_pin": "x"},
        {"request": "allowed", "action": "disable"},
        {"request": "kick", "id": "feed"},
        {"request": "moderate", "id": "feed", "mid": "0", "mute": True},
        {"request": "enable_recording", "record": True},
        {"request": "listforwarders"},
    ],
    ids=lambda body: str(body["request"]),
)
async def test_a_room_obeys_nobody_who_lacks_its_secret(
    gateway: Gateway, body: dict[str, Any], secret: dict[str, str]
) -> None:
    name = f"obeys-{body['request']}-{len(secret)}"
    await made(gateway, name, "pin")

    assert await said(gateway, {**body, "room": name, **secret}) in {MISSING, UNAUTHORISED}


async def test_media_are_forwarded_nowhere(gateway: Gateway) -> None:
    await made(gateway, "kept", "pin")
    forward = {"request": "rtp_forward", "room": "kept", "publisher_id": "feed", "host": "192.0.2.1", "streams": []}

    assert await said(gateway, {**forward, "secret": SECRET}) in {MISSING, UNAUTHORISED}


# --- its files


def test_the_files_have_nothing_of_a_test_in_them() -> None:
    assert {name: found for name, text in production().items() if (found := strayed(text))} == {}


@pytest.mark.parametrize(
    "line",
    [
        LOOPBACK, "no_webrtc_encryption = true", 'admin_secret = "janusoverlord"', "admin_http = true",
        "admin_ws = true", "token_auth = false", "room-1234: {", 'api_secret = "x"', "allow_force_relay = true",
        'ip = "0.0.0.0"', 'ws_ip = "192.168.0.1"', "broadcast = true",
    ],
)  # fmt: skip
def test_a_line_of_a_test_or_of_nobody_is_found_in_them(line: str) -> None:
    assert strayed(f"{production()['janus.jcfg']}\n{line}\n") != []


def test_the_files_hold_no_secret() -> None:
    words = ("secret", "key =", "pwd", "pin =")
    lines = [line.strip() for text in production().values() for line in text.splitlines() if not line.startswith("#")]

    assert [line for line in lines if any(word in line for word in words)] == [
        'token_auth_secret = "@secret:janus/token-secret@"',
        'admin_key = "@secret:janus/admin-key@"',
    ]


def test_a_test_has_production_s_files_but_for_its_place(gateway: Gateway) -> None:
    conf = gateway.folder / "conf"
    changed = [
        (there, here)
        for name, text in production().items()
        for there, here in zip(text.splitlines(), (conf / name).read_text().splitlines(), strict=True)
        if there != here
    ]

    assert [there.strip().partition(" ")[0] for there, _ in changed] == [
        "ice_ignore_list", "token_auth_secret", "admin_key", "port", "ws_port",
    ]  # fmt: skip


def test_whoever_starts_it_is_not_root_and_sees_little_of_the_machine() -> None:
    unit = (PRODUCTION / "meridian-janus.service").read_text()

    for line in ("User=janus", "NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateDevices=yes", "UMask=0007"):
        assert f"\n{line}\n" in unit
