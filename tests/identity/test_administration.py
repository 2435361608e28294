import pytest

from meridian.faults import Conflict, Invalid, NotFound, Unauthenticated
from meridian.identity.invitations import NewMember
from meridian.testing.identity import HERE, PASSWORD, SEED, Clinic

ANNE = "anne@clinic.example"


@pytest.mark.anyio
async def test_organisations_have_numbers_of_their_own(harbour: Clinic) -> None:
    second = await harbour.service.administration.create_organisation("org-2", "Hill Clinic")

    assert await harbour.service.administration.organisations() == [
        (harbour.org, "org-1", "Harbour Clinic"), (second, "org-2", "Hill Clinic")
    ]  # fmt: skip
    assert 0 < harbour.org < second
    with pytest.raises(Conflict):
        await harbour.service.administration.create_organisation("org-2", "Hill Clinic again")


@pytest.mark.anyio
async def test_an_address_has_one_account_however_it_is_spelt(harbour: Clinic) -> None:
    await harbour.person()

    with pytest.raises(Conflict):
        await harbour.service.administration.create_account(" ANNE@clinic.example", "Anne", PASSWORD)


@pytest.mark.anyio
async def test_a_first_account_keeps_the_rules_of_passwords_unless_told_otherwise(quay: Clinic) -> None:
    operator = quay.service.administration
    with pytest.raises(Invalid):
        await operator.create_account(ANNE, "Anne", "password")
    with pytest.raises(Invalid):
        await operator.create_account("not an address", "Anne", PASSWORD)

    await operator.create_account(ANNE, "Anne", "demo", check=False)


@pytest.mark.anyio
async def test_given_recovery_codes_work(quay: Clinic) -> None:
    operator = quay.service.administration
    account = await operator.create_account(ANNE, "Anne", PASSWORD, totp_seed=SEED, codes=("abcde-fghjk-mnpqr",))
    await operator.add_membership(account, quay.org, "nurse")
    stage = await quay.service.sign_in.password(ANNE, PASSWORD, HERE)

    assert (await quay.service.sign_in.recovery_code(stage.pending, "abcde-fghjk-mnpqr", HERE)).step == "done"


@pytest.mark.anyio
async def test_a_membership_has_a_role_that_there_is_and_is_given_once(quay: Clinic) -> None:
    operator = quay.service.administration
    account = await quay.person()

    with pytest.raises(Invalid):
        await operator.add_membership(account, quay.org, "emperor")
    with pytest.raises(Conflict):
        await operator.add_membership(account, quay.org, "clinician", who="Practitioner/anne")


@pytest.mark.anyio
async def test_members_are_listed_and_invited(quay: Clinic) -> None:
    await quay.person()
    quay.watch.pass_(seconds=1)

    letter = await quay.service.administration.invite(quay.org, NewMember("b@clinic.example", "Ben", "administrator"))
    lines = await quay.service.administration.members(quay.org)

    assert [(line.email, line.role, line.status, line.second_factor) for line in lines] == [
        (ANNE, "clinician", "active", True), ("b@clinic.example", "administrator", "invited", False)
    ]  # fmt: skip
    assert await quay.link() in letter.text
    assert (await quay.service.invitations.look(await quay.link())).role == "administrator"


@pytest.mark.anyio
async def test_a_disabled_account_is_out_at_once_and_can_come_back(harbour: Clinic) -> None:
    await harbour.person()
    grant = await harbour.sign_in()
    await harbour.service.authenticate(grant.access)

    await harbour.service.administration.enable(ANNE, active=False)

    with pytest.raises(Unauthenticated):
        await harbour.service.authenticate(grant.access)
    await harbour.service.administration.enable(ANNE, active=True)
    with pytest.raises(Unauthenticated):
        await harbour.service.authenticate(grant.access)
    assert (await harbour.sign_in()).access


@pytest.mark.anyio
async def test_a_lost_second_factor_is_reset(quay: Clinic) -> None:
    await quay.person()

    await quay.service.administration.reset_second_factor(ANNE)

    assert (await quay.service.sign_in.password(ANNE, PASSWORD, HERE)).step == "enrol-totp"
    with pytest.raises(NotFound):
        await quay.service.administration.reset_second_factor("nobody@clinic.example")


@pytest.mark.anyio
async def test_tidying_drops_what_no_longer_means_anything_and_keeps_the_rest(harbour: Clinic) -> None:
    await harbour.person()
    await harbour.sign_in()
    await harbour.service.sign_in.password(ANNE, PASSWORD, HERE)
    harbour.watch.pass_(days=60)
    fresh = await harbour.sign_in()

    await harbour.service.tidy()

    assert await harbour.service.authenticate(fresh.access)
    lines = (await harbour.service.own_account.security(fresh.identity)).sessions
    assert [line.id for line in lines] == [fresh.identity.session]
