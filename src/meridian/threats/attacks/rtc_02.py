"""
RTC-02: a page of another site opens a socket with the cookies of whoever is signed in here (CWE-1385).

A browser sends cookies with a websocket's handshake whatever page asks, and an Origin that says which. The attacks send
both as a browser would, then ask Socket.IO for its namespace (engine.io-protocol v4, socket.io-protocol v5); a socket
that is let in says what it may hear.
"""

import json
from asyncio import timeout
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed, InvalidHandshake

from meridian.threats.attack import ARSENAL, Attack, Exchange, NotRun
from meridian.threats.attacker import ACCESS, Attacker
from meridian.threats.wire import PATIENCE, line, named

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

THREAT = "RTC-02"


def origins(own: str) -> dict[str, tuple[str, str | None]]:
    """Origins that are not *own*: name → what it is, and how it is written; `None` is left out."""
    parts = urlsplit(own)
    host = parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    other = "http" if parts.scheme == "https" else "https"
    return {
        "evil": ("a page of another site", "https://evil.example"),
        "missing": ("a browser that hides where it comes from", None),
        "null": ("a page without an origin (a sandboxed frame)", "null"),
        "suffix": ("a site whose name ends like ours", f"{parts.scheme}://evil{host}{port}"),
        "prefix": ("a site whose name begins like ours", f"{parts.scheme}://{host}.evil.example{port}"),
        "scheme": ("our name by another scheme", f"{other}://{host}{port}"),
        "port": ("our name at another port", f"{parts.scheme}://{host}:1"),
        "user": ("our name before an @", f"{parts.scheme}://{host}{port}@evil.example"),
        "path": ("our name as a path", f"https://evil.example/{host}{port}"),
        "list": ("ours and another", f"{own} https://evil.example"),
        "empty": ("an empty one", ""),
    }


async def let_in(attacker: Attacker, origin: str | None, cookie: str = "", auth: Any = None) -> bool:
    """Whether a socket is opened and the namespace given."""
    asked = f"GET /socket.io/ Origin: {origin}"
    try:
        async with line(attacker, origin, cookie) as wire:
            await wire.recv()  # Engine.IO's OPEN
            await wire.send("40" + (json.dumps(auth) if auth else ""))
            answer = str(await wire.recv())
    except (InvalidHandshake, ConnectionClosed, OSError, TimeoutError) as refused:
        attacker.keep(Exchange(asked, f"{type(refused).__name__}: {refused}"[:200]))
        return False
    attacker.keep(Exchange(asked, answer[:120]))
    return answer.startswith("40")


async def signed(attacker: Attacker) -> str:
    """
    The clinician's cookie, which opens a socket from our own page.

    Raises:
        NotRun: If it does not.
    """
    cookie = f"{ACCESS}={await attacker.token('clinician')}"
    if not await let_in(attacker, attacker.origin, cookie):
        raise NotRun("our own page is not let in either")
    attacker.evidence()
    return cookie


def hijack(name: str) -> Callable[[Attacker], Awaitable[str | None]]:
    """The attack from the origin of that *name*."""

    async def run(attacker: Attacker) -> str | None:
        cookie = await signed(attacker)
        _, origin = origins(attacker.origin)[name]
        return f"a socket was opened for {origin!r}" if await let_in(attacker, origin, cookie) else None

    return run


for name, (title, _) in origins("https://clinic.example").items():
    ARSENAL.add(Attack(THREAT, f"{THREAT.lower()}/origin-{name}", f"A socket is opened by {title}", hijack(name)))


@ARSENAL.attack(THREAT, "nobody", "A socket is opened from our own page by nobody in particular")
async def nobody(attacker: Attacker) -> str | None:
    """Neither cookie nor token."""
    await signed(attacker)
    return "a socket was opened for nobody" if await let_in(attacker, attacker.origin) else None


@ARSENAL.attack(THREAT, "forged", "A socket is opened with a token that says `none`")
async def forged(attacker: Attacker) -> str | None:
    """What AUTH-01 tries over HTTP, at the other door."""
    from meridian.threats.attacks.auth_01 import genuine, without_signature  # noqa: PLC0415  # modules are found by name

    await signed(attacker)
    token = without_signature(await genuine(attacker), "none")
    as_cookie = await let_in(attacker, attacker.origin, f"{ACCESS}={token}")
    return "it was" if as_cookie or await let_in(attacker, None, auth={"token": token}) else None


@ARSENAL.attack(THREAT, "expired", "A socket is opened with a token of ours that has ended")
async def expired(attacker: Attacker) -> str | None:
    """Signed by our key, for a session that is alive."""
    await signed(attacker)
    tokens = attacker.material.tokens
    if not await let_in(attacker, None, auth={"token": tokens["genuine"]}):
        raise NotRun("the session of the minted tokens has ended: make the material anew")
    return "it was" if await let_in(attacker, None, auth={"token": tokens["expired"]}) else None


@ARSENAL.attack(THREAT, "signed-out", "A socket stays open after its session was ended")
async def signed_out(attacker: Attacker) -> str | None:
    """Signs somebody in, opens a socket, signs out: the server is to close it by itself."""
    async with attacker.browser() as browser:
        await browser.sign_in(attacker.material.people["leaver"])
        cookie = f"{ACCESS}={browser.token}"
        try:
            async with line(attacker, attacker.origin, cookie) as wire:
                if not await named(wire):
                    raise NotRun("the socket was not opened")
                await browser.ask("DELETE", "/api/session")
                return await stays(attacker, wire)
        except (InvalidHandshake, OSError) as wrong:
            raise NotRun(f"the socket was not opened: {type(wrong).__name__}") from wrong


async def stays(attacker: Attacker, wire: "ClientConnection", patience: float = PATIENCE) -> str | None:
    """What to say of a socket that is still open after so many seconds; `None` if it is closed until then."""
    try:
        async with timeout(patience):
            while True:
                said = str(await wire.recv())
                attacker.keep(Exchange("while it is open", said[:80]))
                if said == "2":
                    await wire.send("3")
                if said.startswith("41"):
                    return None
    except ConnectionClosed:
        return None
    except TimeoutError:
        return f"the socket was still open after {patience:.0f} s"
