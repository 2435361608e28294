"""What is written in a visit is one line however often it is sent, and stays with the Encounter."""

import asyncio

import pytest

from meridian.faults import Conflict, Forbidden, Invalid
from meridian.telehealth import chat, visits
from meridian.telehealth.visits import Coming
from meridian.testing.surgery import VISIT, Surgery

pytestmark = pytest.mark.anyio
NAMED = Coming(consent=True, name="Ina")


async def test_a_line_is_a_communication_of_the_encounter(surgery: Surgery) -> None:
    call = await surgery.call()
    said = await chat.say(surgery.pat(), VISIT, "c1", "  It hurts here ")

    [line] = await surgery.practice.search("Communication")
    assert line["payload"] == [{"contentString": "It hurts here"}]
    assert line["encounter"] == {"reference": f"Encounter/{call.after.encounter}"}
    assert line["subject"] == {"reference": "Patient/pat"}
    assert line["sender"] == {"reference": "Patient/pat", "display": "X Pat"}
    [pat] = [one.id for one in call.after.people if one.part == "patient"]
    assert (said.id, said.person, said.cid) == (line["id"], pat, "c1")


async def test_what_is_sent_twice_is_one_line(surgery: Surgery) -> None:
    await surgery.call()

    both = await asyncio.gather(*(chat.say(surgery.pat(), VISIT, "c1", "Hello") for _ in range(4)))
    await chat.say(surgery.ann(), VISIT, "c1", "Hello")

    assert len({one.id for one in both}) == 1
    assert [one.text for one in await chat.transcript(surgery.ann(), VISIT)] == ["Hello", "Hello"]


async def test_the_transcript_is_there_when_the_visit_is_over(surgery: Surgery) -> None:
    await surgery.call()
    for number, chart in enumerate((surgery.pat(), surgery.ann(), surgery.pat())):
        surgery.practice.watch.now += 1000
        await chat.say(chart, VISIT, f"c{number}", f"line {number}")
    await visits.end(surgery.parts, surgery.ann(), VISIT)

    for chart in (surgery.pat(), surgery.rel(), surgery.ann(), surgery.ben()):
        lines = await chat.transcript(chart, VISIT)
        assert [one.text for one in lines] == ["line 0", "line 1", "line 2"]
        assert [one.name for one in lines] == ["X Pat", "Ann", "X Pat"]
    with pytest.raises(Conflict):
        await chat.say(surgery.pat(), VISIT, "c9", "Too late")


async def test_only_who_is_inside_writes(surgery: Surgery) -> None:
    with pytest.raises(Conflict, match="not in the visit"):
        await chat.say(surgery.ann(), VISIT, "c1", "Hello")
    await surgery.enter(surgery.ann())
    with pytest.raises(Conflict, match="not begun"):
        await chat.say(surgery.ann(), VISIT, "c1", "Hello")
    await surgery.let_in(surgery.pat())
    await surgery.enter(surgery.rel())
    with pytest.raises(Conflict, match="not in the visit"):
        await chat.say(surgery.rel(), VISIT, "c1", "Hello")


async def test_a_guest_reads_what_was_written_since_they_were_let_in_and_while_they_are(surgery: Surgery) -> None:
    await surgery.call()
    await chat.say(surgery.pat(), VISIT, "c1", "Between us")
    guest = await surgery.guest()
    me = (await surgery.enter(guest, NAMED)).whole.me
    with pytest.raises(Forbidden):
        await chat.transcript(guest, VISIT)
    with pytest.raises(Forbidden):
        await chat.say(guest, VISIT, "c2", "Hello")
    surgery.practice.watch.now += 1000
    await visits.admit(surgery.parts, surgery.ann(), VISIT, me)

    said = await chat.say(guest, VISIT, "c2", "Good morning")
    seen = await chat.transcript(guest, VISIT)

    assert [(one.text, one.name, one.person) for one in seen] == [("Good morning", "Ina", said.person)]
    await visits.leave(surgery.parts, guest, VISIT)
    with pytest.raises(Forbidden):
        await chat.transcript(guest, VISIT)


@pytest.mark.parametrize(("cid", "text"), [("c1", " \n "), ("c1", "x" * 2001), ("", "Hello"), ("c" * 65, "Hello")])
async def test_a_line_that_is_none_is_refused(sqlite_surgery: Surgery, cid: str, text: str) -> None:
    await sqlite_surgery.call()

    with pytest.raises(Invalid):
        await chat.say(sqlite_surgery.pat(), VISIT, cid, text)
    await chat.say(sqlite_surgery.pat(), VISIT, "c" * 64, "x" * 2000)


async def test_a_transcript_holds_nothing_of_other_letters(surgery: Surgery) -> None:
    call = await surgery.call()
    letter = {"status": "completed", "subject": {"reference": "Patient/pat"}, "sent": "2026-03-02T13:55:00Z",
              "encounter": {"reference": f"Encounter/{call.after.encounter}"},
              "payload": [{"contentString": "A letter"}]}  # fmt: skip
    await surgery.practice.put("Communication", "letter", **letter)

    assert await chat.transcript(surgery.ann(), VISIT) == []
