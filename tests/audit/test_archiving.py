"""The archive of the logs: whole, going on where it stopped, and loud about what does not continue it."""

from pathlib import Path

import pytest

from meridian import clock
from meridian.audit.anchors import Anchors
from meridian.audit.archiving import Archivist
from meridian.audit.checkpoint import Checkpointer, Ed25519
from meridian.audit.entry import Entry
from meridian.files.archive import FolderArchive
from meridian.store.engine import Engine
from meridian.store.plan import Change, Plan

from .conftest import Write

pytestmark = pytest.mark.anyio


def entries(count: int, org: int = 1, time: int | None = None) -> list[Entry]:
    return [
        Entry(org, clock.now() if time is None else time, "read", what=f"Patient/{number}") for number in range(count)
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def archivist(logged: Engine, signer: Ed25519, folder: Path) -> Archivist:
    return Archivist(logged, FolderArchive(folder), signer.public)


async def archived(archivist: Archivist) -> tuple[dict[int, tuple[int, int]], dict[int, str]]:
    done, broken = await archivist.everything(clock.now())
    return {one.org: (one.entries, one.new) for one in done}, broken


@pytest.mark.slow
async def test_what_is_archived_in_steps_is_whole(
    archivist: Archivist, write: Write, checkpointer: Checkpointer
) -> None:
    so_far = 0
    for count in (3, 0, 250, 300, 1):
        await write(entries(count))
        await checkpointer.once()
        so_far += count

        assert await archived(archivist) == ({1: (so_far, count)}, {})

    report = await archivist.whole(1)
    assert report.whole, report.findings
    assert (report.entries, report.signed, report.checkpoints) == (554, 554, 4)


async def test_logs_of_organisations_are_archived_each(
    archivist: Archivist, write: Write, checkpointer: Checkpointer
) -> None:
    for org in (0, 1, 7, 12):
        await write(entries(org + 1, org))
    await checkpointer.once()

    assert (await archived(archivist))[0] == {0: (1, 1), 1: (2, 2), 7: (8, 8), 12: (13, 13)}
    assert (await archivist.whole(12)).whole


async def test_cut_off_anywhere_it_is_done_again(
    archivist: Archivist, write: Write, checkpointer: Checkpointer, folder: Path
) -> None:
    await write(entries(5))
    await checkpointer.once()
    await archived(archivist)
    [newest] = (folder / "audit/1/checkpoint").iterdir()
    newest.unlink()

    assert await archived(archivist) == ({1: (5, 5)}, {})
    assert (await archivist.whole(1)).whole


async def test_a_log_that_was_cut_is_not_archived(
    archivist: Archivist, write: Write, checkpointer: Checkpointer, logged: Engine
) -> None:
    await write(entries(5))
    await checkpointer.once()
    await archived(archivist)

    def cut() -> Plan[None]:
        yield Change("DELETE FROM audit_checkpoint WHERE org = 1", ())
        yield Change("DELETE FROM audit_head WHERE org = 1", ())

    await logged.write(cut)

    _, broken = await archived(archivist)
    assert "no checkpoint any more" in broken[1]


async def test_a_rewritten_log_does_not_continue_what_is_archived(
    archivist: Archivist, write: Write, checkpointer: Checkpointer, signer: Ed25519, tmp_path: Path
) -> None:
    await write(entries(5))
    await checkpointer.once()
    await archived(archivist)

    def wipe() -> Plan[None]:
        for name in ("audit_entry", "audit_head", "audit_checkpoint", "audit_tile", "audit_term"):
            yield Change(f"DELETE FROM {name}", ())  # noqa: S608  # names that stand above

    await archivist.engine.write(wipe)
    await write(entries(9, time=1))
    await Checkpointer(archivist.engine, signer, Anchors(tmp_path / "new"), host="clinic.example").once()

    done, broken = await archived(archivist)
    assert done == {}
    assert 1 in broken
    assert (await archivist.whole(1)).entries == 5


async def test_an_entry_that_was_changed_is_not_archived(
    archivist: Archivist, write: Write, checkpointer: Checkpointer, logged: Engine
) -> None:
    await write(entries(5))
    await checkpointer.once()

    def change() -> Plan[None]:
        yield Change(
            "UPDATE audit_entry SET body = (SELECT b FROM (SELECT body AS b FROM audit_entry WHERE seq = 1) x)"
            " WHERE seq = 3",
            (),
        )

    await logged.write(change)

    _, broken = await archived(archivist)
    assert "not those that were signed" in broken[1]


async def test_bytes_that_rot_in_the_archive_are_noticed(
    archivist: Archivist, write: Write, checkpointer: Checkpointer, folder: Path
) -> None:
    await write(entries(5))
    await checkpointer.once()
    await archived(archivist)
    tile = folder / "audit/1/tile/0/000.p/5"
    tile.chmod(0o600)
    tile.write_bytes(bytes(160))
    await write(entries(3))
    await checkpointer.once()

    assert (await archived(archivist))[1] == {}
    assert (await archivist.whole(1)).whole
    tile = folder / "audit/1/tile/0/000.p/8"
    tile.chmod(0o600)
    tile.write_bytes(bytes(256))
    assert not (await archivist.whole(1)).whole


async def test_a_tile_that_does_not_come_back_as_it_was_put_is_not_vouched_for(
    logged: Engine, signer: Ed25519, folder: Path, write: Write, checkpointer: Checkpointer
) -> None:
    class Forgetful(FolderArchive):
        async def put(self, name: str, content: bytes, until: int) -> None:
            await super().put(name, content[:-1] + b"?" if "/tile/entries/" in name else content, until)

    await write(entries(5))
    await checkpointer.once()

    _, broken = await archived(Archivist(logged, Forgetful(folder), signer.public))

    assert "not those that were signed" in broken[1]
    assert not (folder / "audit/1/checkpoint").exists()


async def test_another_key_than_it_was_begun_with_is_refused(
    archivist: Archivist, write: Write, checkpointer: Checkpointer, logged: Engine, folder: Path
) -> None:
    await write(entries(5))
    await checkpointer.once()
    await archived(archivist)

    _, broken = await archived(Archivist(logged, FolderArchive(folder), Ed25519(b"\x08" * 32).public))

    assert "another key" in broken[1]


async def test_a_log_that_goes_on_unsigned_is_told_of(
    archivist: Archivist, write: Write, checkpointer: Checkpointer
) -> None:
    await write(entries(5))
    await checkpointer.once()
    await write(entries(1, time=clock.now() - 11 * 60_000))

    _, broken = await archived(archivist)
    assert "nobody signs it" in broken[1]


async def test_one_broken_log_keeps_none_of_the_others(
    archivist: Archivist, write: Write, checkpointer: Checkpointer
) -> None:
    await write([*entries(2, 1), *entries(2, 2)])
    await checkpointer.once()
    await write(entries(1, 1, time=1))

    done, broken = await archived(archivist)

    assert (list(done), list(broken)) == ([2], [1])
