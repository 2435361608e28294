"""
Pages of a real browser that send and receive in a room of a gateway: what is carried is counted there, not assumed.

The page makes the connection (`RTCPeerConnection`, with the fake camera and microphone that Chromium has); what it says
to the gateway is said for it by `testing.janus.Browser`. Frames are sealed in no way: whether they are is the portal's.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser as Chromium
from playwright.async_api import Page, async_playwright

from meridian.telehealth.media.port import Pass
from meridian.testing.browser import chromium
from meridian.testing.callers import FLAGS
from meridian.testing.janus import Browser, Gateway, browser

_PAGE = "http://localhost/"  # never asked for: it is answered here; a secure context, as cameras want
_SCRIPT = """
const gathered = (pc) => new Promise((done) => {
  if (pc.iceGatheringState === "complete") done();
  pc.addEventListener("icegatheringstatechange", () => pc.iceGatheringState === "complete" && done());
});
window.pcs = {};
window.send = async () => {
  const pc = window.pcs.send = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  const video = { width: 320, height: 180, frameRate: 10 };
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video });
  for (const track of stream.getTracks()) pc.addTrack(track, stream);
  await pc.setLocalDescription();
  await gathered(pc);
  return pc.localDescription.sdp;
};
window.sent = (sdp) => window.pcs.send.setRemoteDescription({ type: "answer", sdp });
window.receive = async (sdp) => {
  const pc = window.pcs.receive = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  await pc.setRemoteDescription({ type: "offer", sdp });
  await pc.setLocalDescription();
  await gathered(pc);
  return pc.localDescription.sdp;
};
window.packets = async (which, type) => {
  let packets = 0;
  for (const one of (await window.pcs[which].getStats()).values()) {
    if (one.type === type) packets += one.packetsReceived ?? one.packetsSent ?? 0;
  }
  return packets;
};
window.over = async ([which, type, before, more]) => {
  while ((await window.packets(which, type)) < before + more) await new Promise((next) => setTimeout(next, 50));
};
"""


@dataclass
class Roommate:
    """
    Somebody in a room.

    Args:
        page: Of the browser.
        line: To the gateway.
        given: With which they were let in.
        e2ee: Whether they say that their frames are sealed.
    """

    page: Page
    line: Browser
    given: Pass
    e2ee: bool = True
    private: int = field(default=0, init=False)
    _sender: int = field(default=0, init=False)

    async def send(self, **more: Any) -> None:
        """
        Join, and send sound and a picture.

        Raises:
            Refused: If the gateway says no; so from every method.
        """
        self._sender = await self.line.attach()
        said = await self.line.join(self.given.room, self.given.feed, self.given.pin, self._sender)
        self.private = said["private_id"]
        offer = await self.page.evaluate("send()")
        _, answer = await self.line.told(self._sender, {"request": "publish", **more}, self._sdp("offer", offer))
        await self.page.evaluate("sdp => sent(sdp)", answer)

    async def receive(self, feed: str) -> None:
        """Have what somebody sends, as who has joined, if they have."""
        handle = await self.line.attach()
        body = {"request": "join", "ptype": "subscriber", "room": self.given.room, "streams": [{"feed": feed}]}
        joined = {"private_id": self.private} if self.private else {}
        _, offer = await self.line.told(handle, body | joined)
        answer = await self.page.evaluate("sdp => receive(sdp)", offer)
        await self.line.told(handle, {"request": "start", "room": self.given.room}, self._sdp("answer", answer))

    async def heard(self, more: int = 20) -> None:
        """Return when so many more packets have come."""
        await self._over("receive", "inbound-rtp", more)

    async def went(self, more: int = 20) -> None:
        """Return when so many more packets have gone to the gateway."""
        await self._over("send", "outbound-rtp", more)

    async def count(self) -> int:
        """Packets that have come."""
        return int(await self.page.evaluate("packets('receive', 'inbound-rtp')"))

    async def _over(self, which: str, kind: str, more: int) -> None:
        before = await self.page.evaluate("([which, kind]) => packets(which, kind)", [which, kind])
        await self.page.evaluate("all => over(all)", [which, kind, before, more])

    def _sdp(self, kind: str, sdp: str) -> dict[str, Any]:
        return {"type": kind, "sdp": sdp} | ({"e2ee": True} if self.e2ee else {})


@dataclass
class Household:
    """
    A browser whose pages are in rooms of one gateway.

    Args:
        chromium: The browser.
        gateway: The gateway.
        open: What is to be closed in the end.
    """

    chromium: Chromium
    gateway: Gateway
    open: AsyncExitStack

    async def roommate(self, given: Pass, *, e2ee: bool = True) -> Roommate:
        """One more page, for somebody who was let in."""
        page = await self.chromium.new_page()
        text = f"<!doctype html><script>{_SCRIPT}</script>"
        await page.route(_PAGE, lambda route: route.fulfill(body=text, content_type="text/html"))
        await page.goto(_PAGE)
        line = await self.open.enter_async_context(browser(self.gateway, given.token))
        return Roommate(page, line, given, e2ee)


@asynccontextmanager
async def household(gateway: Gateway) -> AsyncIterator[Household]:
    """A browser for pages in rooms of *gateway*; closed in the end."""
    async with async_playwright() as playwright, AsyncExitStack() as stack:
        launched = await playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        try:
            yield Household(launched, gateway, stack)
        finally:
            await launched.close()
