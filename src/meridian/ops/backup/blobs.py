"""A stream of bytes as a list of chunks with its length and hash; put together again, it must have both."""

import hashlib
from collections.abc import AsyncIterable, AsyncIterator, Sequence

import msgspec

from meridian.ops.backup.packs import Packer, Reader
from meridian.ops.backup.sealing import Ref
from meridian.vault.unreadable import Unreadable

SMALL, MIDDLE, LARGE = 64 * 1024, 256 * 1024, 1024 * 1024
"""Bytes of a chunk. Small ones keep an increment small, large ones keep the list of a large database short."""
_UP_TO = ((4 * 2**30, SMALL), (64 * 2**30, MIDDLE))


class Blob(msgspec.Struct, array_like=True, frozen=True):
    """*size* bytes whose SHA-256 is *hash*."""

    size: int
    hash: bytes
    chunks: Sequence[Ref]


def chunk_size(size: int) -> int:
    """
    Bytes of the chunks of a stream of *size* bytes: at most some 65,000 of them below 64 GiB.

    >>> chunk_size(2**30), chunk_size(2**34), chunk_size(2**40)
    (65536, 262144, 1048576)
    """
    return next((chunk for most, chunk in _UP_TO if size <= most), LARGE)


async def keep(packer: Packer, pieces: AsyncIterable[bytes], chunk: int = SMALL) -> Blob:
    """Keep a stream, cut every *chunk* bytes."""
    refs, digest, size, waiting = [], hashlib.sha256(), 0, bytearray()
    async for piece in pieces:
        waiting += piece
        while len(waiting) >= chunk:
            refs.append(await packer.keep(_hashed(digest, bytes(waiting[:chunk]))))
            del waiting[:chunk]
            size += chunk
    if waiting:
        refs.append(await packer.keep(_hashed(digest, bytes(waiting))))
        size += len(waiting)
    return Blob(size, digest.digest(), refs)


async def keep_parts(packer: Packer, parts: AsyncIterable[bytes]) -> Blob:
    """Keep a stream whose chunks are its parts as they come; `read` gives the same parts."""
    refs, digest, size = [], hashlib.sha256(), 0
    async for part in parts:
        refs.append(await packer.keep(_hashed(digest, part)))
        size += len(part)
    return Blob(size, digest.digest(), refs)


async def keep_bytes(packer: Packer, content: bytes) -> Blob:
    """Keep what is at hand."""
    return await keep(packer, _once(content))


async def read(reader: Reader, blob: Blob) -> AsyncIterator[bytes]:
    """
    The stream again; it raises at its end when it is not what was kept, so nothing of it counts before that.

    Raises:
        Missing: If a pack is not there.
        Unreadable: If something was altered, or is of another length.
    """
    digest, size = hashlib.sha256(), 0
    for ref in blob.chunks:
        plain = await reader.chunk(ref)
        digest.update(plain)
        size += len(plain)
        yield plain
    if (size, digest.digest()) != (blob.size, blob.hash):
        raise Unreadable("The backup was altered: what it holds does not have the hash that was signed")


async def read_bytes(reader: Reader, blob: Blob) -> bytes:
    """All of a small one."""
    return b"".join([piece async for piece in read(reader, blob)])


def _hashed(digest: "hashlib._Hash", plain: bytes) -> bytes:
    digest.update(plain)
    return plain


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
