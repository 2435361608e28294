"""The house's downtime packets."""

from typing import TYPE_CHECKING

from meridian import clock
from meridian.ops.downtime.keeping import Packets

if TYPE_CHECKING:
    from meridian.app.house import House


def packets(house: "House") -> Packets | None:
    """Made and deleted as the settings say; `None` where they say nothing."""
    settings = house.settings.downtime
    if settings is None:
        return None
    return Packets(settings, house.servant, house.identity.administration.organisations, house.secrets, clock.now)
