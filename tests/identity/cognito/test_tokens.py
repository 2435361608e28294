"""Tokens of a pool: what must not get through, and how often strangers can make us knock at the pool."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jws
from joserfc.jwk import RSAKey

from meridian.faults import Unauthenticated, Unavailable
from meridian.identity.cognito.jwks import FRESH_MS, LONGEST_MS, MOST_BYTES, PAUSE_MS, Keys
from meridian.identity.cognito.tokens import LASTING_MS, Said, Use, Verifier, foreign
from meridian.telemetry import signals
from meridian.testing.identity import Watch

pytestmark = pytest.mark.anyio

ISSUER = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEf123"
OURS, OTHERS = RSAKey.generate_key(2048), RSAKey.generate_key(2048)
CLIENT = "mobile"


class Pool:
    """Publishes keys, or does not."""

    def __init__(self) -> None:
        self.asked = 0
        self.away = False
        self.keys: dict[str, RSAKey] = {"one": OURS}
        self.body: bytes | None = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert str(request.url) == f"{ISSUER}/.well-known/jwks.json"
        self.asked += 1
        if self.away:
            raise httpx.ConnectError("away")
        return httpx.Response(200, content=self.published() if self.body is None else self.body)

    def published(self) -> bytes:
        said = [
            {**key.as_dict(private=False), "kid": kid, "use": "sig", "alg": "RS256"} for kid, key in self.keys.items()
        ]
        return json.dumps({"keys": said}).encode()


@pytest.fixture
def pool() -> Pool:
    return Pool()


@pytest.fixture
def verifier(pool: Pool, watch: Watch) -> Verifier:
    keys = Keys(f"{ISSUER}/.well-known/jwks.json", watch, httpx.MockTransport(pool))
    return Verifier(ISSUER, keys, watch)


def claims(watch: Watch, **changes: Any) -> dict[str, Any]:
    now = watch() // 1000
    said = {
        "iss": ISSUER, "sub": "s-1", "token_use": "access", "client_id": CLIENT, "username": "a-1",
        "iat": now, "auth_time": now, "exp": now + 900, "jti": "j-1", "origin_jti": "o-1",
    }  # fmt: skip
    return {name: value for name, value in (said | changes).items() if value is not None}


def signed(said: dict[str, Any], key: RSAKey = OURS, **header: Any) -> str:
    return jws.serialize_compact({"alg": "RS256", "kid": "one"} | header, json.dumps(said), key, algorithms=["RS256"])


def part(said: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()


async def test_a_good_token_says_whose_it_is(verifier: Verifier, watch: Watch) -> None:
    said = await verifier.verify(signed(claims(watch)), "access", {CLIENT})

    assert said == Said("s-1", CLIENT, "o-1", watch() // 1000 * 1000, watch() // 1000 * 1000 + 900_000)


async def test_an_id_token_names_its_client_as_audience(verifier: Verifier, watch: Watch) -> None:
    token = signed(claims(watch, token_use="id", client_id=None, aud=CLIENT))

    assert (await verifier.verify(token, "id", {CLIENT})).client == CLIENT


WRONG: dict[str, Callable[[Watch], dict[str, Any]]] = {
    "another pool's": lambda watch: claims(watch, iss=ISSUER.replace("AbCdEf123", "AbCdEf124")),
    "issued elsewhere": lambda watch: claims(watch, iss="https://cognito-idp.us-east-1.amazonaws.com.evil.example/x"),
    "issuer with a slash": lambda watch: claims(watch, iss=f"{ISSUER}/"),
    "another client's": lambda watch: claims(watch, client_id="server"),
    "of no client": lambda watch: claims(watch, client_id=None),
    "an id token": lambda watch: claims(watch, token_use="id", aud=CLIENT),
    "of no use": lambda watch: claims(watch, token_use=None),
    "expired": lambda watch: claims(watch, iat=watch() // 1000 - 1000, exp=watch() // 1000),
    "from the future": lambda watch: claims(watch, iat=watch() // 1000 + 60, exp=watch() // 1000 + 900),
    "good for too long": lambda watch: claims(watch, exp=watch() // 1000 + LASTING_MS // 1000 + 1),
    "without an end": lambda watch: claims(watch, exp=None),
    "with an end that is no number": lambda watch: claims(watch, exp="9999999999"),
    "with an end that is true": lambda watch: claims(watch, exp=True),
    "of nobody": lambda watch: claims(watch, sub=None),
    "of no sign-in": lambda watch: claims(watch, origin_jti=None),
}


@pytest.mark.parametrize("said", WRONG.values(), ids=WRONG)
async def test_a_token_that_was_not_given_out_for_this_is_refused(
    verifier: Verifier, watch: Watch, said: Callable[[Watch], dict[str, Any]]
) -> None:
    with pytest.raises(Unauthenticated):
        await verifier.verify(signed(said(watch)), "access", {CLIENT})


def _hs256(watch: Watch) -> str:
    """Signed with the public key as a shared secret (threat AUTH-01)."""
    body = f"{part({'alg': 'HS256', 'kid': 'one'})}.{part(claims(watch))}"
    return f"{body}.{_hmac(body)}"


def _hmac(body: str) -> str:
    digest = hmac.digest(OURS.as_pem(private=False), body.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _hs256_disguised(watch: Watch) -> str:
    body = f"{part({'alg': 'RS256', 'kid': 'one'})}.{part(claims(watch))}"
    return f"{body}.{_hmac(body)}"


FORGED: dict[str, Callable[[Watch], str]] = {
    "HS256 with the public key": _hs256,
    "HS256 that says RS256": _hs256_disguised,
    "none": lambda watch: f"{part({'alg': 'none', 'kid': 'one'})}.{part(claims(watch))}.",
    "None": lambda watch: f"{part({'alg': 'None', 'kid': 'one'})}.{part(claims(watch))}.",
    "RS256 without a signature": lambda watch: f"{part({'alg': 'RS256', 'kid': 'one'})}.{part(claims(watch))}.",
    "another pool's key": lambda watch: signed(claims(watch), OTHERS),
    "PS256": lambda watch: jws.serialize_compact(
        {"alg": "PS256", "kid": "one"}, json.dumps(claims(watch)), OURS, algorithms=["PS256"]
    ),
    "a key of its own": lambda watch: signed(claims(watch), OTHERS, jwk=OTHERS.as_dict(private=False)),
    "pointing to a key": lambda watch: signed(claims(watch), jku="https://evil.example/jwks.json"),
    "with extensions": lambda watch: (
        f"{part({'alg': 'RS256', 'kid': 'one', 'crit': ['exp'], 'exp': 1})}.{signed(claims(watch)).partition('.')[2]}"
    ),
    "without a name of its key": lambda watch: f"{part({'alg': 'RS256'})}.{signed(claims(watch)).partition('.')[2]}",
    "no token": lambda _: "x.y.z",
    "nothing": lambda _: "",
    "too long": lambda watch: signed(claims(watch, more="x" * 9000)),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
async def test_a_forged_token_is_refused(verifier: Verifier, watch: Watch, forged: Callable[[Watch], str]) -> None:
    with pytest.raises(Unauthenticated):
        await verifier.verify(forged(watch), "access", {CLIENT})


async def test_an_algorithm_that_is_not_ours_is_told_to_the_detectors(
    verifier: Verifier, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(signals, "heard", [lambda kind, _: told.append(kind)])

    for forged in (_hs256, FORGED["none"], FORGED["pointing to a key"], FORGED["another pool's key"]):
        with pytest.raises(Unauthenticated):
            await verifier.verify(forged(watch), "access", {CLIENT})

    assert told == [signals.TOKEN_ALGORITHM] * 2


@pytest.mark.parametrize(
    ("token", "is_foreign"),
    [
        (f"{part({'alg': 'RS256', 'kid': 'one'})}.x.y", True),
        (f"{part({'alg': 'RS256', 'kid': 'one', 'typ': 'at+jwt'})}.x.y", False),
        ("x", False),
        (f"{part([])}.x.y", False),
    ],
)
async def test_which_tokens_are_of_our_own_make(token: str, *, is_foreign: bool) -> None:
    assert foreign(token) is is_foreign


# --- keys


async def good(verifier: Verifier, watch: Watch, kid: str = "one", use: Use = "access") -> bool:
    try:
        return bool(await verifier.verify(signed(claims(watch), kid=kid), use, {CLIENT}))
    except Unauthenticated:
        return False


async def test_keys_are_read_once_and_again_when_they_are_no_longer_fresh(
    verifier: Verifier, pool: Pool, watch: Watch
) -> None:
    assert [await good(verifier, watch) for _ in range(3)] == [True] * 3
    assert pool.asked == 1

    watch.now += FRESH_MS
    await good(verifier, watch)

    assert pool.asked == 2


async def test_a_flood_of_tokens_with_unknown_keys_asks_the_pool_once_in_an_interval(
    verifier: Verifier, pool: Pool, watch: Watch
) -> None:
    await good(verifier, watch)
    watch.now += PAUSE_MS

    answers = await asyncio.gather(*(good(verifier, watch, f"unknown-{turn}") for turn in range(50)))
    watch.now += PAUSE_MS - 1
    answers += await asyncio.gather(*(good(verifier, watch, f"other-{turn}") for turn in range(50)))

    assert (any(answers), pool.asked) == (False, 2)


async def test_a_new_key_is_found_when_a_token_names_it(verifier: Verifier, pool: Pool, watch: Watch) -> None:
    await good(verifier, watch)
    pool.keys["two"] = OURS
    watch.now += PAUSE_MS

    assert await good(verifier, watch, "two")


async def test_a_key_that_was_withdrawn_no_longer_counts(verifier: Verifier, pool: Pool, watch: Watch) -> None:
    assert await good(verifier, watch)
    pool.keys = {"two": OTHERS}
    watch.now += FRESH_MS

    assert not await good(verifier, watch)


async def test_a_pool_that_is_away_is_asked_with_restraint_and_its_keys_count_for_a_day(
    verifier: Verifier, pool: Pool, watch: Watch
) -> None:
    assert await good(verifier, watch)
    pool.away = True

    watch.now += LONGEST_MS - 1
    assert [await good(verifier, watch) for _ in range(5)] == [True] * 5
    assert pool.asked == 2
    watch.now += PAUSE_MS
    with pytest.raises(Unavailable):
        await good(verifier, watch)


async def test_without_any_key_nothing_is_judged(verifier: Verifier, pool: Pool, watch: Watch) -> None:
    pool.away = True

    for _ in range(5):
        with pytest.raises(Unavailable):
            await good(verifier, watch)

    assert pool.asked == 1


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{}", b"[]", b'{"keys": []}', b'{"keys": 3}', b'{"keys": [{"kty": "RSA", "kid": "one"}]}', b"<html>",
        b'{"keys": [{"kty": "oct", "kid": "one", "k": "c2VjcmV0"}]}', b"\xff", b"[" * 10_000,
    ],
    ids=range(10),
)  # fmt: skip
async def test_what_is_no_key_set_is_no_key(verifier: Verifier, pool: Pool, watch: Watch, body: bytes) -> None:
    pool.body = body

    with pytest.raises(Unavailable):
        await good(verifier, watch)


async def test_a_key_set_that_does_not_end_is_not_read_to_its_end(verifier: Verifier, pool: Pool, watch: Watch) -> None:
    pool.body = pool.published()[:-1] + b', "more": "' + b"x" * MOST_BYTES + b'"}'

    with pytest.raises(Unavailable):
        await good(verifier, watch)


@pytest.mark.filterwarnings("ignore:Key size should be")  # joserfc would take it all the same
async def test_a_short_key_is_none(verifier: Verifier, pool: Pool, watch: Watch) -> None:
    public = rsa.generate_private_key(65537, 1024).public_key().public_numbers()  # noqa: S505  # what is to be refused
    number = base64.urlsafe_b64encode(public.n.to_bytes(128)).rstrip(b"=").decode()
    pool.body = json.dumps({"keys": [{"kty": "RSA", "kid": "one", "n": number, "e": "AQAB"}]}).encode()

    with pytest.raises(Unavailable):
        await good(verifier, watch)
