"""
The audit logs, archived: what a log promised and what it holds, where nobody can change it, for six years.

    audit/<org>/key                     the public key, as it was when the archive was begun
    audit/<org>/checkpoint/<size>       signed checkpoints, one for each time something was archived; size in 20 digits
    audit/<org>/tile/...                entries and hashes, as `audit.export` lays them

Before anything is put in, the log is shown to hold and to continue what is archived (`_Proof`, with the verifier that
trusts only bytes); a checkpoint is put in last, when the same was shown of what came back out of the archive. So it can
be cut off anywhere and done again. A log that does not continue what is archived is not archived, and that is said
loudly.
"""

import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple, TypeAlias

from meridian.audit import checkpoint, reading, tree, verifier
from meridian.audit.leaf import open_body
from meridian.audit.retention import LEAST_YEARS
from meridian.audit.verifier import HASH, TILE, Key, Refused, Report, Tree, tile_path
from meridian.faults import Fault
from meridian.files.archive import Archive
from meridian.files.shelf import Missing
from meridian.store.engine import Engine
from meridian.store.plan import Plan, Query

YEAR: Final = 366 * 24 * 3600 * 1000
"""Milliseconds, rounded up."""
ENTRIES: Final = "entries"
STALE: Final = 10 * 60 * 1000
"""Milliseconds that an entry may be without a checkpoint; servers sign every second."""


class Broken(Fault):
    """A log does not continue what is archived of it, or the archive does not hold what it promised."""


class Archived(NamedTuple):
    """What one log has in the archive: *entries* in all, of which so many are *new*."""

    org: int
    entries: int
    new: int


@dataclass(frozen=True, slots=True)
class Archivist:
    """
    Archives the logs of one database.

    Args:
        engine: Where they are.
        archive: Where they go.
        public: The public key's 32 octets, from elsewhere than the database.
    """

    engine: Engine
    archive: Archive
    public: bytes

    async def everything(self, now: int) -> tuple[list[Archived], dict[int, str]]:
        """
        Archive what is new of every log; those that are broken, with the reason, keep none of the others.

        Raises:
            Unavailable: If the database or the archive does not answer.
        """
        await self.archive.check()
        done: list[Archived] = []
        broken: dict[int, str] = {}
        known = set(await self.engine.read(reading.logs))
        for org in sorted(known | await self._archived()):
            try:
                done.append(await self.one(org, now))
            except (Broken, Refused, Missing) as wrong:
                broken[org] = str(wrong)
        return done, broken

    async def _archived(self) -> set[int]:
        """The organisations that have something in the archive, whether they have a log or not."""
        found: set[int] = set()
        while True:
            after = f"audit/{max(found, key=str)}/~" if found else ""
            name = await anext(self.archive.names("audit/", after), None)
            if name is None:
                return found
            found.add(int(name.split("/")[1]))

    async def one(self, org: int, now: int) -> Archived:
        """
        Archive what is new of one log.

        Raises:
            Broken, Refused: If it does not continue what is archived.
            Missing: If the archive lacks what it should have.
        """
        before = await self._newest(org)
        note = await self.engine.read(lambda: checkpoint.newest(org))
        head = await self.engine.read(lambda: reading.head(org))
        if note is None:
            if before is not None or head.size:
                raise Broken(f"The log of organisation {org} has no checkpoint any more, or never had one")
            return Archived(org, 0, 0)
        signed = await self._signed(org, note, now)
        old = before.size if before else 0
        self._expect_grown(org, before, signed, head.size)
        await self._expect_signed(org, signed.size, now)
        if signed.size == old:
            return Archived(org, old, 0)
        await _Proof(self._log(org, signed.size)).hold(before, signed)  # what is archived is never taken back
        await self._put(org, old, signed.size, now + LEAST_YEARS * YEAR)
        await _Proof(self._archive(org)).hold(before, signed)
        name = f"audit/{org}/checkpoint/{signed.size:020}"
        await self.archive.put(name, note.encode(), now + LEAST_YEARS * YEAR)
        return Archived(org, signed.size, signed.size - old)

    def _expect_grown(
        self, org: int, before: verifier.Checkpoint | None, signed: verifier.Checkpoint, size: int
    ) -> None:
        if before is None:
            return
        if signed.size < before.size or size < before.size:
            raise Broken(f"The log of organisation {org} has {size} entries, and {before.size} are archived")
        if signed.size == before.size and signed.root != before.root:
            raise Broken(f"The log of organisation {org} has another root than what is archived of it")

    async def _expect_signed(self, org: int, size: int, now: int) -> None:
        """What is not signed yet has only just been written."""
        rows = await self.engine.read(partial(_rows, org, size, size + 1))
        if rows and open_body(rows[0][1]).time < now - STALE:
            raise Broken(f"The log of organisation {org} goes on, and nobody signs it since entry {size}")

    async def _signed(self, org: int, note: str, now: int) -> verifier.Checkpoint:
        """The newest checkpoint, signed by the key that the archive was begun with."""
        origin = verifier.read_checkpoint(note.rpartition("\n\n")[0] + "\n").origin
        key = Key.of(origin, self.public)
        known = await self._key(org)
        if known is None:
            await self.archive.put(f"audit/{org}/key", f"{key}\n".encode(), now + LEAST_YEARS * YEAR)
        elif known != key:
            raise Broken(f"The log of organisation {org} is signed by another key than its archive was begun with")
        return verifier.open_note(note, [key])

    async def _key(self, org: int) -> Key | None:
        try:
            return Key.parse((await self.archive.get(f"audit/{org}/key")).decode())
        except Missing:
            return None

    async def _newest(self, org: int) -> verifier.Checkpoint | None:
        """The newest checkpoint in the archive, its signature looked at."""
        names = [name async for name in self.archive.names(f"audit/{org}/checkpoint/")]
        if not names:
            return None
        key = await self._key(org)
        if key is None:
            raise Broken(f"The archive of organisation {org} has checkpoints and no key")
        return verifier.open_note((await self.archive.get(names[-1])).decode(), [key])

    async def _put(self, org: int, old: int, size: int, until: int) -> None:
        """The tiles that are new or have grown since there were *old* entries."""
        read = self._log(org, size)
        for kind, tile, width in _grown(old, size):
            await self.archive.put(
                f"audit/{org}/tile/{kind}/{_place(tile, width)}", await read(kind, tile, width), until
            )

    def _log(self, org: int, size: int) -> "Read":
        """Tiles of a log of *size* entries, as the database has them."""

        async def read(kind: str, tile: int, width: int) -> bytes:
            if kind == ENTRIES:
                rows = await self.engine.read(partial(_rows, org, tile * TILE, tile * TILE + width))
                return b"".join(len(body).to_bytes(2, "big") + bytes(body) for _, body in rows)
            return b"".join(await self.engine.read(partial(tree.hashes, org, int(kind), tile, size)))

        return read

    def _archive(self, org: int) -> "Read":
        """Tiles as the archive has them."""

        async def read(kind: str, tile: int, width: int) -> bytes:
            return await self.archive.get(f"audit/{org}/tile/{kind}/{_place(tile, width)}")

        return read

    async def whole(self, org: int) -> Report:
        """
        What the verifier says of all that is archived of one log; reads all of it.

        Raises:
            Missing: If there is no key.
        """
        prefix, newest, read = f"audit/{org}/", await self._newest(org), self._archive(org)
        key = Key.parse((await self.archive.get(f"{prefix}key")).decode())
        names = [name async for name in self.archive.names(f"{prefix}checkpoint/")]
        with TemporaryDirectory() as folder:
            place = Path(folder)
            notes = [(await self.archive.get(name)).decode() for name in names]
            (place / "checkpoint").write_text(notes[-1] if notes else "")
            (place / "checkpoints").write_text("".join(json.dumps(note) + "\n" for note in notes))
            for kind, tile, width in _grown(0, newest.size if newest else 0):
                path = place / "tile" / kind / _place(tile, width)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(await read(kind, tile, width))
            return verifier.verify_export(place, [key])


Read: TypeAlias = Callable[[str, int, int], Awaitable[bytes]]
"""Gives a tile, by its kind (`entries`, or a level), its index and how much it holds."""


def _grown(old: int, size: int) -> Iterator[tuple[str, int, int]]:
    """
    The tiles of a log of *size* entries that are other than when it had *old*: kind, index, how much they hold.

    >>> list(_grown(255, 257))
    [('entries', 0, 256), ('entries', 1, 1), ('0', 0, 256), ('0', 1, 1), ('1', 0, 1)]
    """
    level = -1
    while level < 0 or size >> 8 * level:
        before, now = old >> 8 * max(level, 0), size >> 8 * max(level, 0)
        for tile in range(before // TILE, -(-now // TILE)):
            yield ENTRIES if level < 0 else str(level), tile, min(TILE, now - tile * TILE)
        level += 1


class _Proof:
    """That tiles hold what a checkpoint promises, judged from their bytes alone."""

    def __init__(self, read: Read) -> None:
        self._read = read

    async def hold(self, before: verifier.Checkpoint | None, signed: verifier.Checkpoint) -> None:
        """
        Pass if the tiles lead to the signed root, continue the checkpoint *before*, and hash what is in the entries.

        Raises:
            Broken: If not.
            Missing: If a tile is not there.
        """
        if before is not None and await self._root(before.size, signed.size) != before.root:
            raise Broken("The log does not continue the checkpoint that was archived before")
        if await self._root(signed.size, signed.size) != signed.root:
            raise Broken("The log does not lead to the root that was signed")
        for kind, tile, width in _grown(before.size if before else 0, signed.size):
            if kind == ENTRIES:
                await self._entries(tile, width)
            elif kind != "0":
                await self._parents(int(kind), tile, width)

    async def _root(self, size: int, held: int) -> bytes:
        """The root over the first *size* entries, from the tiles of a log of *held* entries."""
        frontier: list[bytes] = []
        for level in range(7, -1, -1):
            count = size >> 8 * level
            if count % TILE:
                part = Tree()
                width = min(TILE, (held >> 8 * level) - count // TILE * TILE)
                for one in (await self._hashes(level, count // TILE, width))[: count % TILE]:
                    part.append(one)
                frontier += part.frontier
        return Tree(size, frontier).root()

    async def _hashes(self, level: int, tile: int, width: int) -> list[bytes]:
        content = await self._read(str(level), tile, width)
        return [content[at : at + HASH] for at in range(0, len(content), HASH)]

    async def _entries(self, tile: int, width: int) -> None:
        leaves = [verifier.leaf_hash(entry) for entry in verifier.split(await self._read(ENTRIES, tile, width))]
        if leaves != await self._hashes(0, tile, width):
            raise Broken(f"The entries from {tile * TILE} on are not those that were signed")

    async def _parents(self, level: int, tile: int, width: int) -> None:
        """Each hash above is the root of the full tile below it."""
        for place, hashed in enumerate(await self._hashes(level, tile, width), tile * TILE):
            below = Tree()
            for one in await self._hashes(level - 1, place, TILE):
                below.append(one)
            if below.size != TILE or below.root() != hashed:
                raise Broken(f"Hash {place} of level {level} is not that of its entries")


def _rows(org: int, first: int, end: int) -> Plan[list[tuple[int, bytes]]]:
    rows: list[tuple[int, bytes]] = yield Query(
        "SELECT seq, body FROM audit_entry WHERE org = ? AND seq >= ? AND seq < ? ORDER BY seq", (org, first, end)
    )
    return rows


def _place(tile: int, width: int) -> str:
    """
    Where a tile of so many hashes or entries lies.

    >>> _place(0, 256), _place(1, 17)
    ('000', '001.p/17')
    """
    path = tile_path(tile)
    return path if width == TILE else f"{path}.p/{width}"
