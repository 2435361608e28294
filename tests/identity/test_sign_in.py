import pytest

from meridian.faults import Throttled, Unauthenticated
from meridian.identity.facts import Caller
from meridian.identity.sign_in import WRONG
from meridian.testing.identity import HERE, PASSWORD, SEED, Clinic, granted

ANNE = "anne@clinic.example"


@pytest.mark.anyio
async def test_staff_sign_in_by_password_and_code(harbour: Clinic) -> None:
    account = await harbour.person()

    stage = await harbour.service.sign_in.password(" Anne@Clinic.Example", PASSWORD, HERE)
    grant = granted(await harbour.service.sign_in.totp(stage.pending, harbour.code(), HERE))
    identity = await harbour.service.authenticate(grant.access)

    assert (stage.step, stage.methods, stage.grant) == ("totp", ("totp",), None)
    assert (identity.account, identity.org, identity.organisation) == (account, harbour.org, "org-1")
    assert (identity.role, identity.who, identity.factors) == ("clinician", "Practitioner/anne", ("pwd", "otp"))
