"""
A house that is backed up: its folder, a shelf, and what a test does with both.

Each step opens the house as a command would, so that what is restored was written by a house that has been closed.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from meridian.app import House, backups, opened
from meridian.audit.entry import Entry
from meridian.audit.shredded import Ledger, shred
from meridian.faults import Gone, NotFound
from meridian.files.folder import Folder
from meridian.ops.backup import keeping, manifest, names, restoring, taking
from meridian.ops.backup.names import Stamp
from meridian.ops.backup.restoring import Order, Restored
from meridian.ops.backup.sealing import Keys
from meridian.settings import Backups, load
from meridian.testing.served import Site
from meridian.vault.master import Master, open_master

ALWAYS = 2**62


@dataclass
class Practice:
    """
    A house, and a shelf for its backups.

    Args:
        site: Its data folder.
        shelf: A folder.
        policy: What is kept.
    """

    site: Site
    shelf: Path
    policy: Backups

    def house(self) -> AbstractAsyncContextManager[House]:
        """The house, open."""
        return opened(load(self.site.data))

    @property
    def master(self) -> Master:
        """Its master key."""
        return open_master(self.site.data / "master.key")

    async def back_up(self, *, full: bool = False, at: int = 0, **policy: Any) -> keeping.Backup:
        """A backup of now, or one that says it is of another time."""
        async with self.house() as house:
            given = {"clock": lambda: at} if at else {}
            source, kept = backups.source(house), replace(self.policy, **policy)
            return await taking.take(source, Folder(self.shelf), kept, full=full, **given)

    async def restore(self, place: Path, to: int = ALWAYS, **said: Any) -> Restored:
        """The backup of that moment laid into *place*, with the master key beside it."""
        order = Order(Folder(self.shelf), self.master, to, place, **said)
        restored = await restoring.restore(order)
        shutil.copy(self.site.data / "master.key", place / "master.key")
        return restored

    async def add(self, **elements: Any) -> str:
        """A patient; the logical id."""
        async with self.house() as house:
            written = await (await house.servant(1)).create("Patient", {"resourceType": "Patient", **elements})
            return str(written.stored.id)

    async def keep_file(self, name: str, content: bytes) -> None:
        """An object among the sealed files."""
        await Folder(self.site.data / "files").put(name, _once(content))

    async def shred(self, patient: str) -> None:
        """Destroy a patient's key."""
        async with self.house() as house:
            entry = Entry(1, 1, "shred", what=f"Patient/{patient}", patient=patient, rule="tests")
            await shred(house.engine, Ledger(house.settings.anchors_folder), house.signer, entry)

    @staticmethod
    def said(data: Path, *words: str) -> str:
        """What a command says of a data folder."""
        return Site(data).command(*words)

    async def manifests(self) -> list[manifest.Manifest]:
        """Every backup, the oldest first."""
        keys = Keys(self.master)
        shelf = Folder(self.shelf)
        return [await manifest.get(shelf, one.name, keys) for one in await manifest.stamps(shelf)]


async def reads(data: Path, patient: str) -> str:
    """What a data folder's house says of a patient: `read`, `gone`, or `missing`."""
    async with opened(load(data)) as house:
        try:
            body = (await (await house.servant(1)).read("Patient", patient)).body
        except Gone:
            return "gone"
        except NotFound:
            return "missing"
        return "read" if body else "empty"


def objects(shelf: Path) -> list[Path]:
    """Everything that lies on a shelf."""
    return sorted(path for path in shelf.rglob("*") if path.is_file())


async def stamps(shelf: Path) -> list[Stamp]:
    """Every manifest on a shelf, the oldest first; none was opened."""
    found = [names.stamp(kept.name) async for kept in Folder(shelf).names()]
    return sorted(one for one in found if one is not None)


async def until(is_so: Callable[[], object]) -> None:
    """Wait until it is so; the test's own time limit ends it."""
    while not is_so():  # noqa: ASYNC110  # nobody tells
        await asyncio.sleep(0.002)


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
