from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from meridian.audit import checkpoint, leaf, merkle, verifier
from meridian.audit.anchors import Anchors
from meridian.audit.checkpoint import Checkpointer, Ed25519
from meridian.audit.entry import Entry
from meridian.audit.export import export
from meridian.audit.verify import verify
from meridian.faults import Conflict, Unavailable
from meridian.store.engine import Engine
from meridian.store.plan import Change, Plan, Query

Write: TypeAlias = Callable[[Sequence[Entry]], Coroutine[Any, Any, None]]
Statement: TypeAlias = tuple[str, Sequence[Any]]

pytestmark = pytest.mark.anyio

KEY_NAME = checkpoint.origin("clinic.example", 1)


def entries(count: int) -> list[Entry]:
    return [Entry(org=1, time=at, action="read", what=f"Patient/p{at}", patient=f"p{at}") for at in range(count)]


@pytest.fixture
def keys(signer: Ed25519) -> list[verifier.Key]:
    return [checkpoint.key(signer, KEY_NAME)]


@pytest.fixture
async def log(write: Write, checkpointer: Checkpointer) -> None:
    """600 entries, signed at 300 and 600."""
    for _ in range(2):
        await write(entries(300))
        await checkpointer.once()


def tamper(engine: Engine, *statements: Statement) -> Coroutine[Any, Any, None]:
    """What somebody with the database's password can do."""

    def plan() -> Plan[None]:
        for sql, arguments in statements:
            yield Change(sql, arguments)

    return engine.write(plan)


def body(seq: int) -> Plan[bytes]:
    rows = yield Query("SELECT body FROM audit_entry WHERE org = 1 AND seq = ?", (seq,))
    return bytes(rows[0][0])


def delete(seq: int) -> Statement:
    return "DELETE FROM audit_entry WHERE org = 1 AND seq = ?", (seq,)


@pytest.mark.usefixtures("log")
async def test_a_whole_log_is_found_whole_in_the_database_and_exported(
    logged: Engine, anchors: Anchors, keys: list[verifier.Key], tmp_path: Path
) -> None:
    told: list[tuple[int, int]] = []

    report = await verify(logged, 1, keys=keys, anchors=anchors, progress=lambda *at: told.append(at))
    done = await export(logged, 1, tmp_path / "out", key=keys[0], anchors=anchors)

    assert (report.findings, report.entries, report.signed) == ([], 600, 600)
    assert (done.entries, done.signed) == (600, 600)
    assert verifier.verify_export(tmp_path / "out", keys).findings == []
    assert verifier.main([str(tmp_path / "out"), "--key", str(keys[0])]) == 0


@pytest.mark.usefixtures("log")
async def test_entries_not_signed_yet_are_in_order_in_a_live_log_and_left_out_of_an_export(
    logged: Engine, write: Write, anchors: Anchors, keys: list[verifier.Key], tmp_path: Path
) -> None:
    await write(entries(5))

    report = await verify(logged, 1, keys=keys, anchors=anchors)
    done = await export(logged, 1, tmp_path / "out", key=keys[0], anchors=anchors)

    assert (report.whole, report.entries, report.signed) == (True, 605, 600)
    assert done.entries == 600
    assert verifier.verify_export(tmp_path / "out", keys).whole


async def found(
    engine: Engine, anchors: Anchors, keys: list[verifier.Key], folder: Path
) -> tuple[verifier.Finding, verifier.Finding]:
    """What the live log and an export of it are found to be broken by."""
    live = await verify(engine, 1, keys=keys, anchors=anchors)
    await export(engine, 1, folder, key=keys[0], anchors=anchors)
    exported = verifier.verify_export(folder, keys)
    assert live.findings
    assert exported.findings
    return live.findings[0], exported.findings[0]


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("seq", [0, 255, 256, 299, 300, 599])
async def test_a_changed_entry_is_named(
    logged: Engine, anchors: Anchors, keys: list[verifier.Key], tmp_path: Path, seq: int
) -> None:
    forged = (await logged.read(lambda: body(seq))).replace(b'"read"', b'"vread"')
    await tamper(logged, ("UPDATE audit_entry SET body = ? WHERE org = 1 AND seq = ?", (forged, seq)))

    for finding in await found(logged, anchors, keys, tmp_path / "out"):
        assert (finding.kind, finding.first) == ("changed", seq)


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("seq", [3, 280, 550])
async def test_an_entry_changed_together_with_its_hashes_is_named(
    logged: Engine, anchors: Anchors, keys: list[verifier.Key], tmp_path: Path, seq: int
) -> None:
    forged = (await logged.read(lambda: body(seq))).replace(b'"read"', b'"vread"')
    await tamper(
        logged,
        ("UPDATE audit_entry SET body = ?, leaf = ? WHERE seq = ?", (forged, merkle.leaf_hash(forged), seq)),
        ("DELETE FROM audit_tile", ()),
    )

    for finding in await found(logged, anchors, keys, tmp_path / "out"):
        assert (finding.kind, finding.first) == ("changed", seq)


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("seq", [0, 255, 256, 598])
async def test_a_deleted_entry_is_named(
    logged: Engine, anchors: Anchors, keys: list[verifier.Key], tmp_path: Path, seq: int
) -> None:
    await tamper(logged, delete(seq))

    for finding in await found(logged, anchors, keys, tmp_path / "out"):
        assert (finding.kind, finding.first, finding.last) == ("missing", seq, seq)


@pytest.mark.usefixtures("log")
async def test_an_inserted_entry_is_named(
    logged: Engine, anchors: Anchors, keys: list[verifier.Key], tmp_path: Path
) -> None:
    forged = leaf.seal(entries(1)[0], 590, b"\x01" * 32)
    await tamper(
        logged,
        ("UPDATE audit_entry SET seq = seq + 1000 WHERE seq >= 590", ()),
        ("UPDATE audit_entry SET seq = seq - 999 WHERE seq >= 1590", ()),
        (
            "INSERT INTO audit_entry (org, seq, time, leaf, body) VALUES (1, 590, 0, ?, ?)",
            (merkle.leaf_hash(forged), forged),
        ),
        ("UPDATE audit_head SET size = size + 1", ()),
    )

    for finding in await found(logged, anchors, keys, tmp_path / "out"):
        assert finding.first == 590


@pytest.mark.usefixtures("log")
async def test_reordered_entries_are_named(
    logged: Engine, anchors: Anchors, keys: list[verifier.Key], tmp_path: Path
) -> None:
    await tamper(
        logged,
        ("UPDATE audit_entry SET seq = 9999 WHERE seq = 100", ()),
        ("UPDATE audit_entry SET seq = 100 WHERE seq = 101", ()),
        ("UPDATE audit_entry SET seq = 101 WHERE seq = 9999", ()),
    )

    for finding in await found(logged, anchors, keys, tmp_path / "out"):
        assert (finding.kind, finding.first) == ("reordered", 100)


@pytest.mark.usefixtures("log")
async def test_a_tail_cut_off_with_its_checkpoint_and_head_is_seen_against_the_anchors(
    logged: Engine, anchors: Anchors, keys: list[verifier.Key], tmp_path: Path
) -> None:
    leaves = [merkle.leaf_hash(await logged.read(partial(body, seq))) for seq in range(300)]
    await tamper(
        logged,
        ("DELETE FROM audit_entry WHERE seq >= 300", ()),
        ("DELETE FROM audit_tile WHERE tile > 0", ()),
        ("DELETE FROM audit_checkpoint WHERE size > 300", ()),
        (
            "UPDATE audit_head SET size = 300, last = ?, frontier = ?",
            (leaves[-1], b"".join(merkle.frontier_of(leaves))),
        ),
    )

    for finding in await found(logged, anchors, keys, tmp_path / "out"):
        assert (finding.kind, finding.first, finding.last) == ("cut-off", 300, 599)


@pytest.mark.usefixtures("log")
async def test_a_checkpoint_replaced_in_the_database_is_told(
    logged: Engine, anchors: Anchors, keys: list[verifier.Key], tmp_path: Path
) -> None:
    forged = checkpoint.sign(Ed25519(b"\x09" * 32), KEY_NAME, 600, b"\x00" * 32)
    await tamper(logged, ("UPDATE audit_checkpoint SET note = ? WHERE size = 600", (forged.encode(),)))

    for finding in await found(logged, anchors, keys, tmp_path / "out"):
        assert finding.kind == "forged"


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (("UPDATE audit_entry SET leaf = ? WHERE seq = 7", (b"\x00" * 32,)), ("hash", 7)),
        (("UPDATE audit_tile SET hashes = ? WHERE tile = 1", (b"\x00" * 8192,)), ("hash", 256)),
        (("UPDATE audit_head SET frontier = ?", (b"\x00" * 128,)), ("head", 600)),
        (("UPDATE audit_head SET size = ?", (599,)), ("cut-off", 599)),
        (
            ("INSERT INTO audit_entry (org, seq, time, leaf, body) VALUES (1, 700, 0, ?, ?)", (b"", b"")),
            ("inserted", 600),
        ),
    ],
)
async def test_what_is_wrong_beside_whole_entries_is_told(
    logged: Engine, anchors: Anchors, keys: list[verifier.Key], statement: Statement, expected: tuple[str, int]
) -> None:
    await tamper(logged, statement)

    report = await verify(logged, 1, keys=keys, anchors=anchors)

    assert (report.findings[0].kind, report.findings[0].first) == expected


async def test_a_log_of_nothing_is_whole(
    logged: Engine, anchors: Anchors, keys: list[verifier.Key], tmp_path: Path
) -> None:
    report = await verify(logged, 1, keys=keys, anchors=anchors)
    done = await export(logged, 1, tmp_path / "out", key=keys[0], anchors=anchors)

    assert (report.whole, report.entries, done.entries) == (True, 0, 0)
    assert verifier.verify_export(tmp_path / "out", keys).whole


async def test_an_export_wants_an_empty_folder_and_a_signed_log(
    logged: Engine, write: Write, anchors: Anchors, keys: list[verifier.Key], tmp_path: Path
) -> None:
    await write(entries(1))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()

    with pytest.raises(Conflict):
        await export(logged, 1, tmp_path / "full", key=keys[0], anchors=anchors)
    with pytest.raises(Unavailable, match="never signed"):
        await export(logged, 1, tmp_path / "new", key=keys[0], anchors=anchors)
