"""Threads between patients and the clinic: who may see and write what, and that nothing is lost or doubled."""

import asyncio
from itertools import count
from typing import Any

import pytest

from meridian.access.chart import Chart
from meridian.faults import Forbidden, Invalid, NotFound, TooLarge
from meridian.fhir.codec import decode
from meridian.messaging import inbox, letters, threads, writing
from meridian.messaging.letters import Draft
from meridian.store import outbox
from meridian.store.database import MariadbServer
from meridian.store.engine import Engine
from meridian.testing.clinic import Clinic
from meridian.testing.resources import minimal

pytestmark = pytest.mark.anyio
_keys = count(1)


def said(text: str = "Hello", key: str = "", attachments: tuple[str, ...] = ()) -> Draft:
    return Draft(text, key or f"key-{next(_keys):016}", attachments)


async def asked(chart: Chart, about: str = "health", text: str = "My knee hurts") -> str:
    return await writing.start(chart, said(text), subject="My knee", about=about)


async def unread(chart: Chart) -> int:
    return (await inbox.counts(chart)).messages


async def told(clinic: Clinic) -> list[tuple[str, str]]:
    jobs = await clinic.engine.write(lambda: outbox.take(2**50, 2**51, 100))
    return sorted((job.said["kind"], job.said["recipient"]) for job in jobs)


async def texts(chart: Chart, thread: str) -> list[str]:
    return [letters.text(one) for one in (await threads.read(chart, thread)).messages]


async def test_what_a_patient_asks_waits_for_the_nurses_and_is_closed_by_the_answer(ann: Chart, nurse: Chart) -> None:
    thread = await asked(ann)
    [task] = (await inbox.listed(nurse, "team")).tasks
    assert (task["focus"]["reference"], await unread(nurse)) == (f"Communication/{thread}", 1)

    await writing.answer(nurse, thread, said("Put some ice on it"))

    assert (await inbox.listed(nurse, "all")).tasks == []
    assert decode((await nurse.read("Task", task["id"])).body)["status"] == "completed"
    assert (await unread(nurse), await unread(ann)) == (0, 1)
    assert await texts(ann, thread) == ["My knee hurts", "Put some ice on it"]


async def test_several_questions_of_one_thread_are_one_task(ann: Chart, nurse: Chart) -> None:
    thread = await asked(ann)
    for text in ("And my hip", "And my back"):
        await writing.answer(ann, thread, said(text))

    assert (await inbox.listed(nurse, "team")).counts == {"message": 1}


async def test_a_thread_that_was_answered_waits_again_when_the_patient_writes(ann: Chart, nurse: Chart) -> None:
    thread = await asked(ann)
    await writing.answer(nurse, thread, said())

    await writing.answer(ann, thread, said("It still hurts"))

    assert (await inbox.listed(nurse, "team")).counts == {"message": 1}
    assert (await threads.read(nurse, thread)).waiting


async def test_that_somebody_has_read_to_the_end_is_told_once_in_the_feed_of_the_thread(
    clinic: Clinic, ann: Chart, nurse: Chart
) -> None:
    thread = await asked(ann)
    end = threads.sent_at((await threads.read(nurse, thread)).messages[-1])
    happened: list[Any] = []
    clinic.engine.told = happened.extend

    for at in (end - 1, end, end + 1, None):
        await threads.see(nurse, thread, at)

    assert [(one.feed, one.kind, one.what) for one in happened] == [
        (f"thread:{thread}", "read", f"Communication/{thread}")
    ]


async def test_no_answer_needed_closes_the_task_and_tells_the_patient_nothing(ann: Chart, nurse: Chart) -> None:
    thread = await asked(ann, text="Thank you!")

    await writing.settle(nurse, thread, "Only thanks")

    assert (await inbox.listed(nurse, "team")).counts == {}
    assert await texts(ann, thread) == ["Thank you!"]
    with pytest.raises(Forbidden):
        await writing.settle(ann, thread)


async def test_what_is_sent_twice_under_one_key_is_there_once(ann: Chart, nurse: Chart) -> None:
    first, second = said("Hello", "the-first-key-0001"), said("Again", "the-second-key-002")
    begun = await asyncio.gather(*(writing.start(ann, first, subject="Knee", about="health") for _ in range(4)))
    [thread] = set(begun)

    answers = await asyncio.gather(*(writing.answer(ann, thread, second) for _ in range(4)))

    assert len(set(answers)) == 1
    assert await texts(nurse, thread) == ["Hello", "Again"]
    assert (await inbox.listed(nurse, "team")).counts == {"message": 1}


async def test_two_who_choose_the_same_key_do_not_get_each_others_message(ann: Chart, nurse: Chart) -> None:
    thread = await asked(ann)
    mine = await writing.answer(ann, thread, said("Mine", "one-and-the-same-key"))

    theirs = await writing.answer(nurse, thread, said("Theirs", "one-and-the-same-key"))

    assert mine != theirs
    assert await texts(ann, thread) == ["My knee hurts", "Mine", "Theirs"]


async def test_nobody_sees_or_answers_anothers_thread(ann: Chart, ben: Chart) -> None:
    thread = await asked(ann)

    with pytest.raises(NotFound):
        await threads.read(ben, thread)
    with pytest.raises(NotFound):
        await writing.answer(ben, thread, said())
    with pytest.raises(NotFound):
        await threads.see(ben, thread, 0)
    with pytest.raises(NotFound):
        await writing.start(ben, said(), subject="Her knee", patient="ann")
    assert (await threads.listed(ben)).lines == []


async def test_a_proxy_writes_as_themselves_in_the_patients_record(ann: Chart, ria: Chart, nurse: Chart) -> None:
    thread = await asked(ria)

    first = (await threads.read(nurse, thread)).messages[0]
    assert (first["sender"], first["subject"]) == (
        {"reference": "RelatedPerson/ria"}, {"reference": "Patient/ann"},
    )  # fmt: skip
    assert (await unread(ann), await unread(ria)) == (1, 0)


async def test_each_person_reads_for_themselves(ann: Chart, nurse: Chart, doctor: Chart) -> None:
    thread = await asked(ann)
    await writing.answer(nurse, thread, said())
    await writing.note(doctor, thread, said("Look at the X-ray"))
    await writing.answer(ann, thread, said("Thank you"))
    at = threads.sent_at((await threads.read(nurse, thread)).messages[-1])

    await threads.see(nurse, thread, at)

    assert [await unread(one) for one in (nurse, doctor, ann)] == [0, 1, 0]
    await threads.see(nurse, thread, None)
    assert await unread(nurse) == 1


async def test_the_count_is_that_of_the_list(ann: Chart, nurse: Chart, doctor: Chart, desk: Chart) -> None:
    health, visit = await asked(ann), await asked(ann, "visit")
    await writing.answer(nurse, health, said())
    await writing.answer(desk, visit, said())
    await writing.note(doctor, health, said("Note"))

    for chart in (ann, nurse, doctor, desk):
        listed = await threads.listed(chart)
        assert listed.unread == sum(line.unread for line, _ in listed.lines) == await unread(chart)
        only = await threads.listed(chart, unread_only=True)
        assert [line.id for line, _ in only.lines] == [line.id for line, _ in listed.lines if line.unread]


async def test_a_note_among_staff_is_not_there_for_the_patient(ann: Chart, ria: Chart, nurse: Chart) -> None:
    thread = await asked(ann)
    await writing.answer(nurse, thread, said("Come by tomorrow"))
    await threads.see(ann, thread, 2**53)
    made = await writing.note(nurse, thread, said("Sounds worse than she says"))

    assert "Sounds worse than she says" in await texts(nurse, thread)
    for chart in (ann, ria):
        assert "Sounds worse than she says" not in await texts(chart, thread)
        with pytest.raises(NotFound):
            await chart.read("Communication", made)
    assert await unread(ann) == 0
    with pytest.raises(Forbidden):
        await writing.note(ann, thread, said())


async def test_the_front_desk_sees_the_threads_it_answers_and_no_other(ann: Chart, desk: Chart, clinic: Clinic) -> None:
    health, visit = await asked(ann), await asked(ann, "visit", "Where can I park?")

    assert [line.id for line, _ in (await threads.listed(desk, every=True)).lines] == [visit]
    assert [line.id for line, _ in (await threads.listed(desk, patient="ann")).lines] == [visit]
    assert await texts(desk, visit) == ["Where can I park?"]
    with pytest.raises(NotFound):
        await threads.read(desk, health)
    with pytest.raises(NotFound):
        await writing.answer(desk, health, said())
    with pytest.raises(Forbidden):
        await desk.read("Communication", visit)
    async with clinic.client(clinic.sign_in("front-desk", "Practitioner/fred")) as browser:
        assert (await browser.get("/fhir/R4/Communication")).status_code == 403


async def test_a_thread_that_is_handed_on_goes_to_the_other_team(ann: Chart, nurse: Chart, desk: Chart) -> None:
    thread = await asked(ann, "visit", "My chest hurts")
    [task] = (await inbox.listed(desk, "team")).tasks

    await inbox.assign(desk, task["id"], role="nurse", note="This is for you")

    assert (await inbox.listed(nurse, "team")).counts == {"message": 1}
    assert await unread(desk) == 0
    with pytest.raises(NotFound):
        await threads.read(desk, thread)
    assert await texts(nurse, thread) == ["My chest hurts"]


async def test_somebody_who_is_given_a_thread_takes_part_and_is_told(
    ann: Chart, nurse: Chart, doctor: Chart, clinic: Clinic
) -> None:
    await asked(ann)
    [task] = (await inbox.listed(nurse, "team")).tasks

    await inbox.assign(nurse, task["id"], owner="Practitioner/dora")

    assert (await inbox.counts(doctor)).mine == 1
    assert await unread(doctor) == 1
    assert ("task", "Practitioner/dora") in await told(clinic)


async def test_people_are_told_once_until_they_have_read(ann: Chart, nurse: Chart, clinic: Clinic) -> None:
    thread = await asked(ann)
    for text in ("One", "Two"):
        await writing.answer(nurse, thread, said(text))
    assert await told(clinic) == [("message", "Patient/ann")]
    await threads.see(ann, thread, 2**53)

    await writing.answer(nurse, thread, said("Three"))
    await writing.answer(ann, thread, said("Thanks"))

    assert await told(clinic) == [("message", "Patient/ann"), ("staff-message", "Practitioner/nora")]


async def test_a_sent_message_cannot_be_changed_or_taken_away(ann: Chart, nurse: Chart, doctor: Chart) -> None:
    thread = await asked(ann)
    kept = decode((await doctor.read("Communication", thread)).body)

    for chart in (ann, nurse, doctor):
        with pytest.raises(Forbidden):
            await chart.update("Communication", thread, kept | {"status": "entered-in-error"})
        with pytest.raises(Forbidden):
            await chart.create("Communication", {key: value for key, value in kept.items() if key != "id"})
        with pytest.raises(Forbidden):
            await chart.delete("Communication", thread)
    assert decode((await doctor.read("Communication", thread)).body) == kept


async def test_a_document_of_anothers_record_cannot_be_attached(ann: Chart, nurse: Chart, clinic: Clinic) -> None:
    anns = await clinic.servant().create("DocumentReference", minimal("DocumentReference", "d", patient="ann"))
    bens = await clinic.servant().create("DocumentReference", minimal("DocumentReference", "d", patient="ben"))

    thread = await writing.start(ann, said("Look", attachments=(anns.stored.id,)), subject="A picture", about="health")

    assert list((await threads.read(nurse, thread)).documents) == [anns.stored.id]
    with pytest.raises(NotFound):
        await writing.answer(ann, thread, said(attachments=(bens.stored.id,)))
    with pytest.raises(Invalid):
        await writing.answer(nurse, thread, said(attachments=(bens.stored.id,)))


async def test_what_is_too_long_or_empty_is_not_sent(ann: Chart) -> None:
    with pytest.raises(TooLarge):
        await asked(ann, text="x" * (letters.LONGEST_TEXT + 1))
    with pytest.raises(Invalid):
        await asked(ann, text=" \x00 ")
    with pytest.raises(Invalid):
        await writing.start(ann, said(), subject=" ", about="health")
    with pytest.raises(Invalid):
        await writing.start(ann, said(), subject="x", about="nothing")


async def test_staff_begin_a_thread_and_nobody_waits(nurse: Chart, ann: Chart, clinic: Clinic) -> None:
    thread = await writing.start(nurse, said("Please call us"), subject="Your visit", patient="ann", about="visit")

    assert (await inbox.listed(nurse, "all")).counts == {}
    assert await unread(ann) == 1
    assert not (await threads.read(ann, thread)).waiting
    assert await told(clinic) == [("message", "Patient/ann")]


async def test_a_patient_may_write_to_one_clinician(ann: Chart, doctor: Chart) -> None:
    await writing.start(ann, said(), subject="My knee", about="health", to=("Practitioner/dora",))

    assert ((await inbox.counts(doctor)).mine, await unread(doctor)) == (1, 1)
    with pytest.raises(NotFound):
        await writing.start(ann, said(), subject="My knee", about="health", to=("Practitioner/nobody",))


async def test_the_log_holds_no_word_of_a_message(ann: Chart, nurse: Chart, clinic: Clinic) -> None:
    thread = await asked(ann, text="Canaryword")
    await writing.answer(nurse, thread, said("Canaryword"))
    await threads.listed(nurse)

    assert "Canaryword" not in repr(await clinic.log())
    jobs = await clinic.engine.write(lambda: outbox.take(2**50, 2**51, 100))
    assert "Canaryword" not in repr(jobs)


@pytest.mark.mariadb
async def test_two_processes_that_are_sent_the_same_message_keep_it_once(
    mariadb_engine: Engine, mariadb_database: MariadbServer
) -> None:
    from meridian.store.mariadb import Mariadb  # noqa: PLC0415  # its driver is not wanted by tests of the other

    another = Mariadb(mariadb_database)
    await another.open()
    here, there = Clinic(mariadb_engine), Clinic(another)
    await here.servant().update("Patient", "ann", minimal("Patient", "ann"))
    anns = [one.chart_of(one.sign_in("patient", "Patient/ann", patients=["ann"])) for one in (here, there)]

    for turn in range(8):
        draft = said("Hello", f"the-key-of-turn-{turn:04}")
        begun = await asyncio.gather(*(writing.start(ann, draft, subject="Knee", about="health") for ann in anns))
        assert len(set(begun)) == 1

    lines = (await threads.listed(anns[0])).lines
    await another.close()
    assert len(lines) == 8


async def test_a_question_about_privacy_is_the_officers_and_not_all_staffs(
    clinic: Clinic, ann: Chart, doctor: Chart, nurse: Chart, desk: Chart
) -> None:
    officer = clinic.chart_of(clinic.sign_in("security-officer", "Practitioner/ada"))
    thread = await writing.start(
        ann, said("Why did they look?"), subject="Who saw my record", about="privacy", entry="1-7"
    )
    other = await asked(ann, about="visit")

    opened = await threads.read(officer, thread)
    await writing.answer(officer, thread, said("I shall look into it."))

    assert letters.entry(opened.messages[0]) == "1-7"
    assert [line.id for line, _ in (await threads.listed(officer)).lines] == [thread]
    assert len((await threads.read(ann, thread)).messages) == 2
    with pytest.raises(NotFound):
        await threads.read(officer, other)
    for chart in (doctor, nurse, desk):
        with pytest.raises(NotFound):
            await threads.read(chart, thread)
