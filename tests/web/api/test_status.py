"""How the platform fares: who may look, what they see, and letting a job be tried again."""

import msgspec
import pytest

from meridian.store import outbox, samples, watched
from meridian.telemetry.minutes import MINUTE, Minute
from meridian.testing.desk import Desk
from meridian.testing.identity import NOON, PASSWORD, Clinic

pytestmark = pytest.mark.anyio
BOSS = "root@clinic.example"


async def as_(desk: Desk, role: str) -> None:
    await desk.clinic.person(BOSS, role, who="")
    await desk.sign_in(BOSS)


async def kept(clinic: Clinic, minutes_ago: int, process: str = "one", **said: object) -> None:
    at = (clinic.watch() // MINUTE - minutes_ago) * MINUTE
    one = samples.Sample(at, process, msgspec.json.encode(Minute(**said)))  # type: ignore[arg-type]  # of a table
    await clinic.engine.write(lambda: samples.keep(one))


async def stopped(clinic: Clinic, org: int, what: str = "Patient/canary") -> int:
    await clinic.engine.write(lambda: outbox.put(org, "notify", what, NOON, {}))
    [job] = await clinic.engine.write(lambda: outbox.take(NOON, NOON + 1, 1, ()))
    await clinic.engine.write(lambda: outbox.give_up(job.no, 12))
    return job.no


@pytest.mark.parametrize("role", ["administrator", "security-officer", "platform-operator"])
async def test_those_who_look_after_the_platform_may_look(desk: Desk, role: str) -> None:
    await as_(desk, role)

    said = await desk.browser.get("/api/status")

    assert said.status_code == 200
    assert said.json()["mayRetry"] == (role != "security-officer")


@pytest.mark.parametrize("role", ["clinician", "nurse", "front-desk", "lab", "pharmacist"])
async def test_nobody_else_may_and_that_is_recorded(desk: Desk, role: str) -> None:
    await as_(desk, role)

    said = await desk.browser.get("/api/status")

    assert said.status_code == 403
    [entry] = desk.clinic.recorded("platform-status")
    assert entry.outcome == "refused"


async def test_without_a_session_there_is_nothing(desk: Desk) -> None:
    assert (await desk.browser.get("/api/status")).status_code == 401


async def test_looking_leaves_no_entry_and_keeps_no_session_awake(desk: Desk) -> None:
    await as_(desk, "administrator")
    before = len(desk.clinic.entries)

    for _ in range(40):
        desk.clinic.watch.pass_(seconds=30)
        last = await desk.browser.get("/api/status")

    assert len(desk.clinic.entries) == before
    assert last.status_code == 401


async def test_minutes_of_several_processes_are_one_course(desk: Desk) -> None:
    await as_(desk, "administrator")
    await kept(desk.clinic, 2, "one", requests=60.0, errors=1.0, took=[60.0] + [0.0] * 11, sockets=2.0, due=3.0)
    await kept(desk.clinic, 2, "two", requests=120.0, took=[0.0] * 5 + [120.0] + [0.0] * 6, sockets=5.0, due=3.0)
    await kept(desk.clinic, 1, "one", requests=6.0, sockets=1.0, up={"clamd": False, "database": True})

    said = (await desk.browser.get("/api/status")).json()

    course, present = said["course"], said["present"]
    assert len(course["at"]) == len(course["load"]) == 60
    assert (course["load"][-2], course["load"][-1], course["load"][0]) == (3.0, 0.1, None)
    assert (course["errors"][-2], course["sockets"][-2], course["due"][-2]) == (1, 7, 3)
    assert course["p50"][-2] == pytest.approx(0.1375)
    assert present["processes"] == 2
    assert {one["name"]: one["state"] for one in present["parts"]} == {"clamd": "away", "database": "up"}


async def test_a_day_is_in_steps_of_a_quarter_hour(desk: Desk) -> None:
    await as_(desk, "administrator")
    for ago in (1, 100, 1400):
        await kept(desk.clinic, ago, requests=60.0)

    said = (await desk.browser.get("/api/status", params={"span": "day"})).json()

    assert (said["step"], len(said["course"]["at"])) == (15 * MINUTE, 96)
    assert [one for one in said["course"]["load"] if one is not None] == [1.0, 1.0, 1.0]


async def test_what_is_older_than_a_day_is_forgotten(desk: Desk) -> None:
    await kept(desk.clinic, 26 * 60)
    await kept(desk.clinic, 1)

    assert len(await desk.clinic.engine.read(lambda: samples.since(0))) == 1


async def test_alarms_are_shown_by_their_kind_alone(desk: Desk) -> None:
    await as_(desk, "security-officer")
    await desk.clinic.engine.write(
        lambda: watched.note("sign-in-failures", "203.0.113.9", desk.clinic.watch(), most=0, window=1)
    )

    said = await desk.browser.get("/api/status")

    assert [one["kind"] for one in said.json()["alerts"]] == ["sign-in-failures"]
    assert "203.0.113" not in said.text


async def test_jobs_that_stopped_are_shown_without_what_they_are_about(desk: Desk) -> None:
    await as_(desk, "administrator")
    await stopped(desk.clinic, desk.clinic.org)
    await stopped(desk.clinic, 0)
    await stopped(desk.clinic, desk.clinic.org + 7)

    said = await desk.browser.get("/api/status")

    assert [(job["topic"], job["own"]) for job in said.json()["jobs"]] == [("notify", True), ("notify", False)]
    assert "canary" not in said.text


async def test_a_job_is_tried_again_by_whoever_proves_who_they_are(desk: Desk) -> None:
    await as_(desk, "administrator")
    no = await stopped(desk.clinic, desk.clinic.org)

    said = await desk.browser.post(f"/api/status/jobs/{no}/retry", json={"password": PASSWORD})

    assert said.status_code == 204
    assert (await desk.clinic.engine.read(outbox.failed)) == []
    [entry] = desk.clinic.recorded("job-retried")
    assert (entry.outcome, entry.what, entry.account != "") == ("ok", f"Job/{no}", True)
    assert (await desk.browser.get("/api/status")).json()["jobs"] == []


async def test_a_wrong_proof_lets_nothing_be_tried_and_ends_no_session(desk: Desk) -> None:
    await as_(desk, "administrator")
    no = await stopped(desk.clinic, desk.clinic.org)

    wrong = await desk.browser.post(f"/api/status/jobs/{no}/retry", json={"password": "wrong"})
    none = await desk.browser.post(f"/api/status/jobs/{no}/retry", json={})

    assert (wrong.status_code, none.status_code) == (403, 422)
    assert len(await desk.clinic.engine.read(outbox.failed)) == 1
    assert (await desk.browser.get("/api/status")).status_code == 200


async def test_another_organisations_job_is_not_there(desk: Desk) -> None:
    await as_(desk, "administrator")
    no = await stopped(desk.clinic, desk.clinic.org + 7)

    said = await desk.browser.post(f"/api/status/jobs/{no}/retry", json={"password": PASSWORD})
    nothing = await desk.browser.post("/api/status/jobs/99999/retry", json={"password": PASSWORD})

    assert (said.status_code, nothing.status_code) == (404, 404)
    assert len(await desk.clinic.engine.read(outbox.failed)) == 1


async def test_an_officer_looks_and_changes_nothing(desk: Desk) -> None:
    await as_(desk, "security-officer")
    no = await stopped(desk.clinic, desk.clinic.org)

    said = await desk.browser.post(f"/api/status/jobs/{no}/retry", json={"password": PASSWORD})

    assert said.status_code == 403
    assert len(await desk.clinic.engine.read(outbox.failed)) == 1
