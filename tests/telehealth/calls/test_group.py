"""Three and more: through a real gateway with sealed frames, each with each without one, and from one to the other."""

import pytest

from meridian.telehealth.media.janus import Janus
from meridian.testing.callers import Visit
from meridian.testing.janus import Gateway

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

HOST, PATIENT, FAMILY, INTERPRETER = ("ann", "host"), ("pat", "patient"), ("fay", "family"), ("ian", "interpreter")


async def test_three_see_each_other_through_the_gateway_which_never_sees_a_key(
    visit: Visit, gateway: Janus, running_gateway: Gateway
) -> None:
    async with visit(gateway=gateway, websocket=running_gateway.websocket, mode="sfu") as call:
        people = await call.enter(HOST, PATIENT, FAMILY)

        for one in people:
            await one.sees(*[other for other in people if other is not one])

        codes = {await one.safety() for one in people}
        assert [(await one.state())["sealed"] for one in people] == [True, True, True]
        assert len(codes) == 1
