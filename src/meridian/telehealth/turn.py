"""
Credentials for the relay (coturn) that live for minutes and name nobody.

The relay shares a secret with us and no database: a user name says until when it is good, and its password is the
user name's HMAC under that secret (TURN REST API, draft-uberti-behave-turn-rest-00 section 2.2). Such a pair cannot be
taken back, so it is made when somebody is admitted, lives for ten minutes, and is made anew before that for those who
are still in the visit.
"""

import base64
import hmac
import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from meridian import clock as clocks
from meridian.clock import Clock
from meridian.faults import NotFound, Unavailable
from meridian.settings import LONGEST_RELAY, Turn

if TYPE_CHECKING:
    from meridian.vault.secrets import Vault

PARTICIPANT = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""An id that says nothing; a colon would end the time before it."""

_log = logging.getLogger("meridian.telehealth")


@dataclass(frozen=True, slots=True)
class Credentials:
    """
    A user name and a password for the relay.

    Args:
        username: `<unix seconds of its end>:<participant>`.
        password: Base64 of the user name's HMAC-SHA-1; not shown.
        expires: Unix seconds.
    """

    username: str
    password: str
    expires: int

    def __repr__(self) -> str:
        return f"Credentials(expires={self.expires})"


@dataclass(frozen=True, slots=True)
class Ice:
    """
    What a browser connects by.

    Args:
        servers: As RTCIceServer (w3.org/TR/webrtc, section 4.2.4), one for each way to each relay; none: only the
            addresses that the browser has itself.
        expires: Unix seconds until which they are good; 0 when there are none.
    """

    servers: tuple[dict[str, Any], ...] = ()
    expires: int = 0

    @property
    def relayed(self) -> bool:
        """Whether there is a relay; without one the device test says so, and strict networks cannot be reached."""
        return bool(self.servers)


def credentials(secret: str, participant: str, *, now: int, ttl: int) -> Credentials:
    """
    Credentials for *participant* that end *ttl* seconds after *now* (unix seconds).

    >>> credentials("north", "p1", now=1000, ttl=600).username
    '1600:p1'

    Raises:
        ValueError: If they were to live for longer than an hour, or the id could be taken for something else.
    """
    if not 0 < ttl <= LONGEST_RELAY:
        raise ValueError(f"Credentials live from 1 to {LONGEST_RELAY} seconds")
    if not PARTICIPANT.fullmatch(participant):
        raise ValueError("A participant's id is 1 to 64 letters, digits, _ and -")
    username = f"{now + ttl}:{participant}"
    digest = hmac.digest(
        secret.encode(), username.encode(), "sha1"
    )  # the scheme's own; HMAC does not lean on collisions
    return Credentials(username, base64.b64encode(digest).decode(), now + ttl)


def servers(turn: Turn, pair: Credentials) -> tuple[dict[str, Any], ...]:
    """The ways to every relay: UDP, TCP, and TLS for networks that let nothing else through; the best first."""
    return tuple(
        {"urls": [url], "username": pair.username, "credential": pair.password}
        for urls in zip(*(_urls(turn, host) for host in turn.hosts), strict=True)
        for url in urls
    )


def _urls(turn: Turn, host: str) -> tuple[str, str, str]:
    """RFC 7065, section 3.1."""
    name = f"[{host}]" if ":" in host else host
    return (
        f"turn:{name}:{turn.port}?transport=udp",
        f"turn:{name}:{turn.port}?transport=tcp",
        f"turns:{name}:{turn.tls_port}?transport=tcp",
    )


@dataclass(frozen=True, slots=True)
class Relays:
    """
    The relays of this installation.

    Args:
        turn: Where they are; `None` when there are none.
        secrets: The vault.
        clock: What time it is.
    """

    turn: Turn | None
    secrets: "Vault"
    clock: Clock = clocks.now

    def ice(self, participant: str) -> Ice:
        """
        What *participant* (an id that says nothing) connects by from now on.

        Without a relay, or without the secret it shares with us, calls go directly or not at all: that is better than
        no call, and `Ice.relayed` says it.
        """
        if self.turn is None or not self.turn.hosts:
            return Ice()
        try:
            secret = self.secrets.get(self.turn.secret).reveal()
        except (NotFound, Unavailable):
            _log.error("relays cannot be used: the vault lacks %s", self.turn.secret)
            return Ice()
        pair = credentials(secret, participant, now=self.clock() // 1000, ttl=self.turn.ttl)
        return Ice(servers(self.turn, pair), pair.expires)
