"""A draft is its author's alone, sealed under its patient's key, and never overrides what was signed."""

import asyncio

import pytest

from meridian.access.chart import Chart
from meridian.access.drafts import KEPT, LONGEST
from meridian.access.subject import Role, Subject
from meridian.faults import Conflict, Forbidden, Gone, Invalid, NotFound, TooLarge
from meridian.store.engine import Engine
from meridian.store.plan import Plan, Query
from meridian.store.records import destroy_key
from meridian.testing.clinic import Clinic
from meridian.testing.resources import minimal
from meridian.vault.unreadable import Unreadable

pytestmark = pytest.mark.anyio

PLACE = "note:Encounter/17"


@pytest.fixture
async def house(engine: Engine) -> Clinic:
    clinic = Clinic(engine)
    await clinic.servant().update("Patient", "ann", minimal("Patient", "ann"))
    return clinic


def doctor(house: Clinic, who: str = "Practitioner/ada", role: str = "clinician") -> Chart:
    return house.chart_of(house.sign_in(role, who))


async def signed(house: Clinic) -> str:
    note = minimal("DocumentReference", "x", patient="ann") | {
        "docStatus": "final",
        "author": [{"reference": "Practitioner/ada"}],
        "content": [{"attachment": {"contentType": "text/markdown", "data": "UmVzdC4="}}],
    }
    return (await house.servant().create("DocumentReference", note)).stored.id


async def test_a_draft_comes_back_as_it_was_saved(house: Clinic) -> None:
    chart = doctor(house)
    saved = await chart.save_draft(PLACE, "Half a thought — ½", patient="ann")

    found = await chart.draft(PLACE)

    assert (found.text, found.patient, found.base, found.saved) == ("Half a thought — ½", "ann", 0, saved)
    assert [one.place for one in await chart.drafts()] == [PLACE]


@pytest.mark.parametrize("role", ["clinician", "nurse", "administrator", "security-officer", "service"])
async def test_nobody_else_reads_it(house: Clinic, role: str) -> None:
    await doctor(house).save_draft(PLACE, "Mine", patient="ann")
    other = doctor(house, "Practitioner/ben", role)

    with pytest.raises((NotFound, Forbidden)):
        await other.draft(PLACE)
    assert await other.drafts() == []
    await other.discard_draft(PLACE)
    assert (await doctor(house).draft(PLACE)).text == "Mine"


async def test_saving_needs_the_right_to_see_the_patient(house: Clinic) -> None:
    with pytest.raises(Forbidden):
        await doctor(house, "Practitioner/off", "security-officer").save_draft(PLACE, "No", patient="ann")
    with pytest.raises(NotFound):
        await doctor(house).save_draft(PLACE, "No", patient="nobody")
    with pytest.raises(NotFound):
        await house.chart_of(house.sign_in("patient", "Patient/bob", patients=["bob"])).save_draft(
            PLACE, "No", patient="ann"
        )


async def test_a_draft_of_a_patient_who_is_out_of_sight_is_not_shown(house: Clinic) -> None:
    chart = doctor(house)
    await chart.save_draft(PLACE, "Before", patient="ann")
    label = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]}
    await house.servant().update("Patient", "ann", minimal("Patient", "ann") | {"meta": label})

    with pytest.raises(NotFound):
        await chart.draft(PLACE)
    assert await chart.drafts() == []


async def test_destroying_the_patients_key_destroys_the_draft(house: Clinic) -> None:
    chart = doctor(house)
    await chart.save_draft(PLACE, "Gone soon", patient="ann")

    await house.engine.write(lambda: destroy_key(1, "ann"))

    with pytest.raises((NotFound, Gone, Unreadable)):
        await chart.draft(PLACE)
    with pytest.raises((NotFound, Gone)):
        await chart.save_draft(PLACE, "Again", patient="ann")


async def test_what_is_kept_is_sealed(house: Clinic) -> None:
    await doctor(house).save_draft(PLACE, "CANARY-7731", patient="ann")

    def body() -> Plan[bytes]:
        [(found,)] = yield Query("SELECT body FROM draft")
        return bytes(found)

    assert b"CANARY" not in await house.engine.read(body)


async def test_a_signed_note_refuses_every_draft_of_it(house: Clinic) -> None:
    note = await signed(house)

    with pytest.raises(Conflict) as refused:
        await doctor(house).save_draft(f"note:DocumentReference/{note}", "Forged", patient="ann")

    assert [one.place for one in refused.value.issues] == [
        f"DocumentReference/{note}/_history/1",
        f"note:DocumentReference/{note}",
    ]


async def test_a_draft_begun_from_another_version_is_refused_and_shown_as_stale(house: Clinic) -> None:
    chart = doctor(house)
    plan = minimal("CarePlan", "x", patient="ann")
    made = (await house.servant().create("CarePlan", plan)).stored.id
    place = f"plan:CarePlan/{made}"
    await chart.save_draft(place, "From one", patient="ann", base=1)
    await house.servant().update("CarePlan", made, {**plan, "id": made, "title": "Newer"})

    assert (await chart.draft(place)).stale
    with pytest.raises(Conflict):
        await chart.save_draft(place, "Still from one", patient="ann", base=1)


async def test_a_window_left_open_brings_nothing_back(house: Clinic) -> None:
    chart = doctor(house)
    first = await chart.save_draft(PLACE, "One", patient="ann", after=0)
    second = await chart.save_draft(PLACE, "Two", patient="ann", after=first)

    with pytest.raises(Conflict):
        await chart.save_draft(PLACE, "Old window", patient="ann", after=first)
    await chart.discard_draft(PLACE)
    with pytest.raises(Conflict):
        await chart.save_draft(PLACE, "Old window", patient="ann", after=second)
    assert await chart.drafts() == []


async def test_of_two_saves_at_once_one_is_told(house: Clinic) -> None:
    chart = doctor(house)
    first = await chart.save_draft(PLACE, "One", patient="ann", after=0)

    done = await asyncio.gather(
        *(chart.save_draft(PLACE, text, patient="ann", after=first) for text in ("A", "B", "C")),
        return_exceptions=True,
    )

    assert sorted(type(one).__name__ for one in done) == ["Conflict", "Conflict", "int"]


async def test_a_draft_is_forgotten_after_thirty_days(house: Clinic) -> None:
    chart = doctor(house)
    saved = await chart.save_draft(PLACE, "Old", patient="ann")
    later = Chart(chart.subject, house.engine, house.keyring, lambda: saved + KEPT)

    with pytest.raises(NotFound):
        await later.draft(PLACE)
    assert await later.drafts() == []
    servant = Subject("meridian", 1, "org1", Role.SERVICE, purpose="HOPERAT")
    await Chart(servant, house.engine, house.keyring, lambda: saved + KEPT).tidy_drafts()
    with pytest.raises(NotFound):
        await chart.draft(PLACE)


async def test_a_draft_about_nobody_needs_no_patient(house: Clinic) -> None:
    chart = doctor(house, role="administrator")

    await chart.save_draft("form:new", "Title")

    assert (await chart.draft("form:new")).patient == ""


@pytest.mark.parametrize("place", ["", "note", "Note:x", "note:Encounter/", "note:Encounter/1/2", "n" * 200])
async def test_a_place_is_a_name_and_an_id(house: Clinic, place: str) -> None:
    with pytest.raises(Invalid):
        await doctor(house).save_draft(place, "x")


async def test_a_draft_has_a_limit(house: Clinic) -> None:
    with pytest.raises(TooLarge):
        await doctor(house).save_draft(PLACE, "x" * (LONGEST + 1))


async def test_the_log_says_that_a_draft_was_begun_read_and_thrown_away_and_no_word_of_it(house: Clinic) -> None:
    chart = doctor(house)
    for text in ("One", "Two"):
        await chart.save_draft(PLACE, text, patient="ann")
    await chart.draft(PLACE)
    await chart.discard_draft(PLACE)

    entries = [one for one in await house.log() if one.action.startswith("draft")]

    assert [one.action for one in entries] == ["draft-begun", "draft-read", "draft-discarded"]
    assert {one.patient for one in entries} == {"ann"}
