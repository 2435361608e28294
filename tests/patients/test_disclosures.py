"""The accounting of disclosures: computed and entered, suspended where the law says so, kept as it was given."""

import pytest

from meridian import clock
from meridian.access.chart import Chart
from meridian.access.uses import Entry, Use, Who
from meridian.faults import Conflict, Forbidden, Invalid, NotFound
from meridian.patients import disclosures, seen
from meridian.patients.disclosures import ORAL, SIX_YEARS, YEAR, Disclosure, computed
from meridian.store.engine import Engine
from meridian.testing.clinic import Clinic
from meridian.testing.sharing import ANN, DAY, Neighbourhood

pytestmark = pytest.mark.anyio

COURT = Disclosure(
    ANN, "2026-03-01", "County Court", "1 Law Street", "Notes of 2025", "court", "Order 17 of 1-Mar-2026"
)
POLICE = Disclosure(ANN, "2026-02-20", "State Police", "", "Name and address", "law-enforcement", "")


@pytest.fixture
async def place(engine: Engine) -> Neighbourhood:
    return await Neighbourhood(Clinic(engine)).settle()


@pytest.fixture
def desk(place: Neighbourhood) -> Chart:
    return place.clinic.chart_of(place.clinic.sign_in("front-desk", "Practitioner/fred"))


async def lines(chart: Chart, place: Neighbourhood) -> list[str]:
    found = await disclosures.accounting(chart, ANN, place.watch.now)
    return [one.recipient or one.kind for one in found.lines]


async def test_what_was_entered_is_accounted_for_with_all_that_the_rule_asks(place: Neighbourhood, desk: Chart) -> None:
    await disclosures.enter(desk, COURT)

    [line] = (await disclosures.accounting(place.ann(), ANN, place.watch.now)).lines

    said = (line.first, line.recipient, line.address, line.description, line.purpose, line.statement, line.ground)
    assert said == (COURT.on, COURT.recipient, COURT.address, COURT.description, "court", COURT.statement, "")


async def test_what_another_organisation_read_is_one_line_by_purpose(place: Neighbourhood) -> None:
    share = (await place.give()).share.id
    for path in ("Patient/ann", "Condition/condition-a", "Observation/observation-a"):
        await place.outside(share).get(f"/fhir/R4/{path}")

    [line] = (await disclosures.accounting(place.ann(), ANN, place.watch.now)).lines

    assert (line.recipient, line.count, line.purpose, line.ground) == ("Lakeside", 3, "TREAT", "treatment")
    assert set(line.description.split()) == {"person", "problems", "results"}


def test_each_kind_says_to_whom_and_on_which_ground_it_need_not_be_there() -> None:
    def use(at: int, action: str, what: str = "", role: str = "clinician", who: str = "Practitioner/d") -> Use:
        entry = Entry(org=1, time=at, action=action, what=what, role=role, purpose="TREAT", who=who, account="a")
        return Use(f"1-{at}", entry)

    found = [
        use(1, "partner-check", "Device/medtrack"), use(2, "partner-check", "Device/medtrack"),
        use(3, "bulk/$export", "Group/g", "service"), use(4, "medication/$print-list", "Patient/ann"),
        use(5, "read", "Condition/c", "outside-clinician", "Organization/o"),
    ]  # fmt: skip
    made = computed(found, {("Organization/o", "a"): Who("Far", "1 Way")})

    assert [(one.kind, one.recipient, one.address, one.count, one.ground) for one in made] == [
        ("partner", "medtrack", "", 2, "treatment"), ("export", "service", "", 1, ""),
        ("paper", "", "", 1, "individual"), ("shared", "Far", "1 Way", 1, "treatment"),
    ]  # fmt: skip


async def test_it_goes_back_six_years(place: Neighbourhood, desk: Chart) -> None:
    await disclosures.enter(desk, COURT)
    await place.give()
    await place.reader().shared_with_us()
    assert await lines(place.ann(), place) == ["Lakeside", "County Court"]

    place.watch.now += SIX_YEARS + 2 * DAY

    assert await lines(place.ann(), place) == []


async def test_what_is_suspended_is_kept_from_the_patient_until_it_is_over(place: Neighbourhood, desk: Chart) -> None:
    entered = await disclosures.enter(desk, POLICE)
    until = place.watch.now + ORAL
    ann = place.ann()

    await disclosures.suspend(desk, ANN, entered.id, until, "State Police", oral=True)

    assert await lines(ann, place) == []
    assert (await disclosures.request(desk, ANN, place.watch.now)).accounting.lines == []
    with pytest.raises(NotFound):
        await ann.read("Provenance", entered.id)
    told = (await seen.month(ann, ANN, "2026-03", "UTC")).lines
    assert not [line for line in told if line.role == "front-desk"]
    assert await lines(desk, place) == ["State Police"]
    place.watch.now = until
    assert await lines(ann, place) == ["State Police"]


async def test_only_what_went_to_oversight_or_law_enforcement_is_suspended(place: Neighbourhood, desk: Chart) -> None:
    court, police = await disclosures.enter(desk, COURT), await disclosures.enter(desk, POLICE)
    now = place.watch.now
    with pytest.raises(Conflict):
        await disclosures.suspend(desk, ANN, court.id, now + DAY, "x", oral=False)
    for until, agency in ((now, "x"), (now + ORAL + 1, "x"), (now + DAY, " ")):
        with pytest.raises(Invalid):
            await disclosures.suspend(desk, ANN, police.id, until, agency, oral=True)
    await disclosures.suspend(desk, ANN, police.id, now + ORAL + 1, "x", oral=False)
    with pytest.raises(NotFound):
        await disclosures.suspend(desk, "ben", police.id, now + DAY, "x", oral=False)


async def test_an_accounting_is_kept_as_it_was_given(place: Neighbourhood, desk: Chart) -> None:
    first = await disclosures.request(place.ann(), ANN, place.watch.now)
    await disclosures.enter(desk, COURT)
    place.watch.now += DAY
    second = await disclosures.request(desk, ANN, place.watch.now)
    place.watch.now += YEAR + DAY
    third = await disclosures.request(place.ann(), ANN, place.watch.now)

    kept = await disclosures.requests(place.ann(), ANN)

    assert [one.id for one in kept] == [third.id, second.id, first.id]
    assert [len(one.accounting.lines) for one in kept] == [1, 1, 0]
    assert [one.first_in_a_year for one in kept] == [True, False, True]
    assert (await disclosures.one_request(place.ann(), ANN, first.id)).by == "Patient/ann"
    with pytest.raises(NotFound):
        await disclosures.one_request(place.ann(), ANN, "none")


async def test_who_may_enter_and_see(place: Neighbourhood) -> None:
    clinic, now = place.clinic, place.watch.now
    with pytest.raises(NotFound):
        await disclosures.accounting(place.ann(), "ben", now)
    for role in ("helper", "lab", "pharmacist", "administrator"):
        chart = clinic.chart_of(clinic.sign_in(role, "Practitioner/x", patients=[ANN]))
        with pytest.raises(Forbidden):
            await disclosures.accounting(chart, ANN, now)
        with pytest.raises(Forbidden):
            await disclosures.enter(chart, COURT)
    with pytest.raises(Forbidden):
        await disclosures.enter(place.ann(), COURT)
    officer = clinic.chart_of(clinic.sign_in("security-officer", "Practitioner/sec"))
    await disclosures.enter(officer, COURT)
    assert await lines(officer, place) == ["County Court"]
    for wrong in ({"on": "2026-03-09"}, {"on": "soon"}, {"recipient": " "}, {"purpose": "fun"}):
        with pytest.raises(Invalid):
            await disclosures.enter(officer, Disclosure(**{**_fields(COURT), **wrong}))


def _fields(one: Disclosure) -> dict[str, str]:
    return {name: getattr(one, name) for name in Disclosure.__slots__}


async def test_by_http_an_accounting_is_asked_for_and_printed(place: Neighbourhood) -> None:
    mine = place.clinic.client(place.clinic.sign_in("patient", "Patient/ann", patients=[ANN]))
    desk = place.clinic.client(place.clinic.sign_in("front-desk", "Practitioner/fred"))
    await place.put("Patient", ANN, communication=[{"language": {"coding": [{"code": "es"}]}}])
    entered = {"on": "2026-01-01", "recipient": "State Police", "description": "Name", "purpose": "law-enforcement"}
    line = (await desk.post("/api/disclosures/ann", json=entered)).json()

    asked = await mine.post("/api/disclosures/ann/requests")

    assert asked.status_code == 201, asked.text
    paper = await mine.get(f"/api/disclosures/ann/requests/{asked.json()['id']}/print")
    assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")
    body = {"until": clock.now() + DAY, "agency": "State Police", "oral": True}
    place.watch.now = clock.now()
    said = await desk.post(f"/api/disclosures/ann/{line['id']}/suspend", json=body)
    assert said.json()["suspended"], said.text
    assert (await mine.get("/api/disclosures/ann")).json()["lines"] == []
    assert [one["count"] for one in (await mine.get("/api/disclosures/ann/requests")).json()] == [1]


async def test_a_copy_that_is_handed_out_stands_in_the_accounting_as_ones_own(place: Neighbourhood) -> None:
    mine = place.clinic.client(place.clinic.sign_in("patient", "Patient/ann", patients=[ANN]))
    await mine.get("/api/own/ann/record")
    seen_by = await mine.get("/api/own/ann/seen", params={"month": "2026-03", "zone": "UTC"})

    [line] = (await disclosures.accounting(place.ann(), ANN, place.watch.now)).lines

    assert (line.kind, line.ground) == ("copy", "individual")
    assert "own" in {one["group"] for one in seen_by.json()["lines"]}
