import pytest

from meridian.faults import Invalid, NotFound, Throttled, Unauthenticated
from meridian.identity.links import LASTING_MS, RECOVERY
from meridian.testing.identity import HERE, PASSWORD, Clinic

ANNE = "anne@clinic.example"
NEW = "seven quiet lamps by the harbour"


async def asked(clinic: Clinic, email: str = ANNE) -> str:
    await clinic.service.recovery.request(email, HERE)
    return await clinic.link()


@pytest.mark.anyio
async def test_a_mailed_link_sets_a_new_password_and_ends_every_session(harbour: Clinic) -> None:
    await harbour.person()
    grant = await harbour.sign_in()
    await harbour.service.authenticate(grant.access)
    secret = await asked(harbour)

    await harbour.service.recovery.confirm(secret, NEW, HERE)

    with pytest.raises(Unauthenticated):
        await harbour.service.authenticate(grant.access)
    assert (await harbour.service.sign_in.password(ANNE, NEW, HERE)).step == "totp"
    assert len(harbour.recorded("password-recovered")) == 1


@pytest.mark.anyio
async def test_a_link_works_once_for_half_an_hour_and_only_the_newest(quay: Clinic) -> None:
    await quay.person()
    older = await asked(quay)
    quay.watch.pass_(seconds=1)
    newer = await asked(quay)
    with pytest.raises(NotFound):
        await quay.service.recovery.confirm(older, NEW, HERE)
    await quay.service.recovery.confirm(newer, NEW, HERE)

    with pytest.raises(NotFound):
        await quay.service.recovery.confirm(newer, NEW, HERE)
    quay.watch.pass_(seconds=1)
    late = await asked(quay)
    quay.watch.now += LASTING_MS[RECOVERY]
    with pytest.raises(NotFound):
        await quay.service.recovery.confirm(late, NEW, HERE)


@pytest.mark.anyio
async def test_a_password_that_may_not_be_leaves_the_link_as_it_was(quay: Clinic) -> None:
    await quay.person()
    secret = await asked(quay)

    with pytest.raises(Invalid):
        await quay.service.recovery.confirm(secret, "password", HERE)

    await quay.service.recovery.confirm(secret, NEW, HERE)


@pytest.mark.anyio
async def test_an_unknown_address_gets_the_same_answer_and_no_mail(quay: Clinic) -> None:
    await quay.person("gone@clinic.example", who="Practitioner/gone")
    await quay.service.administration.enable("gone@clinic.example", active=False)

    for email in ("nobody@clinic.example", "gone@clinic.example", "\ud800", ""):
        await quay.service.recovery.request(email, HERE)

    assert await quay.mails() == []
    assert [(entry.account, entry.org) for entry in quay.recorded("recovery-requested")] == [("", 0)] * 4


@pytest.mark.anyio
async def test_asking_again_and_again_is_throttled(quay: Clinic) -> None:
    for _ in range(50):
        await quay.service.recovery.request(ANNE, HERE)

    with pytest.raises(Throttled):
        await quay.service.recovery.request(ANNE, HERE)


@pytest.mark.anyio
@pytest.mark.parametrize("secret", ["", "x", "\ud800", "a" * 43])
async def test_a_made_up_link_is_refused(quay: Clinic, secret: str) -> None:
    with pytest.raises(NotFound):
        await quay.service.recovery.confirm(secret, NEW, HERE)


@pytest.mark.anyio
async def test_the_links_secret_is_not_kept(quay: Clinic) -> None:
    await quay.person()
    secret = await asked(quay)

    kept = b"".join(file.read_bytes() for file in quay.outbox.parent.glob("meridian.db*"))

    assert secret.encode() not in kept
    assert PASSWORD.encode() not in kept
