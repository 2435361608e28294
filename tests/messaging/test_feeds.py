"""What a message tells, and who may follow a thread."""

import pytest

from meridian.access.chart import Chart
from meridian.access.feeds import Happening
from meridian.app.offers import FEEDS
from meridian.faults import NotFound
from meridian.messaging import writing
from meridian.messaging.letters import Draft
from meridian.testing.clinic import Clinic

pytestmark = pytest.mark.anyio


@pytest.fixture
def heard(clinic: Clinic) -> list[Happening]:
    found: list[Happening] = []
    clinic.engine.told = found.extend
    return found


def feeds_of(heard: list[Happening], kind: str) -> set[str]:
    found = {one.feed for one in heard if one.kind == kind}
    heard.clear()
    return found


async def follows(chart: Chart, feed: str) -> bool:
    try:
        return list(await chart.feeds({feed: -1}, FEEDS)) == [feed]
    except NotFound:
        return False


async def test_the_team_its_patient_and_who_takes_part_are_told(
    ann: Chart, nurse: Chart, doctor: Chart, heard: list[Happening]
) -> None:
    thread = await writing.start(ann, Draft("Hello", "k1"), subject="A question", about="health")
    assert {one.what for one in heard if one.kind == "message"} == {f"Communication/{thread}"}
    assert feeds_of(heard, "message") == {f"thread:{thread}", "patient:ann", "team:nurse"}

    await writing.answer(nurse, thread, Draft("Good day", "k2"))
    assert feeds_of(heard, "message") == {f"thread:{thread}", "patient:ann", "team:nurse"}

    await writing.answer(doctor, thread, Draft("From me too", "k3"))
    told = {f"thread:{thread}", "patient:ann", "team:nurse", "person:Practitioner/nora"}
    assert feeds_of(heard, "message") == told

    await writing.settle(nurse, thread)
    assert feeds_of(heard, "message") == {"team:nurse"}


async def test_a_note_is_told_to_no_patient(
    ann: Chart, nurse: Chart, doctor: Chart, heard: list[Happening]
) -> None:  # fmt: skip
    thread = await writing.start(ann, Draft("Hello", "k1"), subject="A question", about="health")
    await writing.answer(doctor, thread, Draft("Good day", "k2"))
    heard.clear()

    await writing.note(nurse, thread, Draft("Among us", "k3"))

    assert {one.feed for one in heard} == {f"notes:{thread}", "person:Practitioner/dora"}


async def test_the_person_it_is_for_is_told(ann: Chart, heard: list[Happening]) -> None:
    await writing.start(ann, Draft("Hello", "k1"), subject="A question", about="health", to=("Practitioner/dora",))

    assert "person:Practitioner/dora" in feeds_of(heard, "message")


@pytest.fixture
def everybody(ann: Chart, ben: Chart, ria: Chart, nurse: Chart, doctor: Chart, desk: Chart, lab: Chart) -> list[Chart]:  # noqa: PLR0917  # everybody there is
    return [ann, ben, ria, nurse, doctor, desk, lab]


async def test_who_may_open_a_thread_may_follow_it(everybody: list[Chart]) -> None:
    ann, _, ria, nurse, doctor, desk, _ = everybody
    health = await writing.start(ann, Draft("Hello", "k1"), subject="A question", about="health")
    visit = await writing.start(ann, Draft("Hello", "k2"), subject="A question", about="visit")

    async def able(feed: str) -> list[Chart]:
        return [one for one in everybody if await follows(one, feed)]

    assert await able(f"thread:{health}") == [ann, ria, nurse, doctor]
    assert await able(f"notes:{health}") == [nurse, doctor]
    assert await able(f"thread:{visit}") == [ann, ria, nurse, doctor, desk]
    assert await able(f"notes:{visit}") == [nurse, doctor, desk]
    assert await able("thread:none") == []


async def test_an_answer_is_no_thread_of_its_own(ann: Chart, nurse: Chart) -> None:
    thread = await writing.start(ann, Draft("Hello", "k1"), subject="A question", about="health")
    answer = await writing.answer(nurse, thread, Draft("Good day", "k2"))

    assert not await follows(ann, f"thread:{answer}")
