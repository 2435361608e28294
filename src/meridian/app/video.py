"""Video visits: the steps of the features that meet in one, and what becomes of a recording."""

from pathlib import Path

from meridian import clock as clocks
from meridian.access.chart import Chart
from meridian.access.files import Files
from meridian.access.tapes import Tape
from meridian.access.video_visits import Calls
from meridian.access.work import Resource, Work
from meridian.charting import encounters
from meridian.clock import Clock
from meridian.documents import recordings
from meridian.patients import consents
from meridian.scheduling import visits
from meridian.store.engine import Engine
from meridian.store.plan import Plan
from meridian.telehealth import recording, ways
from meridian.telehealth.media.port import Media
from meridian.telehealth.turn import Relays


def video_visits(
    engine: Engine, relays: Relays, gateway: Media | None = None, *, clock: Clock = clocks.now
) -> ways.Parts:
    """What video visits are made of."""
    steps = ways.Ways(
        arrive=visits.arrive,
        begin=_begun,
        absent=visits.absent,
        moved=encounters.moved,
        agreed=consents.video_agreed,
        agree=consents.agree_to_video,
    )
    return ways.Parts(steps, Calls(engine, clock), relays, gateway)


def _begun(work: Work, visit: str) -> Plan[Resource]:
    return (yield from encounters.opened(encounters.Opening(visit))(work))


def kept(files: Files) -> recording.Keep:
    """What becomes of a recording: a document, with its bytes among *files*."""

    async def keep(chart: Chart, tape: Tape, source: Path) -> None:
        await recordings.keep(chart, files, tape, source)

    return keep
