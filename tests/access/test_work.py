"""One operation is one transaction within the policy, recorded by one entry."""

import pytest

from meridian.access.work import Plan, Work
from meridian.faults import Conflict, Forbidden, NotFound
from meridian.store import outbox
from meridian.testing.clinic import Clinic
from meridian.testing.resources import minimal

pytestmark = pytest.mark.anyio


async def test_what_an_operation_did_is_one_entry_that_names_all_it_touched(clinic: Clinic) -> None:
    nurse = clinic.chart_of(clinic.sign_in("nurse", "Practitioner/nora"))
    ann = await clinic.servant().create("Patient", minimal("Patient", "ann"))

    def plan(work: Work) -> Plan[str]:
        patient = yield from work.read("Patient", ann.stored.id)
        made = yield from work.create("Task", minimal("Task", "x", patient=patient["id"]))
        yield from work.change("Task", made["id"], lambda task: {**task, "status": "completed"})
        found = yield from work.search("Task", [("patient", patient["id"])])
        return str(found[0]["status"])

    assert await nurse.work("Task/$do", plan, what="Task") == "completed"

    entry = (await clinic.log())[-1]
    assert (entry.action, entry.patient, entry.outcome, len(entry.seen)) == ("Task/$do", ann.stored.id, "ok", 2)


async def test_an_operation_that_fails_leaves_nothing_but_an_entry(clinic: Clinic) -> None:
    nurse = clinic.chart_of(clinic.sign_in("nurse", "Practitioner/nora"))
    made: list[str] = []

    def plan(work: Work) -> Plan[None]:
        task = yield from work.create("Task", minimal("Task", "x", patient="ann"))
        made.append(task["id"])
        yield from work.emit("tell", f"Task/{task['id']}")
        raise Conflict("No")

    with pytest.raises(Conflict):
        await nurse.work("Task/$do", plan)

    with pytest.raises(NotFound):
        await nurse.read("Task", made[0])
    assert await clinic.engine.write(lambda: outbox.take(2**50, 2**51, 5)) == []
    assert [one.outcome for one in await clinic.log() if one.action == "Task/$do"] == ["failed"]


async def test_an_operation_reaches_no_further_than_its_subject(clinic: Clinic) -> None:
    desk = clinic.chart_of(clinic.sign_in("front-desk", "Practitioner/dan"))
    condition = await clinic.servant().create("Condition", minimal("Condition", "c", patient="ann"))

    with pytest.raises(Forbidden):
        await desk.consult("Condition/$look", lambda work: work.read("Condition", condition.stored.id))


async def test_a_search_of_an_operation_is_recorded_before_it_is_handed_out(clinic: Clinic) -> None:
    nurse = clinic.chart_of(clinic.sign_in("nurse", "Practitioner/nora"))
    await clinic.servant().create("Task", minimal("Task", "x", patient="ann"))

    found = await nurse.consult("Task/$look", lambda work: work.search("Task", [("patient", "ann")]))

    entry = (await clinic.log())[-1]
    assert (entry.action, entry.patient, entry.seen) == ("Task/$look", "ann", (f"Task/{found[0]['id']}",))


async def test_a_rule_that_holds_within_an_operation_holds_nowhere_else(clinic: Clinic) -> None:
    ann = clinic.chart_of(clinic.sign_in("patient", "Patient/ann", patients=["ann"]))
    mine, bens = (minimal("Appointment", "a", patient=one) for one in ("ann", "ben"))

    with pytest.raises(Forbidden):
        await ann.create("Appointment", mine)
    with pytest.raises(Forbidden):
        await ann.work("Appointment/$else", lambda work: work.create("Appointment", mine))
    with pytest.raises(Forbidden):
        await ann.work("Appointment/$book", lambda work: work.create("Appointment", bens))

    assert (await ann.work("Appointment/$book", lambda work: work.create("Appointment", mine)))["id"]


async def test_a_step_looks_further_by_its_own_row_and_the_entry_names_what_it_found(clinic: Clinic) -> None:
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
    hidden = minimal("AllergyIntolerance", "hidden", meta={"security": [label]})
    await clinic.servant().update("AllergyIntolerance", "hidden", hidden)
    nurse = clinic.chart_of(clinic.sign_in("nurse", "Practitioner/nia"))

    def looked(work: Work) -> Plan[list[int]]:
        asked = [("_id", "hidden")]
        plain = yield from work.search("AllergyIntolerance", asked)
        further = yield from work.within("medication/$picture").search("AllergyIntolerance", asked)
        after = yield from work.search("AllergyIntolerance", asked)
        return [len(plain), len(further), len(after)]

    assert await nurse.consult("medication/$check", looked) == [0, 1, 0]
    assert "AllergyIntolerance/hidden" in (await clinic.log())[-1].seen
