"""Two people, directly."""

import pytest

from meridian.testing.callers import Visit

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

HOST, PATIENT = ("ann", "host"), ("pat", "patient")


async def test_two_people_see_each_other_directly(visit: Visit) -> None:
    async with visit() as call:
        ann, pat = await call.enter(HOST, PATIENT)

        await ann.sees(pat)
        await pat.sees(ann)

        assert await ann.ways() == ["host/udp host"]
        assert (await ann.state())["phase"] == "connected"
