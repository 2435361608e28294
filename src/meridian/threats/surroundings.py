"""What stands around a deployment, by its settings: where its figures and its relay are, and what opens them."""

import time
from typing import TYPE_CHECKING, NamedTuple

from meridian.faults import NotFound
from meridian.telehealth.turn import credentials

if TYPE_CHECKING:
    from meridian.settings import Settings
    from meridian.vault.secrets import Vault

HOUR = 3600


class Surroundings(NamedTuple):
    """
    What an attacker is told.

    Args:
        places: `metrics`, an address; `turn`, host and port.
        secrets: What honest users of these have, by the same names; `turn-expired` has ended an hour ago.
    """

    places: dict[str, str]
    secrets: dict[str, str]


def surroundings(settings: "Settings", vault: "Vault") -> Surroundings:
    """Of the deployment with these *settings*; what it does not have is left out."""
    found = Surroundings({}, {})
    try:
        if settings.metrics_port:
            found.secrets["metrics"] = vault.get(settings.metrics.secret).reveal()
            found.places["metrics"] = f"http://127.0.0.1:{settings.metrics_port}"
        if settings.turn is not None:
            shared = vault.get(settings.turn.secret).reveal()
            found.secrets["turn"] = _pair(shared, int(time.time()))
            found.secrets["turn-expired"] = _pair(shared, int(time.time()) - 2 * HOUR)
            found.places["turn"] = f"{settings.turn.hosts[0]}:{settings.turn.port}"
    except NotFound:
        pass  # the attacks that need it say that they were not run
    return found


def _pair(secret: str, now: int) -> str:
    made = credentials(secret, "verification", now=now, ttl=HOUR)
    return f"{made.username} {made.password}"
