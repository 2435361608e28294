"""What scheduling does later: offers of freed times, links of reminders, and the end of holds. All may happen twice."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from meridian.access.chart import Chart
from meridian.access.diary import Diary, Taken, take_in
from meridian.access.work import Plan, Work
from meridian.faults import Conflict, Gone
from meridian.scheduling import links, waiting

UNCLAIMED: Final = "appointments-unclaimed"
"""Topic: Appointments of an organisation may be there that were written before any took time (migration 0011)."""

_log = logging.getLogger("meridian.scheduling")


class Row(Protocol):
    """What is used of a row of the outbox, and of a notice made from one."""

    @property
    def org(self) -> int:
        """The organisation's number."""

    @property
    def what(self) -> str:
        """What about, as `Appointment/17`."""

    @property
    def said(self) -> Mapping[str, Any]:
        """Codes and references."""


@dataclass(frozen=True, slots=True)
class Jobs:
    """
    The work of scheduling that no request waits for.

    Args:
        servant: The door for the platform itself, in an organisation.
        diary: What is asked across organisations.
    """

    servant: Callable[[int], Awaitable[Chart]]
    diary: Diary

    async def freed(self, row: Row) -> None:
        """Offer a time that became free to the first on the wait list whom it suits (topic `appointment-freed`)."""
        said = row.said
        actors = tuple(said["actors"])
        chart = await self.servant(row.org)
        try:
            await chart.work(
                waiting.OFFER,
                lambda work: waiting.offer(work, said["start"], said["end"], said["service"], actors),
                what=row.what,
            )
        except Conflict:
            return  # somebody has taken it, or whoever waited does so no more and the next is asked when it is free

    async def claim(self, row: Row) -> None:
        """
        Have what was booked before any booking took time take its own (topic `UNCLAIMED`), some at a turn.

        Two that have one time from then both keep it: somebody has to say which of them is moved.
        """
        chart = await self.servant(row.org)
        after = int(row.said.get("after", 0))

        def plan(work: Work) -> Plan[Taken]:
            done = yield from take_in(work, after)
            if done.last:
                yield from work.emit(UNCLAIMED, row.what, said={"after": done.last})
            return done

        for clashing in (await chart.work("Appointment/$claim", plan)).clashing:
            _log.warning(
                "Appointment/%s has a time that another has too; it was booked before that was refused", clashing
            )

    async def mint(self, row: Row) -> str | None:
        """The path of a reminder's link; nothing when there is nothing to remind of."""
        chart = await self.servant(row.org)
        logical_id = row.what.removeprefix("Appointment/")
        try:
            return await chart.work(
                links.MINT, lambda work: links.mint(work, logical_id, dict(row.said)), what=row.what
            )
        except Gone:
            return None

    async def sweep(self) -> None:
        """End the holds whose time is over, and forget links that have ended."""
        for org, logical_id in await self.diary.ended_holds():
            await self._expire(org, logical_id)
        await self.diary.sweep()

    async def _expire(self, org: int, logical_id: str) -> None:
        chart = await self.servant(org)
        try:
            await chart.work(
                waiting.EXPIRE,
                lambda work: waiting.expire(work, logical_id),
                what=f"Appointment/{logical_id}",
            )
        except (Conflict, Gone):
            return  # it was booked, or taken away, meanwhile
