"""What only a pool does, and what must not come of it; the contract holds the rest."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from meridian.faults import Fault, Forbidden, Invalid, Throttled, Unauthenticated, Unavailable, Unsupported
from meridian.identity import accounts, totp
from meridian.identity.cognito import handle, keeper
from meridian.identity.cognito.client import WRONG, Refused
from meridian.identity.cognito.pace import Pace
from meridian.identity.cognito.users import Users
from meridian.identity.facts import Grant, Stage
from meridian.identity.passwords import Passwords
from meridian.identity.sessions import IDLE_MS
from meridian.store.sqlite import Sqlite
from meridian.testing.amazon import PrivateAmazon
from meridian.testing.identity import HERE, PASSWORD, SEED, Clinic, clinic
from meridian.testing.pool import MotoPool

pytestmark = pytest.mark.anyio

ANNE, NOBODY = "anne@clinic.example", "nobody@clinic.example"
NEW = "seven quiet lamps by the harbour"
OLD = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The secret of an app that was kept here."""


async def enrolled(harbour: Clinic, stage: Stage) -> Grant:
    assert stage.step == "enrol-totp"
    who = await harbour.service.signed_in.enrolling(stage.pending)
    await harbour.service.own_account.begin_totp(who)
    _, grant = await harbour.service.own_account.confirm_totp(who, harbour.code(), HERE)
    assert grant is not None
    harbour.watch.pass_(seconds=30)
    return grant


async def anne(harbour: Clinic) -> tuple[str, Grant]:
    """Anne's account, and where she is signed in."""
    account = await harbour.person(seed="")
    return account, await enrolled(harbour, await password(harbour))


async def password(harbour: Clinic, given: str = PASSWORD, email: str = ANNE) -> Stage:
    return await harbour.service.sign_in.password(email, given, HERE)


async def refused(harbour: Clinic, given: str = PASSWORD, email: str = ANNE) -> Fault:
    with pytest.raises(Fault) as fault:
        await password(harbour, given, email)
    return fault.value


def console(moto: MotoPool, operation: str, **said: Any) -> Any:
    """What somebody with rights on the pool does past us."""
    service = moto.amazon.client("cognito-idp")
    try:
        return getattr(service, operation)(UserPoolId=moto.place.user_pool, **said)
    finally:
        service.close()


# --- a password that somebody else chose


async def test_a_temporary_password_has_to_be_changed_and_then_an_app_set_up(harbour: Clinic, moto: MotoPool) -> None:
    account = await harbour.person(seed="")
    console(moto, "admin_set_user_password", Username=account, Password="given out by phone", Permanent=False)

    stage = await password(harbour, "given out by phone")
    with pytest.raises(Unauthenticated):
        await harbour.service.sign_in.totp(stage.pending, harbour.code(), HERE)
    with pytest.raises(Invalid):
        await harbour.service.sign_in.new_password(stage.pending, "password", HERE)
    after = await harbour.service.sign_in.new_password(stage.pending, NEW, HERE)

    assert (stage.step, stage.methods, after.step, after.grant) == ("new-password", (), "enrol-totp", None)
    assert len(harbour.recorded("password-changed")) == 1
    with pytest.raises(Unauthenticated):
        await harbour.service.sign_in.new_password(stage.pending, "another of eight lamps", HERE)
    assert isinstance(await refused(harbour, "given out by phone"), Unauthenticated)


async def test_a_new_password_does_not_stand_in_for_an_app_that_was_set_up(harbour: Clinic, moto: MotoPool) -> None:
    account, _ = await anne(harbour)
    console(moto, "admin_set_user_password", Username=account, Password="given out by phone", Permanent=False)
    stage = await password(harbour, "given out by phone")

    with pytest.raises(Forbidden):  # moto does not ask for the app here, as Cognito does
        await harbour.service.sign_in.new_password(stage.pending, NEW, HERE)

    assert (await password(harbour, NEW)).step == "totp"


async def test_a_new_password_that_the_pool_does_not_take_leaves_the_sign_in_waiting(
    harbour: Clinic, moto: MotoPool
) -> None:
    account = await harbour.person(seed="")
    console(moto, "admin_set_user_password", Username=account, Password="given out by phone", Permanent=False)
    stage = await password(harbour, "given out by phone")
    policy = moto.service.extended_config["Policies"]["PasswordPolicy"]
    policy["RequireNumbers"] = True

    with pytest.raises(Invalid) as invalid:
        await harbour.service.sign_in.new_password(stage.pending, NEW, HERE)
    policy["RequireNumbers"] = False

    assert invalid.value.issues[0].place == "password"
    assert (await harbour.service.sign_in.new_password(stage.pending, NEW, HERE)).step == "enrol-totp"


# --- what nobody outside learns


async def test_a_user_whose_password_was_reset_or_who_was_removed_is_answered_like_any_wrong_password(
    harbour: Clinic, moto: MotoPool
) -> None:
    account = await harbour.person(seed="")
    console(moto, "admin_delete_user", Username=account)

    gone, unknown = await refused(harbour), await refused(harbour, email=NOBODY)

    assert (type(gone), gone.detail) == (type(unknown), unknown.detail)


async def test_the_pool_is_asked_about_names_nobody_has_by_a_name_like_any_other(
    harbour: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, asked = await harbour.person(seed=""), []

    async def start(_: object, username: str, *__: object) -> dict[str, Any]:
        asked.append(username)
        raise Refused("UserNotFoundException")

    monkeypatch.setattr(Users, "start", start)
    for email in (ANNE, NOBODY, f" {NOBODY.upper()} "):
        harbour.watch.pass_(hours=25)
        assert isinstance(await refused(harbour, "wrong", email), Unauthenticated)

    known, unknown, again = asked
    assert (known, unknown) == (account, again)
    assert len(unknown) == len(account)
    assert int(unknown, 16)


@pytest.mark.parametrize("code", sorted(WRONG))
async def test_however_the_pool_refuses_a_password_the_answer_is_the_same(
    harbour: Clinic, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    await harbour.person(seed="")

    async def start(*_: object) -> dict[str, Any]:
        raise Refused(code)

    monkeypatch.setattr(Users, "start", start)
    known, unknown = await refused(harbour), await refused(harbour, email=NOBODY)

    assert (type(known), known.detail, known.issues) == (Unauthenticated, unknown.detail, unknown.issues)


async def test_failures_take_as_long_whoever_the_pool_is_asked_about(
    harbour: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = harbour.service.tools.credentials
    assert isinstance(kept, keeper.Keeper)
    monkeypatch.setattr(kept, "_pace", Pace(0.3))
    account = await harbour.person(seed="")

    async def start(_: object, username: str, *__: object) -> dict[str, Any]:
        if username == account:  # a user that is there takes the pool longer
            await asyncio.sleep(0.12)
        raise Refused("NotAuthorizedException")

    monkeypatch.setattr(Users, "start", start)
    times = []
    for email in (ANNE, NOBODY):
        begun = time.monotonic()
        await refused(harbour, "wrong", email)
        times.append(time.monotonic() - begun)

    assert abs(times[0] - times[1]) < 0.1
    assert min(times) >= 0.3


async def test_the_throttle_stands_before_the_pool(harbour: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    await harbour.person(seed="")
    await refused(harbour, "wrong")

    async def start(*_: object) -> dict[str, Any]:
        raise AssertionError("the pool was asked")

    monkeypatch.setattr(Users, "start", start)

    assert isinstance(await refused(harbour), Throttled)


# --- a pool that is away


async def test_a_pool_that_is_away_is_no_wrong_password_is_recorded_and_counts_as_no_try(
    harbour: Clinic, moto: MotoPool
) -> None:
    account = await harbour.person(seed="")
    with moto.amazon.away():
        away = [await refused(harbour, email=email) for email in (ANNE, ANNE, ANNE, NOBODY)]

    assert {(type(fault), fault.detail) for fault in away} == {(Unavailable, away[0].detail)}
    assert [entry.account for entry in harbour.recorded("sign-in-unavailable")] == [account] * 3 + [""]
    assert harbour.recorded("sign-in-failed") == []
    assert (await password(harbour)).step == "enrol-totp"


async def test_being_away_does_not_forgive_failures(harbour: Clinic, moto: MotoPool) -> None:
    await harbour.person(seed="")
    for _ in range(3):
        await refused(harbour, "wrong")
        harbour.watch.pass_(seconds=8)
    with moto.amazon.away():
        await refused(harbour)

    await refused(harbour, "wrong")
    locked = await refused(harbour)

    assert isinstance(locked, Throttled)
    assert locked.retry_after == 8


async def test_codes_and_passwords_of_ones_own_wait_for_a_pool_that_is_away(harbour: Clinic, moto: MotoPool) -> None:
    _, grant = await anne(harbour)
    stage = await password(harbour)
    service = harbour.service
    await service.recovery.request(ANNE, HERE)
    link = await harbour.link()

    with moto.amazon.away():
        with pytest.raises(Unavailable):
            await service.sign_in.totp(stage.pending, harbour.code(), HERE)
        with pytest.raises(Unavailable):
            await service.own_account.change_password(grant.identity, PASSWORD, NEW, HERE)
        with pytest.raises(Unavailable):
            await service.recovery.confirm(link, NEW, HERE)
        with pytest.raises(Unavailable):
            await service.signed_in.reauthenticate(grant.refresh, PASSWORD, None, HERE)
        assert (await service.authenticate(grant.access)).account == grant.identity.account

    assert (await service.sign_in.totp(stage.pending, harbour.code(), HERE)).step == "done"
    await service.recovery.confirm(link, NEW, HERE)
    assert (await password(harbour, NEW)).step == "totp"


async def test_what_the_pool_missed_while_it_was_away_it_hears_later(harbour: Clinic, moto: MotoPool) -> None:
    account, grant = await anne(harbour)
    with moto.amazon.away():
        await harbour.service.administration.enable(ANNE, active=False)
        with pytest.raises(Unauthenticated):
            await harbour.service.authenticate(grant.access)
        await harbour.worked()
    assert moto.service.users[account].enabled

    harbour.watch.pass_(hours=1)
    await harbour.worked()

    assert not moto.service.users[account].enabled


# --- second factors


async def test_a_pool_that_is_content_with_a_password_is_not_believed(harbour: Clinic, moto: MotoPool) -> None:
    account = await harbour.person(seed="")
    moto.service.mfa_config = "OFF"

    stage = await password(harbour)

    assert (stage.step, stage.grant) == ("enrol-totp", None)
    assert (await enrolled(harbour, stage)).identity.account == account


async def test_an_app_that_the_pool_no_longer_knows_is_not_set_up_by_a_password_alone(
    harbour: Clinic, moto: MotoPool
) -> None:
    account, _ = await anne(harbour)
    moto.service.users[account].software_token_mfa_enabled = False
    moto.service.users[account].token_verified = False

    assert isinstance(await refused(harbour), Forbidden)


async def test_an_app_that_was_kept_here_is_proved_before_the_pools_is_set_up(harbour: Clinic, moto: MotoPool) -> None:
    account = await harbour.person(seed="")
    await harbour.engine.write(lambda: totp.begin(harbour.service.tools.sealer, account, OLD))
    await harbour.engine.write(
        lambda: totp.confirm(harbour.service.tools.sealer, account, harbour.code(OLD), harbour.watch())
    )
    harbour.watch.pass_(seconds=30)

    stage = await password(harbour)
    with pytest.raises(Unauthenticated):
        await harbour.service.signed_in.enrolling(stage.pending)
    with pytest.raises(Unauthenticated):
        await harbour.service.sign_in.totp(stage.pending, harbour.code(SEED), HERE)
    harbour.watch.pass_(seconds=2)
    after = await harbour.service.sign_in.totp(stage.pending, harbour.code(OLD), HERE)
    await enrolled(harbour, after)

    assert (stage.step, after.step) == ("totp", "enrol-totp")
    assert not await harbour.engine.read(lambda: totp.enrolled(account))
    assert moto.service.users[account].software_token_mfa_enabled


async def test_a_password_that_was_kept_here_moves_to_the_pool_when_it_is_given(
    harbour: Clinic, moto: MotoPool
) -> None:
    tools, account = harbour.service.tools, "0123456789abcdef0123456789abcdef"
    kept = await Passwords(memory_kib=8, rounds=1, threads=1).hash(PASSWORD)

    def before() -> Any:
        yield from accounts.create(tools.sealer, ANNE, "Anne Example", harbour.watch(), account=account)
        yield from accounts.set_password(account, kept, harbour.watch())

    await harbour.engine.write(before)
    await harbour.service.administration.add_membership(account, harbour.org, "clinician", who="Practitioner/anne")

    assert isinstance(await refused(harbour, "wrong"), Unauthenticated)
    assert account not in moto.service.users
    harbour.watch.pass_(seconds=2)
    assert (await password(harbour)).step == "enrol-totp"
    assert moto.service.users[account].password == PASSWORD
    found = await harbour.engine.read(lambda: accounts.by_id(tools.sealer, account))
    assert found is not None
    assert found.hash is None
    assert (await password(harbour)).step == "enrol-totp"


async def test_the_tokens_that_end_a_sign_in_must_be_the_users_own(harbour: Clinic, moto: MotoPool) -> None:
    account, _ = await anne(harbour)
    stage = await password(harbour)
    moto.service.users[account].id = "somebody-else"

    with pytest.raises(Unavailable):
        await harbour.service.sign_in.totp(stage.pending, harbour.code(), HERE)


@pytest.mark.parametrize("code", sorted(WRONG))
async def test_a_code_that_the_pool_refuses_is_a_wrong_one_however_it_says_so(
    harbour: Clinic, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    await anne(harbour)
    stage = await password(harbour)

    async def answer(*_: object) -> dict[str, Any]:
        raise Refused(code)

    monkeypatch.setattr(Users, "answer_code", answer)

    with pytest.raises(Unauthenticated):
        await harbour.service.sign_in.totp(stage.pending, harbour.code(), HERE)


@pytest.mark.parametrize(
    "answer",
    [
        {"ChallengeName": "SMS_MFA", "Session": "s"},
        {"ChallengeName": "SELECT_MFA_TYPE", "Session": "s"},
        {"ChallengeName": "MFA_SETUP", "Session": "s", "ChallengeParameters": {"MFAS_CAN_SETUP": '["SMS_MFA"]'}},
        {"ChallengeName": "CUSTOM_CHALLENGE", "Session": "s"},
        {},
    ],
)
def test_other_challenges_end_the_sign_in(answer: dict[str, Any]) -> None:
    with pytest.raises(Unavailable):
        handle.of_answer(answer)


def test_a_handle_shows_no_secret() -> None:
    shown = handle.Handle(handle.CODE, session="s3cret", token="t0ken")

    assert "s3cret" not in repr(shown) + repr(shown.proved())
    assert "t0ken" not in repr(shown) + repr(shown.proved())


async def test_what_a_pool_cannot_do_is_not_offered(harbour: Clinic) -> None:
    _, grant = await anne(harbour)
    service = harbour.service

    with pytest.raises(Unsupported):
        await service.sign_in.passkey_options("")
    with pytest.raises(Unsupported):
        await service.sign_in.passkey("", {"id": "x"}, HERE)
    with pytest.raises(Forbidden):
        await service.own_account.remove_totp(grant.identity, HERE)
    harbour.watch.now += IDLE_MS
    with pytest.raises(Invalid):
        await service.signed_in.reauthenticate(grant.refresh, None, harbour.code(), HERE)
    with pytest.raises(Unsupported):
        await service.administration.create_account("b@clinic.example", "B", PASSWORD, totp_seed=SEED)


async def test_a_patient_sets_an_app_up_too(harbour: Clinic) -> None:
    await harbour.person("pat@home.example", "patient", seed="", who="Patient/p1", patients=("p1",))

    assert (await password(harbour, email="pat@home.example")).step == "enrol-totp"


async def test_neither_an_address_nor_a_name_nor_a_code_of_ours_reaches_the_pool(
    harbour: Clinic, moto: MotoPool
) -> None:
    account, _ = await anne(harbour)

    user = moto.service.users[account]

    assert user.username == account
    assert {name for name in user.attribute_lookup if name != "sub"} == set()


async def test_signing_out_everywhere_ends_what_the_pool_has_given_out(harbour: Clinic, moto: MotoPool) -> None:
    account, grant = await anne(harbour)
    await harbour.sign_in()
    assert [one for one in moto.service.refresh_tokens.values() if one and one[1] == account]

    await harbour.service.own_account.end_other_sessions(grant.identity, HERE)
    await harbour.worked()

    assert not [one for one in moto.service.refresh_tokens.values() if one and one[1] == account]


async def test_an_invitation_that_was_interrupted_is_accepted_all_the_same(harbour: Clinic, moto: MotoPool) -> None:
    kept = harbour.service.tools.credentials
    account = accounts.Account("0123456789abcdef0123456789abcdef", ANNE, "Anne", active=True, hash=None)
    first = await kept.choose(account, PASSWORD)  # and the process died before it was kept

    again = await kept.choose(account, NEW)

    assert first.proved.step == again.proved.step == "enrol-totp"
    assert moto.service.users[account.id].password == NEW


async def test_whoever_is_not_in_the_pool_any_more_comes_in_again_by_a_mailed_link(
    harbour: Clinic, moto: MotoPool
) -> None:
    account = await harbour.person(seed="")
    console(moto, "admin_delete_user", Username=account)
    await harbour.service.recovery.request(ANNE, HERE)

    await harbour.service.recovery.confirm(await harbour.link(), NEW, HERE)

    assert (await password(harbour, NEW)).step == "enrol-totp"


async def test_the_clinic_opens_while_the_pool_is_away(
    sqlite_engine: Sqlite, tmp_path: Path, moto: MotoPool, amazon: PrivateAmazon
) -> None:
    with amazon.away():
        made = await clinic(sqlite_engine, tmp_path, keeper=moto.keeper)
        made.service.close()
