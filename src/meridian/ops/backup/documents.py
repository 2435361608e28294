"""
Sealed files of documents: objects that are written once, so that what was kept before is only named again.

They are listed folder by folder, and a folder that has not changed keeps its list; so a backup of a million documents
of which ten are new sends ten, and the lists of the folders they are in.
"""

from pathlib import Path

import msgspec

from meridian.files.folder import NAME
from meridian.ops.backup import blobs
from meridian.ops.backup.blobs import Blob
from meridian.ops.backup.manifest import Listing, Manifest
from meridian.ops.backup.packs import Packer, Reader
from meridian.ops.backup.sqlite import pieces

CHUNK = blobs.LARGE


class File(msgspec.Struct, array_like=True, frozen=True):
    """An object by its *name*."""

    name: str
    content: Blob


async def keep(folder: Path, packer: Packer, before: Manifest | None, reader: Reader | None) -> dict[str, Listing]:
    """
    Keep every object of the *folder* of files.

    Args:
        folder: Where they are; need not be there yet.
        packer: Keeps them.
        before: The backup before, whose objects are on the shelf.
        reader: Opens it.
    """
    listings = {}
    for part in _parts(folder):
        earlier = (before.documents or {}).get(part.name) if before else None
        known = await _known(reader, earlier)
        kept = [await _kept(path, packer, known.get(path.name)) for path in _objects(part)]
        files = [one for one in kept if one is not None]
        entries = await _list(packer, files, earlier)
        listings[part.name] = Listing(len(files), sum(one.content.size for one in files), entries)
    return listings


def _parts(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("[0-9a-f][0-9a-f]") if path.is_dir())


def _objects(part: Path) -> list[Path]:
    return sorted(path for path in part.iterdir() if NAME.fullmatch(path.name))


def _size(path: Path) -> int:
    return path.stat().st_size


async def _known(reader: Reader | None, earlier: Listing | None) -> dict[str, File]:
    if reader is None or earlier is None:
        return {}
    return {file.name: file for file in await listed(reader, earlier)}


async def _kept(path: Path, packer: Packer, known: File | None) -> File | None:
    """The object kept; `None` if it was removed meanwhile, as an upload that was abandoned is."""
    try:
        size = _size(path)
        if known is not None and known.content.size == size and packer.again(known.content.chunks):
            return known
        return File(path.name, await blobs.keep(packer, pieces(path), CHUNK))
    except FileNotFoundError:
        return None


async def _list(packer: Packer, files: list[File], earlier: Listing | None) -> Blob:
    if earlier is not None:
        packer.know(earlier.entries.chunks)
    return await blobs.keep_bytes(packer, msgspec.msgpack.encode(files))


async def listed(reader: Reader, listing: Listing) -> list[File]:
    """The objects of a folder."""
    return msgspec.msgpack.decode(await blobs.read_bytes(reader, listing.entries), type=list[File])
