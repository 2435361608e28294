import pytest

from meridian.faults import Conflict, Invalid, NotFound, Throttled, Unauthenticated
from meridian.identity.facts import Grant
from meridian.identity.views import Enroller
from meridian.testing.identity import HERE, PASSWORD, Clinic, granted

ANNE, PAT = "anne@clinic.example", "pat@home.example"
NEW = "seven quiet lamps by the harbour"


def enroller(grant: Grant) -> Enroller:
    return Enroller(grant.identity.account, session=grant.identity.session, org=grant.identity.org)


async def patient(clinic: Clinic) -> Grant:
    await clinic.person(PAT, "patient", seed="", who="Patient/p1", patients=("p1",))
    return granted(await clinic.service.sign_in.password(PAT, PASSWORD, HERE))


@pytest.mark.anyio
async def test_staff_enrol_an_app_and_are_then_signed_in(harbour: Clinic) -> None:
    await harbour.person(seed="")
    stage = await harbour.service.sign_in.password(ANNE, PASSWORD, HERE)
    who = await harbour.service.signed_in.enrolling(stage.pending)

    seed = await harbour.service.own_account.begin_totp(who)
    codes, grant = await harbour.service.own_account.confirm_totp(who, harbour.code(seed.secret), HERE)

    assert len(set(codes)) == 10
    assert grant is not None
    assert (await harbour.service.authenticate(grant.access)).factors == ("pwd", "otp")
    assert (await harbour.service.sign_in.password(ANNE, PASSWORD, HERE)).methods == ("totp", "recovery-code")
    assert len(harbour.recorded("totp-enrolled")) == 1


@pytest.mark.anyio
async def test_the_code_that_enrolled_an_app_does_not_sign_in(quay: Clinic) -> None:
    grant = await patient(quay)
    seed = await quay.service.own_account.begin_totp(enroller(grant))
    await quay.service.own_account.confirm_totp(enroller(grant), quay.code(seed.secret), HERE)

    stage = await quay.service.sign_in.password(PAT, PASSWORD, HERE)

    with pytest.raises(Unauthenticated):
        await quay.service.sign_in.totp(stage.pending, quay.code(seed.secret), HERE)


@pytest.mark.anyio
async def test_an_app_that_is_not_confirmed_counts_for_nothing(quay: Clinic) -> None:
    grant = await patient(quay)
    first = await quay.service.own_account.begin_totp(enroller(grant))
    second = await quay.service.own_account.begin_totp(enroller(grant))

    with pytest.raises(Invalid):
        await quay.service.own_account.confirm_totp(enroller(grant), quay.code(first.secret), HERE)
    with pytest.raises(Throttled):
        await quay.service.own_account.confirm_totp(enroller(grant), quay.code(second.secret), HERE)

    assert (await quay.service.sign_in.password(PAT, PASSWORD, HERE)).step == "done"


@pytest.mark.anyio
async def test_a_confirmed_app_is_not_replaced_by_a_second_one(quay: Clinic) -> None:
    await quay.person()
    grant = await quay.sign_in()

    with pytest.raises(Conflict):
        await quay.service.own_account.begin_totp(enroller(grant))

    assert (await quay.sign_in()).access


@pytest.mark.anyio
async def test_a_patient_may_do_without_the_app_again(quay: Clinic) -> None:
    grant = await patient(quay)
    seed = await quay.service.own_account.begin_totp(enroller(grant))
    await quay.service.own_account.confirm_totp(enroller(grant), quay.code(seed.secret), HERE)

    await quay.service.own_account.remove_totp(grant.identity, HERE)
    found = await quay.service.own_account.security(grant.identity)

    assert (found.totp, found.recovery_codes, found.staff) == (False, 0, False)
    with pytest.raises(NotFound):
        await quay.service.own_account.remove_totp(grant.identity, HERE)
    assert [mail.split("\n")[2] for mail in await quay.mails()] == [
        "A way to prove who you are was added to your account.",
        "A way to prove who you are was removed from your account.",
    ]


@pytest.mark.anyio
async def test_a_recovery_code_works_once_and_is_told_by_mail(harbour: Clinic) -> None:
    await harbour.person()
    grant = await harbour.sign_in()
    [code, *_] = await harbour.service.own_account.renew_recovery_codes(grant.identity, HERE)

    stage = await harbour.service.sign_in.password(ANNE, PASSWORD, HERE)
    await harbour.service.sign_in.recovery_code(stage.pending, code.upper().replace("-", " "), HERE)
    again = await harbour.service.sign_in.password(ANNE, PASSWORD, HERE)

    with pytest.raises(Unauthenticated):
        await harbour.service.sign_in.recovery_code(again.pending, code, HERE)
    assert (await harbour.service.own_account.security(grant.identity)).recovery_codes == 9
    assert any("A recovery code of your account was used" in mail for mail in await harbour.mails())


@pytest.mark.anyio
async def test_new_recovery_codes_replace_the_old_ones(quay: Clinic) -> None:
    await quay.person()
    grant = await quay.sign_in()
    [old, *_] = await quay.service.own_account.renew_recovery_codes(grant.identity, HERE)
    await quay.service.own_account.renew_recovery_codes(grant.identity, HERE)

    stage = await quay.service.sign_in.password(ANNE, PASSWORD, HERE)

    with pytest.raises(Unauthenticated):
        await quay.service.sign_in.recovery_code(stage.pending, old, HERE)


@pytest.mark.anyio
async def test_one_persons_recovery_code_is_nobody_elses(quay: Clinic) -> None:
    await quay.person()
    await quay.person("ben@clinic.example", who="Practitioner/ben")
    bens = await quay.sign_in("ben@clinic.example")
    [code, *_] = await quay.service.own_account.renew_recovery_codes(bens.identity, HERE)
    await quay.service.own_account.renew_recovery_codes((await quay.sign_in()).identity, HERE)
    stage = await quay.service.sign_in.password(ANNE, PASSWORD, HERE)

    with pytest.raises(Unauthenticated):
        await quay.service.sign_in.recovery_code(stage.pending, code, HERE)


@pytest.mark.anyio
async def test_recovery_codes_need_a_factor_to_stand_in_for(quay: Clinic) -> None:
    grant = await patient(quay)

    with pytest.raises(Conflict):
        await quay.service.own_account.renew_recovery_codes(grant.identity, HERE)


@pytest.mark.anyio
async def test_a_change_of_password_ends_the_other_sessions(harbour: Clinic) -> None:
    await harbour.person()
    here, elsewhere = await harbour.sign_in(), await harbour.sign_in()
    await harbour.service.authenticate(elsewhere.access)

    await harbour.service.own_account.change_password(here.identity, PASSWORD, NEW, HERE)

    assert await harbour.service.authenticate(here.access)
    with pytest.raises(Unauthenticated):
        await harbour.service.authenticate(elsewhere.access)
    with pytest.raises(Unauthenticated):
        await harbour.service.sign_in.password(ANNE, PASSWORD, HERE)
    harbour.watch.pass_(seconds=1)
    assert (await harbour.service.sign_in.password(ANNE, NEW, HERE)).step == "totp"
    assert [entry.outcome for entry in harbour.recorded("password-changed")] == ["ok"]
    assert "The password of your account was changed." in (await harbour.mails())[-1]


@pytest.mark.anyio
async def test_a_change_of_password_needs_the_present_one_and_guesses_are_slowed(quay: Clinic) -> None:
    await quay.person()
    grant = await quay.sign_in()

    with pytest.raises(Invalid):
        await quay.service.own_account.change_password(grant.identity, "wrong", NEW, HERE)
    with pytest.raises(Throttled):
        await quay.service.own_account.change_password(grant.identity, PASSWORD, NEW, HERE)

    assert [entry.outcome for entry in quay.recorded("password-changed")] == ["failed", "refused"]


@pytest.mark.anyio
async def test_a_patient_without_a_second_factor_needs_a_longer_password(quay: Clinic) -> None:
    await quay.person()
    pat, anne = await patient(quay), await quay.sign_in()

    assert (await quay.service.own_account.security(pat.identity)).minimum_length == 15
    assert (await quay.service.own_account.security(anne.identity)).minimum_length == 12
    with pytest.raises(Invalid):
        await quay.service.own_account.change_password(pat.identity, PASSWORD, "kx7 qvw dnz9f", HERE)
    await quay.service.own_account.change_password(anne.identity, PASSWORD, "kx7 qvw dnz9f", HERE)


@pytest.mark.anyio
async def test_ones_own_name_is_no_password(quay: Clinic) -> None:
    await quay.person()
    grant = await quay.sign_in()

    with pytest.raises(Invalid, match="guess"):
        await quay.service.own_account.change_password(grant.identity, PASSWORD, "anne-example-1980", HERE)


@pytest.mark.anyio
async def test_sessions_are_listed_and_end_at_once(harbour: Clinic) -> None:
    await harbour.person()
    here, elsewhere, third = [await harbour.sign_in() for _ in range(3)]
    await harbour.service.authenticate(elsewhere.access)

    await harbour.service.own_account.end_session(here.identity, elsewhere.identity.session, HERE)
    with pytest.raises(Unauthenticated):
        await harbour.service.authenticate(elsewhere.access)
    listed = {line.id for line in (await harbour.service.own_account.security(here.identity)).sessions}
    await harbour.service.own_account.end_other_sessions(here.identity, HERE)

    assert listed == {here.identity.session, third.identity.session}
    assert [line.id for line in (await harbour.service.own_account.security(here.identity)).sessions] == [
        here.identity.session
    ]
    with pytest.raises(Unauthenticated):
        await harbour.service.authenticate(third.access)
    assert [entry.rule for entry in harbour.recorded("session-revoked")] == ["own", "own-others"]


@pytest.mark.anyio
async def test_nobody_ends_anothers_session(quay: Clinic) -> None:
    await quay.person()
    await quay.person("ben@clinic.example", who="Practitioner/ben")
    anne, ben = await quay.sign_in(), await quay.sign_in("ben@clinic.example")

    with pytest.raises(NotFound):
        await quay.service.own_account.end_session(anne.identity, ben.identity.session, HERE)

    assert await quay.service.authenticate(ben.access)
