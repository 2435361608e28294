from dataclasses import replace
from statistics import median
from time import perf_counter

import pytest

from meridian.faults import Fault, Forbidden, Throttled, Unauthenticated
from meridian.identity.builtin import BuiltIn
from meridian.identity.facts import Caller
from meridian.identity.passwords import Passwords
from meridian.identity.pending import LASTING_MS, MOST_FAILURES
from meridian.identity.throttle import STOP_AFTER
from meridian.testing.identity import HERE, PASSWORD, SEED, Clinic, granted

ANNE = "anne@clinic.example"
WRONG = "wrong"


def _keeping(clinic: Clinic, passwords: Passwords) -> BuiltIn:
    tools = clinic.service.tools
    return BuiltIn(tools.engine, tools.sealer, tools.clock, passwords)


async def refused(clinic: Clinic, email: str, password: str = WRONG, caller: Caller = HERE) -> Fault:
    with pytest.raises(Fault) as fault:
        await clinic.service.sign_in.password(email, password, caller)
    return fault.value


@pytest.mark.anyio
async def test_staff_sign_in_by_password_and_code(harbour: Clinic) -> None:
    account = await harbour.person()

    stage = await harbour.service.sign_in.password(" Anne@Clinic.Example", PASSWORD, HERE)
    grant = granted(await harbour.service.sign_in.totp(stage.pending, harbour.code(), HERE))
    identity = await harbour.service.authenticate(grant.access)

    assert (stage.step, stage.methods, stage.grant) == ("totp", ("totp",), None)
    assert (identity.account, identity.org, identity.organisation) == (account, harbour.org, "org-1")
    assert (identity.role, identity.who, identity.factors) == ("clinician", "Practitioner/anne", ("pwd", "otp"))


@pytest.mark.anyio
async def test_a_patient_without_a_second_factor_signs_in_by_password(quay: Clinic) -> None:
    await quay.person("pat@home.example", "patient", seed="", who="Patient/p1", patients=("p1",))

    stage = await quay.service.sign_in.password("pat@home.example", PASSWORD, HERE)

    assert granted(stage).identity.patients == ("p1",)
    assert granted(stage).identity.patient == "p1"


@pytest.mark.anyio
async def test_staff_without_a_second_factor_can_only_enrol_one(quay: Clinic) -> None:
    account = await quay.person(seed="")

    stage = await quay.service.sign_in.password(ANNE, PASSWORD, HERE)

    assert (stage.step, stage.grant) == ("enrol-totp", None)
    assert (await quay.service.signed_in.enrolling(stage.pending)).account == account
    with pytest.raises(Unauthenticated):
        await quay.service.authenticate(stage.pending)
    with pytest.raises(Unauthenticated):
        await quay.service.sign_in.totp(stage.pending, "000000", HERE)


@pytest.mark.anyio
async def test_a_sign_in_that_waits_for_a_code_cannot_enrol_another_app(quay: Clinic) -> None:
    await quay.person()

    stage = await quay.service.sign_in.password(ANNE, PASSWORD, HERE)

    with pytest.raises(Unauthenticated):
        await quay.service.signed_in.enrolling(stage.pending)


@pytest.mark.anyio
@pytest.mark.parametrize("password", ["wrong", "", PASSWORD.upper(), "\ud800", "x" * 1024])
async def test_an_unknown_address_and_a_wrong_password_are_answered_alike(quay: Clinic, password: str) -> None:
    await quay.person()

    known, unknown = await refused(quay, ANNE, password), await refused(quay, "nobody@clinic.example", password)

    assert type(known) is type(unknown) is Unauthenticated
    assert (known.detail, known.issues) == (unknown.detail, unknown.issues)


@pytest.mark.anyio
async def test_disabled_invited_and_passwordless_accounts_are_answered_like_unknown_ones(quay: Clinic) -> None:
    await quay.person()
    await quay.service.administration.enable(ANNE, active=False)

    disabled, unknown = await refused(quay, ANNE, PASSWORD), await refused(quay, "nobody@clinic.example", PASSWORD)

    assert (type(disabled), disabled.detail) == (type(unknown), unknown.detail)


@pytest.mark.anyio
async def test_a_lockout_doubles_and_is_the_same_for_an_unknown_address(quay: Clinic) -> None:
    await quay.person()
    waits: dict[str, list[int]] = {ANNE: [], "nobody@clinic.example": []}

    for email, seen in waits.items():
        for _ in range(4):
            await refused(quay, email)
            locked = await refused(quay, email)
            assert isinstance(locked, Throttled)
            seen.append(locked.retry_after)
            quay.watch.pass_(seconds=locked.retry_after)

    assert waits == {ANNE: [1, 2, 4, 8], "nobody@clinic.example": [1, 2, 4, 8]}


@pytest.mark.anyio
async def test_the_right_password_does_not_get_past_a_lockout(quay: Clinic) -> None:
    await quay.person()
    await refused(quay, ANNE)

    locked = await refused(quay, ANNE, PASSWORD)
    quay.watch.pass_(seconds=1)

    assert isinstance(locked, Throttled)
    assert (await quay.service.sign_in.password(ANNE, PASSWORD, HERE)).step == "totp"


@pytest.mark.anyio
async def test_a_stranger_cannot_lock_out_a_device_that_is_known(quay: Clinic) -> None:
    await quay.person()
    grant = await quay.sign_in()
    await refused(quay, ANNE, caller=replace(HERE, address="198.51.100.9"))

    stage = await quay.service.sign_in.password(ANNE, PASSWORD, replace(HERE, device=grant.device))

    assert stage.step == "totp"


@pytest.mark.anyio
async def test_a_made_up_device_mark_is_counted_with_the_strangers(quay: Clinic) -> None:
    await quay.person()
    await refused(quay, ANNE, caller=replace(HERE, device="a" * 43))

    assert isinstance(await refused(quay, ANNE, caller=replace(HERE, device="b" * 43)), Throttled)


@pytest.mark.anyio
async def test_many_failures_from_one_address_stop_it(quay: Clinic) -> None:
    for turn in range(STOP_AFTER):
        assert isinstance(await refused(quay, f"nobody-{turn}@clinic.example"), Unauthenticated)

    assert isinstance(await refused(quay, "nobody@clinic.example"), Throttled)
    assert isinstance(await refused(quay, ANNE, caller=Caller(address="198.51.100.9")), Unauthenticated)


@pytest.mark.anyio
async def test_a_code_works_once(harbour: Clinic) -> None:
    await harbour.person()
    code = harbour.code()
    first = await harbour.service.sign_in.password(ANNE, PASSWORD, HERE)
    await harbour.service.sign_in.totp(first.pending, code, HERE)

    second = await harbour.service.sign_in.password(ANNE, PASSWORD, HERE)

    with pytest.raises(Unauthenticated):
        await harbour.service.sign_in.totp(second.pending, code, HERE)


@pytest.mark.anyio
async def test_wrong_codes_are_slowed_and_after_five_the_password_is_asked_again(quay: Clinic) -> None:
    await quay.person()
    stage = await quay.service.sign_in.password(ANNE, PASSWORD, HERE)

    for _ in range(MOST_FAILURES):
        with pytest.raises(Unauthenticated):
            await quay.service.sign_in.totp(stage.pending, "000000", HERE)
        with pytest.raises(Throttled) if _ < MOST_FAILURES - 1 else pytest.raises(Unauthenticated):
            await quay.service.sign_in.totp(stage.pending, quay.code(), HERE)
        quay.watch.pass_(seconds=20)

    with pytest.raises(Unauthenticated):
        await quay.service.sign_in.totp(stage.pending, quay.code(), HERE)


@pytest.mark.anyio
async def test_an_unfinished_sign_in_ends_after_ten_minutes(quay: Clinic) -> None:
    await quay.person()
    stage = await quay.service.sign_in.password(ANNE, PASSWORD, HERE)

    quay.watch.now += LASTING_MS

    with pytest.raises(Unauthenticated):
        await quay.service.sign_in.totp(stage.pending, quay.code(), HERE)


@pytest.mark.anyio
async def test_an_unfinished_sign_in_can_be_finished_once(quay: Clinic) -> None:
    await quay.person()
    stage = await quay.service.sign_in.password(ANNE, PASSWORD, HERE)
    await quay.service.sign_in.totp(stage.pending, quay.code(), HERE)

    with pytest.raises(Unauthenticated):
        await quay.service.sign_in.totp(stage.pending, quay.code(steps=1), HERE)


@pytest.mark.anyio
async def test_a_password_hashed_with_older_settings_is_hashed_anew_at_sign_in(quay: Clinic) -> None:
    account = await quay.person()
    stronger = Passwords(memory_kib=16, rounds=2, threads=1)
    service = type(quay.service)(replace(quay.service.tools, credentials=_keeping(quay, stronger)))

    before = await _hash(quay, account)
    await service.sign_in.password(ANNE, PASSWORD, HERE)
    after = await _hash(quay, account)

    assert before != after
    assert not stronger.outdated(after)
    assert await stronger.verify(PASSWORD, after)


async def _hash(clinic: Clinic, account: str) -> str:
    from meridian.identity import accounts  # noqa: PLC0415  # beside its only use

    found = await clinic.engine.read(lambda: accounts.by_id(clinic.service.tools.sealer, account))
    assert found is not None
    assert found.hash is not None
    return found.hash


@pytest.mark.anyio
async def test_an_account_without_an_active_membership_cannot_sign_in(quay: Clinic) -> None:
    await quay.service.administration.create_account(ANNE, "Anne Example", PASSWORD)

    assert isinstance(await refused(quay, ANNE, PASSWORD), Forbidden)
    assert [entry.rule for entry in quay.recorded("sign-in-failed")] == ["no-membership"]


@pytest.mark.anyio
async def test_a_sign_in_from_a_new_device_is_mailed_but_for_the_first(quay: Clinic) -> None:
    await quay.person()

    first = await quay.sign_in()
    await quay.sign_in(caller=replace(HERE, device=first.device))
    assert await quay.mails() == []
    second = await quay.sign_in(caller=Caller(address="198.51.100.9", agent="Other/2.0"))

    [mail] = await quay.mails()
    assert mail.startswith(f"{ANNE}\nNew sign-in")
    assert "198.51.100.9" in mail
    assert "Other/2.0" in mail
    assert second.device != first.device


@pytest.mark.anyio
async def test_every_success_and_failure_is_recorded_without_telling_of_accounts(harbour: Clinic) -> None:
    account = await harbour.person()
    await refused(harbour, ANNE)
    await refused(harbour, "nobody@clinic.example")
    harbour.watch.pass_(seconds=2)
    stage = await harbour.service.sign_in.password(ANNE, PASSWORD, HERE)
    with pytest.raises(Unauthenticated):
        await harbour.service.sign_in.totp(stage.pending, "000000", HERE)
    harbour.watch.pass_(seconds=2)
    grant = granted(await harbour.service.sign_in.totp(stage.pending, harbour.code(), HERE))

    known, unknown, code = harbour.recorded("sign-in-failed")
    [entered] = harbour.recorded("sign-in")
    assert (known.account, known.org, known.rule) == (account, harbour.org, "password")
    assert (unknown.account, unknown.org, unknown.rule) == ("", 0, "password")
    assert (code.account, code.rule, code.outcome) == (account, "otp", "failed")
    assert (entered.session, entered.role, entered.address, entered.agent, entered.request) == (
        grant.identity.session, "clinician", HERE.address, HERE.agent, HERE.request
    )  # fmt: skip
    assert ANNE not in repr(harbour.entries)
    assert "nobody@clinic.example" not in repr(harbour.entries)


@pytest.mark.anyio
async def test_nothing_at_rest_shows_an_address_a_name_a_seed_or_a_token(quay: Clinic) -> None:
    await quay.person()
    grant = await quay.sign_in()

    kept = b"".join(file.read_bytes() for file in quay.outbox.parent.glob("meridian.db*"))

    for secret in (ANNE, "Anne Example", SEED, grant.refresh, grant.access, grant.device, PASSWORD):
        assert secret.encode() not in kept
    assert grant.identity.session.encode() in kept


@pytest.mark.anyio
async def test_an_unknown_address_takes_as_long_as_a_known_one(quay: Clinic) -> None:
    await quay.person()
    passwords = Passwords(memory_kib=4096, rounds=2, threads=1)
    service = type(quay.service)(replace(quay.service.tools, credentials=_keeping(quay, passwords)))
    await service.sign_in.password(ANNE, PASSWORD, HERE)  # the hash has today's settings from now on
    times: dict[str, list[float]] = {ANNE: [], "nobody@clinic.example": []}

    for turn in range(20):
        quay.watch.pass_(hours=25)
        for email, seen in times.items():
            begun = perf_counter()
            with pytest.raises(Unauthenticated):
                await service.sign_in.password(email, "wrong", Caller(address=f"192.0.2.{turn}"))
            seen.append(perf_counter() - begun)

    known, unknown = (median(seen) for seen in times.values())
    assert 0.6 < known / unknown < 1.7
