"""A patient lets another organisation read, as far and as long as they say, and nobody else can tell."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from meridian.access.chart import Chart
from meridian.access.sharing import provision
from meridian.faults import Conflict, Forbidden, Invalid, NotFound
from meridian.fhir.codec import decode
from meridian.patients import sharing
from meridian.patients.sharing import Wish
from meridian.store.engine import Engine
from meridian.store.sqlite import Sqlite
from meridian.testing.clinic import Clinic
from meridian.testing.sharing import ANN, DAY, Neighbourhood

pytestmark = pytest.mark.anyio

BASE = "/fhir/R4"
R = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]}
NOPAT = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "NOPAT"}]}


@pytest.fixture
async def place(engine: Engine) -> Neighbourhood:
    return await Neighbourhood(Clinic(engine)).settle()


@pytest.fixture
async def second(engine: Engine, request: pytest.FixtureRequest) -> AsyncIterator[Engine]:
    """Another process's engine on the same database."""
    if isinstance(engine, Sqlite):
        made: Engine = Sqlite(request.getfixturevalue("sqlite_database"))
    else:
        from meridian.store.mariadb import Mariadb  # noqa: PLC0415  # its driver is not wanted by tests of the other

        made = Mariadb(request.getfixturevalue("mariadb_database"))
    await made.open()
    yield made
    await made.close()


async def status(client: httpx.AsyncClient, path: str) -> int:
    return (await client.get(f"{BASE}/{path}")).status_code


async def found(client: httpx.AsyncClient, path: str) -> set[str]:
    bundle = (await client.get(f"{BASE}/{path}")).json()
    return {f"{one['resource']['resourceType']}/{one['resource']['id']}" for one in bundle.get("entry", ())}


async def test_what_is_shared_is_read_and_nothing_else(place: Neighbourhood) -> None:
    share = (await place.give("allergies")).share.id
    outside = place.outside(share)

    assert await status(outside, "AllergyIntolerance/allergyintolerance-a") == 200
    assert await status(outside, "Patient/ann") == 200
    assert await status(outside, "Observation/observation-a") == 404
    assert await status(outside, "Patient/ben") == 404
    assert await status(outside, "Practitioner/clinician2") == 403
    assert await found(outside, "Patient/ann/$everything") == {"Patient/ann", "AllergyIntolerance/allergyintolerance-a"}
    assert await found(outside, "Patient?_revinclude=Observation:subject&_revinclude=AllergyIntolerance:patient") == {
        "Patient/ann", "AllergyIntolerance/allergyintolerance-a",
    }  # fmt: skip
    assert (await outside.get(f"{BASE}/Observation?_summary=count")).json()["total"] == 0
    assert await found(outside, "AllergyIntolerance/allergyintolerance-a/_history") == {
        "AllergyIntolerance/allergyintolerance-a"
    }
    assert await status(outside, "Observation/observation-a/_history/1") == 404


async def test_without_the_share_the_record_is_not_there(place: Neighbourhood) -> None:
    await place.give()

    assert await status(place.clinic.client(place.staff()), "Patient/ann") == 404


async def test_labelled_records_are_left_out_unless_the_patient_says_so(place: Neighbourhood) -> None:
    await place.put("Observation", "labelled", patient=ANN, meta=R)
    await place.put("Observation", "withheld", patient=ANN, meta=NOPAT)
    given = await place.give("results")
    plain = {"Observation/observation-a"}
    assert await found(place.outside(given.share.id), "Observation") == plain
    assert await status(place.outside(given.share.id), "Observation/labelled/_history/1") == 404
    await sharing.withdraw(place.ann(), ANN, given.share.id)

    wider = await place.give("results", labelled=True)

    assert await found(place.outside(wider.share.id), "Observation") == {*plain, "Observation/labelled"}


async def test_nothing_is_written_through_a_share(place: Neighbourhood) -> None:
    outside = place.outside((await place.give()).share.id)
    resource = (await outside.get(f"{BASE}/Observation/observation-a")).json()

    assert (await outside.put(f"{BASE}/Observation/observation-a", json=resource)).status_code == 403
    assert (await outside.post(f"{BASE}/Observation", json=resource)).status_code == 403
    assert (await outside.delete(f"{BASE}/Observation/observation-a")).status_code == 403
    assert (await outside.get(f"{BASE}/$export", headers={"prefer": "respond-async"})).status_code == 403


async def test_a_share_ends_at_its_moment(place: Neighbourhood) -> None:
    share = (await place.give(days=1)).share
    outside = place.outside(share.id)
    place.watch.now = share.ends - 1
    assert await status(outside, "Patient/ann") == 200

    place.watch.now = share.ends

    assert await status(outside, "Patient/ann") == 404
    assert await place.reader().shared_with_us() == []


async def test_a_share_ends_when_it_is_taken_back(place: Neighbourhood) -> None:
    share = (await place.give()).share
    outside = place.outside(share.id)
    assert await status(outside, "Patient/ann") == 200

    await sharing.withdraw(place.ann(), ANN, share.id)

    assert await status(outside, "Patient/ann") == 404
    with pytest.raises(NotFound):
        await sharing.withdraw(place.ann(), ANN, share.id)
    consent = decode((await place.ann().read("Consent", share.consent)).body)
    assert consent["status"] == "inactive"


async def test_whoever_reads_hears_at_once_that_it_was_taken_back(place: Neighbourhood) -> None:
    share = (await place.give()).share
    await sharing.withdraw(place.ann(), ANN, share.id)

    told = await place.reader().feeds({"shared": 0})

    assert [(one.kind, one.what) for one in told["shared"].events] == [("given", ""), ("ended", "")]
    for other in (place.reader(3), place.reader(2, "front-desk")):
        with pytest.raises(NotFound):
            await _heard(other)


async def _heard(chart: Chart) -> None:
    told = await chart.feeds({"shared": 0})
    if not told["shared"].events:
        raise NotFound("nothing is told there")


CHANGES: tuple[Callable[[dict[str, Any]], dict[str, Any]], ...] = (
    lambda one: one | {"status": "inactive"},
    lambda one: one | {"patient": {"reference": "Patient/ben"}},
    lambda one: one | {"provision": one["provision"] | {"type": "deny"}},
    lambda one: one | {"provision": {name: said for name, said in one["provision"].items() if name != "period"}},
    lambda one: one | {"provision": one["provision"] | {"period": {"start": "2020-01-01", "end": "2020-01-02"}}},
    lambda one: one | {"provision": {name: said for name, said in one["provision"].items() if name != "actor"}},
    lambda one: one | {"provision": {name: said for name, said in one["provision"].items() if name != "class"}},
)


async def test_a_consent_that_says_so_no_longer_closes_it(place: Neighbourhood) -> None:
    share = (await place.give()).share
    consent = decode((await place.ann().read("Consent", share.consent)).body)
    for change in CHANGES:
        await place.clinic.servant().update("Consent", share.consent, consent)
        assert await status(place.outside(share.id), "Patient/ann") == 200

        await place.clinic.servant().update("Consent", share.consent, change(consent))

        assert await status(place.outside(share.id), "Patient/ann") == 404


async def test_staff_widen_nothing_by_writing_consents(place: Neighbourhood) -> None:
    share = (await place.give("allergies", days=1)).share
    consent = decode((await place.ann().read("Consent", share.consent)).body)
    wider = provision(
        share._replace(parts=("everything",), ends=share.ends + 9 * DAY), (await sharing.places(place.ann(), ANN))[1]
    )
    doctor = place.clinic.chart_of(place.clinic.sign_in("clinician", "Practitioner/dora"))
    await doctor.update("Consent", share.consent, consent | {"provision": wider})

    assert await status(place.outside(share.id), "Observation/observation-a") == 404
    await sharing.withdraw(place.ann(), ANN, share.id)
    present = decode((await place.ann().read("Consent", share.consent)).body)
    await doctor.update("Consent", share.consent, present | {"status": "active", "provision": wider})
    assert await status(place.outside(share.id), "Patient/ann") == 404


async def test_staff_make_nothing_last_longer(place: Neighbourhood) -> None:
    share = (await place.give(days=1)).share
    consent = decode((await place.ann().read("Consent", share.consent)).body)
    longer = consent["provision"] | {"period": consent["provision"]["period"] | {"end": "2099-01-01T00:00:00Z"}}
    await place.clinic.servant().update("Consent", share.consent, consent | {"provision": longer})

    place.watch.now = share.ends

    assert await status(place.outside(share.id), "Patient/ann") == 404


async def test_others_see_nothing_and_cannot_tell(place: Neighbourhood) -> None:
    share = (await place.give()).share.id
    asked = [(3, "clinician", share), (2, "clinician", "0" * 32), (1, "clinician", share)]
    answers = [await place.outside(name, org, role).get(f"{BASE}/Patient/ann") for org, role, name in asked]

    assert {one.status_code for one in answers} == {404}
    assert len({one.content for one in answers}) == 1
    for role in ("front-desk", "administrator", "security-officer", "pharmacist", "lab"):
        assert await status(place.outside(share, 2, role), "Patient/ann") == 403
    assert await place.reader(3).shared_with_us() == []
    with pytest.raises(Forbidden):
        await place.reader(2, "front-desk").shared_with_us()


async def test_each_look_stands_in_both_logs(place: Neighbourhood) -> None:
    share = (await place.give()).share.id
    await place.outside(share).get(f"{BASE}/Observation?subject=Patient/ann")
    await place.outside(share).get(f"{BASE}/Observation/none")

    theirs = [one for one in await place.clinic.log(1) if one.role == "outside-clinician"]
    ours = [one for one in await place.clinic.log(2) if one.action == "shared-read"]

    assert [(one.who, one.patient, one.outcome) for one in theirs] == [
        ("Organization/org2", ANN, "ok"), ("Organization/org2", "", "refused"),
    ]  # fmt: skip
    assert [(one.who, one.what, one.outcome) for one in ours] == [
        ("Practitioner/clinician2", f"Share/{share}", "ok"), ("Practitioner/clinician2", f"Share/{share}", "refused"),
    ]  # fmt: skip
    assert [one.request for one in theirs] == [one.request for one in ours]
    assert not any(ANN in str(one) for one in ours)


async def test_who_asks_after_the_end_stands_in_both_logs(place: Neighbourhood) -> None:
    share = (await place.give()).share.id
    await sharing.withdraw(place.ann(), ANN, share)
    await place.outside(share).get(f"{BASE}/Patient/ann")

    refused = [(await place.clinic.log(org))[-1] for org in (1, 2)]

    assert [(one.action, one.outcome, one.what) for one in refused] == [
        ("shared-read", "refused", f"Share/{share}")
    ] * 2
    assert refused[0].rule == "withdrawn"
    assert refused[0].who == "Organization/org2"


async def test_what_was_given_is_listed_for_its_readers_patient_and_officer(place: Neighbourhood) -> None:
    given = await place.give("allergies", "medicines")
    officer = place.clinic.chart_of(place.clinic.sign_in("security-officer", "Practitioner/sec"))

    [offer] = await place.reader().shared_with_us()
    [mine] = await sharing.given(place.ann(), ANN)
    [standing] = await sharing.in_force(officer)

    assert (offer.place.name, offer.patient["id"], offer.share.id) == ("Harbor", ANN, given.share.id)
    assert (mine.share.parts, mine.place and mine.place.name) == (("allergies", "medicines"), "Lakeside")
    assert standing.person == "ASH, Ann"
    assert [one.name for one in await sharing.places(place.ann(), ANN)] == ["Far Away", "Lakeside"]


async def test_nobody_gives_what_is_not_theirs(place: Neighbourhood) -> None:
    until = place.watch.now + DAY
    wish = Wish(ANN, "org2", ("everything",), labelled=False, until=until)
    with pytest.raises(NotFound):
        await sharing.give(place.ann(), wish._replace(patient="ben"))
    with pytest.raises(NotFound):
        await sharing.give(place.ann(), wish._replace(organisation="org1"))
    for wrong in (wish._replace(parts=()), wish._replace(parts=("all",)), wish._replace(until=place.watch.now)):
        with pytest.raises(Invalid):
            await sharing.give(place.ann(), wrong)
    for role in ("clinician", "front-desk", "helper"):
        chart = place.clinic.chart_of(place.clinic.sign_in(role, "Practitioner/x", patients=[ANN]))
        with pytest.raises(Forbidden):
            await sharing.give(chart, wish)
        with pytest.raises(Forbidden):
            await sharing.given(chart, ANN)
    await sharing.give(place.ann(), wish)
    with pytest.raises(Conflict):
        await sharing.give(place.ann(), wish)
    assert await sharing.places(place.ann(), ANN)
    with pytest.raises(NotFound):
        await sharing.withdraw(place.ann(), "ben", "x")


async def test_by_http_a_record_is_shared_found_read_and_taken_back(place: Neighbourhood) -> None:
    mine = place.clinic.client(place.clinic.sign_in("patient", "Patient/ann", patients=[ANN]))
    theirs = place.clinic.client(place.staff())
    officer = place.clinic.client(place.clinic.sign_in("security-officer", "Practitioner/sec"))
    places = (await mine.get("/api/own/ann/share-places")).json()
    wish = {"organisation": places[1]["id"], "parts": ["allergies"], "until": place.watch.now + DAY}

    given = await mine.post("/api/own/ann/shares", json=wish)

    assert given.status_code == 201, given.text
    [shared] = (await theirs.get("/api/sharing/with-us")).json()
    assert (shared["person"], shared["organisation"]) == ("ASH, Ann", "Harbor")
    headers = {"x-meridian-share": shared["share"]}
    assert (await theirs.get(f"{BASE}/Patient/{shared['patient']}", headers=headers)).status_code == 200
    [standing] = (await officer.get("/api/sharing/in-force")).json()
    assert (standing["organisation"], standing["parts"], standing["state"]) == ("Lakeside", ["allergies"], "standing")
    for other in (theirs, mine):
        assert (await other.get("/api/sharing/in-force")).status_code == 403
    assert (await mine.delete(f"/api/own/ann/shares/{shared['share']}")).status_code == 204
    assert (await theirs.get("/api/sharing/with-us")).json() == []
    assert [one["state"] for one in (await mine.get("/api/own/ann/shares")).json()] == ["withdrawn"]


async def test_another_process_reads_nothing_once_it_was_taken_back(place: Neighbourhood, second: Engine) -> None:
    share = (await place.give()).share
    elsewhere = Neighbourhood(Clinic(second, clock=place.watch))
    assert await status(elsewhere.outside(share.id), "Patient/ann") == 200

    await sharing.withdraw(place.ann(), ANN, share.id)

    assert await status(elsewhere.outside(share.id), "Patient/ann") == 404
