"""
The clinic's diary beside the records: who is taken when, and links of reminders.

Being taken says nothing of by whom, so whoever may look at schedules may ask. A link is found by its token alone, for
somebody who is not signed in; what it then does is done through a chart, as everything is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from meridian.access.interaction import Interaction
from meridian.access.work import Plan, Work
from meridian.clock import Clock
from meridian.clock import now as real_now
from meridian.store import appointment_links, bookings
from meridian.store.appointment_links import Link
from meridian.store.bookings import Claim, Taken, is_room, milliseconds, taken
from meridian.store.engine import Engine

__all__ = [
    "Claim",
    "Diary",
    "Link",
    "Taken",
    "busy",
    "is_room",
    "keep_link",
    "milliseconds",
    "take_in",
    "taken",
    "use_link",
]


def busy(work: Work, actors: Sequence[str], start: int, end: int, but: str = "") -> Plan[list[Claim]]:
    """
    What keeps *actors* (as `Practitioner/x`) from start to end (ms since the epoch), but for one Appointment's claims.

    Raises:
        Forbidden: If the role may not look at schedules.
    """
    work._allow(Interaction.SEARCH, "Schedule")  # noqa: SLF001  # a step of `Work`, kept beside its only use
    return (yield from bookings.busy(work.subject.org, actors, start, end, now=work.now, but=but))


def take_in(work: Work, after: int) -> Plan[Taken]:
    """Have Appointments from before there were claims take their time, some at a turn; *after* the turn before."""
    work._allow(Interaction.UPDATE, "Appointment")  # noqa: SLF001  # as above
    keyring = work._door.records.kit.keyring  # noqa: SLF001  # as above
    return (yield from bookings.take_in(keyring, work.subject.org, work.now, after))


def keep_link(work: Work, digest: bytes, appointment: str, starts: int, expires: int) -> Plan[None]:
    """One more link to an Appointment of the subject's organisation, by the SHA-256 of its token."""
    work._allow(Interaction.UPDATE, "Appointment")  # noqa: SLF001  # as above
    yield from appointment_links.keep(digest, work.subject.org, appointment, starts, expires)


def use_link(work: Work, digest: bytes, action: str) -> Plan[bool]:
    """Use a link, in the transaction of what it does; false when it was used so before, or has ended."""
    work._allow(Interaction.UPDATE, "Appointment")  # noqa: SLF001  # as above
    return (yield from appointment_links.use(digest, action, work.now))


@dataclass(frozen=True, slots=True)
class Diary:
    """What of the diary is asked across organisations and on nobody's behalf: codes and ids only."""

    engine: Engine
    clock: Clock = real_now

    async def link(self, digest: bytes) -> Link | None:
        """The link whose token has that SHA-256."""
        return await self.engine.read(lambda: appointment_links.find(digest))

    async def ended_holds(self) -> list[tuple[int, str]]:
        """Organisation and Appointment of holds that have ended and are still there."""
        now = self.clock()
        return await self.engine.read(lambda: bookings.ended_holds(now))

    async def sweep(self) -> None:
        """Forget links that have ended."""
        now = self.clock()
        await self.engine.write(lambda: appointment_links.sweep(now))
