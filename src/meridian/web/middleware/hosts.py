"""Which hosts are served, so that a forged Host can neither poison a link nor rebind a name to us."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from meridian.web.faults import Misdirected

LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})


class Hosts:
    """The host names served here; ports do not matter."""

    __slots__ = ("_known", "_names")

    def __init__(self, public_origin: str, names: Iterable[str] = ()) -> None:
        own = urlsplit(public_origin).hostname or ""
        self._names = LOCAL | {own.lower()} | {name.lower() for name in names}
        self._known: set[str] = set()

    def check(self, host: str) -> None:
        """
        Let a served *host* (as in the Host header) pass.

        Raises:
            Misdirected: If it is none of ours (RFC 9110 section 15.5.20).
        """
        if host in self._known:
            return
        name, _, port = host.lower().rpartition(":") if _has_port(host) else (host.lower(), "", "")
        if name not in self._names or (port and not port.isdigit()):
            raise Misdirected("This host name is not served here")
        if len(self._known) < 64:  # noqa: PLR2004  # names by ports really seen
            self._known.add(host)


def _has_port(host: str) -> bool:
    return ":" in host and not host.endswith("]")
