"""Each function, once, under Lambda's own runtime client."""

from pathlib import Path
from typing import Any

import pytest

from meridian import clock
from meridian.access import exports
from meridian.access.exports import Asked, Level, State
from meridian.access.work import Plan, Work
from meridian.app import backups
from meridian.documents import uploads
from meridian.documents.uploads import Coming
from meridian.files.folder import Folder
from meridian.identity import keys
from meridian.ops.backup import taking
from meridian.settings import Backups
from meridian.store.plan import Change
from meridian.telehealth import missed
from meridian.testing.resources import minimal

from .conftest import ROOT, Town, answers, batch, event

pytestmark = [pytest.mark.anyio, pytest.mark.mariadb]

CANARY = "Zyxwvut-Canary"
FAULTY = '{"job":1}'


async def once(body: bytes) -> Any:
    yield body


async def patient(town: Town, name: str = "ann") -> None:
    chart = await town.chart()
    await chart.update("Patient", name, minimal("Patient", name) | {"name": [{"family": CANARY}]})


async def test_a_document_is_scanned_and_released_and_what_is_none_of_ours_is_given_back(town: Town) -> None:
    await patient(town)
    chart = await town.chart()
    coming = Coming(f"{CANARY}.txt", 5, patient="ann")
    begun = await uploads.begin(chart, town.house.files, coming)
    sent = await uploads.append(chart, town.house.files, begun.id, 0, once(b"hello"))
    [body] = await town.handed(uploads.SCAN)
    await chart.work("notify/$test", lambda work: work.emit("notify", "Communication/1"))
    [another] = await town.handed("notify")

    run = town.call("document_intake", batch(body, FAULTY, another))

    [said] = answers(run)
    assert len(await town.handed("notify")) == 1
    assert said == {"batchItemFailures": [{"itemIdentifier": "1"}, {"itemIdentifier": "2"}]}
    document = (await chart.read("DocumentReference", str(sent.document))).body
    assert b'"final"' in document
    assert await town.jobs(uploads.SCAN) == []
    assert CANARY not in run.log


async def test_a_message_that_comes_again_does_nothing_and_is_well(town: Town) -> None:
    await patient(town)
    chart = await town.chart()
    begun = await uploads.begin(chart, town.house.files, Coming("a.txt", 5, patient="ann"))
    await uploads.append(chart, town.house.files, begun.id, 0, once(b"hello"))
    [body] = await town.handed(uploads.SCAN)

    run = town.call("document_intake", batch(body), batch(body))

    assert answers(run) == [{"batchItemFailures": []}] * 2
    assert run.took[1] < run.took[0]  # the house stood already


async def test_people_are_told_and_no_log_says_whom(town: Town) -> None:
    chart = await town.chart()
    mailed = {"telecom": [{"system": "email", "value": f"{CANARY}@home.example"}], "name": [{"family": CANARY}]}
    await chart.update("Patient", "ann", minimal("Patient", "ann") | mailed)

    def plan(work: Work) -> Plan[None]:
        said = {"kind": "message", "recipient": "Patient/ann"}
        yield from work.emit("notify", "Communication/1", said=said)

    await chart.work("notify/$test", plan)
    [spread] = await town.handed("notify")
    first = town.call("reminders", batch(spread))
    assert answers(first) == [{"batchItemFailures": []}]
    mails = await town.handed("post")

    second = town.call("reminders", batch(*mails))

    assert mails
    assert answers(second) == [{"batchItemFailures": []}]
    assert await town.jobs("notify", "post") == []
    assert CANARY not in first.log + second.log


async def test_what_cannot_be_checked_yet_comes_again_later_and_is_no_failure(town: Town) -> None:
    await patient(town)
    chart = await town.chart()

    def plan(work: Work) -> Plan[None]:
        yield from work.emit("medication-recheck", "MedicationRequest/none")

    await chart.work("medication/$test", plan)
    [body] = await town.handed("medication-recheck")

    run = town.call("refill_recheck", batch(body))

    assert answers(run) == [{"batchItemFailures": []}]
    assert await town.jobs("medication-recheck") == []


async def test_visits_to_which_nobody_came_are_looked_after(town: Town) -> None:
    chart = await town.chart()
    start = clock.now() - 6 * 60_000

    def plan(work: Work) -> Plan[None]:
        yield from work.emit(missed.TOPIC, "Appointment/none", due=start, said={"start": start, "step": 0})

    await chart.work(missed.WATCH, plan)

    run = town.call("no_show_sweep", event("scheduler"), event("scheduler"))

    assert answers(run) == [{"looked": 1, "failed": 0}, {"looked": 0, "failed": 0}]
    assert await town.jobs(missed.TOPIC) == []


async def test_an_export_is_made_turn_by_turn(town: Town) -> None:
    await patient(town)
    chart = await town.chart()
    identity = await town.house.exports.begin(chart, Asked(Level.SYSTEM, "https://clinic.example", ("Patient",)))
    [body] = await town.handed(exports.TOPIC)

    run = town.call("bulk_export", batch(body))

    assert answers(run) == [{"batchItemFailures": []}]
    standing = await town.house.exports.standing(chart, identity)
    assert (standing.state, standing.resources) == (State.DONE, 1)
    assert CANARY.encode() in await town.house.exports.file(chart, identity, 0)
    assert CANARY not in run.log


async def test_the_logs_are_archived_under_a_lock(town: Town) -> None:
    await patient(town)
    await town.house.checkpointer.once()

    run = town.call("audit_archive", event("scheduler"), event("scheduler"))

    first, second = answers(run)
    assert first["logs"] == 1
    assert first["new"] == first["entries"] > 0
    assert second["new"] == 0
    names = {one["Key"] for one in town.amazon.client("s3").list_objects_v2(Bucket="archive")["Contents"]}
    assert {f"audit/{town.org}/key", f"audit/{town.org}/checkpoint/{first['entries']:020}"} <= names


async def test_a_log_that_does_not_continue_makes_the_function_fail(town: Town) -> None:
    await patient(town)
    await town.house.checkpointer.once()
    assert answers(town.call("audit_archive", event("scheduler")))

    def cut() -> Plan[None]:
        yield Change("DELETE FROM audit_checkpoint WHERE org = ?", (town.org,))
        yield Change("DELETE FROM audit_head WHERE org = ?", (town.org,))

    await town.house.engine.write(cut)

    run = town.call("audit_archive", event("scheduler"))

    assert [one.kind for one in run.answers] == ["error"]
    assert run.answers[0].said["errorType"] == "Failed"
    assert run.answers[0].said["errorMessage"] == "Broken"
    assert any(f"organisation {town.org} is not archived" in line["message"] for line in run.lines())


async def test_the_quarters_key_is_made_once(town: Town) -> None:
    def age() -> Plan[None]:
        yield Change("UPDATE signing_key SET starts = starts - ?", (keys.YOUNG_MS + 1,))

    await town.house.engine.write(age)

    run = town.call("signing_key_rotation", event("scheduler"), event("scheduler"))

    assert answers(run) == [{"made": True, "published": 2}, {"made": False, "published": 2}]
    assert [one.action for one in await town.log(0)] == ["signing-key-renewed"]


async def test_the_newest_backup_is_restored_and_what_was_found_is_kept(town: Town, mariadb_server: Any) -> None:
    mariadb_server.database("meridian_drill")
    await patient(town)
    await town.house.checkpointer.once()
    shelf = town.folder / "backups"
    town.settings += f'[backups]\nfolder = "{shelf}"\nmethod = "rows"\ndrill_database = "meridian_drill"\n'
    policy = Backups(folder=str(shelf), method="rows")
    await taking.take(backups.source(town.house), Folder(shelf), policy)

    run = town.call("restore_drill", event("scheduler"))

    s3 = town.amazon.client("s3")
    [kept] = s3.list_objects_v2(Bucket="archive", Prefix="drills/")["Contents"]
    evidence = s3.get_object(Bucket="archive", Key=kept["Key"])["Body"].read()
    assert b'"passed":true' in evidence, evidence
    [said] = answers(run)
    assert said["passed"] is True
    assert said["untried"] == 2  # it starts no server
    assert b'["http","not tried",' in evidence
    assert CANARY not in run.log
    assert CANARY.encode() not in evidence


async def test_a_drill_without_a_backup_fails_and_leaves_evidence(town: Town) -> None:
    town.settings += f'[backups]\nfolder = "{town.folder / "none"}"\n'

    run = town.call("restore_drill", event("scheduler"))

    assert [one.kind for one in run.answers] == ["error"]
    [kept] = town.amazon.client("s3").list_objects_v2(Bucket="archive", Prefix="drills/")["Contents"]
    assert kept["Size"] > 0


FALTERING = f"""
import logging

from meridian.app.functions.ground import ground
from meridian.app.functions.timed import timed


async def work(_):
    try:
        raise LookupError("{CANARY} in")
    except LookupError:
        logging.getLogger("meridian.tests").exception("it failed")
        logging.getLogger("strange.library").error("{CANARY} of a library")
    raise ValueError("{CANARY} out")


handler = timed(ground("faltering"), work)
"""


async def test_nothing_that_is_raised_or_said_by_others_gets_into_the_log(town: Town) -> None:
    package = town.folder / "package"
    (package / "functions" / "faltering").mkdir(parents=True)
    (package / "functions" / "faltering" / "handler.py").write_text(FALTERING)

    run = town.call("faltering", event("scheduler"), package=package, PYTHONPATH=f"{package}:{ROOT / 'src'}")

    assert [one.said["errorMessage"] for one in run.answers] == ["ValueError"]
    assert [line["error"]["type"] for line in run.lines() if "error" in line] == ["LookupError", "ValueError"]
    assert CANARY not in run.log + str(run.answers)


async def test_the_databases_password_is_rotated_in_four_steps(town: Town, mariadb_server: Any) -> None:
    mariadb_server.root(
        "CREATE USER 'turning'@'127.0.0.1' IDENTIFIED BY 'first-password';"
        "GRANT ALL ON meridian_test.* TO 'turning'@'127.0.0.1';"
    )
    client = town.amazon.client("secretsmanager")
    name, token = "meridian-pms/mariadb/password", event("rotation")["ClientRequestToken"]
    client.put_secret_value(SecretId=name, SecretString='{"username":"turning","password":"first-password"}')
    arn = client.describe_secret(SecretId=name)["ARN"]
    try:
        steps = ("createSecret", "setSecret", "testSecret", "finishSecret")
        run = town.call("secret_rotation", *(event("rotation", Step=step, SecretId=arn) for step in steps))

        assert answers(run) == [None] * 4
        found = client.get_secret_value(SecretId=name, VersionStage="AWSCURRENT")
        assert found["VersionId"] == token
        assert "first-password" not in found["SecretString"]
        assert found["SecretString"] not in run.log
    finally:
        mariadb_server.root("DROP USER 'turning'@'127.0.0.1'")


@pytest.mark.parametrize(
    "secret",
    [
        "arn:aws:secretsmanager:us-east-1:123456789012:secret:meridian-pms/platform/key-a1B2c3",
        "arn:aws:secretsmanager:us-east-1:123456789012:secret:careconnect360/mariadb/password-a1B2c3",
        "meridian-pms/audit/signing-key",
    ],
)
async def test_no_other_secret_is_rotated(secret: str) -> None:
    from meridian.app.functions import turning  # noqa: PLC0415  # as the others, which run in processes of their own
    from meridian.faults import Malformed  # noqa: PLC0415  # likewise
    from meridian.settings import Settings, edition  # noqa: PLC0415  # likewise

    settings = Settings(edition("meridian-pms"), Path("nowhere"))

    with pytest.raises(Malformed):
        turning.checker(settings, turning.name_of(secret, "meridian-pms"))
