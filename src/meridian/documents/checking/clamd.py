"""
ClamAV's daemon, asked over its socket by INSTREAM: the bytes go there in pieces, and only its verdict comes back.

Source: clamd(8), section COMMANDS.
"""

import asyncio
import re
import socket
from collections.abc import AsyncIterable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from meridian.faults import Unavailable

SOCKETS = ("/run/clamav/clamd.ctl", "/var/run/clamav/clamd.ctl", "/run/clamd.scan/clamd.sock")
"""Where distributions put it."""
_SECONDS = 90.0
_LONGEST = 4096
_FOUND = re.compile(r"stream: (.{1,200}) FOUND")


class TooBig(Unavailable):
    """The daemon takes no files of that size: its StreamMaxLength is lower than ours."""


@dataclass(frozen=True, slots=True)
class Clamd:
    """
    A daemon at *address*: the path of its socket, or `host:port`.

    Raises (from every method): `Unavailable` when it does not answer, or not as clamd does.
    """

    address: str

    async def version(self) -> str:
        """As `ClamAV 1.4.3/27500`: program and signatures."""
        said = await self._ask(b"zVERSION\0", None)
        if not said.startswith("ClamAV"):
            raise Unavailable("The virus scanner does not answer as one")
        return "/".join(said.split("/")[:2])[:80]

    async def harm(self, pieces: AsyncIterable[bytes]) -> str:
        """The name of what was found in *pieces*; empty when nothing was."""
        said = await self._ask(b"zINSTREAM\0", pieces)
        if said == "stream: OK":
            return ""
        if found := _FOUND.fullmatch(said):
            return found[1]
        if "size limit exceeded" in said:
            raise TooBig("The virus scanner takes no files of this size: raise its StreamMaxLength")
        raise Unavailable("The virus scanner could not say")

    async def _ask(self, command: bytes, pieces: AsyncIterable[bytes] | None) -> str:
        try:
            async with asyncio.timeout(_SECONDS):
                with closing(await self._connected()) as line:
                    return await _conversation(line, command, pieces)
        except (OSError, TimeoutError) as wrong:
            raise Unavailable("The virus scanner does not answer") from wrong

    async def _connected(self) -> socket.socket:
        """
        A connection of ours alone.

        asyncio's streams drop what has come and was not read yet when a write fails, which is how a daemon that takes
        no more says why.
        """
        loop = asyncio.get_running_loop()
        if self.address.startswith("/"):
            return await _opened(loop, socket.AF_UNIX, self.address)
        host, _, port = self.address.rpartition(":")
        found = await loop.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)
        return await _opened(loop, found[0][0], found[0][4])


async def _opened(loop: asyncio.AbstractEventLoop, family: int, where: Any) -> socket.socket:
    line = socket.socket(family, socket.SOCK_STREAM)
    line.settimeout(0)  # not blocking, as the loop wants it
    try:
        await loop.sock_connect(line, where)
    except BaseException:
        line.close()
        raise
    return line


async def _conversation(line: socket.socket, command: bytes, pieces: AsyncIterable[bytes] | None) -> str:
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(line, command)
    answer = asyncio.ensure_future(loop.sock_recv(line, _LONGEST))  # it may come in the middle, and the line end then
    try:
        if pieces is not None:
            await _sent(line, pieces, answer)
        said = await answer
    finally:
        answer.cancel()
    return said.rstrip(b"\0\n").decode("utf-8", "replace")


async def _sent(line: socket.socket, pieces: AsyncIterable[bytes], answer: "asyncio.Future[bytes]") -> None:
    loop = asyncio.get_running_loop()
    with suppress(ConnectionError):
        async for piece in pieces:
            if answer.done():
                return
            await loop.sock_sendall(line, len(piece).to_bytes(4, "big") + piece)
        await loop.sock_sendall(line, bytes(4))


def present() -> str:
    """The socket of a daemon on this machine; empty when there is none."""
    return next((path for path in SOCKETS if Path(path).is_socket()), "")
