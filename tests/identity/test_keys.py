import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.identity import keys
from meridian.identity.keys import (
    AHEAD_MS,
    DAY_MS,
    OVERLAP_MS,
    QUARTER_MS,
    YOUNG_MS,
    SigningKey,
    due,
    published,
    renewal,
    signer,
)
from meridian.identity.tokens import LASTING_MS
from meridian.testing.identity import NOON, Clinic


def key(kid: str, starts: int) -> SigningKey:
    return SigningKey(kid, {"kty": "RSA"}, b"", starts, starts + QUARTER_MS, starts + QUARTER_MS + OVERLAP_MS)


def test_the_first_key_signs_at_once() -> None:
    times = due([], NOON)

    assert times is not None
    assert times.starts == NOON


def test_the_next_key_is_published_a_week_before_it_signs() -> None:
    first = key("1", 0)

    assert due([first], QUARTER_MS - AHEAD_MS - 1) is None
    times = due([first], QUARTER_MS - AHEAD_MS)
    assert times is not None
    assert times.starts == first.retires


@given(st.integers(0, 5 * QUARTER_MS), st.integers(1, 20))
def test_turned_daily_there_is_always_one_that_signs_and_the_old_one_outlives_its_tokens(start: int, days: int) -> None:
    made: list[SigningKey] = []

    for day in range(300):
        now = start + day * DAY_MS
        times = due(made, now)
        if times:
            made.append(SigningKey(str(day), {}, b"", *times))
        signs = signer(made, now)

        assert signs is not None
        assert signs.ends - signs.retires > LASTING_MS
        later = signer(made, now + days * 1000)
        assert later is not None


def test_private_keys_are_not_published_nor_shown() -> None:
    made = SigningKey("1", {"kty": "RSA", "n": "n", "e": "AQAB"}, b"sealed-private", 0, 1, 2)

    assert published([made])["keys"] == [
        {"kty": "RSA", "n": "n", "e": "AQAB", "kid": "1", "use": "sig", "alg": "RS256"}
    ]
    assert "sealed-private" not in repr(made)


@pytest.mark.anyio
async def test_keys_turn_without_signing_anybody_out(harbour: Clinic) -> None:
    await harbour.person()
    [first] = harbour.service.key_set()["keys"]
    harbour.watch.now += QUARTER_MS - 1000 * 60
    await harbour.service.tidy()
    grant = await harbour.sign_in()
    harbour.watch.pass_(minutes=2)

    renewed = await harbour.sign_in()

    assert (await harbour.service.authenticate(grant.access)).account
    assert (await harbour.service.authenticate(renewed.access)).account
    assert harbour.service.key_set()["keys"][0] == first
    assert len(harbour.service.key_set()["keys"]) == 2
    assert kid_of(grant.access) != kid_of(renewed.access)


@pytest.mark.anyio
async def test_what_is_kept_of_a_key_does_not_hold_its_private_part(quay: Clinic) -> None:
    [kept] = await quay.engine.read(lambda: keys.load(quay.watch.now))

    assert b"PRIVATE" not in kept.private
    assert set(kept.public) == {"kty", "n", "e"}
    assert json.dumps(quay.service.key_set())


def kid_of(token: str) -> str:
    from meridian.identity.tokens import names_key  # noqa: PLC0415  # beside its only use

    return names_key(token)


def test_a_key_before_its_time_starts_in_a_week_and_is_not_made_twice() -> None:
    first = key("1", 0)

    assert renewal([first], YOUNG_MS - 1) is None
    times = renewal([first], YOUNG_MS)
    assert times is not None
    assert times.starts == YOUNG_MS + AHEAD_MS
    assert renewal([first, SigningKey("2", {}, b"", *times)], YOUNG_MS + 1) is None


@pytest.mark.anyio
async def test_the_quarters_key_signs_nobody_out(harbour: Clinic) -> None:
    issuer = harbour.service.tools.issuer
    await harbour.person()
    harbour.watch.pass_(days=60)
    before = await harbour.sign_in()

    assert await issuer.renew()
    assert not await issuer.renew()

    assert (await harbour.service.authenticate(before.access)).account
    assert kid_of((await harbour.sign_in()).access) == kid_of(before.access)
    harbour.watch.now += AHEAD_MS - 6 * 60_000
    last = await harbour.sign_in()
    assert kid_of(last.access) == kid_of(before.access)
    harbour.watch.pass_(minutes=8)
    assert (await harbour.service.authenticate(last.access)).account
    assert kid_of((await harbour.sign_in()).access) != kid_of(before.access)


@pytest.mark.anyio
async def test_another_process_knows_the_quarters_key_before_it_signs(harbour: Clinic) -> None:
    from meridian.identity.issuer import Issuer  # noqa: PLC0415  # beside its only use

    tools = harbour.service.tools
    harbour.watch.pass_(days=60)
    other = Issuer(harbour.engine, tools.sealer, harbour.watch, tools.issuer.name)
    await other.turn()

    await tools.issuer.renew()
    harbour.watch.pass_(days=1)
    await other.turn()

    assert other.published() == tools.issuer.published()
    [first, second] = await harbour.engine.read(lambda: keys.load(harbour.watch.now))
    assert (first.retires, first.ends) == (second.starts, second.starts + OVERLAP_MS)
