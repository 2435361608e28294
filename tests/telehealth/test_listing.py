"""Today's visits for staff, those to come for patients: where each stands, and since when somebody waits."""

import pytest

from meridian.faults import Forbidden
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


async def seen(surgery: Surgery, who: str, *, every: bool = False) -> list[str]:
    return [one.visit for one in await listing.listed(getattr(surgery, who)(), every=every)]


async def test_staff_see_todays_and_colleagues_when_they_ask(surgery: Surgery) -> None:
    await surgery.visit("early", "pia", "08:00")
    await surgery.visit("room", "pia", "10:00", extension=[{"url": "http://example.org/x", "valueBoolean": True}])
    await surgery.visit("off", "pia", "11:00", status="cancelled")
    await surgery.visit("tomorrow", "pia", "12:00", start=at("09:00", "2026-03-03"), end=at("09:20", "2026-03-03"))

    assert await seen(surgery, "ann") == ["early", VISIT]
    assert await seen(surgery, "ben") == []
    assert await seen(surgery, "ben", every=True) == ["early", VISIT]
    assert await seen(surgery, "dan") == ["early", VISIT]


async def test_patients_see_their_own_to_come(surgery: Surgery) -> None:
    await surgery.visit("theirs", "pia", "10:00")
    await surgery.visit("tomorrow", "pat", "12:00", start=at("09:00", "2026-03-03"), end=at("09:20", "2026-03-03"))
    await surgery.visit("past", "pat", "12:00", start=at("04:00"), end=at("04:20"))

    assert await seen(surgery, "pat") == [VISIT, "tomorrow"]
    assert await seen(surgery, "rel") == [VISIT, "tomorrow"]


async def test_a_line_says_when_it_opens_who_and_how_it_stands(surgery: Surgery) -> None:
    [line] = await listing.listed(surgery.ann())
    assert (line.patient, line.patient_name, line.hosts, line.state) == ("pat", "X Pat", ("Ann",), "scheduled")
    assert (line.open, ms(line.opens), ms(line.closes)) == (True, ms(at("08:30")), ms(at("13:00")))

    await surgery.enter(surgery.pat())
    [line] = await listing.listed(surgery.ann())

    assert (line.state, line.status) == ("lobby", "arrived")


async def test_the_laboratory_sees_none(surgery: Surgery) -> None:
    with pytest.raises(Forbidden):
        await listing.listed(surgery.other("lab"))
