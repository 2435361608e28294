"""Backups on SQLite: what is sent, what is sealed, what is kept, and what a kill in the middle leaves."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from meridian.faults import Unavailable
from meridian.files.folder import Folder
from meridian.ops.backup import keeping, names, retention
from meridian.ops.backup.names import Stamp
from meridian.settings import Backups, BadSettings
from meridian.testing.backed import Practice, objects, reads, stamps, until
from meridian.testing.served import FHIR, Line, served

pytestmark = pytest.mark.anyio

DAY = 24 * 3600 * 1000


async def test_a_second_backup_sends_what_has_changed(practice: Practice) -> None:
    for number in range(40):
        await practice.add(name=[{"family": f"Family{number}" * 40}])
    first = await practice.back_up()

    await practice.add(name=[{"family": "Featherstonehaugh"}])
    second = await practice.back_up()

    assert first.full
    assert not second.full
    assert second.size >= first.size
    assert second.sent < first.sent
    assert [one.no for one in await practice.manifests()] == [1, 2]


async def test_nothing_on_the_shelf_can_be_read(practice: Practice) -> None:
    await practice.add(name=[{"family": "Featherstonehaugh"}])
    key = (practice.site.data / "master.key").read_bytes()

    await practice.back_up()

    with sqlite3.connect(practice.site.data / "meridian.db") as database:
        [(found,)] = database.execute("SELECT COUNT(*) FROM index_name WHERE CAST(value AS TEXT) LIKE 'featherstone%'")
    assert found, "the name stands readable in the database's index"
    database.close()
    for path in objects(practice.shelf):
        content = path.read_bytes()
        assert b"eatherston" not in content
        assert key.split()[1] not in content
        assert b"SQLite" not in content
        assert path.stat().st_mode & 0o077 == 0


async def test_a_sealed_file_is_sent_once(practice: Practice) -> None:
    content = os.urandom(300_000)
    await practice.keep_file("ab" * 16, content)
    first = await practice.back_up()

    await practice.keep_file("ac" * 16, os.urandom(100))
    second = await practice.back_up()
    await practice.restore(practice.shelf.parent / "r")

    assert first.sent > 300_000
    assert second.sent < 100_000
    assert (practice.shelf.parent / "r" / "files" / "ab" / ("ab" * 16)).read_bytes() == content


async def test_a_new_master_key_makes_everything_anew(practice: Practice) -> None:
    await practice.back_up()
    practice.site.command("key", "rotate")

    again = await practice.back_up()

    assert (again.no, again.full) == (2, False)
    assert {key[:2] for key in (await practice.manifests())[1].packs.values()} == {b"\x00\x02"}


async def test_an_upgrade_is_preceded_by_a_backup_that_changes_nothing(practice: Practice) -> None:
    path = practice.site.data / "meridian.db"
    with sqlite3.connect(path) as database:
        database.execute("UPDATE alembic_version SET version_num = '0001'")
    database.close()

    practice.site.command("backup", "--shelf", str(practice.shelf))

    with sqlite3.connect(path) as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
    database.close()
    assert [one.schema for one in await practice.manifests()] == ["0001"]


async def test_a_shelf_that_lets_nothing_go_makes_no_backup_fail(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def locked(*_: object) -> None:
        raise Unavailable("It is under a lock")

    now = 1_800_000_000_000
    monkeypatch.setattr(Folder, "remove", locked)

    for number in range(3):
        made = await practice.back_up(at=now + number * DAY, recent=0, daily=1, weekly=0, monthly=0)

    assert made.removed == 0
    assert len(await stamps(practice.shelf)) == 3


async def test_two_backups_at_once_are_one_too_many(practice: Practice) -> None:
    with keeping.alone(practice.site.data), pytest.raises(Unavailable, match="Another backup"):
        await practice.back_up()


async def test_no_room_is_said_and_leaves_no_backup(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        free = 1000

    monkeypatch.setattr("meridian.ops.backup.sqlite.shutil.disk_usage", lambda _: Full)

    with pytest.raises(Unavailable, match="disk is full"):
        await practice.back_up()

    assert objects(practice.shelf) == []
    assert not (practice.site.data / ".backup").exists()


async def test_a_backup_that_is_killed_is_none_and_the_next_one_is_whole(practice: Practice, tmp_path: Path) -> None:
    await practice.keep_file("ab" * 16, os.urandom(60_000_000))
    process = subprocess.Popen(  # noqa: ASYNC220, S603  # our own program
        [sys.executable, "-m", "meridian.cli", "backup", "--data", practice.site.data, "--shelf", practice.shelf]
    )
    await until(lambda: process.poll() is not None or list(practice.shelf.glob("02/*")))
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (practice.shelf / names.MANIFEST).exists(), "it was killed before its manifest"

    await practice.back_up()
    restored = await practice.restore(tmp_path / "restored")

    assert restored.found.no == 1


async def test_a_restore_that_is_killed_is_not_served(practice: Practice, tmp_path: Path) -> None:
    await practice.keep_file("ab" * 16, os.urandom(60_000_000))
    await practice.back_up()
    place = tmp_path / "restored"
    process = subprocess.Popen(  # noqa: ASYNC220, S603  # our own program
        [sys.executable, "-m", "meridian.cli", "restore", place, "--data", practice.site.data,
         "--shelf", practice.shelf]
    )  # fmt: skip
    await until(lambda: process.poll() is not None or (place / "files").exists())
    process.send_signal(signal.SIGKILL)
    process.wait()

    said = subprocess.run(  # noqa: ASYNC221, S603  # our own program
        [sys.executable, "-m", "meridian.cli", "serve", "--data", place], capture_output=True, text=True, check=False
    )

    assert said.returncode == 3
    assert "not restored to its end" in said.stderr


async def test_a_backup_while_fifty_write_a_second_is_of_one_moment(practice: Practice, tmp_path: Path) -> None:
    with served(practice.site, tmp_path / "log") as server:
        line, written, stop = Line(server), 0, asyncio.Event()

        async def write() -> None:
            nonlocal written
            while not stop.is_set():
                answer = await line.ask("POST", f"{FHIR}/Patient", b'{"resourceType":"Patient","active":true}')
                assert answer.status == 201, answer.body
                written += 1
                await asyncio.sleep(0.02)

        writing = asyncio.create_task(write())
        await until(lambda: written >= 20)
        command = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "meridian.cli", "backup", "--data", practice.site.data, "--shelf", practice.shelf
        )
        assert await command.wait() == 0
        during = written
        stop.set()
        await writing
        line.close()

    await practice.restore(tmp_path / "restored")

    with sqlite3.connect(tmp_path / "restored" / "meridian.db") as database:
        [(patients,)] = database.execute("SELECT COUNT(*) FROM resource WHERE type = (SELECT type FROM resource"
                                         " GROUP BY type ORDER BY COUNT(*) DESC LIMIT 1)")  # fmt: skip
    database.close()
    assert 20 <= patients <= during
    assert "whole" in Practice.said(tmp_path / "restored", "audit", "verify")


async def test_a_clock_that_jumps_takes_no_backup_away(practice: Practice) -> None:
    now = 1_800_000_000_000
    kept = [await practice.back_up(at=now + number * DAY) for number in range(3)]

    ahead = await practice.back_up(at=now + 4000 * DAY)
    back = await practice.back_up(at=now + 3 * DAY, recent=0, daily=1, weekly=0, monthly=0)

    assert [one.name for one in await stamps(practice.shelf)] == sorted(one.name for one in (*kept, ahead, back)), (
        "what lies in the future stops all letting go"
    )
    assert [ahead.no, back.no] == [4, 5]


async def test_old_backups_are_let_go_and_what_is_left_is_whole(practice: Practice, tmp_path: Path) -> None:
    now = 1_800_000_000_000
    patient = await practice.add(active=True)
    for number in range(6):
        await practice.back_up(at=now + number * DAY, recent=1, daily=2, weekly=0, monthly=0)

    assert [one.no for one in await practice.manifests()] == [5, 6]
    await practice.restore(tmp_path / "restored")
    assert await reads(tmp_path / "restored", patient) == "read"


def test_of_each_day_week_and_month_the_last_is_kept() -> None:
    policy = Backups(folder="x", recent=2, daily=3, weekly=2, monthly=2)
    hour = 3600 * 1000
    stamps = [Stamp(1_800_000_000_000 + n * 6 * hour, f"{n:03}") for n in range(300)]

    kept = retention.kept(stamps, policy, {})

    assert "299" in kept
    assert len(kept) == 3 + 1 + 1
    assert retention.kept(stamps[:1], Backups(folder="x", recent=0, daily=0, weekly=0, monthly=0), {}) == {"000"}


def test_what_a_drill_found_good_and_what_a_kept_one_adds_to_is_kept() -> None:
    policy = Backups(folder="x", recent=0, daily=0, weekly=0, monthly=0)
    stamps = [Stamp(n, f"{n}") for n in range(5)]

    assert retention.kept(stamps, policy, {}, good="2") == {"4", "2"}
    assert retention.kept(stamps, policy, {"4": "3", "3": "1"}) == {"4", "3", "1"}


@pytest.mark.parametrize("said", [{}, {"folder": "a", "bucket": "b"}, {"bucket": "b"}, {"folder": "a", "method": "x"}])
def test_a_place_is_named_once(said: dict[str, str]) -> None:
    with pytest.raises(BadSettings):
        Backups(**said)  # type: ignore[arg-type]  # strings all
