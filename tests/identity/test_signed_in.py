import pytest

from meridian.faults import Forbidden, NotFound, Throttled, Unauthenticated, Unavailable
from meridian.identity import memberships
from meridian.identity.sessions import IDLE_MS, LONGEST_MS
from meridian.identity.verified import ALIVE_MS
from meridian.testing.identity import HERE, PASSWORD, PRODUCT, Clinic, granted

ANNE = "anne@clinic.example"


@pytest.mark.anyio
async def test_a_token_outlives_neither_its_session_nor_a_quarter_of_an_hour(quay: Clinic) -> None:
    await quay.person()
    grant = await quay.sign_in()

    for _ in range(3):
        quay.watch.pass_(minutes=4)
        await quay.service.authenticate(grant.access)
    quay.watch.pass_(minutes=3)

    with pytest.raises(Unauthenticated):
        await quay.service.authenticate(grant.access)
    assert (await quay.service.signed_in.refresh(grant.refresh, HERE)).access


@pytest.mark.anyio
async def test_a_session_that_is_idle_too_long_is_locked_until_the_password_is_given(harbour: Clinic) -> None:
    await harbour.person()
    grant = await harbour.sign_in()
    harbour.watch.now += IDLE_MS

    with pytest.raises(Unauthenticated):
        await harbour.service.authenticate(grant.access)
    with pytest.raises(Unauthenticated, match="idle"):
        await harbour.service.signed_in.refresh(grant.refresh, HERE)
    again = await harbour.service.signed_in.reauthenticate(grant.refresh, PASSWORD, None, HERE)

    assert (await harbour.service.authenticate(again.access)).session == grant.identity.session
    assert again.refresh not in ("", grant.refresh)


@pytest.mark.anyio
async def test_a_locked_session_opens_by_a_code_once_and_not_by_a_wrong_proof(quay: Clinic) -> None:
    await quay.person()
    grant = await quay.sign_in()
    quay.watch.now += IDLE_MS

    for password, code in (("wrong", None), (None, "000000")):
        with pytest.raises(Unauthenticated):
            await quay.service.signed_in.reauthenticate(grant.refresh, password, code, HERE)
        quay.watch.pass_(seconds=2)
    again = await quay.service.signed_in.reauthenticate(grant.refresh, None, quay.code(), HERE)
    quay.watch.pass_(seconds=2)

    with pytest.raises(Unauthenticated):
        await quay.service.signed_in.reauthenticate(again.refresh, None, quay.code(), HERE)
    assert len(quay.recorded("reauthentication-failed")) == 3
    assert len(quay.recorded("reauthenticated")) == 1


@pytest.mark.anyio
async def test_guessing_at_a_locked_session_is_slowed(quay: Clinic) -> None:
    await quay.person()
    grant = await quay.sign_in()
    with pytest.raises(Unauthenticated):
        await quay.service.signed_in.reauthenticate(grant.refresh, "wrong", None, HERE)

    with pytest.raises(Throttled):
        await quay.service.signed_in.reauthenticate(grant.refresh, PASSWORD, None, HERE)


@pytest.mark.anyio
async def test_use_keeps_a_session_awake_and_what_the_portal_does_by_itself_does_not(quay: Clinic) -> None:
    await quay.person()
    grant = await quay.sign_in()
    quay.watch.pass_(minutes=10)
    await quay.service.recognise(grant.access)
    renewed = await quay.service.signed_in.refresh(grant.refresh, HERE)
    quay.watch.pass_(minutes=4)
    await quay.service.recognise(renewed.access)
    quay.watch.pass_(seconds=1)
    used = await quay.service.authenticate(renewed.access)
    quay.watch.pass_(minutes=10)
    assert (await quay.service.authenticate(renewed.access)).session == used.session

    quay.watch.pass_(minutes=4)
    last = await quay.service.signed_in.refresh(renewed.refresh, HERE)
    quay.watch.pass_(minutes=11)

    with pytest.raises(Unauthenticated):
        await quay.service.authenticate(last.access)


@pytest.mark.anyio
async def test_a_session_ends_after_its_longest_time_whatever_happens(quay: Clinic) -> None:
    await quay.person()
    grant = await quay.sign_in()
    for _ in range(LONGEST_MS // (10 * 60 * 1000) - 1):
        quay.watch.pass_(minutes=10)
        grant = await quay.service.signed_in.refresh(grant.refresh, HERE)
        await quay.service.authenticate(grant.access)
    quay.watch.pass_(minutes=11)

    assert grant.identity.expires <= grant.identity.ends
    with pytest.raises(Unauthenticated):
        await quay.service.authenticate(grant.access)
    with pytest.raises(Unauthenticated):
        await quay.service.signed_in.reauthenticate(grant.refresh, PASSWORD, None, HERE)


@pytest.mark.anyio
async def test_a_refresh_token_used_twice_ends_the_session_at_once(harbour: Clinic) -> None:
    await harbour.person()
    grant = await harbour.sign_in()
    renewed = await harbour.service.signed_in.refresh(grant.refresh, HERE)
    await harbour.service.authenticate(renewed.access)
    harbour.watch.pass_(seconds=11)

    with pytest.raises(Unauthenticated):
        await harbour.service.signed_in.refresh(grant.refresh, HERE)

    with pytest.raises(Unauthenticated):
        await harbour.service.authenticate(renewed.access)
    with pytest.raises(Unauthenticated):
        await harbour.service.signed_in.refresh(renewed.refresh, HERE)
    [revoked] = harbour.recorded("session-revoked")
    assert (revoked.rule, revoked.session, revoked.org) == ("refresh-reused", grant.identity.session, harbour.org)


@pytest.mark.anyio
async def test_a_refresh_whose_answer_was_lost_is_repeated_and_only_one_of_them_goes_on(harbour: Clinic) -> None:
    await harbour.person()
    grant = await harbour.sign_in()
    lost = await harbour.service.signed_in.refresh(grant.refresh, HERE)
    harbour.watch.pass_(seconds=4)
    await harbour.service.signed_in.refresh(grant.refresh, HERE)
    harbour.watch.pass_(seconds=5)

    renewed = await harbour.service.signed_in.refresh(grant.refresh, HERE)

    await harbour.service.authenticate(renewed.access)
    harbour.watch.pass_(seconds=11)
    with pytest.raises(Unauthenticated):
        await harbour.service.signed_in.refresh(lost.refresh, HERE)
    with pytest.raises(Unauthenticated):
        await harbour.service.authenticate(renewed.access)


@pytest.mark.anyio
async def test_a_refresh_whose_answer_was_heard_is_not_repeated(harbour: Clinic) -> None:
    await harbour.person()
    grant = await harbour.sign_in()
    renewed = await harbour.service.signed_in.refresh(grant.refresh, HERE)
    harbour.watch.pass_(seconds=1)
    await harbour.service.signed_in.refresh(renewed.refresh, HERE)
    harbour.watch.pass_(seconds=1)

    with pytest.raises(Unauthenticated):
        await harbour.service.signed_in.refresh(grant.refresh, HERE)

    assert len(harbour.recorded("session-revoked")) == 1


@pytest.mark.anyio
@pytest.mark.parametrize("token", ["", "x", "\ud800", "a" * 43])
async def test_a_made_up_refresh_token_is_refused(quay: Clinic, token: str) -> None:
    with pytest.raises(Unauthenticated):
        await quay.service.signed_in.refresh(token, HERE)


@pytest.mark.anyio
@pytest.mark.parametrize("by", ["access", "refresh"])
async def test_signing_out_ends_the_session_by_either_secret(quay: Clinic, by: str) -> None:
    await quay.person()
    grant = await quay.sign_in()
    await quay.service.authenticate(grant.access)

    await quay.service.signed_in.sign_out(
        grant.access if by == "access" else "", grant.refresh if by == "refresh" else "", HERE
    )

    with pytest.raises(Unauthenticated):
        await quay.service.authenticate(grant.access)
    assert len(quay.recorded("sign-out")) == 1
    await quay.service.signed_in.sign_out("", "", HERE)
    await quay.service.signed_in.sign_out(grant.access, grant.refresh, HERE)
    assert len(quay.recorded("sign-out")) == 1


@pytest.mark.anyio
async def test_another_process_notices_a_revocation_within_ten_seconds(quay: Clinic) -> None:
    await quay.person()
    grant = await quay.sign_in()
    other = type(quay.service)(_copied(quay))
    await other.start()
    await other.authenticate(grant.access)
    await quay.service.signed_in.sign_out(grant.access, "", HERE)

    quay.watch.now += ALIVE_MS

    with pytest.raises(Unauthenticated):
        await other.authenticate(grant.access)


def _copied(quay: Clinic):  # type: ignore[no-untyped-def]  # noqa: ANN202  # the tools of a second process
    from dataclasses import replace  # noqa: PLC0415  # beside its only use

    from meridian.identity.issuer import Issuer  # noqa: PLC0415  # as above
    from meridian.identity.verified import Verified  # noqa: PLC0415  # as above

    tools = quay.service.tools
    issuer = Issuer(tools.engine, tools.sealer, tools.clock, PRODUCT.origin)
    return replace(tools, verified=Verified(), issuer=issuer)


@pytest.mark.anyio
async def test_a_key_that_another_process_made_is_looked_for(quay: Clinic) -> None:
    await quay.person()
    other = type(quay.service)(_copied(quay))
    quay.watch.pass_(days=100)
    await quay.service.tidy()
    grant = await quay.sign_in()

    assert (await other.authenticate(grant.access)).account == grant.identity.account


@pytest.mark.anyio
async def test_a_switch_of_membership_changes_role_and_organisation_and_ends_the_old_token(harbour: Clinic) -> None:
    account = await harbour.person()
    operator = harbour.service.administration
    harbour.watch.pass_(seconds=1)
    second = await operator.create_organisation("org-2", "Hill Clinic")
    there = await operator.add_membership(account, second, "nurse", who="Practitioner/anne-2")
    grant = await harbour.sign_in()
    await harbour.service.authenticate(grant.access)

    switched = await harbour.service.signed_in.choose_membership(grant.identity, there, HERE)
    identity = await harbour.service.authenticate(switched.access)

    assert (identity.org, identity.organisation, identity.role, identity.who) == (
        second, "org-2", "nurse", "Practitioner/anne-2"
    )  # fmt: skip
    with pytest.raises(Unauthenticated):
        await harbour.service.authenticate(grant.access)
    portrait = await harbour.service.signed_in.portrait(identity)
    assert (portrait.organisation, [m.role for m in portrait.memberships]) == ("Hill Clinic", ["clinician", "nurse"])
    assert [entry.org for entry in harbour.recorded("membership-chosen")] == [second]
    assert (await harbour.sign_in()).identity.org == second


@pytest.mark.anyio
async def test_nobody_switches_to_anothers_or_an_inactive_membership(quay: Clinic) -> None:
    await quay.person()
    await quay.person("ben@clinic.example", who="Practitioner/ben")
    grant, bens = await quay.sign_in(), await quay.sign_in("ben@clinic.example")

    for membership in (bens.identity.membership, "made-up", ""):
        with pytest.raises(NotFound):
            await quay.service.signed_in.choose_membership(grant.identity, membership, HERE)


@pytest.mark.anyio
async def test_a_proxy_chooses_among_the_entrusted_patients_only(harbour: Clinic) -> None:
    await harbour.person("pia@home.example", "proxy", seed="", who="RelatedPerson/pia", patients=("p1", "p2"))
    grant = await harbour.sign_in("pia@home.example")
    await harbour.service.authenticate(grant.access)

    chosen = await harbour.service.signed_in.choose_patient(grant.identity, "p2", HERE)

    assert (grant.identity.patients, grant.identity.patient) == (("p1", "p2"), "")
    assert chosen.patient == "p2"
    assert (await harbour.service.authenticate(grant.access)).patient == "p2"
    assert (await harbour.service.signed_in.choose_patient(chosen, "", HERE)).patient == ""
    with pytest.raises(NotFound):
        await harbour.service.signed_in.choose_patient(grant.identity, "p3", HERE)


@pytest.mark.anyio
async def test_who_also_acts_for_others_comes_in_as_themselves(quay: Clinic) -> None:
    account = await quay.person("pia@home.example", "proxy", seed="", who="RelatedPerson/pia", patients=("p1",))
    quay.watch.pass_(seconds=1)
    await quay.service.administration.add_membership(account, 1, "patient", who="Patient/pia", patients=("pia",))

    grant = await quay.sign_in("pia@home.example")

    assert (grant.identity.role, grant.identity.who) == ("patient", "Patient/pia")


@pytest.mark.anyio
async def test_a_membership_that_ends_takes_its_sessions_with_it(quay: Clinic) -> None:
    await quay.person("root@clinic.example", "administrator", who="")
    await quay.person()
    boss, grant = await quay.sign_in("root@clinic.example"), await quay.sign_in()
    await quay.service.authenticate(grant.access)

    await quay.service.people.remove(boss.identity, grant.identity.membership, HERE)

    with pytest.raises(Unauthenticated):
        await quay.service.authenticate(grant.access)
    with pytest.raises(Unauthenticated):
        await quay.service.signed_in.refresh(grant.refresh, HERE)


@pytest.mark.anyio
async def test_an_event_that_cannot_be_recorded_does_not_happen(quay: Clinic) -> None:
    await quay.person()
    grant = await quay.sign_in()
    quay.engine.sequencer = None

    with pytest.raises(Unavailable):
        await quay.service.signed_in.sign_out(grant.access, "", HERE)

    assert (await quay.service.authenticate(grant.access)).session


@pytest.mark.anyio
async def test_a_role_that_needs_two_factors_is_not_chosen_after_one(quay: Clinic) -> None:
    account = await quay.person("pat@home.example", "patient", seed="", who="Patient/p1", patients=("p1",))
    grant = granted(await quay.service.sign_in.password("pat@home.example", PASSWORD, HERE))
    staff = await quay.service.administration.add_membership(account, quay.org, "nurse")

    with pytest.raises(Forbidden):
        await quay.service.signed_in.choose_membership(grant.identity, staff, HERE)

    assert (await quay.service.authenticate(grant.access)).role == "patient"


@pytest.mark.anyio
async def test_a_session_of_one_factor_does_not_outlive_its_role_becoming_staffs(quay: Clinic) -> None:
    await quay.person("pat@home.example", "patient", seed="", who="Patient/p1", patients=("p1",))
    grant = granted(await quay.service.sign_in.password("pat@home.example", PASSWORD, HERE))
    changed = memberships.change(grant.identity.membership, role="nurse", status="active")
    await quay.engine.write(lambda: changed)

    with pytest.raises(Unauthenticated):
        await quay.service.signed_in.refresh(grant.refresh, HERE)
