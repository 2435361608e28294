"""A patient is entrusted from a day until a day, and not an instant longer."""

import pytest

from meridian.identity import memberships
from meridian.identity.memberships import New
from meridian.identity.verified import VERIFIED_MS
from meridian.testing.identity import HERE, PASSWORD, Clinic, granted

pytestmark = pytest.mark.anyio
HOUR = 3_600_000


async def test_a_patient_is_in_reach_only_while_entrusted(harbour: Clinic) -> None:
    now = harbour.watch.now
    account = await harbour.service.administration.create_account("ben@home.example", "Ben", PASSWORD)
    new = New(harbour.org, account, "proxy", "RelatedPerson/r", ("child",), starts=now + HOUR, ends=now + 2 * HOUR)
    await harbour.engine.write(lambda: memberships.create(new, now))

    async def reach() -> tuple[str, ...]:
        stage = await harbour.service.sign_in.password("ben@home.example", PASSWORD, HERE)
        return granted(stage).identity.patients

    assert await reach() == ()
    harbour.watch.pass_(seconds=3600)
    assert await reach() == ("child",)
    harbour.watch.pass_(seconds=3600)
    assert await reach() == ()


async def test_a_session_that_is_open_when_the_trust_ends_loses_the_patient(harbour: Clinic) -> None:
    now = harbour.watch.now
    account = await harbour.service.administration.create_account("ben@home.example", "Ben", PASSWORD)
    new = New(harbour.org, account, "proxy", "RelatedPerson/r", ("child",), ends=now + 2 * VERIFIED_MS)
    await harbour.engine.write(lambda: memberships.create(new, now))
    grant = granted(await harbour.service.sign_in.password("ben@home.example", PASSWORD, HERE))
    assert (await harbour.service.authenticate(grant.access)).patients == ("child",)

    harbour.watch.pass_(seconds=2 * VERIFIED_MS // 1000)

    assert (await harbour.service.authenticate(grant.access)).patients == ()
