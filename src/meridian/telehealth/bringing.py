"""
A recording of two is made by a browser, which sends it part by part and by the way every file comes in.

Only a host brings it, who was inside while it was recorded, of a visit whose people all said yes. The server takes
their word that it is what was recorded then, as it takes it of every document; a gateway's needs no such word.
"""

from datetime import UTC, datetime
from typing import Final

from meridian.access import video_visits
from meridian.access.chart import Chart
from meridian.access.tapes import Tape
from meridian.access.video_visits import Visit
from meridian.access.work import Plan, Work
from meridian.faults import Conflict, Forbidden
from meridian.telehealth import appointments
from meridian.telehealth.recording import until
from meridian.telehealth.states import HOST

BRING: Final = "video/$bring-recording"
WITHIN: Final = 24 * 3600 * 1000
"""After the recording was started; what comes later was not made then."""
MEDIA: Final = "video/webm"


async def tape(chart: Chart, visit: str, take: str, part: int) -> Tape:
    """
    What a part of the recording is to be kept as; one of that take and number is kept once.

    Args:
        chart: Whose browser made it.
        visit: Of which visit.
        take: Names one stretch that a page recorded: a page that is loaded again counts its parts from 1 again.
        part: From 1.

    Raises:
        NotFound: If the visit is none of the subject's.
        Forbidden: If they are no host who was inside.
        Conflict: If no browser recorded it, or it is too late.
    """

    def plan(work: Work) -> Plan[Tape]:
        appointment, as_what = yield from appointments.taking_part(work, visit)
        present = yield from _recorded(work, visit, as_what)
        started = datetime.fromtimestamp(present.recorded / 1000, UTC)
        return Tape(
            identifier=f"{work.subject.org}.{visit}.{present.recorded}/browser/{take}/{part}",
            name=f"visit-{started.date()}-{take}-{part}.webm",
            title=f"Recording of the video visit, part {part}",
            media=MEDIA,
            patient=appointments.patient_of(appointment),
            encounter=present.encounter,
            consent=present.consent,
            until=until(started.date()).isoformat(),
        )

    return await chart.consult(BRING, plan, what=f"Appointment/{visit}")


def _recorded(work: Work, visit: str, as_what: str) -> Plan[Visit]:
    present = yield from video_visits.find(work, visit)
    me = next((one for one in present.people if one.who == appointments.me(work)), None) if present else None
    if as_what != HOST or present is None or me is None:
        raise Forbidden("Only a host who was in the visit may bring its recording")
    if present.recorder != "browser" or work.now >= present.recorded + WITHIN:
        raise Conflict("No browser has recorded this visit lately")
    return present
