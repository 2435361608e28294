"""A sealed file opens whole or not at all, whatever is done to it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meridian.files.folder import Folder
from meridian.files.sealed import Part, Sealed, plain_size, sealed_pieces
from meridian.files.sealing import CHUNK, SEALED, Sealer, fresh_key, sealed_size
from meridian.files.shelf import Missing
from meridian.vault.unreadable import Unreadable

pytestmark = pytest.mark.anyio

NAME, KEY = "c" * 32, bytes(range(32))
SIZE = 3 * CHUNK + 77


def body(size: int = SIZE) -> bytes:
    return bytes(range(256)) * (size // 256) + bytes(size % 256)


async def pieces(plain: bytes, step: int) -> AsyncIterator[bytes]:
    for start in range(0, len(plain), step):
        yield plain[start : start + step]


async def kept(folder: Folder, plain: bytes, *, identity: str = "file", step: int = 70_000) -> Sealed:
    sealer = Sealer(KEY, identity, len(plain))
    await folder.put(NAME, sealed_pieces(sealer, 0, pieces(plain, step)))
    return Sealed(folder, sealer, [Part(0, NAME, len(plain))])


async def whole(sealed: Sealed) -> bytes:
    await sealed.check()
    return b"".join([piece async for piece in sealed.read()])


@pytest.mark.parametrize("size", [1, CHUNK - 1, CHUNK, CHUNK + 1, SIZE])
async def test_what_was_sealed_comes_back(tmp_path: Path, size: int) -> None:
    assert await whole(await kept(Folder(tmp_path), body(size))) == body(size)


async def test_any_range_comes_back(tmp_path: Path) -> None:
    sealed = await kept(Folder(tmp_path), body())

    for start, end in ((0, 1), (CHUNK - 1, CHUNK + 1), (5, 3 * CHUNK), (SIZE - 1, SIZE), (SIZE, SIZE)):
        assert b"".join([piece async for piece in sealed.read(start, end)]) == body()[start:end]


async def test_it_holds_one_chunk_at_a_time(tmp_path: Path) -> None:
    sealed = await kept(Folder(tmp_path), body())

    assert max([len(piece) async for piece in sealed.read()]) == CHUNK


async def test_nothing_of_it_can_be_read_on_the_disk(tmp_path: Path) -> None:
    await kept(Folder(tmp_path), b"Grace Hopper has a cold. " * 100)

    assert b"Hopper" not in (tmp_path / NAME[:2] / NAME).read_bytes()


def altered(path: Path, change: str) -> None:
    raw = bytearray(path.read_bytes())
    match change:
        case "a byte":
            raw[SEALED + 100] ^= 1
        case "a nonce":
            raw[0] ^= 1
        case "the last byte":
            raw[-1] ^= 1
        case "cut off at a chunk":
            del raw[2 * SEALED :]
        case "cut off":
            del raw[-1:]
        case "lengthened":
            raw += b"\0"
        case "two chunks exchanged":
            raw[:SEALED], raw[SEALED : 2 * SEALED] = raw[SEALED : 2 * SEALED], raw[:SEALED]
        case "a chunk twice":
            raw[SEALED : 2 * SEALED] = raw[:SEALED]
    path.write_bytes(raw)


CHANGES = [
    "a byte", "a nonce", "the last byte", "cut off at a chunk", "cut off", "lengthened", "two chunks exchanged",
    "a chunk twice",
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
async def test_a_file_that_was_tampered_with_does_not_open(tmp_path: Path, change: str) -> None:
    sealed = await kept(Folder(tmp_path), body())

    altered(tmp_path / NAME[:2] / NAME, change)

    with pytest.raises(Unreadable):
        await whole(sealed)


async def test_a_file_whose_row_was_shortened_does_not_open(tmp_path: Path) -> None:
    """Cut at a chunk, on the disk and in the database alike: the last chunk says that it is not the last."""
    folder = Folder(tmp_path)
    await kept(folder, body())
    altered(tmp_path / NAME[:2] / NAME, "cut off at a chunk")
    short = Sealed(folder, Sealer(KEY, "file", 2 * CHUNK), [Part(0, NAME, 2 * CHUNK)])

    with pytest.raises(Unreadable):
        await whole(short)


async def test_a_chunk_of_another_file_under_the_same_key_does_not_open(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    await kept(folder, body(), identity="theirs")
    mine = Sealed(folder, Sealer(KEY, "mine", SIZE), [Part(0, NAME, SIZE)])

    with pytest.raises(Unreadable):
        await whole(mine)


async def test_another_key_opens_nothing(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    await kept(folder, body())

    with pytest.raises(Unreadable):
        await whole(Sealed(folder, Sealer(fresh_key(), "file", SIZE), [Part(0, NAME, SIZE)]))


async def test_a_part_that_is_gone_is_missed_before_anything_is_read(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    sealed = await kept(folder, body())
    await folder.remove(NAME)

    with pytest.raises(Missing):
        await sealed.check()


async def test_the_same_bytes_are_never_sealed_the_same_way() -> None:
    sealer = Sealer(KEY, "file", 10)

    assert sealer.seal(0, b"0123456789") != sealer.seal(0, b"0123456789")


@given(st.integers(1, 4 * CHUNK))
def test_sizes_can_be_told_from_each_other(size: int) -> None:
    assert plain_size(sealed_size(size)) == size


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 400), st.integers(0, 400))
def test_a_note_opens_only_as_it_was_sealed(place: int, length: int) -> None:
    sealer = Sealer(KEY, "file", 10)
    note = bytes(length)
    sealed = bytearray(sealer.seal_note(note))
    assert sealer.open_note(bytes(sealed)) == note

    sealed[place % len(sealed)] ^= 1

    with pytest.raises(Unreadable):
        sealer.open_note(bytes(sealed))
