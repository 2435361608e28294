"""A reverse proxy of one's own, as production's: one origin, on which some paths lead elsewhere."""

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

_LARGEST = 64 * 1024


@dataclass(frozen=True)
class Front:
    """
    Where requests go.

    Args:
        behind: Port of the server.
        elsewhere: Ports by the beginning of a path; a connection stays where its first request went.
    """

    behind: int
    elsewhere: Mapping[str, int]
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, both ways, until either end closes it."""
        with suppress(OSError, EOFError):
            head = await reader.readuntil(b"\r\n")
            there, back = await asyncio.open_connection("127.0.0.1", self._port(head.decode("latin-1")), limit=_LARGEST)
            self._open.update((writer, back))
            back.write(head)
            await asyncio.gather(_pump(reader, back), _pump(there, writer))

    async def end(self, server: asyncio.Server) -> None:
        """No more connections, and none that lasts."""
        server.close()
        for writer in self._open:
            writer.transport.abort()
        await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}), return_exceptions=True)

    def _port(self, request: str) -> int:
        path = request.split(" ")[1]
        return next((port for start, port in self.elsewhere.items() if path.startswith(start)), self.behind)


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    try:
        while octets := await source.read(_LARGEST):
            sink.write(octets)
            await sink.drain()
    except OSError:
        return
    finally:
        sink.close()


@contextmanager
def front(port: int, behind: int, elsewhere: Mapping[str, int]) -> Iterator[None]:
    """A proxy on *port* of this machine, in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    made = Front(behind, elsewhere)
    began = asyncio.start_server(made.serve, "localhost", port, limit=_LARGEST)
    server = asyncio.run_coroutine_threadsafe(began, loop).result(10)
    try:
        yield
    finally:
        asyncio.run_coroutine_threadsafe(made.end(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
