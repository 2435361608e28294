"""Tokens that the pool gave to a mobile app: each sign-in there has one session here, and ends with it."""

import asyncio
from typing import Any

import pytest

from meridian.faults import Unauthenticated, Unavailable
from meridian.identity.cognito.bearers import ASKED_AGAIN_MS
from meridian.identity.facts import Grant, Identity
from meridian.identity.sessions import IDLE_MS
from meridian.testing.identity import HERE, PASSWORD, Clinic
from meridian.testing.pool import MotoPool, app_client

pytestmark = pytest.mark.anyio

ANNE = "anne@clinic.example"


async def anne(harbour: Clinic) -> tuple[str, Grant]:
    """Anne's account, and where she is signed in by the portal."""
    account = await harbour.person(seed="")
    stage = await harbour.service.sign_in.password(ANNE, PASSWORD, HERE)
    who = await harbour.service.signed_in.enrolling(stage.pending)
    await harbour.service.own_account.begin_totp(who)
    _, grant = await harbour.service.own_account.confirm_totp(who, harbour.code(), HERE)
    assert grant is not None
    harbour.watch.pass_(seconds=30)
    return account, grant


def at_the_pool(moto: MotoPool, harbour: Clinic, account: str, client: str = "") -> dict[str, str]:
    """What the pool gives an app whose user signs in there by password and code."""
    from moto.cognitoidp.models import cognitoidp_backends  # noqa: PLC0415  # beside its only use

    backend = cognitoidp_backends["123456789012"]["us-east-1"]
    client = client or moto.place.bearers[0]
    first = backend.initiate_auth(client, "USER_PASSWORD_AUTH", {"USERNAME": account, "PASSWORD": PASSWORD})
    assert first["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    moto.service.clients[client].generate_secret = False  # an app in a pocket keeps no secret
    said = {"USERNAME": account, "SOFTWARE_TOKEN_MFA_CODE": harbour.code()}
    done = backend.respond_to_auth_challenge(first["Session"], client, "SOFTWARE_TOKEN_MFA", said)
    tokens: dict[str, str] = done["AuthenticationResult"]
    return tokens


async def whose(harbour: Clinic, token: str) -> Identity | None:
    try:
        return await harbour.service.authenticate(token)
    except Unauthenticated:
        return None


async def test_a_token_stands_for_its_account_in_a_session_of_ours(harbour: Clinic, moto: MotoPool) -> None:
    account, grant = await anne(harbour)
    token = at_the_pool(moto, harbour, account)["AccessToken"]

    first, again = await whose(harbour, token), await whose(harbour, token)

    assert first is not None
    assert first == again
    assert (first.account, first.role, first.factors) == (account, "clinician", ("pwd", "otp"))
    assert first.session != grant.identity.session
    security = await harbour.service.own_account.security(grant.identity)
    assert {line.id for line in security.sessions} == {first.session, grant.identity.session}
    assert [entry.rule for entry in harbour.recorded("sign-in")] == ["pwd otp", "pool"]


async def test_the_tokens_of_one_sign_in_have_one_session_however_many_come_at_once(
    harbour: Clinic, moto: MotoPool
) -> None:
    account, _ = await anne(harbour)
    tokens = at_the_pool(moto, harbour, account)
    again = moto.service.create_tokens_from_refresh_token(tokens["RefreshToken"])[0]

    found = await asyncio.gather(*(whose(harbour, token) for token in [tokens["AccessToken"], again] * 3))

    assert len({one.session for one in found if one}) == 1
    assert all(found)


@pytest.mark.parametrize("which", ["IdToken", "RefreshToken"])
async def test_only_access_tokens_are_taken(harbour: Clinic, moto: MotoPool, which: str) -> None:
    account, _ = await anne(harbour)

    assert await whose(harbour, at_the_pool(moto, harbour, account)[which]) is None


async def test_tokens_of_another_client_are_not_taken_not_even_our_own(harbour: Clinic, moto: MotoPool) -> None:
    account, _ = await anne(harbour)
    service = moto.amazon.client("cognito-idp")
    other = app_client(service, moto.place.user_pool, "another")["ClientId"]
    service.close()

    for client in (other, moto.place.client):
        assert await whose(harbour, at_the_pool(moto, harbour, account, client)["AccessToken"]) is None


async def test_an_ended_session_is_not_opened_again_by_its_token_or_a_younger_one(
    harbour: Clinic, moto: MotoPool
) -> None:
    account, grant = await anne(harbour)
    tokens = at_the_pool(moto, harbour, account)
    found = await whose(harbour, tokens["AccessToken"])
    assert found is not None

    await harbour.service.own_account.end_session(grant.identity, found.session, HERE)
    younger = moto.service.create_tokens_from_refresh_token(tokens["RefreshToken"])[0]

    assert await whose(harbour, tokens["AccessToken"]) is None
    assert await whose(harbour, younger) is None
    harbour.watch.pass_(seconds=30)
    assert await whose(harbour, at_the_pool(moto, harbour, account)["AccessToken"]) is not None


async def test_a_sign_out_everywhere_reaches_tokens_that_never_came_here(harbour: Clinic, moto: MotoPool) -> None:
    account, grant = await anne(harbour)
    token = at_the_pool(moto, harbour, account)["AccessToken"]

    harbour.watch.pass_(seconds=1)
    await harbour.service.own_account.end_other_sessions(grant.identity, HERE)

    assert await whose(harbour, token) is None
    harbour.watch.pass_(seconds=30)
    assert await whose(harbour, at_the_pool(moto, harbour, account)["AccessToken"]) is not None


async def test_a_disabled_account_has_no_token(harbour: Clinic, moto: MotoPool) -> None:
    account, _ = await anne(harbour)
    known = at_the_pool(moto, harbour, account)["AccessToken"]
    assert await whose(harbour, known) is not None
    harbour.watch.pass_(seconds=30)
    fresh = at_the_pool(moto, harbour, account)["AccessToken"]

    await harbour.service.administration.enable(ANNE, active=False)

    assert await whose(harbour, known) is None
    assert await whose(harbour, fresh) is None
    before = len(harbour.recorded("sign-in"))
    harbour.watch.pass_(seconds=30)  # and the pool has not heard of it yet
    assert await whose(harbour, at_the_pool(moto, harbour, account)["AccessToken"]) is None
    assert len(harbour.recorded("sign-in")) == before


async def test_somebody_of_the_pool_who_has_no_account_here_is_nobody(harbour: Clinic, moto: MotoPool) -> None:
    account, _ = await anne(harbour)
    token = at_the_pool(moto, harbour, account)["AccessToken"]

    from meridian.store.plan import Change, Plan  # noqa: PLC0415  # beside its only use

    def strike() -> Plan[None]:
        yield Change("DELETE FROM pool_user WHERE account = ?", (account,))

    await harbour.engine.write(strike)

    assert await whose(harbour, token) is None


async def test_a_session_of_a_token_is_idle_like_any_other(harbour: Clinic, moto: MotoPool) -> None:
    account, _ = await anne(harbour)
    token = at_the_pool(moto, harbour, account)["AccessToken"]
    assert await whose(harbour, token) is not None

    harbour.watch.now += IDLE_MS

    assert await whose(harbour, token) is None


async def test_a_token_ends_when_it_says_so(harbour: Clinic, moto: MotoPool) -> None:
    account, _ = await anne(harbour)
    token = at_the_pool(moto, harbour, account)["AccessToken"]
    found = await whose(harbour, token)
    assert found is not None

    while harbour.watch() < found.expires:
        assert await whose(harbour, token) is not None
        harbour.watch.pass_(minutes=10)

    assert await whose(harbour, token) is None


async def test_a_pool_that_does_not_demand_a_second_factor_vouches_for_nobody(harbour: Clinic, moto: MotoPool) -> None:
    account, _ = await anne(harbour)
    token = at_the_pool(moto, harbour, account)["AccessToken"]
    moto.service.mfa_config = "OPTIONAL"

    assert await whose(harbour, token) is None
    moto.service.mfa_config = "ON"
    assert await whose(harbour, token) is not None
    moto.service.mfa_config = "OPTIONAL"
    harbour.watch.now += ASKED_AGAIN_MS
    harbour.watch.pass_(seconds=30)
    assert await whose(harbour, at_the_pool(moto, harbour, account)["AccessToken"]) is None


async def test_while_the_keys_cannot_be_read_nothing_is_judged(harbour: Clinic, moto: MotoPool) -> None:
    account, grant = await anne(harbour)
    token = at_the_pool(moto, harbour, account)["AccessToken"]
    harbour.watch.pass_(hours=25)

    with moto.amazon.away(), pytest.raises(Unavailable):
        await harbour.service.authenticate(token)

    assert grant.identity.account == account


async def test_the_membership_is_chosen_anew_within_the_session(harbour: Clinic, moto: MotoPool) -> None:
    account, _ = await anne(harbour)
    other = await harbour.service.administration.add_membership(account, harbour.org, "nurse", who="Practitioner/anne")
    token = at_the_pool(moto, harbour, account)["AccessToken"]
    found = await whose(harbour, token)
    assert found is not None

    await harbour.service.signed_in.choose_membership(found, other, HERE)
    now = await whose(harbour, token)

    assert now is not None
    assert (now.role, now.session) == ("nurse", found.session)


async def test_our_own_tokens_are_judged_as_before(harbour: Clinic) -> None:
    _, grant = await anne(harbour)
    found: Any = await whose(harbour, grant.access)

    assert found.session == grant.identity.session
