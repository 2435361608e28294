"""
What the gateway recorded becomes documents, and leaves the gateway's folder.

Janus writes it there in the clear, so it is not to lie there for longer than the visit. Nobody has to be told that it
is there: every few seconds somebody looks, and takes what belongs to a room that is not recorded any more, whoever
ended that and however. A track leaves the folder only once its document is durable, and a document that is there is
not made again, so it does not matter when the one who takes it dies.

One folder is one room's, named by the organisation, the visit and the room's number (`Room.label`).
"""

import fcntl
import logging
import os
import shutil
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final, TypeAlias

from meridian.access.chart import Chart
from meridian.access.tapes import Tape
from meridian.access.video_visits import Calls, Visit
from meridian.access.work import Plan, Work
from meridian.faults import Unavailable
from meridian.telehealth import appointments, states
from meridian.telehealth.media import tracks
from meridian.telehealth.media.port import Media, Room, labelled
from meridian.telehealth.media.tracks import Take

FILE: Final = "video/$file-recording"
QUIET: Final = 60.0
"""Seconds without a write after which a file is whole, though Janus did not get to give it its name."""
KEPT_YEARS: Final = 6
"""How long a recording is kept, house policy: as long as 45 CFR 164.316(b)(2)(i) asks of what is documented."""
GIVEN_UP: Final = 7 * 24 * 3600.0
"""Seconds after which what cannot be taken is destroyed: it lies there in the clear. `meridian doctor` warns before."""
EVERY: Final = 10.0
"""Seconds between two looks."""
_WORK: Final = "made"

_log = logging.getLogger("meridian.telehealth")


Keep: TypeAlias = Callable[[Chart, Tape, Path], Awaitable[object]]
"""Makes a document of a file, unless there is one of that identifier; durable when it returns."""


@dataclass(frozen=True, slots=True)
class Tapes:
    """
    Takes recordings from a gateway.

    Args:
        folder: Where it writes.
        gateway: The gateway.
        calls: Tells how visits stand.
        servant: The door for the platform itself, in an organisation.
        keep: What becomes of a recording.
    """

    folder: Path
    gateway: Media
    calls: Calls
    servant: Callable[[int], Awaitable[Chart]]
    keep: Keep

    async def sweep(self) -> None:
        """Take what is there to be taken; what cannot be now is left for the next time, and said in the log."""
        for place, room in rooms(self.folder):
            try:
                with _alone(place) as mine:
                    if mine and not await self._goes_on(room):
                        await self._take(place, room)
            except Exception as wrong:  # noqa: BLE001  # whatever it is with this one, the others are taken
                _log.error("a recording cannot be taken from the gateway: %s", type(wrong).__name__)
                _destroy_old(place)

    async def _goes_on(self, room: Room) -> bool:
        """Whether the room is recorded still, by what the database says."""
        visit = await self.calls.visit(room.org, room.visit)
        return visit is not None and states.taped(visit) and visit.room == room.number

    async def _take(self, place: Path, room: Room) -> None:
        try:
            await self.gateway.stop_recording(room)  # whoever ended it may not have got so far
            await self.gateway.close(room)
        except Unavailable:  # what it wrote is there all the same
            _log.warning("the gateway does not answer: what it recorded is taken once it is quiet")
        if _written(place):
            return
        chart = await self.servant(room.org)
        about = await self._about(chart, room)
        for take in tracks.takes(place):
            await self._keep(chart, place, room, about, take)
        shutil.rmtree(place)

    async def _about(self, chart: Chart, room: Room) -> tuple[Visit, str]:
        """The visit, and its patient's logical id."""
        visit = await self.calls.visit(room.org, room.visit) or Visit(room.visit)

        def plan(work: Work) -> Plan[str]:
            return appointments.patient_of((yield from appointments.of(work, room.visit)))

        return visit, await chart.consult(FILE, plan, what=f"Appointment/{room.visit}")

    async def _keep(self, chart: Chart, place: Path, room: Room, about: tuple[Visit, str], take: Take) -> None:
        visit, patient = about
        work = place / _WORK
        shutil.rmtree(work, ignore_errors=True)  # of somebody who died over it
        work.mkdir(mode=0o700)
        part = next((one.part for one in visit.people if one.id == take.person), "somebody")
        day = datetime.fromtimestamp(take.began / 1000, UTC).date()
        for path in await tracks.playable(take, work):
            ending = path.suffix
            tape = Tape(
                identifier=f"{room.label}/{take.person}/{path.name}",
                name=f"visit-{day}-{part}{'.mjr' if ending == tracks.UNDER_WAY else ending}",
                title=f"Recording of the video visit: {part}",
                media=tracks.MEDIA[ending],
                patient=patient,
                encounter=visit.encounter,
                consent=visit.consent,
                until=until(day).isoformat(),
            )
            await self.keep(chart, tape, path)
        for track in take.tracks:
            track.path.unlink()


def rooms(folder: Path) -> Iterator[tuple[Path, Room]]:
    """The folders of recorded rooms, with their rooms."""
    if folder.is_dir():
        for place in sorted(folder.iterdir()):
            room = labelled(place.name)
            if room is not None and place.is_dir():
                yield place, room


def until(day: date) -> date:
    """
    The last day that what was recorded on *day* is kept.

    >>> until(date(2028, 2, 29))
    datetime.date(2034, 2, 28)
    """
    return date(day.year + KEPT_YEARS, day.month, min(day.day, 28) if day.month == 2 else day.day)  # noqa: PLR2004  # February


@contextmanager
def _alone(place: Path) -> Iterator[bool]:
    """Whether nobody else takes from the folder; other processes are kept out until this is done, however it ends."""
    handle = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(handle)


def waiting(place: Path) -> float:
    """Seconds for which what is in a room's folder has been there unchanged."""
    newest = max((path.stat().st_mtime for path in place.glob("*.mjr*")), default=time.time())
    return max(0.0, time.time() - newest)


def _written(place: Path) -> bool:
    """Whether a file of the room is being written."""
    unnamed = [path for path in place.iterdir() if path.suffix == tracks.UNDER_WAY]
    return any(time.time() - path.stat().st_mtime < QUIET for path in unnamed)


def _destroy_old(place: Path) -> None:
    if waiting(place) > GIVEN_UP:
        _log.error("a recording that could not be taken for a week is destroyed")
        shutil.rmtree(place, ignore_errors=True)
