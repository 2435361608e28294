"""What the device test needs before anybody is let in: relays for a minute, for who has a part in an open visit."""

import secrets
from dataclasses import replace
from typing import Final

from meridian.access.chart import Chart
from meridian.access.work import Plan, Work
from meridian.telehealth import appointments
from meridian.telehealth.turn import Ice
from meridian.telehealth.ways import Parts

TRY: Final = "video/$device"
SECONDS: Final = 60
"""That credentials of a test live; none of them is let in by that, for nobody tells them of anybody to reach."""


async def ice(parts: Parts, chart: Chart, visit: str) -> Ice:
    """
    Relays to try.

    Raises:
        NotFound: If the visit is none of the subject's.
        Conflict: If its doors are closed.
    """

    def plan(work: Work) -> Plan[None]:
        appointment, _ = yield from appointments.taking_part(work, visit)
        appointments.refuse_closed(appointment, work.now)

    await chart.consult(TRY, plan, what=f"Appointment/{visit}")
    relays = parts.relays
    brief = relays.turn and replace(relays.turn, ttl=SECONDS)
    return replace(relays, turn=brief).ice(f"test-{secrets.token_hex(4)}")
