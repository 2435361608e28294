"""What is held back for a moment is neither lost, nor late, nor out of order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from meridian.web.cork import MOST_HELD, Cork


class _Peer(asyncio.Protocol):
    """A server's side of a connection, whose transport is corked."""

    def __init__(self) -> None:
        self.made: asyncio.Future[Cork] = asyncio.get_running_loop().create_future()
        self.paused = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.made.set_result(Cork(transport, asyncio.get_running_loop()))

    def pause_writing(self) -> None:
        self.paused = True


@asynccontextmanager
async def _connection() -> AsyncIterator[tuple[_Peer, Cork, asyncio.StreamReader]]:
    peer = _Peer()
    server = await asyncio.get_running_loop().create_server(lambda: peer, "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        cork = await peer.made
        try:
            yield peer, cork, reader
        finally:
            cork.close()
            writer.close()
            await writer.wait_closed()


@pytest.mark.anyio
async def test_a_turns_writes_leave_in_their_order() -> None:
    async with _connection() as (_, cork, reader):
        for part in (b"head ", b"body ", b""):
            cork.write(part)
        assert await reader.readexactly(10) == b"head body "


@pytest.mark.anyio
async def test_a_head_without_a_body_leaves_when_the_turn_ends() -> None:
    async with _connection() as (_, cork, reader):
        cork.write(b"head")
        assert await asyncio.wait_for(reader.readexactly(4), 5) == b"head"


@pytest.mark.anyio
async def test_closing_sends_first_what_is_held_back() -> None:
    async with _connection() as (_, cork, reader):
        cork.write(b"last words")
        cork.close()
        assert await reader.read() == b"last words"


@pytest.mark.anyio
async def test_nothing_is_written_after_closing() -> None:
    async with _connection() as (_, cork, reader):
        cork.close()
        cork.write(b"too late")
        assert await reader.read() == b""


@pytest.mark.anyio
async def test_who_writes_much_in_one_turn_is_told_to_wait() -> None:
    async with _connection() as (peer, cork, reader):
        written = 0
        while not peer.paused:
            cork.write(b"x" * MOST_HELD)
            written += MOST_HELD
            assert written < 256 * MOST_HELD
        assert await reader.readexactly(written) == b"x" * written
