"""How an export stands, its files, and its end; for whoever asked for it."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final, NamedTuple

from meridian import clock as clocks
from meridian.access.chart import Chart
from meridian.access.exports import asking
from meridian.access.exports.asking import ASKERS, Asked
from meridian.access.exports.writing import Writer
from meridian.access.subject import Subject
from meridian.access.work import Plan, Work
from meridian.clock import Clock
from meridian.faults import Forbidden, Gone, NotFound
from meridian.files.folder import Folder
from meridian.files.sealed import Part, Sealed
from meridian.files.sealing import Sealer
from meridian.files.shelf import Shelf
from meridian.store import exports
from meridian.store.engine import Engine
from meridian.store.exports import Export, Kept, State
from meridian.vault.keyring import Keyring

LOOK: Final = "bulk/$state"
GIVE: Final = "bulk/$file"
END: Final = "bulk/$delete"
DAY: Final = 24 * 3600 * 1000
SWEPT: Final = 200


class Standing(NamedTuple):
    """
    How an export stands.

    Args:
        state: Whether it is under way, done, or has failed.
        url: As it was asked for.
        resources: How many are written.
        began, expires: Ms since the epoch.
        files: What there is of it, once it is done.
    """

    state: State
    url: str
    resources: int
    began: int
    expires: int
    files: list[Kept]


class Exports:
    """
    Exports of many records.

    Args:
        shelf: Where their files lie.
        engine: The database.
        keyring: Seals the files' keys.
        chart: The door, for a subject.
        clock: What time it is.
    """

    def __init__(
        self,
        shelf: Shelf,
        engine: Engine,
        keyring: Keyring,
        chart: Callable[[Subject], Chart],
        clock: Clock = clocks.now,
    ) -> None:
        self.shelf, self._engine, self._keyring, self._clock = shelf, engine, keyring, clock
        self._writer = Writer(shelf, keyring, chart, clock)

    async def begin(self, chart: Chart, asked: Asked) -> str:
        """
        Have one made; its name.

        Raises: as `asking.begin`.
        """
        what = f"Group/{asked.group}" if asked.group else ""
        return await chart.work(asking.BEGIN, lambda work: asking.begin(work, asked), what=what)

    async def standing(self, chart: Chart, identity: str) -> Standing:
        """
        How it stands.

        Raises:
            NotFound: If there is none of that name, it is another's, or its time is over.
        """

        def plan(work: Work) -> Plan[Standing]:
            found = yield from self._mine(work, identity)
            kept = (yield from exports.files(identity)) if found.state is State.DONE else []
            return Standing(found.state, found.asked["url"], found.resources, found.began, found.expires, kept)

        return await chart.consult(LOOK, plan, what=f"Export/{identity}")

    async def file(self, chart: Chart, identity: str, number: int) -> bytes:
        """
        One of its files, which was recorded before.

        Raises:
            NotFound: As `standing`, or if there is no such file.
            Unreadable: If it was altered.
        """
        kept, key = await chart.consult(
            GIVE, lambda work: self._file(work, identity, number), what=f"Export/{identity}"
        )
        sealed = Sealed(self.shelf, Sealer(key, kept.name, kept.size), [Part(0, kept.name, kept.size)])
        await sealed.check()
        return b"".join([piece async for piece in sealed.read()])

    async def end(self, chart: Chart, identity: str) -> None:
        """
        Throw it away, finished or not.

        Raises: as `standing`.
        """

        def plan(work: Work) -> Plan[list[Kept]]:
            yield from self._mine(work, identity)
            kept = yield from exports.files(identity)
            yield from exports.forget(identity)
            return kept

        for one in await chart.work(END, plan, what=f"Export/{identity}"):
            await self.shelf.remove(one.name)

    def _file(self, work: Work, identity: str, number: int) -> Plan[tuple[Kept, bytes]]:
        found = yield from self._mine(work, identity)
        kept = (yield from exports.file(identity, number)) if found.state is State.DONE else None
        if kept is None:
            raise NotFound("There is no such file")
        return kept, (yield from exports.unwrapped(self._keyring, found.org, kept))

    def _mine(self, work: Work, identity: str) -> Plan[Export]:
        if work.subject.role not in ASKERS:
            raise Forbidden("Your role does not include exports of many records")
        found = yield from exports.find(work.subject.org, identity)
        if found is None or found.account != work.subject.account or found.expires <= work.now:
            raise NotFound("There is no such export")
        return found

    # --- the worker's

    async def work(self, org: int, identity: str, turn: int) -> None:
        """Do one turn; nothing where it was done already, or the export is no more."""
        export = await self._engine.read(lambda: exports.find(org, identity))
        if export is None or export.turn != turn or export.state is not State.RUNNING:
            return
        try:
            await self._writer.turn(export)
        except (Forbidden, NotFound, Gone):  # its asker may not have it any more: to try again would change nothing
            await self._engine.write(lambda: exports.fail(org, identity))

    def handler(self) -> Callable[[Any], Awaitable[None]]:
        """What does the job `bulk-export`."""

        async def run(job: Any) -> None:
            await self.work(job.org, job.what.removeprefix("Export/"), int(job.said["turn"]))

        return run

    async def tidy(self) -> None:
        """Forget exports whose time is over, and sweep away objects that belong to none."""
        now = self._clock()
        for identity in await self._engine.read(lambda: exports.overdue(now)):
            await self._engine.write(partial(exports.forget, identity))
        if isinstance(self.shelf, Folder):
            await self.shelf.sweep(now - DAY)
        waiting: list[str] = []
        async for kept in self.shelf.names():
            waiting += [kept.name] if kept.written < now - DAY else []
            if len(waiting) == SWEPT:
                await self._remove(waiting)
                waiting = []
        await self._remove(waiting)

    async def _remove(self, names: list[str]) -> None:
        referred = await self._engine.read(lambda: exports.referred(names))
        for name in names:
            if name not in referred:
                await self.shelf.remove(name)
