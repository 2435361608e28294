"""
Somebody who follows a feed as a page does: asks after what came last, takes what is told once and in order, comes back.

Written from docs/live.md and not from the portal, so that both are seen to agree.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import WebSocketException

from meridian.testing.sockets import Refused, Socket

PAUSE = 0.05
"""Seconds between tries to come back."""
ASKS = 0.5
"""Seconds between questions while the server may not hear of everything; a page asks every five."""

Opens = Callable[[], AbstractAsyncContextManager[Socket]]


@dataclass
class Follower:
    """
    One page.

    Args:
        opens: Another socket each time.
        feed: Which.
        last: Number of what was taken last.
        taken: What was told, in the order in which a page would have shown it.
        doubled: What one socket was told twice.
        states: What was said of the line.
        resets: How often everything had to be read anew.
    """

    opens: Opens
    feed: str
    last: int = 0
    taken: list[dict[str, Any]] = field(default_factory=list)
    doubled: list[int] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    resets: int = 0
    socket: Socket | None = None
    _early: dict[int, dict[str, Any]] = field(default_factory=dict)
    _pushed: set[int] = field(default_factory=set)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _wants: bool = True

    @property
    def numbers(self) -> list[int]:
        """Of what was taken."""
        return [one["seq"] for one in self.taken]

    async def run(self) -> None:
        """Follow, until cancelled."""
        while True:
            try:
                async with self.opens() as socket:
                    await self._follow(socket)
            except (OSError, WebSocketException, Refused, TimeoutError):
                pass
            self.socket = None
            await asyncio.sleep(PAUSE)

    async def until(self, last: int, seconds: float = 60.0) -> None:
        """Wait until it has come so far."""
        async with asyncio.timeout(seconds):
            while self.last < last:
                self._news.clear()
                await self._news.wait()

    async def state(self, state: str, seconds: float = 30.0) -> None:
        """Wait until the server has said so of the line."""
        async with asyncio.timeout(seconds):
            while not self.states or self.states[-1] != state:
                self._news.clear()
                await self._news.wait()

    async def _follow(self, socket: Socket) -> None:
        self._pushed.clear()
        self._early.clear()
        self._wants = True
        self.states.append("ok")
        self.socket = socket
        socket.hears = self._hear
        while not socket.closed.is_set():
            if self._wants:
                await self._ask(socket)
            degraded = self.states[-1] == "degraded"
            try:
                await asyncio.wait_for(self._woken(socket), ASKS if degraded else 3600)
            except TimeoutError:
                self._wants = True

    async def _woken(self, socket: Socket) -> None:
        while not self._wants and not socket.closed.is_set():
            await socket.news()

    def _hear(self, event: str, body: Any) -> None:
        if event == "happened" and body["feed"] == self.feed:
            if body["seq"] in self._pushed:
                self.doubled.append(body["seq"])
            self._pushed.add(body["seq"])
            self._take([body])
            self._wants = self._wants or bool(self._early)
        elif event == "live":
            self.states.append(body["state"])
            self._wants = True
        self._news.set()

    async def _ask(self, socket: Socket) -> None:
        self._wants = False
        asked = self.last
        answer = await socket.say("feeds.sync", since={self.feed: asked})
        if not answer["ok"]:
            await asyncio.sleep(answer["error"].get("retry_after", PAUSE))
            self._wants = True
            return
        [caught] = answer["data"]["feeds"].values()
        if caught["reset"]:
            self.resets += 1
            self.last = caught["seq"]
        self._take(caught["events"])
        self._wants = self._wants or self.last < caught["seq"]
        self._news.set()

    def _take(self, told: list[dict[str, Any]]) -> None:
        self._early |= {one["seq"]: one for one in told if one["seq"] > self.last}
        while (one := self._early.pop(self.last + 1, None)) is not None:
            self.taken.append(one)
            self.last += 1
