"""
The sockets and what is counted of them; only a server has them.

What features add to the sockets stands here: their events, their feeds, and whom they let in.
"""

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry

from meridian.app import adapters
from meridian.app.offers import FEEDS
from meridian.identity.facts import Identity
from meridian.realtime import server
from meridian.realtime.visits import Visits
from meridian.telehealth.metrics import Figures
from meridian.web import faults

if TYPE_CHECKING:
    from meridian.app.house import House


def live(house: "House", figures: CollectorRegistry) -> server.Live:
    """The sockets of a server, which count into *figures*."""

    async def portrait(identity: Identity) -> str:
        return (await house.identity.signed_in.portrait(identity)).name

    async def organisation(org: int) -> str:
        return (await house.servant(org)).subject.organisation

    settings = house.settings
    calls = Visits(house.telehealth, house.chart, organisation, FEEDS, Figures(figures))
    return server.Live(
        server.Ground(
            recognise=house.identity.recognise,
            rests=house.identity.rests,
            portrait=portrait,
            chart=house.chart,
            code_of=lambda fault: faults.face(fault).code,
            origin=settings.public_origin,
            checks=FEEDS,
            guests=calls.guest,
            features=(calls,),
            redis=adapters.redis(settings, house.secrets),
            prefix=adapters.channel(settings),
            limits=server.Limits(per_address=settings.sockets_per_address),
        )
    )
