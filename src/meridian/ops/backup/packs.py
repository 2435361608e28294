"""
Chunks in packs: written one pack at a time, read back by reference; neither holds more than a few packs.

A chunk that the backup before has kept, under a key that is still in use, is referred to and not sent again.
"""

from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable, Mapping

from meridian.files.shelf import Shelf
from meridian.ops.backup import names, sealing
from meridian.ops.backup.sealing import Keys, Ref
from meridian.vault.unreadable import Unreadable

PACK = 8 * 2**20
"""Bytes after which a pack is put on the shelf."""
REMEMBERED = 4
"""Packs that a reader holds."""


class Packer:
    """
    Keeps chunks of one backup.

    Args:
        shelf: Where packs go.
        keys: Makes this backup's key.
        naming: Names chunks.
        wrapped: Wrapped keys of earlier packs that are on the shelf, by the pack's name.

    Attributes:
        used: Wrapped keys of all packs that this backup refers to, by name.
        sent: Sealed bytes put on the shelf.
    """

    def __init__(self, shelf: Shelf, keys: Keys, naming: bytes, wrapped: Mapping[str, bytes]) -> None:
        self.key = keys.fresh()
        self.used: dict[str, bytes] = {}
        self.sent = 0
        self._shelf, self._naming = shelf, naming
        self._earlier = {name: key for name, key in wrapped.items() if keys.is_current(key)}
        self._known: dict[bytes, Ref] = {}
        self._begin()

    def _begin(self) -> None:
        self._name, self._body = names.pack(), bytearray()
        self._cipher = self.key.cipher(self._name)

    def know(self, refs: Iterable[Ref]) -> None:
        """Chunks of the backup before, which need not be sent again."""
        self._known.update((ref.name, ref) for ref in refs if ref.pack in self._earlier)

    def again(self, refs: Iterable[Ref]) -> bool:
        """Whether all of these are on the shelf still; then they are this backup's too."""
        packs = {ref.pack for ref in refs}
        if not packs <= self._earlier.keys():
            return False
        self.used.update((pack, self._earlier[pack]) for pack in packs)
        return True

    async def keep(self, plain: bytes) -> Ref:
        """A chunk, sent unless it is there."""
        name = sealing.name_of(self._naming, plain)
        known = self._known.get(name)
        if known is not None:
            self.used.setdefault(known.pack, self._earlier.get(known.pack, self.key.wrapped))
            return known
        at = len(self._body)
        sealed = sealing.seal(self._cipher, at, name, plain)
        ref = self._known[name] = Ref(self._name, at, len(sealed), name)
        self._body += sealed
        self.used[self._name] = self.key.wrapped
        if len(self._body) >= PACK:
            await self.flush()
        return ref

    async def flush(self) -> None:
        """Put what is open on the shelf."""
        if self._body:
            await self._shelf.put(self._name, _once(bytes(self._body)))
            self.sent += len(self._body)
            self._begin()


class Reader:
    """
    Opens chunks.

    Args:
        shelf: Where packs lie.
        keys: Opens keys.
        wrapped: Wrapped keys of the packs, by name.
    """

    def __init__(self, shelf: Shelf, keys: Keys, wrapped: Mapping[str, bytes]) -> None:
        self._shelf, self._keys, self._wrapped = shelf, keys, wrapped
        self._packs: OrderedDict[str, bytes] = OrderedDict()

    async def chunk(self, ref: Ref) -> bytes:
        """
        What the chunk holds.

        Raises:
            Missing: If its pack is not on the shelf.
            Unreadable: If it does not open.
        """
        if ref.pack not in self._wrapped:
            raise Unreadable("The backup is not complete: it names a pack that it does not know")
        body = await self._pack(ref.pack)
        cipher = self._keys.opened(self._wrapped[ref.pack]).cipher(ref.pack)
        return sealing.unseal(cipher, ref, body[ref.at : ref.at + ref.size])

    async def _pack(self, name: str) -> bytes:
        found = self._packs.pop(name, None)
        if found is None:
            found = await self._shelf.get(name, 0, await self._shelf.size(name))
        self._packs[name] = found
        while len(self._packs) > REMEMBERED:
            self._packs.popitem(last=False)
        return found


async def _once(body: bytes) -> AsyncIterator[bytes]:
    yield body
