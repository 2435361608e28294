import asyncio
import json
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeAlias

import pytest

from meridian.audit import checkpoint, verifier
from meridian.audit.anchors import Anchors
from meridian.audit.checkpoint import Checkpointer, Ed25519, sign_now
from meridian.audit.entry import Entry
from meridian.faults import Unavailable
from meridian.store.engine import Engine
from meridian.store.plan import Change, Plan

Write: TypeAlias = Callable[[Sequence[Entry]], Coroutine[Any, Any, None]]

pytestmark = pytest.mark.anyio

HOST = "clinic.example"


def entries(count: int, *, org: int = 1) -> list[Entry]:
    return [Entry(org=org, time=at, action="read", what=f"Patient/p{at}") for at in range(count)]


def change(sql: str) -> Plan[None]:
    yield Change(sql)


def anchored(anchors: Anchors, org: int) -> list[str]:
    return [json.loads(line) for line in anchors.path(org).read_text().splitlines()]


async def test_a_checkpoint_is_stored_and_anchored_alike(
    logged: Engine, write: Write, checkpointer: Checkpointer, anchors: Anchors, signer: Ed25519
) -> None:
    await write(entries(3))

    await checkpointer.once()

    kept = await logged.read(lambda: checkpoint.newest(1))
    assert [kept] == anchored(anchors, 1)
    opened = verifier.open_note(kept or "", [checkpoint.key(signer, checkpoint.origin(HOST, 1))])
    assert (opened.size, opened.origin) == (3, "clinic.example/audit/1")


async def test_each_log_is_signed_when_it_has_grown_and_only_then(
    write: Write, checkpointer: Checkpointer, anchors: Anchors
) -> None:
    await write([*entries(3), *entries(2, org=2)])
    await checkpointer.once()
    await write(entries(300))
    await checkpointer.once()
    await checkpointer.once()

    assert [verifier.read_checkpoint(note.partition("\n\n")[0] + "\n").size for note in anchored(anchors, 1)] == [
        3,
        303,
    ]
    assert len(anchored(anchors, 2)) == 1


async def test_a_second_process_passes_over_what_the_first_has_signed(
    logged: Engine, write: Write, checkpointer: Checkpointer, anchors: Anchors, signer: Ed25519
) -> None:
    other = Checkpointer(logged, signer, anchors, host=HOST)
    await write(entries(3))

    await asyncio.gather(checkpointer.once(), other.once())

    assert len(anchored(anchors, 1)) == 1


async def test_checkpoints_are_made_while_running_and_at_the_close(
    write: Write, checkpointer: Checkpointer, anchors: Anchors
) -> None:
    running = asyncio.create_task(checkpointer.run(0.01))
    await write(entries(1))
    while not anchors.path(1).exists():  # noqa: ASYNC110 - a file has no event
        await asyncio.sleep(0.01)
    await write(entries(1))
    await checkpointer.close()
    await running

    assert anchored(anchors, 1)[-1].split("\n")[1] == "2"


async def test_a_log_that_was_cut_is_never_signed_again(
    logged: Engine, write: Write, checkpointer: Checkpointer, anchors: Anchors, signer: Ed25519
) -> None:
    told: list[int] = []
    await write(entries(3))
    await checkpointer.once()
    await logged.write(lambda: change("DELETE FROM audit_entry WHERE seq = 2"))
    await logged.write(lambda: change("UPDATE audit_head SET size = 2"))

    later = Checkpointer(logged, signer, anchors, host=HOST, broken=lambda org, _: told.append(org))
    await later.once()
    await later.once()

    assert told == [1]
    assert "2 entries and had 3" in later.broken[1]
    assert len(anchored(anchors, 1)) == 1
    with pytest.raises(Unavailable, match="cannot be signed"):
        await sign_now(logged, signer, anchors, host=HOST)


async def test_a_log_whose_past_was_changed_is_never_signed_again(
    logged: Engine, write: Write, checkpointer: Checkpointer, anchors: Anchors, signer: Ed25519
) -> None:
    await write(entries(3))
    await checkpointer.once()
    await logged.write(lambda: change("UPDATE audit_entry SET leaf = x'" + "00" * 32 + "' WHERE seq = 1"))
    await write(entries(3))

    later = Checkpointer(logged, signer, anchors, host=HOST)
    await later.once()

    assert 1 in later.broken
    assert len(anchored(anchors, 1)) == 1


async def test_half_a_line_left_by_a_crash_is_passed_over(
    write: Write, checkpointer: Checkpointer, anchors: Anchors
) -> None:
    await write(entries(3))
    await checkpointer.once()
    whole = anchors.path(1).read_text()
    anchors.path(1).write_text(whole + '"clinic.exam')
    await write(entries(3))

    await checkpointer.once()

    lines = anchors.path(1).read_text().splitlines()
    assert lines[1] == '"clinic.exam'
    assert json.loads(lines[2]).split("\n")[1] == "6"
    newest = anchors.newest(1)
    assert newest is not None
    assert newest.size == 6


async def test_an_anchor_is_not_made_older_by_a_late_process(anchors: Anchors, signer: Ed25519) -> None:
    for size in (5, 3, 5, 6):
        anchors.append(1, checkpoint.sign(signer, "x", size, b"\x00" * 32))

    assert [note.split("\n")[1] for note in anchored(anchors, 1)] == ["5", "6"]


async def test_a_log_keeps_its_name_when_the_host_gets_another(
    logged: Engine, write: Write, checkpointer: Checkpointer, anchors: Anchors, signer: Ed25519
) -> None:
    await write(entries(3))
    await checkpointer.once()
    await write(entries(3))

    await Checkpointer(logged, signer, anchors, host="moved.example").once()

    assert [note.partition("\n")[0] for note in anchored(anchors, 1)] == ["clinic.example/audit/1"] * 2
    assert checkpoint.name_of(anchors, "moved.example", 1) == "clinic.example/audit/1"
    assert checkpoint.name_of(anchors, "moved.example", 2) == "moved.example/audit/2"


async def test_a_failure_to_anchor_is_tried_again(
    write: Write, checkpointer: Checkpointer, anchors: Anchors, caplog: pytest.LogCaptureFixture
) -> None:
    anchors.path(1).parent.touch()  # a file where the folder should be
    await write(entries(1))

    running = asyncio.create_task(checkpointer.run(0.01))
    while not caplog.records:  # noqa: ASYNC110 - a log has no event
        await asyncio.sleep(0.01)
    anchors.path(1).parent.unlink()
    while not anchors.path(1).exists():  # noqa: ASYNC110 - a file has no event
        await asyncio.sleep(0.01)
    await checkpointer.close()
    await running

    assert len(anchored(anchors, 1)) == 1
