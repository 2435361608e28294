"""The inbox: counts that are those of the list, and who may do what with which task."""

import pytest

from meridian.access.chart import Chart
from meridian.access.subject import Role
from meridian.clock import instant
from meridian.faults import Conflict, Forbidden, Invalid, NotFound
from meridian.fhir.codec import decode
from meridian.fhir.ours import STAFF_TASKS, TASKS, task
from meridian.messaging import inbox, queues, tasks
from meridian.testing.clinic import Clinic

pytestmark = pytest.mark.anyio
NOW = instant(1_700_000_000_000)


async def put(clinic: Clinic, code: str, **more: str) -> str:
    made = task(code, now=NOW, patient="Patient/ann", **more)
    return (await clinic.servant().create("Task", made)).stored.id


async def every_kind(clinic: Clinic) -> dict[str, str]:
    return {code: await put(clinic, code, role="clinician") for code in TASKS}


async def shown(chart: Chart, view: str = "all") -> set[str]:
    return {tasks.kind(one) for one in (await inbox.listed(chart, view)).tasks}


async def test_the_counts_are_those_of_the_list(clinic: Clinic, nurse: Chart, doctor: Chart, desk: Chart) -> None:
    await every_kind(clinic)
    await put(clinic, "to-do", owner="Practitioner/dora")
    await put(clinic, "to-do", role="nurse")
    await put(clinic, "appointment-request", role="front-desk")

    for chart in (nurse, doctor, desk):
        for view in ("mine", "team", "all"):
            found = await inbox.listed(chart, view)
            kinds = [tasks.kind(one) for one in found.tasks]
            assert found.counts == {kind: kinds.count(kind) for kind in sorted(set(kinds))}
            for kind, many in found.counts.items():
                assert len((await inbox.listed(chart, view, kind)).tasks) == many
    assert await inbox.counts(doctor) == (1, len(STAFF_TASKS), 0)


async def test_each_role_sees_the_kinds_it_works_on(clinic: Clinic, nurse: Chart, desk: Chart, lab: Chart) -> None:
    await every_kind(clinic)

    assert await shown(nurse) == STAFF_TASKS
    assert await shown(desk) == {"appointment-request", "unmatched-document"}
    assert await shown(lab) == {"unmatched-result"}


async def test_a_patient_has_no_inbox_of_staff(clinic: Clinic, ann: Chart) -> None:
    one = await put(clinic, "to-do")

    with pytest.raises(Forbidden):
        await inbox.listed(ann, "all")
    with pytest.raises(Forbidden):
        await inbox.complete(ann, one)
    with pytest.raises(Forbidden):
        await inbox.add(ann, "Do this")
    assert await inbox.counts(ann) == (0, 0, 0)


@pytest.mark.parametrize("code", sorted(TASKS))
async def test_what_a_role_does_not_work_on_is_not_there_for_it(clinic: Clinic, desk: Chart, code: str) -> None:
    one = await put(clinic, code, role="clinician")
    wide = code in queues.WIDE[Role.FRONT_DESK]

    if wide:
        await inbox.start(desk, one)
        assert len((await inbox.history(desk, one))[0]) == 2
        return
    for act in (
        inbox.start(desk, one), inbox.complete(desk, one), inbox.reject(desk, one, "No"), inbox.history(desk, one),
        inbox.assign(desk, one, owner="Practitioner/fred"), inbox.put_off(desk, one, NOW), inbox.reopen(desk, one),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            await act
    with pytest.raises(Forbidden):
        await desk.read("Task", one)


@pytest.mark.parametrize("code", sorted(queues.ACTS))
async def test_what_closes_by_its_own_act_is_not_closed_here(clinic: Clinic, doctor: Chart, code: str) -> None:
    one = await put(clinic, code)

    with pytest.raises(Conflict):
        await inbox.complete(doctor, one)
    with pytest.raises(Conflict):
        await inbox.reject(doctor, one, "No")

    assert decode((await doctor.read("Task", one)).body)["status"] == "requested"


async def test_a_to_do_is_begun_done_and_taken_up_again_and_its_history_says_by_whom(
    nurse: Chart, doctor: Chart
) -> None:
    made = await inbox.add(nurse, "Order gloves")
    await inbox.assign(nurse, made["id"], owner="Practitioner/dora", note="You know where")
    await inbox.start(doctor, made["id"])
    await inbox.complete(doctor, made["id"], "Come on Monday")
    assert (await inbox.listed(doctor, "all")).tasks == []
    await inbox.reopen(doctor, made["id"])

    versions, names = await inbox.history(nurse, made["id"])

    assert [one["status"] for one in versions] == ["accepted", "completed", "in-progress", "received", "requested"]
    assert [names[tasks.changed_by(one)].name for one in versions] == ["X Dora"] * 3 + ["X Nora"] * 2
    assert [note["text"] for note in versions[0]["note"]] == ["You know where", "Come on Monday"]


async def test_what_is_done_is_not_done_again(nurse: Chart) -> None:
    made = await inbox.add(nurse, "Order gloves")
    await inbox.complete(nurse, made["id"])

    for act in (
        inbox.complete(nurse, made["id"]), inbox.start(nurse, made["id"]), inbox.put_off(nurse, made["id"], NOW),
        inbox.assign(nurse, made["id"], role="nurse"),
    ):  # fmt: skip
        with pytest.raises(Conflict):
            await act


async def test_nothing_is_rejected_without_a_reason(nurse: Chart) -> None:
    made = await inbox.add(nurse, "Order gloves")

    with pytest.raises(Invalid):
        await inbox.reject(nurse, made["id"], " ")

    assert (await inbox.reject(nurse, made["id"], "We have some"))["statusReason"] == {"text": "We have some"}


async def test_work_is_given_to_people_who_are_there_and_to_teams_that_work(nurse: Chart) -> None:
    made = await inbox.add(nurse, "Order gloves")

    with pytest.raises(NotFound):
        await inbox.assign(nurse, made["id"], owner="Practitioner/nobody")
    for wrong in ({"owner": "Patient/ann"}, {"role": "patient"}, {}, {"owner": "Practitioner/dora", "role": "nurse"}):
        with pytest.raises(Invalid):
            await inbox.assign(nurse, made["id"], **wrong)


async def test_what_is_given_away_leaves_ones_own_list(nurse: Chart, desk: Chart) -> None:
    made = await inbox.add(desk, "Call the printer")
    assert await shown(desk, "mine") == {"to-do"}

    await inbox.assign(desk, made["id"], role="nurse")

    assert (await shown(desk, "mine"), await shown(desk, "all")) == (set(), set())
    assert await shown(nurse, "team") == {"to-do"}


async def test_what_is_urgent_stands_above_what_is_due_above_what_is_old(clinic: Clinic, nurse: Chart) -> None:
    old = await put(clinic, "to-do")
    due = await put(clinic, "to-do", due=NOW)
    urgent = await put(clinic, "to-do", priority="urgent")

    assert [one["id"] for one in (await inbox.listed(nurse, "all")).tasks] == [urgent, due, old]


async def test_more_than_a_list_shows_are_counted_all_the_same(
    clinic: Clinic, nurse: Chart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "MOST", 2)
    for _ in range(3):
        await put(clinic, "to-do")

    found = await inbox.listed(nurse, "all")

    assert (len(found.tasks), found.more, found.counts) == (2, True, {"to-do": 3})
