"""Who is let in: by the page's cookie with our own Origin, by a program's token without one, and nobody else."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import OctKey, RSAKey
from websockets.exceptions import InvalidMessage, InvalidStatus

from meridian.faults import Unauthenticated
from meridian.identity.facts import Grant
from meridian.realtime.server import PER_SESSION
from meridian.store.sqlite import Sqlite
from meridian.testing.identity import HERE
from meridian.testing.live import LiveClinic, opened
from meridian.testing.sockets import Refused, Socket, transport

pytestmark = pytest.mark.anyio


@pytest.fixture
async def nora(clinic: LiveClinic) -> Grant:
    return await clinic.staff("nurse", "nora")


def cookie(grant: Grant) -> str:
    return f"__Host-meridian={grant.access}"


async def status(port: int, **how: Any) -> int:
    """The HTTP status of a handshake: 101 when it goes through."""
    try:
        async with transport(port, **how):
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


ORIGINS = {
    "http://localhost:{port}": 101,
    None: 403,
    "null": 403,
    "": 403,
    "https://localhost:{port}": 403,
    "http://localhost": 403,
    "http://localhost:1{port}": 403,
    "http://LOCALHOST:{port}": 403,
    "http://127.0.0.1:{port}": 403,
    "http://localhost:{port}.evil.example": 403,
    "http://localhost:{port}@evil.example": 403,
    "http://evil.example/http://localhost:{port}": 403,
    "http://evil-localhost:{port}": 403,
    "http://localhost:{port}/": 403,
    "http://localhost:{port} http://evil.example": 403,
}


async def test_a_cookie_comes_with_our_own_origin_or_not_at_all(clinic: LiveClinic, nora: Grant) -> None:
    said = {
        one: await status(clinic.port, origin=one and one.format(port=clinic.port), cookie=cookie(nora))
        for one in ORIGINS
    }

    assert said == ORIGINS


async def test_another_page_is_not_even_asked_who_is_there(clinic: LiveClinic) -> None:
    others = [one.format(port=clinic.port) for one in ORIGINS if one is not None and ORIGINS[one] == 403]

    assert {await status(clinic.port, origin=one) for one in others} == {403}
    assert await status(clinic.port) == 101


async def test_two_origins_are_none(clinic: LiveClinic, nora: Grant) -> None:
    ours, evil = clinic.origin, "http://evil.example"

    for first, second in ((ours, evil), (evil, ours), (ours, ours)):
        assert await status(clinic.port, origin=first, cookie=cookie(nora), Origin=second) in {400, 403}


async def test_behind_https_the_plain_origin_is_another(sqlite_engine: Sqlite, tmp_path: Path) -> None:
    async with opened(sqlite_engine, tmp_path, origin="https://clinic.example") as clinic:
        said = cookie(await clinic.staff())

        for origin, wanted in (
            ("https://clinic.example", 101),
            ("http://clinic.example", 403),
            ("https://clinic.example:8443", 403),
            ("https://clinic.example.evil.example", 403),
        ):
            assert await status(clinic.port, host="clinic.example", origin=origin, cookie=said) == wanted, origin


async def test_a_host_that_is_not_served_has_no_sockets(clinic: LiveClinic, nora: Grant) -> None:
    assert await status(clinic.port, host="evil.example", origin=clinic.origin, cookie=cookie(nora)) == 403


async def test_whatever_a_proxy_is_said_to_have_said_changes_no_origin(clinic: LiveClinic, nora: Grant) -> None:
    forwarded = {"X_Forwarded_Host": "evil.example", "X_Forwarded_Proto": "https", "X_Forwarded_For": "192.0.2.9"}

    assert await status(clinic.port, origin="https://evil.example", cookie=cookie(nora), **forwarded) == 403


QUERIES = (
    "",
    "EIO=4",
    "EIO=4&transport=polling",
    "EIO=4&transport=websocket&sid=x",
    "EIO=4&transport=websocket&token=x",
    "EIO=4&transport=websocket&transport=polling",
)


async def test_the_address_holds_what_the_client_puts_there_and_no_secret(clinic: LiveClinic, nora: Grant) -> None:
    for query in QUERIES:
        said = await status(clinic.port, origin=clinic.origin, cookie=cookie(nora), query=query)
        assert said == 400, query


async def test_a_handshake_that_cannot_be_read_is_not_waited_for(clinic: LiveClinic) -> None:
    with pytest.raises(InvalidMessage):
        await status(clinic.port, origin=clinic.origin, cookie="x" * 10_000)


async def refused(socket: Socket, auth: Any = None) -> str:
    with pytest.raises(Refused) as said:
        await socket.join(auth)
    assert set(said.value.said) == {"message", "data"}
    return str(said.value.said["data"]["code"])


async def test_a_page_and_a_program_are_let_in(clinic: LiveClinic, nora: Grant) -> None:
    async with clinic.page(nora) as page, clinic.program(nora) as program:
        for socket in (page, program):
            assert (await socket.say("presence.list"))["ok"]


async def test_a_page_may_bring_its_token_itself(clinic: LiveClinic, nora: Grant) -> None:
    async with transport(clinic.port, origin=clinic.origin) as socket:
        await socket.join({"token": nora.access})


BROKEN: dict[str, Callable[[Grant], Any]] = {
    "none": lambda _: None,
    "nothing in it": lambda _: {},
    "empty": lambda _: {"token": ""},
    "no string": lambda _: {"token": ["x"]},
    "another word": lambda grant: {"bearer": grant.access},
    "a word": lambda _: {"token": "x"},
    "too long": lambda grant: {"token": grant.access * 4},
    "a changed payload": lambda grant: {"token": changed(grant.access)},
    "no signature": lambda grant: {"token": grant.access.rpartition(".")[0] + "."},
    "the refresh token": lambda grant: {"token": grant.refresh},
    "the device's": lambda grant: {"token": grant.device},
}


def changed(token: str) -> str:
    head, payload, signature = token.split(".")
    return f"{head}.{payload[:-3]}{'AAA' if payload[-3:] != 'AAA' else 'BBB'}.{signature}"


async def test_a_token_that_is_none_of_ours_opens_nothing(clinic: LiveClinic, nora: Grant) -> None:
    for how, broken in BROKEN.items():
        auth = broken(nora)
        async with transport(clinic.port) as socket:
            assert await refused(socket, auth) == "login", how

        token = (auth or {}).get("token", "")
        async with transport(clinic.port, origin=clinic.origin, cookie=f"__Host-meridian={token}") as socket:
            assert await refused(socket) == "login", how


def part(token: str, number: int) -> dict[str, Any]:
    text = token.split(".")[number]
    found: dict[str, Any] = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return found


def resigned(clinic: LiveClinic, token: str, header: dict[str, Any], payload: dict[str, Any]) -> str:
    """The token with something else in it, signed by our own key all the same."""
    issuer = clinic.clinic.service.tools.issuer
    [key] = issuer._private.values()
    said = {name: value for name, value in (part(token, 1) | payload).items() if value is not None}
    return jws.serialize_compact(part(token, 0) | header, json.dumps(said), key)


PURPOSES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "an ID token's type": ({"typ": "JWT"}, {}),
    "no type": ({"typ": ""}, {}),
    "for somebody else": ({}, {"aud": "https://other.example"}),
    "by somebody else": ({}, {"iss": "https://other.example"}),
    "without an end": ({}, {"exp": None}),
    "for a day": ({}, {"exp": 1_800_000_000 + 86_400}),
    "of tomorrow": ({}, {"nbf": 1_800_000_000 + 3600}),
    "of no session": ({}, {"sid": None}),
    "of another session": ({}, {"sid": "0" * 32}),
    "of another role": ({}, {"role": "administrator"}),
    "of another membership": ({}, {"mid": "0" * 32}),
}


async def test_a_token_of_another_purpose_opens_nothing(clinic: LiveClinic, nora: Grant) -> None:
    async with transport(clinic.port) as socket:
        await socket.join({"token": resigned(clinic, nora.access, {}, {})})
    for how, (header, payload) in PURPOSES.items():
        async with transport(clinic.port) as socket:
            assert await refused(socket, {"token": resigned(clinic, nora.access, header, payload)}) == "login", how


async def test_a_token_that_others_signed_or_nobody_opens_nothing(clinic: LiveClinic, nora: Grant) -> None:
    head, payload, _ = nora.access.split(".")
    blank = urlsafe_b64encode(json.dumps(part(nora.access, 0) | {"alg": "none"}).encode()).decode().rstrip("=")
    theirs = RSAKey.generate_key(2048)
    foreign = jws.serialize_compact(part(nora.access, 0), json.dumps(part(nora.access, 1)), theirs)
    public = clinic.clinic.service.key_set()["keys"][0]
    mixed = jws.serialize_compact(
        part(nora.access, 0) | {"alg": "HS256"}, json.dumps(part(nora.access, 1)),
        OctKey.import_key(json.dumps(public)), algorithms=["HS256"],
    )  # fmt: skip

    for token in (f"{blank}.{payload}.", foreign, mixed, f"{head}.{payload}.{foreign.rpartition('.')[2]}"):
        async with transport(clinic.port) as socket:
            assert await refused(socket, {"token": token}) == "login"


async def test_a_page_that_is_signed_in_but_has_no_cookie_of_ours_is_nobody(clinic: LiveClinic, nora: Grant) -> None:
    for name in ("meridian", "__Host-meridian-refresh", "__host-meridian", "x__Host-meridian"):
        async with transport(clinic.port, origin=clinic.origin, cookie=f"{name}={nora.access}") as socket:
            assert await refused(socket) == "login", name


async def test_a_token_that_has_run_out_opens_nothing(clinic: LiveClinic, nora: Grant) -> None:
    clinic.clinic.watch.pass_(minutes=14, seconds=50)
    async with clinic.program(nora):
        pass

    clinic.clinic.watch.pass_(seconds=30)
    async with transport(clinic.port) as socket:
        assert await refused(socket, {"token": nora.access}) == "login"


async def test_who_has_signed_out_is_nobody(clinic: LiveClinic, nora: Grant) -> None:
    await clinic.clinic.service.signed_in.sign_out(nora.access, nora.refresh, HERE)

    async with transport(clinic.port) as socket:
        assert await refused(socket, {"token": nora.access}) == "login"


async def test_opening_a_socket_keeps_no_session_awake(clinic: LiveClinic, nora: Grant) -> None:
    for _ in range(2):
        clinic.clinic.watch.pass_(minutes=7)
        async with clinic.page(nora) as page:
            assert (await page.say("feeds.sync", since={"me": -1}))["ok"]
    clinic.clinic.watch.pass_(minutes=1)

    with pytest.raises(Unauthenticated):
        await clinic.clinic.service.signed_in.refresh(nora.refresh, HERE)


async def test_one_session_has_so_many_sockets(clinic: LiveClinic, nora: Grant) -> None:
    async with AsyncExitStack() as tabs:
        for _ in range(PER_SESSION):
            await tabs.enter_async_context(clinic.page(nora))

        async with transport(clinic.port, origin=clinic.origin, cookie=cookie(nora)) as socket:
            assert await refused(socket) == "throttled"
        async with clinic.page(await clinic.staff()):
            pass
