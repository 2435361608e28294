"""Running MariaDB's own programs: what they write is passed on piece by piece, and a failure says why."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterable, AsyncIterator, Sequence

from meridian.faults import Unavailable

PIECE = 2**20
_TAIL = 8000


async def output(arguments: Sequence[str]) -> AsyncIterator[bytes]:
    """
    What a program writes.

    Raises:
        Unavailable: If it fails, at the end: so nothing of it counts before that.
    """
    process = await _started(arguments)
    if process.stdout is None or process.stderr is None:
        raise Unavailable("A program gave no output")
    complaints = asyncio.create_task(_tail(process.stderr))
    try:
        while piece := await process.stdout.read(PIECE):
            yield piece
        await _ended(process, arguments, await complaints)
    finally:
        complaints.cancel()
        if process.returncode is None:
            process.kill()
            await process.wait()


async def run(arguments: Sequence[str], given: AsyncIterable[bytes] | None = None) -> None:
    """
    Run a program to its end, with what it is *given* on its standard input.

    Raises:
        Unavailable: If it fails.
    """
    process = await _started(arguments, given is not None)
    if process.stdout is None or process.stderr is None:
        raise Unavailable("A program gave no output")
    said, complaints = asyncio.create_task(_tail(process.stdout)), asyncio.create_task(_tail(process.stderr))
    try:
        if given is not None and process.stdin is not None:
            with contextlib.suppress(ConnectionError):  # it has ended early, and says why
                async for piece in given:
                    process.stdin.write(piece)
                    await process.stdin.drain()
            process.stdin.close()
        await said
        await _ended(process, arguments, await complaints)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _started(arguments: Sequence[str], with_input: bool = False) -> asyncio.subprocess.Process:  # noqa: FBT001, FBT002  # private, of one caller
    return await asyncio.create_subprocess_exec(
        *arguments,
        stdin=asyncio.subprocess.PIPE if with_input else asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"TZ": "UTC"},
    )


async def _tail(stream: asyncio.StreamReader) -> str:
    """The last that it says; the rest is thrown away, so that a talkative program holds no memory."""
    tail = b""
    while piece := await stream.read(65536):
        tail = (tail + piece)[-_TAIL:]
    return tail.decode(errors="replace").strip()


async def _ended(process: asyncio.subprocess.Process, arguments: Sequence[str], complaints: str) -> None:
    if await process.wait():
        raise Unavailable(f"{arguments[0].rpartition('/')[2]} failed: {_reason(complaints)}")


def _reason(complaints: str) -> str:
    """The first line that says what is wrong; those after it say what follows from that."""
    lines = complaints.splitlines() or ["no reason given"]
    return next((line for line in lines if "[ERROR]" in line), lines[-1])
