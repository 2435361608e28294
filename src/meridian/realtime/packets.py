"""
What a client may put on the wire, judged before anything else reads it.

Engine.IO v4 around Socket.IO v5, of which we use a part: one namespace, JSON only, no acks from the client, no
attachments. The library would take more, keep it in memory, and answer each.
Source: the socket.io repository's docs on engine.io-protocol v4 and socket.io-protocol v5.
"""

from collections.abc import Container
from enum import Enum
from typing import Any, NamedTuple

import msgspec

LARGEST = 64 * 1024
"""Characters of one packet, house policy; files go by HTTP."""
DEEPEST = 16
"""Levels of a body, house policy; ours have four."""
LONGEST_ID = 15
"""Digits of an ack's number: what JavaScript counts exactly."""
_LONGEST_NAME = 64


class Verdict(Enum):
    """What becomes of a packet."""

    PASS = "pass"  # noqa: S105  # a word
    CONNECT = "connect"
    LEAVE = "leave"
    """Whoever sends it goes: the socket ends, and the library hears of it by that."""
    STRIKE = "strike"
    """Nothing of ours, though some client might send it: it is not passed on, and too many of them end the socket."""
    CUT = "cut"
    """No client of ours sends it: the socket ends."""


class Judged(NamedTuple):
    """The verdict, and what is said to the sender of a packet that is not passed on."""

    verdict: Verdict
    answer: str = ""


_PASS, _CONNECT, _LEAVE, _STRIKE, _CUT = (Judged(verdict) for verdict in Verdict)
_WHOLE = {"3": _PASS, "1": _LEAVE, "41": _LEAVE}
"""Pong, close, disconnect."""


def judge(packet: str, events: Container[str]) -> Judged:
    """
    What becomes of a text frame, given the names of *events* there are.

    >>> judge('42["feeds.sync",{"v":1}]', {"feeds.sync"}).verdict
    <Verdict.PASS: 'pass'>
    >>> judge('451-["feeds.sync",{"_placeholder":true,"num":0}]', {"feeds.sync"}).verdict
    <Verdict.CUT: 'cut'>
    """
    if packet in _WHOLE:
        return _WHOLE[packet]
    if len(packet) > LARGEST:
        return _CUT
    match packet[:2]:
        case "42":
            return _event(packet[2:], events)
        case "40":
            return _connect(packet[2:])
        case "43":
            return _STRIKE
        case _:
            return _CUT


def _connect(rest: str) -> Judged:
    if rest.startswith("/"):
        name = rest.partition(",")[0][:_LONGEST_NAME]
        refused = '{"message":"not-found","data":{"code":"not-found","text":"There is no such namespace"}}'
        return Judged(Verdict.STRIKE, f"44{name},{refused}" if name.isprintable() else "")
    if not rest:
        return _CONNECT
    read = _read(rest)
    return _CONNECT if isinstance(read, dict) else _CUT


def _event(rest: str, events: Container[str]) -> Judged:
    digits = len(rest) - len(rest.lstrip("0123456789"))
    number, text = rest[:digits], rest[digits:]
    if text.startswith("/"):
        return _STRIKE
    read = _read(text) if digits <= LONGEST_ID else None
    if not isinstance(read, list) or not read or not isinstance(read[0], str):
        return _CUT
    if read[0] not in events or len(read) > 2:  # noqa: PLR2004  # a name and a body
        unknown = '[{"ok":false,"error":{"code":"not-supported","text":"There is no such event"}}]'
        return Judged(Verdict.STRIKE, f"43{number}{unknown}" if number else "")
    return _PASS


def _read(text: str) -> Any:
    """The value of a JSON text; `None` when it is none, or too deep."""
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return None
    if text.count("[") + text.count("{") <= DEEPEST:  # cheaper than looking, and enough for nearly all
        return value
    return value if _is_shallow(value) else None


def _is_shallow(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [part for one in level if isinstance(one, dict | list)
                 for part in (one.values() if isinstance(one, dict) else one)]  # fmt: skip
        if not level:
            return True
    return not any(isinstance(one, dict | list) for one in level)
