"""The day's visits as a list: where each stands, and since when somebody waits."""

import pytest

from meridian.telehealth import listing, visits
from meridian.testing.practice import at, ms
from meridian.testing.surgery import AGREED, VISIT, Surgery

pytestmark = pytest.mark.anyio


async def test_the_list_says_since_when_somebody_waits(surgery: Surgery) -> None:
    await surgery.visit("later", "pia", "10:30")
    await visits.enter(surgery.parts, surgery.pat(), VISIT, AGREED)
    surgery.practice.watch.set(at("09:05"))

    found = await listing.listed(surgery.dan())

    assert [(one.visit, one.state, one.waiting) for one in found] == [
        (VISIT, "lobby", ms(at("08:55"))),
        ("later", "scheduled", 0),
    ]


async def test_nobody_waits_once_they_were_let_in(surgery: Surgery) -> None:
    ann = surgery.ann()
    me = (await visits.enter(surgery.parts, surgery.pat(), VISIT, AGREED)).whole.me
    await visits.enter(surgery.parts, ann, VISIT, AGREED)

    await visits.admit(surgery.parts, ann, VISIT, me)

    assert [(one.state, one.waiting) for one in await listing.listed(ann)] == [("in-call", 0)]
