"""Who saw my record: by day and person, grouped, named, and nobody else's."""

from zoneinfo import ZoneInfo

import pytest

from meridian.access.uses import Entry, Use
from meridian.faults import Forbidden, Invalid, NotFound
from meridian.patients import seen
from meridian.patients.seen import grouped
from meridian.store.engine import Engine
from meridian.testing.clinic import Clinic
from meridian.testing.practice import ms
from meridian.testing.sharing import ANN, Neighbourhood

pytestmark = pytest.mark.anyio

UTC = ZoneInfo("UTC")


@pytest.fixture
async def place(engine: Engine) -> Neighbourhood:
    made = await Neighbourhood(Clinic(engine)).settle()
    await made.put("Practitioner", "dora", name=[{"family": "Dow", "given": ["Dora"]}])
    return made


def use(at: str, who: str = "Practitioner/dora", **more: object) -> Use:
    values: dict[str, object] = {"role": "clinician", "purpose": "TREAT", "action": "read", "patient": ANN} | more
    entry = Entry(org=1, time=ms(at), who=who, **values)  # type: ignore[arg-type]  # the fields' types
    return Use(f"1-{entry.time}", entry)


def test_two_hundred_reads_of_one_visit_are_one_line() -> None:
    reads = [
        use(f"2026-03-02T09:{n // 60:02}:{n % 60:02}Z", what="Observation/a", rule="treatment") for n in range(200)
    ]

    [line] = grouped(reads, UTC)

    assert (line.count, line.day, line.reason, line.parts) == (200, "2026-03-02", "care", {"results": 200})
    assert (line.first, line.last) == (ms("2026-03-02T09:00:00Z"), ms("2026-03-02T09:03:19Z"))


def test_lines_are_of_the_day_where_the_patient_is() -> None:
    late = [use("2026-03-02T04:30:00Z", what="Condition/a")]

    assert [line.day for line in grouped(late, ZoneInfo("America/New_York"))] == ["2026-03-01"]


@pytest.mark.parametrize(
    ("more", "group", "reason"),
    [
        ({"role": "patient", "who": "Patient/ann"}, "own", "own"),
        ({"role": "proxy", "who": "RelatedPerson/ria"}, "family", "family"),
        ({"purpose": "BTG", "rule": "emergency|treatment"}, "staff", "emergency"),
        ({"role": "outside-clinician", "who": "Organization/org2"}, "outside", "shared"),
        ({"role": "service", "account": "meridian", "who": ""}, "platform", "platform"),
        ({"role": "service", "account": "lab", "who": "Device/lab"}, "program", "office"),
        ({"role": "security-officer", "action": "bulk/$export"}, "staff", "export"),
    ],
)
def test_each_line_says_whose_people_and_why(more: dict[str, str], group: str, reason: str) -> None:
    [line] = grouped([use("2026-03-02T09:00:00Z", **more)], UTC)

    assert (line.group, line.reason) == (group, reason)
    assert line.emergency is (reason == "emergency")


def test_being_in_a_list_is_not_being_looked_at() -> None:
    listed = use("2026-03-02T09:00:00Z", action="search-type", what="Patient", seen=("Patient/ann", "Patient/ben"))

    assert grouped([listed], UTC)[0].parts == {"list": 1}


async def test_a_patient_sees_who_looked_and_by_which_name(place: Neighbourhood) -> None:
    share = (await place.give()).share.id
    await place.clinic.chart_of(place.clinic.sign_in("clinician", "Practitioner/dora")).read("Condition", "condition-a")
    await place.outside(share).get("/fhir/R4/Patient/ann")
    await place.clinic.chart_of(place.clinic.sign_in("clinician", "Practitioner/dora")).read("Patient", "ben")

    found = await seen.month(place.ann(), ANN, "2026-03", "America/New_York")

    people = {(line.name, line.organisation, line.reason) for line in found.lines if line.group in {"staff", "outside"}}
    assert people == {("Dora Dow", "", "care"), ("", "Lakeside", "shared")}
    assert found.complete
    assert (await seen.month(place.ann(), ANN, "2026-02", "UTC")).lines == []


async def test_nobody_sees_who_saw_another(place: Neighbourhood) -> None:
    clinic = place.clinic
    with pytest.raises(NotFound):
        await seen.month(place.ann(), "ben", "2026-03", "UTC")
    for role in ("helper", "clinician", "front-desk", "administrator"):
        chart = clinic.chart_of(clinic.sign_in(role, "Practitioner/x", patients=[ANN]))
        with pytest.raises(Forbidden):
            await seen.month(chart, ANN, "2026-03", "UTC")
    for wrong in (("2026-13", "UTC"), ("2026", "UTC"), ("2026-03", "Mars/Base"), ("2026-03", "../etc/passwd")):
        with pytest.raises(Invalid):
            await seen.month(place.ann(), ANN, *wrong)


async def test_what_was_done_with_a_record_that_was_put_into_mine_is_mine(place: Neighbourhood) -> None:
    clinic = place.clinic
    await place.put("Patient", "twin")
    await clinic.chart_of(clinic.sign_in("nurse", "Practitioner/nora")).read("Patient", "twin")
    desk = clinic.chart_of(clinic.sign_in("front-desk", "Practitioner/fred"))
    await desk.merge(ANN, "twin", lambda keep, _: keep)

    found = await seen.month(place.ann(), ANN, "2026-03", "UTC")

    assert "nurse" in {line.role for line in found.lines}


def test_a_key_tells_readers_of_one_organisation_apart() -> None:
    two = [use("2026-03-02T09:00:00Z", "Organization/o", role="outside-clinician", account=who) for who in ("x", "y")]

    assert len(grouped(two, UTC)) == 2
