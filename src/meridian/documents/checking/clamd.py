"""
ClamAV's daemon, asked over its socket by INSTREAM: the bytes go there in pieces, and only its verdict comes back.

Source: clamd(8), section COMMANDS.
"""

import asyncio
import re
from collections.abc import AsyncIterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

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
                reader, writer = await self._connected()
                try:
                    return await _conversation(reader, writer, command, pieces)
                finally:
                    writer.close()
                    with suppress(OSError):
                        await writer.wait_closed()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as wrong:
            raise Unavailable("The virus scanner does not answer") from wrong

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self.address.startswith("/"):
            return await asyncio.open_unix_connection(self.address)
        host, _, port = self.address.rpartition(":")
        return await asyncio.open_connection(host.strip("[]"), int(port))


async def _conversation(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, command: bytes, pieces: AsyncIterable[bytes] | None
) -> str:
    writer.write(command)
    answer = asyncio.ensure_future(reader.read(_LONGEST))  # it may come in the middle, and the daemon hang up then
    try:
        if pieces is not None:
            await _sent(writer, pieces, answer)
        said = await answer
    finally:
        answer.cancel()
    return said.rstrip(b"\0\n").decode("utf-8", "replace")


async def _sent(writer: asyncio.StreamWriter, pieces: AsyncIterable[bytes], answer: "asyncio.Future[bytes]") -> None:
    with suppress(ConnectionError):
        async for piece in pieces:
            if answer.done():
                return
            writer.write(len(piece).to_bytes(4, "big") + piece)
            await writer.drain()
        writer.write(bytes(4))
        await writer.drain()


def present() -> str:
    """The socket of a daemon on this machine; empty when there is none."""
    return next((path for path in SOCKETS if Path(path).is_socket()), "")
