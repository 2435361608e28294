"""People in a call, each with a page in a browser of their own; what they see is counted by the browser."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from meridian.testing.switchboard import Switchboard, Words

PATIENCE = 20.0
"""Seconds that anything may take on a busy machine."""
LOOK = 0.05
"""Seconds between two looks."""
SOME = 3
"""Pictures more are a picture that moves."""
FLAGS = (
    "--no-sandbox",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream=device-count=3",  # the second gives depths, which no call can send
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--disable-background-networking",
    "--disable-gpu",
    "--ignore-certificate-errors",
)
"""Of Chromium: devices that are made up, and calls that stay on this machine."""

_MORE = """async ({ of, beyond }) => await seat.frames(of) > beyond"""
_SCREEN = """async ({ of, beyond }) => await seat.shownFrames(of) > beyond"""
_RESTS = """async () => {
  const count = async (kind, what) => (await seat.stats("inbound-rtp")).filter((row) => row.kind === kind)
    .reduce((sum, row) => sum + (row[what] ?? 0), 0);
  const [frames, packets] = [await count("video", "framesDecoded"), await count("audio", "packetsReceived")];
  while (await count("audio", "packetsReceived") < packets + 25) await new Promise((done) => setTimeout(done, 50));
  return await count("video", "framesDecoded") === frames;
}"""
_SAFE = """() => seat.state()?.safety"""


@dataclass
class Caller:
    """
    Somebody at a page.

    Args:
        id: Who, in the visit.
        page: Playwright's.
        troubles: What its console complained of.
    """

    id: str
    page: Any
    troubles: list[str] = field(default_factory=list)
    _developer: Any = None

    def complains(self, kind: str, text: str) -> None:
        """Keep what the console says is wrong."""
        if kind == "error":
            self.troubles.append(text)

    async def enter(self, **how: Any) -> None:
        """Sit down: devices, the line, the call."""
        await self.page.evaluate("({ me, how }) => seat.enter(me, how)", {"me": self.id, "how": how})

    async def ask(self, script: str, given: Any = None) -> Any:
        """
        What a script on the page answers.

        Raises:
            TimeoutError: If it does not.
        """
        async with asyncio.timeout(PATIENCE):
            return await self.page.evaluate(script, given)

    async def until(self, script: str, given: Any = None) -> None:
        """
        Wait for something to be so; what the script promises is awaited, which Playwright's own waiting does not do.

        Raises:
            TimeoutError: If it does not become so.
        """
        async with asyncio.timeout(PATIENCE):
            while not await self.ask(script, given):  # noqa: ASYNC110  # what is waited for is in another process
                await asyncio.sleep(LOOK)

    async def frames(self, of: "Caller") -> int:
        """Pictures of somebody, decoded so far."""
        return int(await self.ask("of => seat.frames(of)", of.id))

    async def sees(self, *others: "Caller", more: int = SOME) -> None:
        """Wait until so many more pictures of each have been decoded."""
        for other in others:
            beyond = await self.frames(other) + more - 1
            await self.until(_MORE, {"of": other.id, "beyond": beyond})

    async def sees_screen(self, of: "Caller") -> None:
        """Likewise of a screen that somebody shows."""
        await self.until(_SCREEN, {"of": of.id, "beyond": SOME - 1})

    async def rests(self) -> None:
        """Wait until voices go on coming, half a second of them, and no picture with them."""
        await self.until(_RESTS)

    async def state(self) -> Words:
        """What a screen would show of the call, without its streams."""
        found: Words = await self.ask("() => JSON.parse(JSON.stringify(seat.state()))")
        return found

    async def line(self, loss: int = 0) -> None:
        """From now on so many per cent of packets get lost here; for that the line is to be slow from the start."""
        if self._developer is None:
            self._developer = await self.page.context.new_cdp_session(self.page)
            await self._developer.send("Network.enable")
        slow = {"offline": False, "latency": 5, "downloadThroughput": 5_000_000, "uploadThroughput": 5_000_000}
        await self._developer.send("Network.emulateNetworkConditions", {**slow, "packetLoss": loss})

    async def seconds_until(self, script: str, given: Any = None) -> int:
        """How many seconds of the page's clock, which is moved on, it takes for something to be so."""
        async with asyncio.timeout(PATIENCE):
            passed = 0
            while not await self.ask(script, given):
                await self.page.clock.fast_forward(1000)
                await asyncio.sleep(LOOK)
                passed += 1
        return passed

    async def ways(self) -> list[str]:
        """How each connection goes: `local/protocol remote`."""
        found: list[str] = await self.ask("() => seat.ways()")
        return found

    async def safety(self) -> str:
        """The safety code, once there is one."""
        await self.until(_SAFE)
        return str(await self.ask(_SAFE))


@dataclass
class Calls:
    """
    Callers of one visit.

    Args:
        browser: Playwright's.
        switchboard: Which lets them in.
    """

    browser: Any
    switchboard: Switchboard
    _contexts: list[Any] = field(default_factory=list)
    _callers: list[Caller] = field(default_factory=list)

    async def sit(self, name: str, script: str = "", *, clock: bool = False) -> Caller:
        """
        Somebody opens the page, and has not entered.

        Args:
            name: Their id.
            script: Runs before the page's own.
            clock: Whether time on it can be moved on.
        """
        context = await self.browser.new_context()
        self._contexts.append(context)
        page = await context.new_page()
        if script:
            await page.add_init_script(script)
        if clock:
            await page.clock.install()
        caller = Caller(name, page)
        page.on("console", lambda said: caller.complains(said.type, said.text))
        page.on("pageerror", lambda error: caller.troubles.append(str(error)))
        await page.goto(self.switchboard.origin)
        self._callers.append(caller)
        return caller

    async def enter(self, *people: tuple[str, str], clock: bool = False, **how: Any) -> list[Caller]:
        """People (ids and parts) enter, one after the other."""
        self.switchboard.expect(*people)
        callers = [await self.sit(name, clock=clock) for name, _ in people]
        for caller in callers:
            await caller.enter(**how)
        return callers

    async def close(self) -> None:
        """Everybody goes."""
        for context in self._contexts:
            await context.close()
        await self.switchboard.close()

    def judge(self) -> None:
        """
        The end.

        Raises:
            AssertionError: If a page complained.
        """
        troubles = [f"{one.id}: {said}" for one in self._callers for said in one.troubles]
        if troubles:
            raise AssertionError("\n".join(troubles))


@asynccontextmanager
async def calls(browser: Any, switchboard: Switchboard) -> AsyncIterator[Calls]:
    """A visit's callers; they go at the end, and nothing may have gone wrong on their pages unseen."""
    made = Calls(browser, await switchboard.open())
    try:
        yield made
        made.judge()
    finally:
        await made.close()


Visit: TypeAlias = Callable[..., AbstractAsyncContextManager[Calls]]
"""Begins a visit with a switchboard of its own; takes what `Switchboard` does."""
