from dataclasses import replace

import pytest

from meridian.faults import Conflict, Forbidden, Invalid, NotFound, Throttled, Unauthenticated
from meridian.identity.facts import Grant
from meridian.identity.passkeys import MOST
from meridian.identity.views import Enroller
from meridian.testing.authenticator import Authenticator
from meridian.testing.identity import HERE, PASSWORD, Clinic, granted

ANNE = "anne@clinic.example"


def enroller(grant: Grant) -> Enroller:
    return Enroller(grant.identity.account, session=grant.identity.session, org=grant.identity.org)


async def added(clinic: Clinic, who: Enroller, device: Authenticator, name: str = "Phone") -> Grant | None:
    options = await clinic.service.own_account.begin_passkey(who)
    return await clinic.service.own_account.add_passkey(who, name, device.create(options), HERE)


@pytest.mark.anyio
async def test_a_passkey_alone_signs_in(harbour: Clinic) -> None:
    account, device = await harbour.person(), Authenticator()
    await added(harbour, enroller(await harbour.sign_in()), device)

    options, secret = await harbour.service.sign_in.passkey_options("")
    stage = await harbour.service.sign_in.passkey(secret, device.get(options), HERE)

    assert granted(stage).identity.account == account
    assert granted(stage).identity.factors == ("hwk", "user")
    assert "allowCredentials" not in options or not options["allowCredentials"]


@pytest.mark.anyio
async def test_a_passkey_is_a_second_factor(quay: Clinic) -> None:
    await quay.person()
    device = Authenticator()
    await added(quay, enroller(await quay.sign_in()), device)
    stage = await quay.service.sign_in.password(ANNE, PASSWORD, HERE)

    options, secret = await quay.service.sign_in.passkey_options(stage.pending)
    done = await quay.service.sign_in.passkey(stage.pending, device.get(options), HERE)

    assert "passkey" in stage.methods
    assert secret == ""
    assert [one["id"] for one in options["allowCredentials"]] == [device.get(options)["id"]]
    assert granted(done).identity.factors == ("pwd", "hwk")


@pytest.mark.anyio
async def test_staff_may_enrol_a_passkey_instead_of_an_app(quay: Clinic) -> None:
    await quay.person(seed="")
    stage = await quay.service.sign_in.password(ANNE, PASSWORD, HERE)
    who = await quay.service.signed_in.enrolling(stage.pending)

    grant = await added(quay, who, Authenticator())

    assert grant is not None
    assert (await quay.service.authenticate(grant.access)).role == "clinician"
    with pytest.raises(Unauthenticated):
        await quay.service.signed_in.enrolling(stage.pending)


@pytest.mark.anyio
async def test_an_answer_works_once(quay: Clinic) -> None:
    await quay.person()
    device = Authenticator()
    await added(quay, enroller(await quay.sign_in()), device)
    options, secret = await quay.service.sign_in.passkey_options("")
    answer = device.get(options)
    await quay.service.sign_in.passkey(secret, answer, HERE)

    with pytest.raises(Unauthenticated):
        await quay.service.sign_in.passkey(secret, answer, HERE)


@pytest.mark.anyio
async def test_an_answer_to_another_challenge_origin_or_key_is_refused(quay: Clinic) -> None:
    await quay.person()
    device = Authenticator()
    await added(quay, enroller(await quay.sign_in()), device)
    stranger = replace(Authenticator(), id=device.id)
    phished = replace(device, origin="http://evil.example")
    unverified = replace(device, verifies=False)

    for wrong in (stranger, phished, unverified):
        options, secret = await quay.service.sign_in.passkey_options("")
        with pytest.raises(Unauthenticated):
            await quay.service.sign_in.passkey(secret, wrong.get(options), HERE)
    other, _ = await quay.service.sign_in.passkey_options("")
    _, secret = await quay.service.sign_in.passkey_options("")
    with pytest.raises(Unauthenticated):
        await quay.service.sign_in.passkey(secret, device.get(other), HERE)

    assert [entry.rule for entry in quay.recorded("sign-in-failed")] == ["passkey"] * 4


@pytest.mark.anyio
async def test_a_copied_device_is_noticed_by_its_counter(quay: Clinic) -> None:
    await quay.person()
    device = Authenticator(counter=10)
    await added(quay, enroller(await quay.sign_in()), device)
    copy = replace(device)
    options, secret = await quay.service.sign_in.passkey_options("")
    await quay.service.sign_in.passkey(secret, device.get(options), HERE)

    options, secret = await quay.service.sign_in.passkey_options("")

    with pytest.raises(Unauthenticated):
        await quay.service.sign_in.passkey(secret, copy.get(options), HERE)


@pytest.mark.anyio
async def test_one_persons_passkey_is_no_second_factor_for_another(quay: Clinic) -> None:
    await quay.person()
    await quay.person("ben@clinic.example", who="Practitioner/ben")
    bens = Authenticator()
    await added(quay, enroller(await quay.sign_in("ben@clinic.example")), bens)
    await added(quay, enroller(await quay.sign_in()), Authenticator())
    stage = await quay.service.sign_in.password(ANNE, PASSWORD, HERE)
    options, _ = await quay.service.sign_in.passkey_options(stage.pending)

    with pytest.raises(Unauthenticated):
        await quay.service.sign_in.passkey(stage.pending, bens.get(options), HERE)


@pytest.mark.anyio
async def test_a_disabled_accounts_passkey_is_refused(quay: Clinic) -> None:
    await quay.person()
    device = Authenticator()
    await added(quay, enroller(await quay.sign_in()), device)
    await quay.service.administration.enable(ANNE, active=False)
    options, secret = await quay.service.sign_in.passkey_options("")

    with pytest.raises(Unauthenticated):
        await quay.service.sign_in.passkey(secret, device.get(options), HERE)


@pytest.mark.anyio
@pytest.mark.parametrize(
    "response", [{}, {"clientDataJSON": 7}, {"clientDataJSON": "AA", "attestationObject": "AA"}, []]
)
async def test_what_is_no_credential_is_refused(quay: Clinic, response: object) -> None:
    await quay.person()
    who = enroller(await quay.sign_in())
    await quay.service.own_account.begin_passkey(who)
    credential = {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": response}

    with pytest.raises(Invalid):
        await quay.service.own_account.add_passkey(who, "x", credential, HERE)
    _, secret = await quay.service.sign_in.passkey_options("")
    with pytest.raises(Unauthenticated):
        await quay.service.sign_in.passkey(secret, credential, HERE)


@pytest.mark.anyio
async def test_a_passkey_is_listed_and_can_be_removed(quay: Clinic) -> None:
    await quay.person()
    grant, device = await quay.sign_in(), Authenticator()
    await added(quay, enroller(grant), device, "Work phone")
    [line] = (await quay.service.own_account.security(grant.identity)).passkeys

    await quay.service.own_account.remove_passkey(grant.identity, line.id, HERE)

    assert (line.name, line.used) == ("Work phone", 0)
    assert (await quay.service.own_account.security(grant.identity)).passkeys == ()
    with pytest.raises(NotFound):
        await quay.service.own_account.remove_passkey(grant.identity, line.id, HERE)


@pytest.mark.anyio
async def test_staff_keep_one_second_factor(quay: Clinic) -> None:
    await quay.person()
    grant = await quay.sign_in()
    with pytest.raises(Forbidden):
        await quay.service.own_account.remove_totp(grant.identity, HERE)

    await added(quay, enroller(grant), Authenticator())
    await quay.service.own_account.remove_totp(grant.identity, HERE)
    [line] = (await quay.service.own_account.security(grant.identity)).passkeys

    with pytest.raises(Forbidden):
        await quay.service.own_account.remove_passkey(grant.identity, line.id, HERE)
    assert (await quay.service.own_account.security(grant.identity)).passkeys == (line,)


@pytest.mark.anyio
async def test_a_passkey_is_kept_once_and_an_account_has_a_bounded_number(quay: Clinic) -> None:
    await quay.person()
    grant, device = await quay.sign_in(), Authenticator()
    await added(quay, enroller(grant), device)

    with pytest.raises(Conflict):
        await added(quay, enroller(grant), device)
    for _ in range(MOST - 1):
        await added(quay, enroller(grant), Authenticator())
    with pytest.raises(Invalid):
        await added(quay, enroller(grant), Authenticator())


@pytest.mark.anyio
async def test_failing_passkeys_are_throttled(quay: Clinic) -> None:
    for _ in range(50):
        with pytest.raises(Unauthenticated):
            await quay.service.sign_in.passkey("x", {"id": "AAAA"}, HERE)

    with pytest.raises(Throttled):
        await quay.service.sign_in.passkey("x", {"id": "AAAA"}, HERE)
