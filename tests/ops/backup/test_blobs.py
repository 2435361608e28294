"""A stream comes back as it was, or not at all; what it is cut into bounds both memory and lists."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.files.folder import Folder
from meridian.ops.backup import blobs
from meridian.ops.backup.packs import Packer, Reader
from meridian.ops.backup.sealing import Keys
from meridian.testing.clinic import MASTER
from meridian.vault.master import FileMaster
from meridian.vault.unreadable import Unreadable

pytestmark = pytest.mark.anyio

NAMING = bytes(32)


async def once(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def kept(shelf: Folder, content: bytes) -> tuple[Packer, blobs.Blob]:
    packer = Packer(shelf, Keys(MASTER), NAMING, {})
    blob = await blobs.keep(packer, once(content[:7], content[7:]), 16)
    await packer.flush()
    return packer, blob


async def test_a_stream_comes_back(tmp_path: Path) -> None:
    shelf, content = Folder(tmp_path), bytes(range(100)) * 2

    packer, blob = await kept(shelf, content)

    assert blob.size == 200
    assert await blobs.read_bytes(Reader(shelf, Keys(MASTER), packer.used), blob) == content


async def test_the_same_chunk_is_kept_once(tmp_path: Path) -> None:
    packer, blob = await kept(Folder(tmp_path), b"x" * 160)

    assert len(blob.chunks) == 10
    assert len({(ref.pack, ref.at) for ref in blob.chunks}) == 1
    assert packer.sent < 160


async def test_chunks_in_another_order_left_out_or_twice_are_refused(tmp_path: Path) -> None:
    shelf = Folder(tmp_path)
    packer, blob = await kept(shelf, bytes(range(64)))
    first, second, third, fourth = blob.chunks
    reader = Reader(shelf, Keys(MASTER), packer.used)

    for chunks in ([second, first, third, fourth], [first, second, third], [*blob.chunks, fourth]):
        with pytest.raises(Unreadable, match="hash that was signed"):
            await blobs.read_bytes(reader, msgspec.structs.replace(blob, chunks=chunks))


async def test_a_pack_that_the_manifest_does_not_know_is_refused(tmp_path: Path) -> None:
    shelf = Folder(tmp_path)
    _, blob = await kept(shelf, b"content")

    with pytest.raises(Unreadable, match="not complete"):
        await blobs.read_bytes(Reader(shelf, Keys(MASTER), {}), blob)


async def test_what_an_old_master_key_wrapped_is_sent_anew(tmp_path: Path) -> None:
    shelf = Folder(tmp_path)
    packer, blob = await kept(shelf, b"content")
    newer = Keys(FileMaster({1: bytes(range(32)), 2: bytes(32)}))

    again = Packer(shelf, newer, NAMING, packer.used)
    again.know(blob.chunks)
    await blobs.keep_bytes(again, b"content")
    await again.flush()

    assert again.sent > 0
    assert not again.again(blob.chunks)


@given(st.integers(1, 2**45))
def test_lists_are_bounded_and_chunks_only_grow(size: int) -> None:
    chunk = blobs.chunk_size(size)

    assert chunk <= blobs.chunk_size(size + 1)
    assert size // chunk <= max(2**18, size // blobs.LARGE)
