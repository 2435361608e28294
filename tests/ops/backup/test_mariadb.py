"""Backups of MariaDB, by its files and by its rows; a real server each time."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from meridian.app import backups
from meridian.faults import Unavailable
from meridian.ops.backup import mariadb, own_server, rebuilding
from meridian.settings import BadSettings, load
from meridian.store.database import MariadbServer
from meridian.testing.backed import Practice, objects, reads
from meridian.testing.mariadb import PrivateServer

pytestmark = [pytest.mark.anyio, pytest.mark.mariadb, pytest.mark.slow]


async def test_files_are_kept_in_full_then_what_has_changed_and_restored_to_a_moment_between(
    server_practice: Practice, encryption: tuple[str, ...], tmp_path: Path
) -> None:
    practice = server_practice
    early = await practice.add(name=[{"family": "Featherstonehaugh"}])
    first = await practice.back_up()
    between = await practice.add(active=True)
    moment = time.time_ns() // 1_000_000
    time.sleep(2.1)  # noqa: ASYNC251  # the binary log's times are whole seconds
    late = await practice.add(active=True)
    second = await practice.back_up()

    assert (first.engine, first.full, second.engine, second.full) == ("physical", True, "physical", False)
    assert second.size < first.size / 2
    assert not any(b"eatherston" in path.read_bytes() for path in objects(practice.shelf))

    for place, to, readable in (("r1", moment, [early, between]), ("r2", 2**62, [early, between, late])):
        restored = await practice.restore(tmp_path / place, to, port=(port := 3399), options=encryption)
        name = restored.found.catalogue
        async with own_server.running(tmp_path / place / rebuilding.FILES, name, encryption, port=port):
            (tmp_path / place / "read-only").unlink()
            found = [one for one in (early, between, late) if await reads(tmp_path / place, one) == "read"]
            assert "whole" in Practice.said(tmp_path / place, "audit", "verify")
        assert found == readable


async def test_rows_that_are_new_are_sent_and_a_destroyed_key_stays_so(
    server_practice: Practice, tmp_path: Path
) -> None:
    practice = Practice(server_practice.site, server_practice.shelf, replace(server_practice.policy, method="rows"))
    gone = await practice.add(name=[{"family": "Featherstonehaugh"}])
    first = await practice.back_up()
    stays = await practice.add(active=True)
    second = await practice.back_up()
    await practice.shred(gone)
    async with practice.house() as house:
        own = (house.settings.anchors_folder / "shredded.ledger").read_bytes()

    restored = await practice.restore(tmp_path / "r", port=(port := 3398), ledgers=[own])

    assert (first.engine, second.engine, second.full) == ("rows", "rows", False)
    assert not any(b"eatherston" in path.read_bytes() for path in objects(practice.shelf))
    assert restored.shredded == 1
    async with own_server.running(tmp_path / "r" / rebuilding.FILES, restored.found.catalogue, port=port):
        (tmp_path / "r" / "read-only").unlink()
        assert [await reads(tmp_path / "r", one) for one in (gone, stays)] == ["gone", "read"]


async def test_a_drill_passes(server_practice: Practice) -> None:
    practice = server_practice
    await practice.add(active=True)
    await practice.back_up()

    async with practice.house() as house:
        held = await backups.drill(house, practice.shelf)

    assert held.passed, held.checks


async def test_where_no_server_can_be_started_rows_go_into_a_scratch_database(
    server_practice: Practice, logging_server: PrivateServer
) -> None:
    scratch = logging_server.database("scratch")
    with (server_practice.site.data / "settings.toml").open("a") as settings:
        settings.write('method = "rows"\ndrill_database = "scratch"\n')
    kept = load(server_practice.site.data).backups
    assert kept is not None
    practice = Practice(server_practice.site, server_practice.shelf, kept)
    await practice.add(active=True)
    await practice.back_up()

    async with practice.house() as house:
        held = await backups.drill(house)

    assert held.passed, held.checks
    assert await mariadb.asked(scratch, "SHOW TABLES") == []


async def test_the_clinics_own_database_is_no_scratch_database(server_practice: Practice) -> None:
    with (server_practice.site.data / "settings.toml").open("a") as settings:
        settings.write('drill_database = "backed"\n')

    async with server_practice.house() as house:
        with pytest.raises(BadSettings, match="another than the clinic's"):
            await backups.drill(house)


async def test_an_account_without_the_rights_has_its_rows_copied(
    server_practice: Practice, logging_server: PrivateServer
) -> None:
    name = "'few'@'127.0.0.1'"
    logging_server._sql(f"CREATE OR REPLACE USER {name} IDENTIFIED BY 'made up'; GRANT SELECT ON backed.* TO {name}")
    async with server_practice.house() as house:
        assert isinstance(house.database, MariadbServer)
        few = replace(house.database, user="few", password="made up", login=None)

        assert not await mariadb.is_physical(few, "auto")
        with pytest.raises(Unavailable, match="lacks RELOAD and PROCESS"):
            await mariadb.is_physical(few, "physical")


async def test_files_of_a_server_elsewhere_are_not_asked_for(server_practice: Practice) -> None:
    async with server_practice.house() as house:
        assert isinstance(house.database, MariadbServer)
        away = replace(house.database, host="db.example")

        with pytest.raises(Unavailable, match="another machine"):
            await mariadb.is_physical(away, "physical")

        assert not await mariadb.is_physical(away, "auto")
