"""
Lines of the log: JSON after the Elastic Common Schema, or words for people at a terminal.

What gets in is decided here, by construction: our own sentences with the arguments that stand in the program
(`tests/telemetry/test_calls.py` reads every call), an exception as its type and places, and of what libraries say
only who said it where. Fields: docs/logs.md. Source: elastic.co/guide/en/ecs/8.11.

Ours is a formatter of our own: `ecs-logging` writes an exception's message and whatever a library said, which is what
must not happen, and takes 25 µs for a line that takes 4 here.
"""

import logging
import os
import socket
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb
from types import TracebackType
from typing import Any

import msgspec

from meridian.telemetry import trace

ECS = "8.11.0"
LONGEST = 1000
"""Characters of a message."""
LONGEST_TEXT = 200
"""Characters of a text from outside."""
UNPRINTABLE = "\N{REPLACEMENT CHARACTER}"
OURS = "meridian"
DATASET = "meridian.app"

Fields = dict[str, Any]

_encode = msgspec.json.Encoder().encode


def service(edition: str, role: str, version: str) -> Fields:
    """What stands in every line of this process."""
    node = f"{role}@{socket.gethostname()}:{os.getpid()}"
    said = {"name": OURS, "version": version, "environment": edition, "node": {"name": node}}
    return {"service": said, "process": {"pid": os.getpid()}}


def plain(text: str, most: int = LONGEST_TEXT) -> str:
    r"""
    A text from outside: without control characters, and not longer than *most*.

    >>> plain('Firefox\n{"forged": 1}\x1b[2J')
    'Firefox�{"forged": 1}�[2J'
    """
    text = text[:most]
    return text if text.isprintable() else "".join(one if one.isprintable() else UNPRINTABLE for one in text)


def line(dataset: str, level: str, message: str, fields: Fields, *, always: Fields, here: trace.Trace | None) -> Fields:
    """The fields of one line."""
    said: Fields = {
        "@timestamp": datetime.now(UTC),
        "log.level": level,
        "message": message,
        "ecs.version": ECS,
        "log": {"logger": dataset},
        **always,
        **fields,
    }
    said.setdefault("event", {})["dataset"] = dataset
    if here is not None:
        said["trace"], said["transaction"] = {"id": here.id}, {"id": here.span}
        if here.parent:
            said["parent"] = {"id": here.parent}
        if here.request and "http" not in said:
            said["http"] = {"request": {"id": here.request}}
    return said


def encoded(said: Fields) -> bytes:
    """A line as JSON."""
    return _encode(said) + b"\n"


LEVELS = {"debug": "·", "info": " ", "warning": "!", "error": "✗", "critical": "✗"}


def worded(said: Fields) -> bytes:
    """A line for people: the time, a mark, who says it, and what."""
    at = said["@timestamp"].astimezone()
    who = said["log"]["logger"].removeprefix(f"{OURS}.")
    request = said.get("http", {}).get("request", {}).get("id", "")
    more = f"  ({request})" if request else ""
    took = said["event"].get("duration")
    long = f" {took / 1e6:.1f} ms" if took else ""
    return f"{at:%H:%M:%S} {LEVELS[said['log.level']]} {who:<12} {said['message']}{long}{more}\n".encode()


def of_record(record: logging.LogRecord) -> tuple[str, Fields]:
    """Message and fields of what somebody logged by Python's own means."""
    ours = record.name == OURS or record.name.startswith(OURS + ".")
    fields: Fields = {"log": {"logger": plain(record.name)}}
    wrong = _wrong(record)
    if wrong is not None:
        fields["error"] = {"type": type(wrong).__name__, "stack_trace": places(wrong.__traceback__)}
    if not ours:
        return plain(f"{record.name}, line {record.lineno} of {record.module}"), fields
    return plain(_sentence(record), LONGEST), fields


def _sentence(record: logging.LogRecord) -> str:
    """Our own words; an exception among the arguments is its type."""
    said = record.args
    try:
        if isinstance(said, Mapping):
            return str(record.msg) % {name: _shown(value) for name, value in said.items()}
        return str(record.msg) % tuple(_shown(value) for value in said) if said else str(record.msg)
    except (TypeError, ValueError):
        return f"{record.name}, line {record.lineno} of {record.module}"


def _shown(value: Any) -> Any:
    if isinstance(value, BaseException):
        return type(value).__name__
    return value if isinstance(value, int | float) else str(value)


def _wrong(record: logging.LogRecord) -> BaseException | None:
    return record.exc_info[1] if isinstance(record.exc_info, tuple) else None


def places(trail: TracebackType | None) -> str:
    """Where it happened, innermost last; never what was said, which may hold patient data."""
    return "\n".join(f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in extract_tb(trail))
