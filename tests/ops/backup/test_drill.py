"""Drills: what is well passes and is kept as evidence; what is not fails, and says so by the exit status."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from meridian.app import backups, opened
from meridian.audit.leaf import open_body
from meridian.cli.drill import MARKS
from meridian.files.folder import Folder
from meridian.ops.backup import comparing, drill, keeping, taking
from meridian.ops.backup.keeping import Came, Check
from meridian.ops.backup.manifest import Head, Manifest
from meridian.settings import Backups, Settings, edition
from meridian.store.plan import Plan, Query
from meridian.testing.backed import Practice

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


def platform_log() -> Plan[list[str]]:
    rows = yield Query("SELECT body FROM audit_entry WHERE org = 0 ORDER BY seq")
    return [f"{entry.action} {entry.outcome}" for entry in (open_body(body) for (body,) in rows)]


async def test_a_backup_that_is_well_passes_and_leaves_evidence(practice: Practice) -> None:
    await practice.add(name=[{"family": "Ng"}])
    practice.site.command("backup", "--shelf", str(practice.shelf))

    said = practice.site.command("drill", "--shelf", str(practice.shelf))

    [held] = keeping.drills(practice.site.data)
    assert held.passed
    assert [check.what for check in held.checks] == [
        "rows", "heads", "restore", "shredded", "audit log", "sample", "http", "read-only",
    ]  # fmt: skip
    assert {check.came for check in held.checks} == {Came.PASSED}
    assert "not tried" not in said
    assert held.rto > 0
    assert held.rpo > 0
    assert "a record was read over HTTP: Patient" in said
    assert "passed" in practice.site.command("drill", "--last")
    async with practice.house() as house:
        assert {"backup ok", "drill ok"} <= set(await house.engine.read(platform_log))
    evidence = json.loads(next((practice.site.data / "evidence" / "drill").glob("*.json")).read_text())["content"]
    assert "Ng" not in json.dumps(evidence)


async def test_a_backup_that_was_altered_fails_and_leaves_evidence_too(practice: Practice) -> None:
    await practice.back_up()
    [pack] = practice.shelf.glob("02/*")
    pack.write_bytes(pack.read_bytes()[:-1] + b"x")

    practice.site.command("drill", "--shelf", str(practice.shelf), fails=True)

    last = keeping.last_drill(practice.site.data)
    assert last is not None
    assert not last.passed
    practice.site.command("drill", "--last", fails=True)
    async with practice.house() as house:
        assert "drill failed" in await house.engine.read(platform_log)


async def test_where_no_server_may_be_started_that_is_said_and_the_rest_is_done(practice: Practice) -> None:
    await practice.add(active=True)
    await practice.back_up()

    async with practice.house() as house:
        source = replace(backups.source(house), serves=False)
        held = await drill.drill(source, Folder(practice.shelf))

    assert held.passed
    assert held.untried == ["http", "read-only"]
    assert held.failed == []
    assert len([check for check in held.checks if check.came is Came.PASSED]) == 6
    [evidence] = (practice.site.data / "evidence" / "drill").glob("*.json")
    assert json.loads(evidence.read_text())["content"]["checks"][-1][:2] == ["read-only", "not tried"]
    assert "passed, with 2 not tried (http, read-only)" in practice.site.command("drill", "--last")
    assert taking._good(practice.site.data) == held.backup


def test_what_was_not_tried_is_marked_apart() -> None:
    assert set(MARKS) == {str(came) for came in Came}
    assert len({word for word, _ in MARKS.values()}) == len(Came)


@pytest.mark.parametrize(
    ("came", "passes"),
    [("PP", True), ("PU", True), ("PF", False), ("PUF", False), ("F", False), ("U", False), ("", False)],
)
def test_a_drill_passes_when_something_did_and_nothing_failed(came: str, passes: bool) -> None:  # noqa: FBT001  # a table
    letters = {each.name[0]: each for each in Came}

    assert keeping.well([Check("one", letters[each], "") for each in came]) is passes


async def test_where_there_is_no_organisation_nothing_is_said_to_have_been_read(tmp_path: Path) -> None:
    policy = Backups(folder=str(tmp_path / "shelf"))
    settings = Settings(data=tmp_path / "data", edition=edition("careconnect360"), backups=policy)
    async with opened(settings) as house:
        await taking.take(backups.source(house), Folder(tmp_path / "shelf"), policy)

        held = await backups.drill(house)

    assert held.passed, held.checks
    assert held.untried == ["sample", "http", "read-only"]


async def test_nothing_of_a_drill_is_left(practice: Practice, tmp_path: Path) -> None:
    await practice.back_up()
    async with practice.house() as house:
        await backups.drill(house, practice.shelf, scratch=tmp_path / "scratch")

    assert list((tmp_path / "scratch").iterdir()) == []


def test_no_drill_was_ever_held(practice: Practice) -> None:
    assert "No drill was ever held" in practice.site.command("drill", "--last", fails=True)


async def test_how_old_the_last_backup_is(practice: Practice) -> None:
    assert keeping.backup_age(practice.site.data, 5_000) is None

    await practice.back_up(at=5_000)

    assert keeping.backup_age(practice.site.data, 65_000) == 60.0


@pytest.mark.parametrize(
    ("rows", "size", "root", "wrong"),
    [
        (7, 3, b"r", ("", "")),
        (6, 3, b"r", ("patient has 6 rows and had 7", "")),
        (8, 3, b"r", ("patient has 8 rows and had 7", "")),
        (7, 2, b"r", ("", "the log of organisation 1 does not have the 3 entries it had")),
        (7, 3, b"x", ("", "the log of organisation 1 does not have the 3 entries it had")),
        (7, 4, b"y", ("", "the log of organisation 1 has 1 entries too many")),
    ],
)
def test_what_differs_is_named(rows: int, size: int, root: bytes, wrong: tuple[str, str]) -> None:
    then = Manifest(
        no=1, made=1, engine="sqlite", schema="1", counts={"patient": (7, 7)}, heads=[Head(1, 3, b"r", "")],
        anchors={}, secrets=b"", settings=b"", packs={},
    )  # fmt: skip

    found = comparing._rows({"patient": rows}, then), comparing._logs([Head(1, size, root, "")], then)

    assert found == wrong
