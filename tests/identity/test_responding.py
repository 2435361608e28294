"""In an incident sessions end, a stolen key signs nothing that counts, and each step is in the log that it concerns."""

import pytest

from meridian.faults import NotFound, Unauthenticated
from meridian.identity.issuer import RECHECK_MS, Issuer
from meridian.identity.responding import RULE
from meridian.identity.tokens import Claims
from meridian.testing.identity import HERE, ORIGIN, Clinic

pytestmark = pytest.mark.anyio


async def test_sessions_of_an_account_an_organisation_or_everybody_end(harbour: Clinic) -> None:
    await harbour.person()
    await harbour.person("ben@clinic.example", "nurse", who="Practitioner/ben")
    responding, authenticate = harbour.service.responding, harbour.service.authenticate

    anne, ben = await harbour.sign_in(), await harbour.sign_in("ben@clinic.example")
    assert await responding.revoke_account("anne@clinic.example") == 1
    with pytest.raises(Unauthenticated):
        await authenticate(anne.access)
    assert (await authenticate(ben.access)).account

    again = await harbour.sign_in()
    assert await responding.revoke_session(again.identity.session) == 1
    assert await responding.revoke_organisation(harbour.org) == 1
    with pytest.raises(Unauthenticated):
        await authenticate(ben.access)

    await harbour.sign_in()
    assert await responding.revoke_everyone() == 1
    with pytest.raises(NotFound):
        await responding.revoke_account("nobody@clinic.example")
    said = [(one.org, one.rule) for one in harbour.recorded("sessions-revoked")]
    assert said == [(harbour.org, RULE)] * 3 + [(0, RULE), (harbour.org, RULE)]


async def test_an_incident_is_told_to_every_security_officer_by_number_alone(quay: Clinic) -> None:
    await quay.person("olu@clinic.example", "security-officer", who="Practitioner/olu")

    for number in (1, 2):
        await quay.service.responding.declare(number)

    assert [one.what for one in quay.recorded("alert-incident")] == ["Incident/1", "Incident/2"]
    assert [mail.splitlines()[0] for mail in await quay.mails()] == ["olu@clinic.example"] * 2


async def test_a_key_in_wrong_hands_is_worth_nothing_in_any_process_and_sessions_go_on(harbour: Clinic) -> None:
    await harbour.person()
    grant, tools = await harbour.sign_in(), harbour.service.tools
    other = Issuer(harbour.engine, tools.sealer, harbour.watch, ORIGIN)
    stolen = Issuer(harbour.engine, tools.sealer, harbour.watch, ORIGIN)
    await other.turn()
    await stolen.turn()
    identity = grant.identity

    await harbour.service.responding.replace_signing_key()

    harbour.watch.pass_(seconds=RECHECK_MS / 1000)
    ends = harbour.watch() + 60_000
    forged = await stolen.sign(
        Claims(identity.account, identity.session, identity.membership, identity.org, identity.role, ends)
    )
    for issuer in (other, tools.issuer):
        with pytest.raises(Unauthenticated):
            await issuer.verify(forged)
    renewed = await harbour.service.signed_in.refresh(grant.refresh, HERE)
    assert (await other.verify(renewed.access)).account == identity.account
    assert len(tools.issuer.published()["keys"]) == 1
