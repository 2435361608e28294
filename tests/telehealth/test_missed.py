"""Nobody comes: a reminder, a word to the clinician, a flag, and in the end what a person says of it."""

from typing import Any

import pytest

from meridian.faults import Conflict
from meridian.jobs.worker import Handler, Worker
from meridian.telehealth import missed, visits
from meridian.testing.practice import at, operate
from meridian.testing.surgery import VISIT, Surgery

pytestmark = pytest.mark.anyio


async def watched(surgery: Surgery, clock: str) -> None:
    """It is that late, and the worker has done what was due."""
    surgery.practice.watch.set(at(clock))
    clinic = surgery.practice.clinic
    handlers: dict[str, Handler] = {missed.TOPIC: missed.watcher(clinic.serve), missed.NOTIFY: surgery.practice.told}
    await Worker(clinic.engine, handlers, clock=surgery.practice.watch).until_idle()


async def happened(surgery: Surgery, feed: str) -> list[str]:
    caught = await surgery.ann().feeds({feed: 0}, {"visit": followed})
    return [one.kind for one in caught[feed].events if one.kind.startswith("visit")]


async def followed(_chart: Any, _visit: str) -> None:
    """Ann may."""


async def state(surgery: Surgery) -> str:
    return (await visits.look(surgery.parts, surgery.ann(), VISIT)).state


async def test_nobody_comes(surgery: Surgery) -> None:
    await surgery.watched()
    await watched(surgery, "09:04")
    assert surgery.practice.told.kinds == []

    await watched(surgery, "09:05")
    assert [(one.said["kind"], one.said["recipient"]) for one in surgery.practice.told.jobs] == [
        (missed.REMINDER, "Patient/pat")
    ]
    await watched(surgery, "09:10")
    assert await happened(surgery, "person:Practitioner/ann") == ["visit-missing"]
    assert await state(surgery) == "scheduled"
    await watched(surgery, "09:15")

    assert await state(surgery) == "no-show"
    assert (await surgery.practice.read("Appointment", VISIT))["status"] == "booked", "that it was missed, people say"
    assert len(surgery.practice.told.jobs) == 1


@pytest.mark.parametrize("when", ["08:56", "09:07", "09:12"])
async def test_it_says_nothing_more_once_somebody_has_come(surgery: Surgery, when: str) -> None:
    await surgery.watched()
    await watched(surgery, when)
    await surgery.enter(surgery.pat())
    before = len(surgery.practice.told.jobs)

    for clock in ("09:13", "09:20", "10:00"):
        await watched(surgery, clock)

    assert len(surgery.practice.told.jobs) == before
    assert await state(surgery) == "lobby"


async def test_a_visit_that_was_moved_or_cancelled_is_not_watched(surgery: Surgery) -> None:
    await surgery.watched()
    await surgery.visit(VISIT, clock="10:00")
    await watched(surgery, "09:30")
    await surgery.visit("other", clock="11:00")
    await surgery.watched("other", "11:00")
    await surgery.visit("other", clock="11:00", status="cancelled")
    await watched(surgery, "11:30")

    assert surgery.practice.told.jobs == []


async def test_a_patient_is_told_again_by_hand(surgery: Surgery) -> None:
    surgery.practice.watch.set(at("09:02"))
    await missed.remind(surgery.dan(), VISIT)
    await watched(surgery, "09:03")
    assert surgery.practice.told.kinds == [missed.REMINDER]

    await surgery.enter(surgery.pat())
    with pytest.raises(Conflict, match="is there"):
        await missed.remind(surgery.ann(), VISIT)


async def test_a_person_says_that_the_patient_did_not_come(surgery: Surgery) -> None:
    with pytest.raises(Conflict):
        await missed.missed(surgery.parts, surgery.ann(), VISIT)
    surgery.practice.watch.set(at("09:16"))

    done = await missed.missed(surgery.parts, surgery.ann(), VISIT)

    assert done.after.state == "no-show"
    assert (await surgery.practice.read("Appointment", VISIT))["status"] == "noshow"
    assert await surgery.practice.search("Encounter") == []


async def test_who_is_there_was_not_missed(surgery: Surgery) -> None:
    surgery.practice.watch.set(at("09:16"))
    await surgery.enter(surgery.pat())

    with pytest.raises(Conflict):
        await missed.missed(surgery.parts, surgery.ann(), VISIT)
    await surgery.call()
    with pytest.raises(Conflict):
        await missed.missed(surgery.parts, surgery.ann(), VISIT)


async def test_a_visit_that_was_booked_is_watched(surgery: Surgery) -> None:
    """Scheduling and telehealth agree on what the job is called and says."""
    await surgery.practice.service("by-video", video=True, rooms=())
    asked = {"service": "HealthcareService/by-video", "start": at("10:00"), "patient": "Patient/pia"}
    async with surgery.practice.desk() as desk:
        booked = await operate(desk, "$book", **asked)
    assert booked.status_code == 200, booked.text
    surgery.practice.told.jobs.clear()

    await watched(surgery, "10:05")

    assert (missed.REMINDER, "Patient/pia", f"Appointment/{booked.json()['id']}") in [
        (one.said["kind"], one.said["recipient"], one.what) for one in surgery.practice.told.jobs
    ]
