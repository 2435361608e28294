"""How the library is set up: the codec it uses, and what it may say in the log."""

import logging
from typing import Any

import msgspec
from socketio import AsyncServer

from meridian.realtime.manager import Manager
from meridian.realtime.packets import LARGEST

PING, PONG = 25, 20
"""Seconds between the server's pings, and until the answer must have come."""


class Codec:
    """JSON for the library, whose own calls the standard one with arguments of its own."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        """The text of a value."""
        return msgspec.json.encode(value).decode()

    @staticmethod
    def loads(text: str | bytes, **_: Any) -> Any:
        """
        The value of a text.

        Raises:
            ValueError: If it is none, as the standard library has it.
        """
        try:
            return msgspec.json.decode(text)
        except msgspec.DecodeError as wrong:
            raise ValueError(str(wrong)) from None


class _Hushed(logging.Filter):
    """The library logs packets with what is in them: of its words only the place is kept."""

    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.exc_info[0] if record.exc_info else None
        record.msg, record.args = "in %s, line %d: %s", (record.module, record.lineno, kind.__name__ if kind else "")
        record.exc_info = record.exc_text = None
        return True


def _logger() -> logging.Logger:
    made = logging.getLogger("meridian.realtime.library")
    made.setLevel(logging.ERROR)
    if not made.filters:
        made.addFilter(_Hushed())
    return made


def server(manager: Manager, origin: str) -> AsyncServer:
    """The library's server: websocket alone, one handler at a time for each socket, one origin."""
    return AsyncServer(
        client_manager=manager,
        async_mode="asgi",
        async_handlers=False,  # what one client sends is done in its order, and it waits for itself alone
        transports=["websocket"],
        cors_allowed_origins=[origin],
        allow_upgrades=False,
        max_http_buffer_size=LARGEST,
        ping_interval=PING,
        ping_timeout=PONG,
        json=Codec,
        logger=_logger(),
        engineio_logger=_logger(),
    )
