"""
The allow-list, enforced on the socket.

A name is resolved here, every address it has is judged, and the connection is made to the address that was judged: no
second look-up lies between the check and the connection, so a name that changes its mind (DNS rebinding) gains nothing.
TLS is verified against the name; proxies of the environment are not heard, and redirects are not followed by anybody
above.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import httpcore

from meridian.medications.partners.allowed import NotAllowed, Resolve, Rules, resolve


class Guarded(httpcore.AsyncNetworkBackend):
    """
    Opens connections that `Rules` allow, and no others.

    Args:
        rules: What may be reached.
        resolver: Gives the addresses of a name.
        backend: Opens the sockets.
    """

    def __init__(
        self, rules: Rules, resolver: Resolve = resolve, backend: httpcore.AsyncNetworkBackend | None = None
    ) -> None:
        self._rules = rules
        self._resolve = resolver
        self._backend = backend or httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to an address that was judged."""
        self._rules.host(host)
        addresses = await self._addresses(host, port)
        for address in addresses:
            self._rules.address(address)  # all of them: a name with one bad address is a bad name
        stream = await self._backend.connect_tcp(addresses[0], port, timeout, local_address, socket_options)
        try:
            self._rules.address(stream.get_extra_info("server_addr")[0])  # what the socket itself says
        except NotAllowed:
            await stream.aclose()
            raise
        return stream

    async def _addresses(self, host: str, port: int) -> Sequence[str]:
        try:
            found = await self._resolve(host, port)
        except OSError as wrong:
            raise httpcore.ConnectError("the name is not known") from wrong
        if not found:
            raise httpcore.ConnectError("the name has no address")
        return found

    async def connect_unix_socket(
        self,
        path: str,  # noqa: ARG002  # httpcore's signature
        timeout: float | None = None,  # noqa: ARG002, ASYNC109  # likewise
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002  # likewise
    ) -> httpcore.AsyncNetworkStream:
        """Never."""
        raise NotAllowed("no local sockets")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._backend.sleep(seconds)
