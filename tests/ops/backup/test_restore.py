"""Restoring: only what is whole, signed and opened by our key; and never a patient whose key was destroyed."""

import json
from pathlib import Path

import pytest

from meridian.audit.checkpoint import Ed25519
from meridian.audit.shredded import FILE, Ledger, read
from meridian.faults import Conflict, NotFound
from meridian.files.folder import Folder
from meridian.files.shelf import Missing
from meridian.ops.backup import manifest, restoring
from meridian.ops.backup.restoring import Order
from meridian.ops.backup.sealing import Keys
from meridian.ops.evidence import Kind, Standing, held, keep
from meridian.testing.backed import ALWAYS, Practice, objects, reads
from meridian.vault.master import FileMaster
from meridian.vault.unreadable import Unreadable

pytestmark = pytest.mark.anyio


async def test_what_was_kept_is_there_again_and_can_be_read_only(practice: Practice, tmp_path: Path) -> None:
    patient = await practice.add(name=[{"family": "Ng"}])
    keep(practice.site.data, Kind.TABLETOP, {}, Ed25519(b"\x05" * 32), 1)
    await practice.back_up()
    later = await practice.add(name=[{"family": "Later"}])

    await practice.restore(tmp_path / "r")

    assert await reads(tmp_path / "r", patient) == "read"
    assert await reads(tmp_path / "r", later) == "missing"
    assert (tmp_path / "r" / "read-only").exists()
    assert [one.standing for one in held(tmp_path / "r", Kind.TABLETOP)] == [Standing.SIGNED]
    assert "whole" in Practice.said(tmp_path / "r", "audit", "verify")


async def test_the_newest_backup_before_the_moment_is_taken(practice: Practice, tmp_path: Path) -> None:
    early = await practice.add(active=True)
    first = await practice.back_up()
    late = await practice.add(active=True)
    await practice.back_up()

    await practice.restore(tmp_path / "r", first.made)

    assert [await reads(tmp_path / "r", one) for one in (early, late)] == ["read", "missing"]
    with pytest.raises(NotFound):
        await practice.restore(tmp_path / "none", first.made - 1)


async def test_a_folder_with_anything_in_it_is_left_alone(practice: Practice, tmp_path: Path) -> None:
    await practice.back_up()
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "mine").write_text("precious")

    with pytest.raises(Conflict):
        await practice.restore(tmp_path / "r")

    assert [path.name for path in (tmp_path / "r").iterdir()] == ["mine"]


async def test_a_byte_that_was_changed_anywhere_is_refused(practice: Practice, tmp_path: Path) -> None:
    await practice.add(active=True)
    await practice.back_up()

    for number, path in enumerate(objects(practice.shelf)):
        content = path.read_bytes()
        for at in (0, 5, len(content) // 2, len(content) - 1):
            path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
            with pytest.raises(Unreadable):
                await practice.restore(tmp_path / f"r{number}-{at}")
        path.write_bytes(content)
    await practice.restore(tmp_path / "whole")


async def test_a_pack_that_is_gone_or_cut_is_refused(practice: Practice, tmp_path: Path) -> None:
    await practice.back_up()
    [pack] = practice.shelf.glob("02/*")
    content = pack.read_bytes()

    pack.write_bytes(content[:-1])
    with pytest.raises(Unreadable):
        await practice.restore(tmp_path / "cut")
    pack.unlink()
    with pytest.raises(Missing):
        await practice.restore(tmp_path / "gone")

    assert (tmp_path / "cut" / ".restoring").exists(), "what is there is marked, and never served"


async def test_another_master_key_opens_nothing(practice: Practice, tmp_path: Path) -> None:
    await practice.back_up()

    with pytest.raises(Unreadable):
        await restoring.restore(Order(Folder(practice.shelf), FileMaster({1: bytes(32)}), ALWAYS, tmp_path / "r"))

    assert not (tmp_path / "r").exists()


async def test_a_manifest_that_another_signed_is_refused(practice: Practice, tmp_path: Path) -> None:
    await practice.back_up()
    [made] = await practice.manifests()
    [old] = practice.shelf.glob("01/*")
    old.unlink()
    await manifest.put(Folder(practice.shelf), made, Keys(practice.master).fresh(), Ed25519(bytes(32)))

    with pytest.raises(Unreadable, match="manifest was altered"):
        await practice.restore(tmp_path / "r")


async def test_a_manifest_under_an_earlier_ones_name_is_refused(practice: Practice, tmp_path: Path) -> None:
    await practice.back_up()
    [path] = practice.shelf.glob("01/*")
    path.rename(path.with_name("01" + "0" * 12 + path.name[14:]))

    with pytest.raises(Unreadable):
        await practice.restore(tmp_path / "r")


# --- the ledger of destroyed keys


async def test_a_patient_whose_key_was_destroyed_is_in_no_backup_restored_later(
    practice: Practice, tmp_path: Path
) -> None:
    gone, stays = await practice.add(name=[{"family": "Gone"}]), await practice.add(active=True)
    first = await practice.back_up()
    await practice.shred(gone)
    await practice.back_up()

    restored = await practice.restore(tmp_path / "r", first.made)

    assert (restored.ledger, restored.shredded) == (1, 1)
    assert await reads(tmp_path / "r", gone) == "gone"
    assert await reads(tmp_path / "r", stays) == "read"
    assert "whole" in Practice.said(tmp_path / "r", "audit", "verify")


async def test_the_ledger_beside_the_server_counts_before_any_backup_has_it(practice: Practice, tmp_path: Path) -> None:
    gone = await practice.add(active=True)
    await practice.back_up()
    await practice.shred(gone)
    own = (practice.site.data / "anchors" / FILE).read_bytes()

    restored = await practice.restore(tmp_path / "r", ledgers=[own])

    assert restored.shredded == 1
    assert await reads(tmp_path / "r", gone) == "gone"


async def test_a_database_put_back_by_hand_is_made_good_before_it_is_served(practice: Practice) -> None:
    gone = await practice.add(active=True)
    database = practice.site.data / "meridian.db"
    old = database.read_bytes()
    await practice.shred(gone)
    database.write_bytes(old)

    assert await reads(practice.site.data, gone) == "gone"


async def test_a_ledger_that_was_changed_stops_the_restore(practice: Practice, tmp_path: Path) -> None:
    for _ in range(3):
        await practice.shred(await practice.add(active=True))
    await practice.back_up()
    path = practice.site.data / "anchors" / FILE
    first, second, third = path.read_bytes().splitlines(keepends=True)
    other = json.dumps(json.loads(third) | {"patient": "somebody"}).encode() + b"\n"
    async with practice.house() as house:
        public = house.signer.public

    for wrong in (first + third, second + third, first + third + second, first + second + other, other):
        with pytest.raises(Unreadable):
            read(wrong, public)
        with pytest.raises(Unreadable):
            await practice.restore(tmp_path / f"r{len(wrong)}", ledgers=[wrong])


async def test_the_longest_ledger_counts_and_half_a_line_is_none(practice: Practice, tmp_path: Path) -> None:
    for _ in range(2):
        await practice.shred(await practice.add(active=True))
    whole = (practice.site.data / "anchors" / FILE).read_bytes()
    async with practice.house() as house:
        public = house.signer.public
    short = whole.splitlines(keepends=True)[0]
    ledger = Ledger(tmp_path)
    ledger.path.write_bytes(short + whole[len(short) : -5])

    assert len(read(ledger.path.read_bytes(), public)) == 1
    assert ledger.take([whole], public) == 2
    assert ledger.take([short], public) == 2
