"""What cannot be taken back asks anew who one is: by the password or a fresh code, slowed, and recorded."""

import pytest

from meridian.faults import Invalid, Throttled
from meridian.identity.step_up import Proof
from meridian.testing.identity import HERE, PASSWORD, Clinic

pytestmark = pytest.mark.anyio


async def test_a_password_or_a_fresh_code_proves_it_and_each_code_once(quay: Clinic) -> None:
    await quay.person()
    who = (await quay.sign_in()).identity
    prove = quay.service.step_up.prove

    await prove(who, Proof(password=PASSWORD), HERE, why="destruction")
    quay.watch.pass_(seconds=30)
    code = Proof(code=quay.code())
    await prove(who, code, HERE, why="destruction")

    with pytest.raises(Invalid):
        await prove(who, code, HERE, why="destruction")
    assert [entry.rule for entry in quay.recorded("step-up")] == ["destruction"] * 2
    assert [entry.outcome for entry in quay.recorded("step-up-failed")] == ["failed"]


async def test_guessing_is_slowed(quay: Clinic) -> None:
    await quay.person()
    who = (await quay.sign_in()).identity

    with pytest.raises(Invalid):
        await quay.service.step_up.prove(who, Proof(password="another one, then"), HERE, why="x")
    with pytest.raises(Throttled):
        await quay.service.step_up.prove(who, Proof(password=PASSWORD), HERE, why="x")

    quay.watch.pass_(seconds=1)
    await quay.service.step_up.prove(who, Proof(password=PASSWORD), HERE, why="x")
