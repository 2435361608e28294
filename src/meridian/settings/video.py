"""What carries video visits: relays, and the gateway of those of more than two."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from meridian.settings.wrong import BadSettings

LONGEST_RELAY = 3600
"""Seconds that credentials for the relay may live at most, as the threat model fixes it."""


@dataclass(frozen=True, slots=True)
class Turn:
    """
    Relays (coturn) for calls that find no direct way.

    Args:
        hosts: Their names or addresses, the best first.
        port: For UDP and TCP.
        tls_port: For TLS; 443, since some networks let nothing else through.
        secret: Name in the vault of the secret shared with them.
        ttl: Seconds that credentials live.

    Raises:
        BadSettings: If credentials were to live for longer than an hour, or for no time.
    """

    hosts: tuple[str, ...]
    port: int = 3478
    tls_port: int = 443
    secret: str = "turn/secret"  # noqa: S105  # the name of a secret, not a secret
    ttl: int = 600

    def __post_init__(self) -> None:
        if not 0 < self.ttl <= LONGEST_RELAY:
            raise BadSettings(f"settings.toml, [turn]: ttl is to be from 1 to {LONGEST_RELAY} seconds")


@dataclass(frozen=True, slots=True)
class Janus:
    """
    A gateway (Janus) for visits of more than two.

    Args:
        url: Its HTTP API, which only this server reaches; without TLS on this machine only.
        path: Where browsers find its websocket, on our own origin; the reverse proxy leads there.
        admin_key: Name in the vault of the key that makes rooms.
        token_secret: Name in the vault of the secret that signs tokens.
        recordings: Folder where it writes what it records and this server reads it; empty: it records nothing.

    Raises:
        BadSettings: If the address is another machine's and lacks TLS.
    """

    url: str = "http://127.0.0.1:8088/janus"
    path: str = "/media/"
    admin_key: str = "janus/admin-key"
    token_secret: str = "janus/token-secret"  # noqa: S105  # the name of a secret, not a secret
    recordings: str = ""

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme != "https" and (parts.scheme, parts.hostname) not in _ON_THIS_MACHINE:
            raise BadSettings("settings.toml, [janus]: url is to be https unless it is this machine's")


_ON_THIS_MACHINE = {("http", name) for name in ("127.0.0.1", "::1", "localhost")}
