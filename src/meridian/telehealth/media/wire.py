"""
How Janus is asked: its HTTP API, within five seconds in all, and with an answer that is trusted for nothing.

Janus talks in sessions: one is made for each question and ended after it, so that none is left when a process dies.
What it says of a failure is kept to its code; the words go nowhere, for they may repeat what was asked.

Source: janus.conf.meetecho.com/docs/rest.html.
"""

import asyncio
import logging
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import msgspec

from meridian.faults import Unavailable

if TYPE_CHECKING:
    import httpx

PLUGIN = "janus.plugin.videoroom"
DEADLINE = 5.0
"""Seconds for everything about one question."""
LARGEST = 64 * 1024
"""Bytes of an answer; the largest honest one lists six people."""

_log = logging.getLogger("meridian.telehealth")


class Gone(IntEnum):
    """The plugin's codes that only say that a thing is (not) there."""

    NO_ROOM = 426
    EXISTS = 427
    NO_FEED = 428


class Refused(Exception):
    """Janus, or its plugin, said no; *code* is all that is kept of it."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class _Error(msgspec.Struct):
    code: int


class _Session(msgspec.Struct):
    id: int


class _Plugin(msgspec.Struct):
    plugin: str
    data: dict[str, Any]


class _Said(msgspec.Struct):
    janus: str
    transaction: str = ""
    error: _Error | None = None
    data: _Session | None = None
    plugindata: _Plugin | None = None


@dataclass(slots=True)
class Wire:
    """
    The line to one Janus.

    Args:
        url: Its HTTP API. No other host is ever reached: redirects are not followed, proxies not heard.
    """

    url: str
    _client: "httpx.AsyncClient | None" = field(default=None, init=False, repr=False)

    async def ask(self, body: dict[str, Any], token: str) -> dict[str, Any]:
        """
        What the plugin answers to *body*.

        Raises:
            Refused: If it refuses.
            Unavailable: If it does not answer, in time or as it is to.
        """
        try:
            async with asyncio.timeout(DEADLINE):
                return await self._asked(body, token)
        except TimeoutError:
            raise away("timeout") from None

    async def close(self) -> None:
        """Let go of the connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _asked(self, body: dict[str, Any], token: str) -> dict[str, Any]:
        session = f"/{_number(await self._post('', {'janus': 'create', 'token': token}))}"
        try:
            attached = await self._post(session, {"janus": "attach", "plugin": PLUGIN, "token": token})
            place = f"{session}/{_number(attached)}"
            return _answer(await self._post(place, {"janus": "message", "body": body, "token": token}))
        finally:
            with suppress(Refused, Unavailable):  # it ends by itself after a minute
                await self._post(session, {"janus": "destroy", "token": token})

    async def _post(self, path: str, said: dict[str, Any]) -> _Said:
        import httpx  # noqa: PLC0415  # 0.15 s that a start need not wait for

        transaction = secrets.token_hex(8)
        content = msgspec.json.encode({**said, "transaction": transaction})
        try:
            async with self._open().stream("POST", self.url + path, content=content) as answer:
                found = _read(answer.status_code, await _body(answer))
        except httpx.HTTPError as wrong:
            raise away(type(wrong).__name__) from None
        if found.error is not None:
            raise Refused(found.error.code)
        if found.janus != "success" or found.transaction != transaction:
            raise away("another answer than was asked for")
        return found

    def _open(self) -> "httpx.AsyncClient":
        if self._client is None:
            import httpx  # noqa: PLC0415  # likewise

            headers = {"Content-Type": "application/json", "Accept-Encoding": "identity", "User-Agent": "Meridian"}
            self._client = httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=DEADLINE, headers=headers)
        return self._client


def refused(what: str, no: Refused) -> Unavailable:
    """What a refusal that nobody expected is to those above: the gateway cannot be used."""
    _log.error("the gateway refused to %s: code %d", what, no.code)
    return Unavailable("The gateway for calls of more than two does not work as it is to")


def away(why: str) -> Unavailable:
    """Likewise when it does not answer."""
    _log.error("the gateway does not answer: %s", why)
    return Unavailable("The gateway for calls of more than two does not answer")


def _number(said: _Said) -> int:
    if said.data is None or said.data.id <= 0:
        raise away("no session")
    return said.data.id


def _answer(said: _Said) -> dict[str, Any]:
    if said.plugindata is None or said.plugindata.plugin != PLUGIN:
        raise away("no answer of the plugin")
    data = said.plugindata.data
    if "error_code" in data:
        raise Refused(data["error_code"] if isinstance(data["error_code"], int) else 0)
    return data


async def _body(answer: "httpx.Response") -> bytes:
    taken = bytearray()
    async for part in answer.aiter_raw():
        taken += part
        if len(taken) > LARGEST:
            raise away("too long an answer")
    return bytes(taken)


def _read(status: int, body: bytes) -> _Said:
    if status != 200:  # noqa: PLR2004  # Janus says its errors with 200, too
        raise away(f"status {status}")
    try:
        return msgspec.json.decode(body, type=_Said, strict=True)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError):
        raise away("not as it is to be") from None
