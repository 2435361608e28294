"""
One contract for both keepers of passwords and authenticator apps, through the service as `/api` uses it.

What moto fakes is skipped by name where it would have been asked, and held elsewhere in `tests/identity/cognito`: that
a code works once, how it answers names nobody has, its own lockouts and throttling, the rules of temporary passwords.
"""

from statistics import median
from time import perf_counter

import pytest

from meridian.faults import Fault, Invalid, Throttled, Unauthenticated
from meridian.identity.facts import Caller, Grant, Stage
from meridian.identity.invitations import NewMember
from meridian.identity.sessions import IDLE_MS
from meridian.testing.identity import HERE, PASSWORD, Clinic, granted

pytestmark = pytest.mark.anyio

ANNE, NOBODY, BOSS = "anne@clinic.example", "nobody@clinic.example", "boss@clinic.example"
NEW = "seven quiet lamps by the harbour"


async def enrolled(port: Clinic, stage: Stage) -> tuple[Grant, tuple[str, ...], str]:
    """Whoever has to set an app up has done it: tokens, recovery codes, and the app's secret."""
    assert stage.step == "enrol-totp"
    who = await port.service.signed_in.enrolling(stage.pending)
    seed = (await port.service.own_account.begin_totp(who)).secret
    codes, grant = await port.service.own_account.confirm_totp(who, port.code(seed), HERE)
    assert grant is not None
    port.watch.pass_(seconds=30)
    return grant, codes, seed


async def member(port: Clinic, email: str = ANNE, role: str = "clinician") -> tuple[Grant, tuple[str, ...], str]:
    """Somebody with `PASSWORD` and an app, signed in."""
    await port.person(email, role, seed="", who=f"Practitioner/{email.partition('@')[0]}")
    return await enrolled(port, await password(port, email))


async def password(port: Clinic, email: str = ANNE, given: str = PASSWORD, caller: Caller = HERE) -> Stage:
    return await port.service.sign_in.password(email, given, caller)


async def refused(port: Clinic, email: str, given: str = "wrong") -> Fault:
    with pytest.raises(Fault) as fault:
        await password(port, email, given)
    return fault.value


async def ended(port: Clinic, grant: Grant) -> bool:
    try:
        await port.service.authenticate(grant.access)
    except Unauthenticated:
        return True
    return False


# --- the way in


async def test_an_invitation_leads_to_a_password_of_ones_own_an_app_and_a_session(port: Clinic) -> None:
    operator = port.service.administration
    await operator.invite(port.org, NewMember(ANNE, "Anne", "clinician", "Practitioner/anne"))
    link = await port.link()

    before = await port.service.invitations.look(link)
    stage = await port.service.invitations.accept(link, "Anne Example", NEW, HERE)
    grant, codes, seed = await enrolled(port, stage)
    again = await password(port, given=NEW)
    signed_in = granted(await port.service.sign_in.totp(again.pending, port.code(seed), HERE))

    assert (before.known, before.email) == (False, ANNE)
    assert len(codes) == 10
    assert (again.step, again.methods[0], again.grant) == ("totp", "totp", None)
    assert grant.identity.account == signed_in.identity.account
    assert signed_in.identity.factors == ("pwd", "otp")


async def test_whoever_has_an_account_accepts_another_invitation_by_its_password(port: Clinic) -> None:
    _, _, seed = await member(port)
    await port.service.administration.invite(port.org, NewMember(ANNE, "Anne", "nurse", "Practitioner/anne"))
    link = await port.link()
    assert (await port.service.invitations.look(link)).known

    with pytest.raises(Unauthenticated):
        await port.service.invitations.accept(link, "Anne", NEW, HERE)
    port.watch.pass_(seconds=2)
    stage = await port.service.invitations.accept(link, "Anne", PASSWORD, HERE)
    grant = granted(await port.service.sign_in.totp(stage.pending, port.code(seed), HERE))

    portrait = await port.service.signed_in.portrait(grant.identity)
    assert {line.role for line in portrait.memberships} == {"clinician", "nurse"}


async def test_a_guessable_password_is_refused_and_the_invitation_still_works(port: Clinic) -> None:
    await port.service.administration.invite(port.org, NewMember(ANNE, "Anne", "clinician", "Practitioner/anne"))
    link = await port.link()

    with pytest.raises(Invalid):
        await port.service.invitations.accept(link, "Anne", "password1234", HERE)

    assert (await port.service.invitations.accept(link, "Anne", NEW, HERE)).step == "enrol-totp"


async def test_staff_have_to_set_an_app_up_before_anything_else(port: Clinic) -> None:
    account = await port.person(seed="")

    stage = await password(port)

    assert (stage.step, stage.methods[0], stage.grant) == ("enrol-totp", "totp", None)
    assert (await port.service.signed_in.enrolling(stage.pending)).account == account
    with pytest.raises(Unauthenticated):
        await port.service.sign_in.totp(stage.pending, "000000", HERE)


async def test_a_wrong_code_sets_no_app_up(port: Clinic) -> None:
    await port.person(seed="")
    stage = await password(port)
    who = await port.service.signed_in.enrolling(stage.pending)
    seed = (await port.service.own_account.begin_totp(who)).secret

    with pytest.raises(Invalid):
        await port.service.own_account.confirm_totp(who, port.code(seed, steps=7), HERE)
    port.watch.pass_(seconds=2)

    assert (await password(port)).step == "enrol-totp"
    _, grant = await port.service.own_account.confirm_totp(who, port.code(seed), HERE)
    assert grant is not None


async def test_the_secret_may_be_asked_for_again_before_it_is_confirmed(port: Clinic) -> None:
    await port.person(seed="")
    stage = await password(port)
    who = await port.service.signed_in.enrolling(stage.pending)
    await port.service.own_account.begin_totp(who)

    grant, _, _ = await enrolled(port, stage)

    assert not await ended(port, grant)


# --- answers that tell nothing


@pytest.mark.parametrize("given", ["wrong", "", PASSWORD.upper(), "\ud800", "x" * 1024])
async def test_an_unknown_address_and_a_wrong_password_are_answered_alike(port: Clinic, given: str) -> None:
    await port.person(seed="")

    known, unknown = await refused(port, ANNE, given), await refused(port, NOBODY, given)

    assert type(known) is type(unknown) is Unauthenticated
    assert (known.detail, known.issues) == (unknown.detail, unknown.issues)


async def test_disabled_and_invited_accounts_are_answered_like_unknown_ones(port: Clinic) -> None:
    await port.person(seed="")
    await port.service.administration.enable(ANNE, active=False)
    await port.service.administration.invite(port.org, NewMember(BOSS, "Boss", "administrator"))

    faults = [await refused(port, email, PASSWORD) for email in (ANNE, BOSS, NOBODY)]

    assert {(type(fault), fault.detail) for fault in faults} == {(Unauthenticated, faults[0].detail)}


async def test_a_lockout_doubles_and_is_the_same_for_an_unknown_address(port: Clinic) -> None:
    await port.person(seed="")
    waits: dict[str, list[int]] = {ANNE: [], NOBODY: []}

    for email, seen in waits.items():
        for _ in range(3):
            await refused(port, email)
            locked = await refused(port, email, PASSWORD)
            assert isinstance(locked, Throttled)
            seen.append(locked.retry_after)
            port.watch.pass_(seconds=locked.retry_after)

    assert waits == {ANNE: [1, 2, 4], NOBODY: [1, 2, 4]}


async def test_an_unknown_address_takes_as_long_as_a_known_one(port: Clinic) -> None:
    await port.person(seed="")
    await refused(port, ANNE)
    times: dict[str, list[float]] = {ANNE: [], NOBODY: []}

    for turn in range(12):
        port.watch.pass_(hours=25)
        for email, seen in times.items():
            begun = perf_counter()
            with pytest.raises(Unauthenticated):
                await password(port, email, "wrong", Caller(address=f"192.0.2.{turn}"))
            seen.append(perf_counter() - begun)

    known, unknown = (median(seen) for seen in times.values())
    assert 0.4 < known / unknown < 2.5


# --- codes


async def test_a_wrong_code_is_refused_slowed_and_recorded(port: Clinic) -> None:
    _, _, seed = await member(port)
    stage = await password(port)

    with pytest.raises(Unauthenticated):
        await port.service.sign_in.totp(stage.pending, port.code(seed, steps=7), HERE)
    with pytest.raises(Throttled):
        await port.service.sign_in.totp(stage.pending, port.code(seed), HERE)
    port.watch.pass_(seconds=1)

    assert (await port.service.sign_in.totp(stage.pending, port.code(seed), HERE)).step == "done"
    assert "otp" in {entry.rule for entry in port.recorded("sign-in-failed")}


async def test_a_code_works_once(port: Clinic) -> None:
    if not port.service.tools.credentials.local:
        pytest.skip("moto takes a code as often as it comes; what Cognito says to the second is asserted by itself")
    _, _, seed = await member(port)
    code = port.code(seed)
    await port.service.sign_in.totp((await password(port)).pending, code, HERE)

    with pytest.raises(Unauthenticated):
        await port.service.sign_in.totp((await password(port)).pending, code, HERE)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "\ud800" * 6])
async def test_what_is_no_code_is_a_wrong_one(port: Clinic, code: str) -> None:
    await member(port)
    stage = await password(port)

    with pytest.raises(Unauthenticated):
        await port.service.sign_in.totp(stage.pending, code, HERE)


async def test_an_unfinished_sign_in_can_be_finished_once(port: Clinic) -> None:
    _, _, seed = await member(port)
    stage = await password(port)
    await port.service.sign_in.totp(stage.pending, port.code(seed), HERE)
    port.watch.pass_(seconds=30)

    with pytest.raises(Unauthenticated):
        await port.service.sign_in.totp(stage.pending, port.code(seed), HERE)


async def test_a_recovery_code_stands_in_for_the_app_once(port: Clinic) -> None:
    _, (code, *_), _ = await member(port)
    stage = await password(port)
    assert "recovery-code" in stage.methods

    grant = granted(await port.service.sign_in.recovery_code(stage.pending, code, HERE))

    assert grant.identity.factors == ("pwd", "rc")
    with pytest.raises(Unauthenticated):
        await port.service.sign_in.recovery_code((await password(port)).pending, code, HERE)


# --- passwords


async def test_a_mailed_link_sets_a_new_password_and_the_app_stays(port: Clinic) -> None:
    grant, _, seed = await member(port)
    await port.service.recovery.request(ANNE, HERE)
    link = await port.link()

    with pytest.raises(Invalid):
        await port.service.recovery.confirm(link, "password", HERE)
    await port.service.recovery.confirm(link, NEW, HERE)

    assert await ended(port, grant)
    assert isinstance(await refused(port, ANNE, PASSWORD), Unauthenticated)
    port.watch.pass_(seconds=2)
    stage = await password(port, given=NEW)
    assert stage.step == "totp"
    assert (await port.service.sign_in.totp(stage.pending, port.code(seed), HERE)).step == "done"


async def test_a_password_is_changed_by_whoever_knows_the_present_one_and_other_sessions_end(port: Clinic) -> None:
    other, _, seed = await member(port)
    grant = await port.sign_in(seed=seed)
    own = port.service.own_account

    with pytest.raises(Invalid):
        await own.change_password(grant.identity, "wrong", NEW, HERE)
    port.watch.pass_(seconds=2)
    await own.change_password(grant.identity, PASSWORD, NEW, HERE)

    assert (await ended(port, other), await ended(port, grant)) == (True, False)
    assert isinstance(await refused(port, ANNE, PASSWORD), Unauthenticated)
    port.watch.pass_(seconds=2)
    assert (await password(port, given=NEW)).step == "totp"


async def test_a_locked_session_goes_on_by_the_password(port: Clinic) -> None:
    grant, _, _ = await member(port)
    port.watch.now += IDLE_MS

    with pytest.raises(Unauthenticated):
        await port.service.signed_in.reauthenticate(grant.refresh, "wrong", None, HERE)
    port.watch.pass_(seconds=2)
    again = await port.service.signed_in.reauthenticate(grant.refresh, PASSWORD, None, HERE)

    assert again.identity.session == grant.identity.session


# --- whoever may sign in, and where


async def test_a_disabled_account_is_signed_out_and_cannot_sign_in_until_it_is_enabled(port: Clinic) -> None:
    grant, _, _ = await member(port)
    operator = port.service.administration

    await operator.enable(ANNE, active=False)
    assert await ended(port, grant)
    assert isinstance(await refused(port, ANNE, PASSWORD), Unauthenticated)
    port.watch.pass_(seconds=2)
    await operator.enable(ANNE, active=True)
    await port.worked()

    assert (await password(port)).step == "totp"


async def test_signing_out_everywhere_ends_the_other_sessions(port: Clinic) -> None:
    other, _, seed = await member(port)
    grant = await port.sign_in(seed=seed)

    await port.service.own_account.end_other_sessions(grant.identity, HERE)

    assert (await ended(port, other), await ended(port, grant)) == (True, False)


async def test_an_app_that_is_lost_is_forgotten_by_an_administrator_and_set_up_anew(port: Clinic) -> None:
    grant, _, _ = await member(port)
    boss, _, _ = await member(port, BOSS, "administrator")
    [anne] = [one for one in await port.service.people.everybody(boss.identity, HERE) if one.email == ANNE]
    assert anne.second_factor

    await port.service.people.reset_second_factor(boss.identity, anne.membership, HERE)
    assert await ended(port, grant)
    [anne] = [one for one in await port.service.people.everybody(boss.identity, HERE) if one.email == ANNE]
    assert not anne.second_factor
    assert isinstance(await refused(port, ANNE), Unauthenticated)
    port.watch.pass_(seconds=2)
    again, _, seed = await enrolled(port, await password(port))

    assert not await ended(port, again)
    assert (await password(port)).step == "totp"
    assert (await port.sign_in(seed=seed)).identity.account == again.identity.account


async def test_how_an_account_is_protected_is_shown(port: Clinic) -> None:
    grant, _, _ = await member(port)

    security = await port.service.own_account.security(grant.identity)

    assert (security.totp, security.password, security.staff, security.recovery_codes) == (True, True, True, 10)


# --- what rests


async def test_nothing_at_rest_shows_a_secret(port: Clinic) -> None:
    if port.engine.dialect != "sqlite":
        pytest.skip("a database file that can be read is SQLite's")
    await port.person(seed="")
    stage = await password(port)
    who = await port.service.signed_in.enrolling(stage.pending)
    seed = (await port.service.own_account.begin_totp(who)).secret

    kept = b"".join(file.read_bytes() for file in port.outbox.parent.glob("meridian.db*"))

    for secret in (ANNE, PASSWORD, seed, stage.pending, '"session"', '"token"'):
        assert secret.encode() not in kept
