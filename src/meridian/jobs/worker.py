"""
The worker: takes what is due from the outbox and has its handler do it, at least once.

What others are to do it hands out (`handing`), and they perform it by the same handlers.

A handler reads the present state for itself and may be called twice for the same job, so it does nothing that is done
already. What it raises is tried again, later and later, and in the end kept aside; `Later` puts a job off without
counting against it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeAlias

from meridian import clock as clocks
from meridian.clock import Clock
from meridian.jobs.handing import Handed, Hands
from meridian.jobs.later import Later
from meridian.jobs.watching import watched
from meridian.store import outbox
from meridian.store.engine import Engine
from meridian.store.outbox import Busy, Job
from meridian.store.plan import Plan
from meridian.telemetry.figures import JOBS

__all__ = ["ANNOUNCE", "Busy", "Handler", "Job", "Later", "Repeated", "Worker"]

Handler: TypeAlias = Callable[[Job], Awaitable[None]]

AT_ONCE = 8
"""Jobs taken, and worked on together."""
LEASE = 120_000
"""Milliseconds that a job is this worker's."""
LONGEST = 100.0
"""Seconds that a handler may take; less than the lease."""
SPARE = LEASE - int(LONGEST * 1000)
"""Milliseconds between the longest that a handler may take and the end of the lease."""
HANDED_FOR = 30 * 60_000
"""Milliseconds after which what was handed out and not performed is handed out again."""
ANNOUNCE = "announce"
"""Topic by which other systems hear that a job was done; `said` has the job's own topic."""
TRIES = 12
"""Failures after which a job is kept aside: after about five hours."""
MOST_CAUGHT_UP = 500
"""Jobs that one sweep does at most; the next one does the others."""
PAUSE = 1.0
"""Seconds between looks when nothing was due."""

_log = logging.getLogger("meridian.jobs")


@dataclass(frozen=True, slots=True)
class Repeated:
    """Something done every so many *seconds*; several processes may do it at once, so it must not matter."""

    name: str
    seconds: float
    run: Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Worker:
    """
    Runs jobs and repeated work until it is stopped.

    Args:
        engine: Where the outbox is.
        handlers: By topic.
        repeated: What happens at set times.
        clock: What time it is.
        hands: Takes some jobs to others; `None`: this worker does all.
        announced: Topics of which other systems hear when they are done.
    """

    engine: Engine
    handlers: Mapping[str, Handler]
    repeated: Sequence[Repeated] = ()
    clock: Clock = clocks.now
    hands: Hands | None = None
    announced: Collection[str] = ()
    _tasks: list["asyncio.Task[None]"] = field(default_factory=list)
    _nudged: asyncio.Event = field(default_factory=asyncio.Event)

    def nudge(self) -> None:
        """Look at once: something was put into the outbox by this process. Others find it within `PAUSE`."""
        self._nudged.set()

    def start(self) -> None:
        """Begin, beside everything else."""
        self._tasks = [asyncio.create_task(self._forever()), *(asyncio.create_task(_run(one)) for one in self.repeated)]

    async def stop(self) -> None:
        """Let go; a job that is cut off is done again by whoever takes it when its lease has ended."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _forever(self) -> None:
        while True:
            self._nudged.clear()
            if not await self._looked():
                with suppress(TimeoutError):
                    async with asyncio.timeout(PAUSE):  # `wait_for` would lose a cancellation that comes as time is up
                        await self._nudged.wait()

    async def _looked(self) -> int:
        try:
            return await self.once()
        except Exception as wrong:  # noqa: BLE001  # the database may be away; it comes back
            _log.error("the outbox cannot be read: %s", type(wrong).__name__)  # a trace may hold PHI
            return 0

    async def once(self) -> int:
        """Do what is due now, or hand it out; how many jobs that were."""
        now, topics = self.clock(), self.hands.topics if self.hands else frozenset()
        jobs = await self.engine.write(lambda: outbox.take(now, now + LEASE, AT_ONCE, topics))
        own = [self._do(job) for job in jobs if job.topic not in topics]
        await asyncio.gather(*own, self._hand([job for job in jobs if job.topic in topics]))
        return len(jobs)

    async def until_idle(self) -> None:
        """Do everything that is due, and what that brings; for tests and the command line."""
        while await self.once():
            pass

    async def perform(self, handed: Handed, *, longest: float = LONGEST) -> None:
        """
        Do what was handed out; nothing where it is done already.

        Args:
            handed: What the message says; what is done is what the outbox says.
            longest: Seconds that it may take.

        Raises:
            Busy: If somebody is at work on it; the message is to come again.
            Exception: Whatever the handler raises, which was counted; the message is to come again.
        """
        now = self.clock()
        job = await self.engine.write(lambda: outbox.claim(handed.no, now, now + int(longest * 1000) + SPARE))
        if job is None:
            return
        try:
            async with asyncio.timeout(longest):
                await watched(job, self.handlers[job.topic])
        except Later as later:
            due = later.due
            await self.engine.write(lambda: outbox.again(job.no, due, job.tries))
        except Exception as wrong:
            until = self.clock() + HANDED_FOR
            await self._failed(job, wrong, lambda tries: outbox.hand_back(job.no, until, tries))
            raise
        else:
            await self.engine.write(lambda: self._done(job))

    async def catch_up(self, topic: str, longest: float = LONGEST) -> tuple[int, int]:
        """
        Do what is due of one topic, whoever else works on the outbox; how many jobs were done, and how many failed.

        For whatever must not wait until a worker is back.
        """
        now, done, wrong = self.clock(), 0, 0
        for job in await self.engine.read(lambda: outbox.overdue(topic, now, MOST_CAUGHT_UP)):
            try:
                await self.perform(Handed(job.no, job.org, job.topic, job.what), longest=longest)
                done += 1
            except Exception as failed:  # noqa: BLE001  # it was counted, and the others are to be done
                _log.warning("job %d (%s) was not caught up: %s", job.no, job.topic, type(failed).__name__)
                wrong += 1
        return done, wrong

    async def _hand(self, jobs: Sequence[Job]) -> None:
        """Give them to the queue; what does not arrive there is looked at again, and does not count as failed."""
        if not jobs or self.hands is None:
            return
        arrived = await self.hands.send(jobs)
        now = self.clock()

        def noted() -> Plan[None]:
            if arrived:
                yield from outbox.hand(sorted(arrived), now + HANDED_FOR)
            for job in jobs:
                if job.no not in arrived:
                    yield from outbox.again(job.no, now + pause(1), job.tries)

        await self.engine.write(noted)

    async def _do(self, job: Job) -> None:
        try:
            async with asyncio.timeout(LONGEST):
                await watched(job, self.handlers[job.topic])
        except Later as later:
            due = later.due
            await self.engine.write(lambda: outbox.again(job.no, due, job.tries))
        except Exception as wrong:  # noqa: BLE001  # whatever it is, the job is not lost
            now = self.clock()
            await self._failed(job, wrong, lambda tries: outbox.again(job.no, now + pause(tries), tries))
        else:
            await self.engine.write(lambda: self._done(job))

    def _done(self, job: Job) -> Plan[None]:
        yield from outbox.done(job.no)
        if job.topic in self.announced:
            yield from outbox.put(job.org, ANNOUNCE, job.what, self.clock(), {"topic": job.topic})

    async def _failed(self, job: Job, wrong: Exception, again: Callable[[int], Plan[None]]) -> None:
        tries = job.tries + 1
        _log.warning("job %d (%s) failed, try %d: %s", job.no, job.topic, tries, type(wrong).__name__)
        if tries >= TRIES:
            JOBS.add(job.topic, "given-up")
            await self.engine.write(lambda: outbox.give_up(job.no, tries))
        else:
            await self.engine.write(lambda: again(tries))


def pause(tries: int) -> int:
    """
    Milliseconds to wait after so many failures: from five seconds, doubling, to two hours.

    >>> [pause(n) // 1000 for n in (1, 2, 5, 11, 99)]
    [5, 10, 80, 5120, 7200]
    """
    return min(5000 << min(tries, 20) - 1, 7_200_000)


async def _run(one: Repeated) -> None:
    while True:
        await asyncio.sleep(one.seconds)
        try:
            async with asyncio.timeout(LONGEST):
                await one.run()
        except Exception as wrong:  # noqa: BLE001  # it is tried again at its time
            _log.error("%s failed: %s", one.name, type(wrong).__name__)  # a trace may hold PHI
