import pytest

from meridian.faults import Conflict, Forbidden, Invalid, NotFound, Throttled, Unauthenticated
from meridian.identity.facts import Identity
from meridian.identity.invitations import NewMember
from meridian.identity.links import INVITATION, LASTING_MS
from meridian.testing.identity import HERE, PASSWORD, SEED, Clinic, granted

BOSS, BEN = "root@clinic.example", "ben@clinic.example"
NEW = "seven quiet lamps by the harbour"


async def boss(clinic: Clinic) -> Identity:
    await clinic.person(BOSS, "administrator", who="")
    return (await clinic.sign_in(BOSS)).identity


async def invited(clinic: Clinic, by: Identity, role: str = "nurse", email: str = BEN) -> str:
    await clinic.service.people.invite(by, NewMember(email, "Ben Example", role, "Practitioner/ben"), HERE)
    clinic.watch.pass_(seconds=1)
    return await clinic.link()


@pytest.mark.anyio
async def test_somebody_invited_becomes_a_member_and_staff_enrol_before_anything_else(harbour: Clinic) -> None:
    by = await boss(harbour)
    secret = await invited(harbour, by)
    shown = await harbour.service.invitations.look(secret)

    stage = await harbour.service.invitations.accept(secret, "Ben B. Example", NEW, HERE)
    members = {member.email: member for member in await harbour.service.people.everybody(by, HERE)}

    assert (shown.email, shown.organisation_name, shown.role, shown.known) == (BEN, "Harbour Clinic", "nurse", False)
    assert (stage.step, stage.grant) == ("enrol-totp", None)
    assert (members[BEN].name, members[BEN].status, members[BEN].second_factor) == ("Ben B. Example", "active", False)
    assert [entry.what for entry in harbour.recorded("invitation-accepted")] == [members[BEN].membership]


@pytest.mark.anyio
async def test_an_invited_patient_is_signed_in_at_once(quay: Clinic) -> None:
    by = await boss(quay)
    new = NewMember("pat@home.example", "Pat Example", "patient", "Patient/p1", ("p1",))
    await quay.service.people.invite(by, new, HERE)

    stage = await quay.service.invitations.accept(await quay.link(), "Pat Example", NEW, HERE)

    assert granted(stage).identity.patients == ("p1",)


@pytest.mark.anyio
async def test_an_invitation_works_once_for_a_week_and_not_when_withdrawn(quay: Clinic) -> None:
    by = await boss(quay)
    secret = await invited(quay, by)
    with pytest.raises(Invalid):
        await quay.service.invitations.accept(secret, "Ben Example", "password", HERE)
    await quay.service.invitations.accept(secret, "Ben Example", NEW, HERE)
    withdrawn = await invited(quay, by, email="cleo@clinic.example")
    late = await invited(quay, by, email="dora@clinic.example")
    members = {member.email: member.membership for member in await quay.service.people.everybody(by, HERE)}
    await quay.service.people.remove(by, members["cleo@clinic.example"], HERE)

    for dead in (secret, withdrawn, "made-up"):
        with pytest.raises(NotFound):
            await quay.service.invitations.accept(dead, "Ben Example", NEW, HERE)
        with pytest.raises(NotFound):
            await quay.service.invitations.look(dead)
    quay.watch.now += LASTING_MS[INVITATION]
    with pytest.raises(NotFound):
        await quay.service.invitations.look(late)


@pytest.mark.anyio
async def test_nobody_signs_in_before_the_invitation_is_accepted(quay: Clinic) -> None:
    await invited(quay, await boss(quay))

    with pytest.raises(Unauthenticated):
        await quay.service.sign_in.password(BEN, NEW, HERE)


@pytest.mark.anyio
async def test_who_has_an_account_proves_it_to_accept_and_a_stolen_link_is_not_enough(quay: Clinic) -> None:
    by = await boss(quay)
    await quay.person(BEN, "clinician", who="Practitioner/ben")
    secret = await invited(quay, by)
    shown = await quay.service.invitations.look(secret)

    with pytest.raises(Unauthenticated):
        await quay.service.invitations.accept(secret, "Mallory", NEW, HERE)
    with pytest.raises(Throttled):
        await quay.service.invitations.accept(secret, "Mallory", PASSWORD, HERE)
    quay.watch.pass_(seconds=1)
    stage = await quay.service.invitations.accept(secret, "Mallory", PASSWORD, HERE)

    assert shown.known
    assert stage.step == "totp"
    names = {member.name for member in await quay.service.people.everybody(by, HERE)}
    assert "Mallory" not in names


@pytest.mark.anyio
@pytest.mark.parametrize("role", ["clinician", "nurse", "security-officer", "platform-operator", "patient"])
async def test_only_administrators_manage_people_and_refusals_are_recorded(quay: Clinic, role: str) -> None:
    await quay.person("x@clinic.example", role, who="", seed=SEED)
    by = (await quay.sign_in("x@clinic.example")).identity
    people = quay.service.people

    for call in (
        lambda: people.everybody(by, HERE),
        lambda: people.invite(by, NewMember(BEN, "Ben", "nurse"), HERE),
        lambda: people.change(by, by.membership, "administrator", None, HERE),
        lambda: people.remove(by, by.membership, HERE),
        lambda: people.reset_second_factor(by, by.membership, HERE),
    ):
        with pytest.raises(Forbidden):
            await call()

    assert len([entry for entry in quay.entries if entry.outcome == "refused" and entry.rule == "role"]) == 5
    assert await quay.mails() == []


@pytest.mark.anyio
async def test_an_administrator_reaches_no_other_organisation(harbour: Clinic) -> None:
    by = await boss(harbour)
    operator = harbour.service.administration
    second = await operator.create_organisation("org-2", "Hill Clinic")
    account = await operator.create_account("eve@hill.example", "Eve Example", PASSWORD, totp_seed=SEED)
    there = await operator.add_membership(account, second, "nurse")

    for call in (
        lambda: harbour.service.people.change(by, there, "clinician", None, HERE),
        lambda: harbour.service.people.remove(by, there, HERE),
        lambda: harbour.service.people.reset_second_factor(by, there, HERE),
    ):
        with pytest.raises(NotFound):
            await call()
    assert {member.email for member in await harbour.service.people.everybody(by, HERE)} == {BOSS}


@pytest.mark.anyio
@pytest.mark.parametrize("role", ["service", "platform-operator", "emperor", ""])
async def test_some_roles_are_not_given_by_invitation(quay: Clinic, role: str) -> None:
    by = await boss(quay)

    with pytest.raises(Invalid):
        await quay.service.people.invite(by, NewMember(BEN, "Ben", role), HERE)
    with pytest.raises(Invalid):
        await quay.service.people.change(by, by.membership, role or "emperor", None, HERE)


@pytest.mark.anyio
async def test_the_last_administrator_stays(quay: Clinic) -> None:
    by = await boss(quay)

    for call in (
        lambda: quay.service.people.change(by, by.membership, "nurse", None, HERE),
        lambda: quay.service.people.change(by, by.membership, None, "disabled", HERE),
        lambda: quay.service.people.remove(by, by.membership, HERE),
    ):
        with pytest.raises(Conflict):
            await call()
    await quay.person("second@clinic.example", "administrator", who="")
    await quay.service.people.remove(by, by.membership, HERE)


@pytest.mark.anyio
async def test_a_changed_role_holds_at_once(harbour: Clinic) -> None:
    by = await boss(harbour)
    await harbour.person(BEN, "clinician", who="Practitioner/ben")
    grant = await harbour.sign_in(BEN)
    await harbour.service.authenticate(grant.access)

    changed = await harbour.service.people.change(by, grant.identity.membership, "lab", None, HERE)

    assert changed.role == "lab"
    with pytest.raises(Unauthenticated):
        await harbour.service.authenticate(grant.access)
    assert (await harbour.sign_in(BEN)).identity.role == "lab"
    suspended = await harbour.service.people.change(by, grant.identity.membership, None, "disabled", HERE)
    assert suspended.status == "disabled"
    with pytest.raises(Forbidden):
        await harbour.sign_in(BEN)
    await harbour.service.people.change(by, grant.identity.membership, None, "active", HERE)
    assert (await harbour.sign_in(BEN)).access


@pytest.mark.anyio
async def test_an_open_invitation_is_not_activated_by_an_administrator(quay: Clinic) -> None:
    by = await boss(quay)
    await invited(quay, by)
    [ben] = [member for member in await quay.service.people.everybody(by, HERE) if member.email == BEN]

    with pytest.raises(Conflict):
        await quay.service.people.change(by, ben.membership, None, "active", HERE)
    with pytest.raises(Conflict):
        await invited(quay, by)


@pytest.mark.anyio
async def test_a_reset_makes_a_member_enrol_anew_and_tells_them(quay: Clinic) -> None:
    by = await boss(quay)
    await quay.person(BEN, "nurse", who="Practitioner/ben")
    grant = await quay.sign_in(BEN)

    await quay.service.people.reset_second_factor(by, grant.identity.membership, HERE)

    with pytest.raises(Unauthenticated):
        await quay.service.authenticate(grant.access)
    assert (await quay.service.sign_in.password(BEN, PASSWORD, HERE)).step == "enrol-totp"
    assert (await quay.mails())[-1].startswith(f"{BEN}\n")


@pytest.mark.anyio
async def test_a_second_factor_that_guards_another_organisation_too_is_not_reset(quay: Clinic) -> None:
    by = await boss(quay)
    account = await quay.person(BEN, "nurse", who="Practitioner/ben")
    here = (await quay.sign_in(BEN)).identity.membership
    second = await quay.service.administration.create_organisation("org-2", "Hill Clinic")
    await quay.service.administration.add_membership(account, second, "clinician")

    with pytest.raises(Conflict):
        await quay.service.people.reset_second_factor(by, here, HERE)


@pytest.mark.anyio
async def test_an_address_that_is_none_is_not_invited(quay: Clinic) -> None:
    by = await boss(quay)

    with pytest.raises(Invalid):
        await quay.service.people.invite(by, NewMember("x\r\nBcc: y@z.example", "X", "nurse"), HERE)
