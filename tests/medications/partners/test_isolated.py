"""A partner that an incident isolated is called by no process, and a check says that it was not asked, never clear."""

from dataclasses import replace

import pytest

from meridian.medications.findings import Outcome, State, Why
from meridian.medications.partners.panel import Panel
from meridian.medications.question import Drug, Question
from meridian.store import shutting
from meridian.store.engine import Engine
from meridian.store.plan import Plan
from meridian.testing.partners import Sandbox

pytestmark = pytest.mark.anyio

HARMLESS = Question(Drug("acetaminophen", "313782", ("acetaminophen",), formulary=True))


def panel(sandbox: Sandbox, engine: Engine) -> Panel:
    async def shut(partner: str) -> bool:
        return await engine.read(lambda: shutting.is_shut(shutting.PARTNER, partner))

    return replace(sandbox.panel(), shut=shut)


async def test_who_is_isolated_is_not_called_until_they_rejoin(engine: Engine, sandbox: Sandbox) -> None:
    asking = panel(sandbox, engine)
    assert (await asking.ask(HARMLESS))[0].outcome is Outcome.CLEAR
    before = sandbox.requests()

    def isolated() -> Plan[None]:
        for partner in ("scriptguard", "medtrack"):
            assert (yield from shutting.shut(shutting.PARTNER, partner, 1))

    await engine.write(isolated)
    result, calls = await asking.ask(HARMLESS)

    assert (result.outcome, calls) == (Outcome.UNAVAILABLE, [])
    asked = [one for one in result.sources if one.state is not State.LOCAL]
    assert [(one.state, one.why) for one in asked] == [(State.FAILED, Why.ISOLATED)] * 2
    assert sandbox.requests() == before

    await engine.write(lambda: shutting.reopen(shutting.PARTNER, "medtrack"))
    result, _ = await asking.ask(HARMLESS)
    assert [one.state for one in result.sources] == [State.FAILED, State.ANSWERED, State.LOCAL]


async def test_a_switch_that_cannot_be_read_is_off(sandbox: Sandbox) -> None:
    async def unreadable(partner: str) -> bool:
        raise OSError(partner)

    result, calls = await replace(sandbox.panel(), shut=unreadable).ask(HARMLESS)

    assert (result.outcome, calls) == (Outcome.UNAVAILABLE, [])
