"""
The log of this process: begun once, by whoever serves; before that, nothing is written here.

Python's own logging goes through it as well, that of libraries reduced to who spoke where. Lines of requests wait for
up to a fifth of a second, so that many of them cost one write; all others are written at once.
"""

import logging
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from meridian.settings import Logs
from meridian.telemetry import lines, trace
from meridian.telemetry.sink import Sink

ACCESS: Final = "meridian.access"
AUTH: Final = "meridian.auth"
PARTNER: Final = "meridian.partner"
LATER: Final = 0.2
"""Seconds that lines of requests may wait."""


class Log:
    """
    Where lines go from here.

    Args:
        sink: Takes their bytes.
        always: Fields of every line.
        text: Whether people read it, and no program.
        level: The least that is written, as `logging` counts it.
    """

    def __init__(self, sink: Sink, always: lines.Fields, *, text: bool = False, level: int = logging.INFO) -> None:
        self.sink = sink
        self.level = level
        self.text = text
        self.always = always
        self._shape = lines.worded if text else lines.encoded

    def say(self, dataset: str, level: str, message: str, fields: lines.Fields, *, later: bool = False) -> None:
        """Write one line; an app's line names its logger itself."""
        said = lines.line(dataset, level, message, fields, always=self.always, here=trace.current.get())
        self.sink.write(self._shape(said), later=later)


_log: Log | None = None


def begin(said: Logs, *, edition: str, role: str, version: str, port: int = 0) -> Log:
    """Write from now on, as the settings have it."""
    path = said.file.replace("{role}", role).replace("{port}", str(port))
    sink = Sink(Path(path), said.largest, said.kept) if path else Sink()
    text = said.form == "text" or (said.form == "auto" and not path and sys.stdout.isatty())
    level = logging.getLevelNamesMapping()[said.level.upper()]
    return use(Log(sink, lines.service(edition, role, version), text=text, level=level))


def use(log: Log) -> Log:
    """Have *log* take all that is said, also by Python's own means."""
    global _log  # noqa: PLW0603  # one for a process, as Python's logging is
    _log = log
    root = logging.getLogger()
    root.handlers[:] = [*(one for one in root.handlers if not isinstance(one, _Handler)), _Handler()]
    root.setLevel(logging.WARNING)
    _take_over()
    logging.getLogger(lines.OURS).setLevel(log.level)
    logging.captureWarnings(capture=True)
    threading.excepthook = _thread_crashed
    sys.unraisablehook = _nobody_caught
    return log


def _take_over() -> None:
    """What libraries set up for themselves would write past us whatever they were told."""
    for one in list(logging.Logger.manager.loggerDict.values()):
        if isinstance(one, logging.Logger):
            one.handlers.clear()
            one.propagate = True


def end() -> None:
    """Write what was kept back, and no more."""
    global _log  # noqa: PLW0603  # as above
    if _log is not None:
        _log.sink.close()
    _log = None
    logging.captureWarnings(capture=False)
    root = logging.getLogger()
    root.handlers[:] = [one for one in root.handlers if not isinstance(one, _Handler)]
    threading.excepthook, sys.unraisablehook = threading.__excepthook__, sys.__unraisablehook__


def flush() -> None:
    """Write the lines of requests that were kept back."""
    if _log is not None:
        _log.sink.flush()


def requested(method: str, route: str, surface: str, *, status: int, nanoseconds: int, request: str) -> None:
    """A request was answered. *route* is a template: no path, query or id gets here."""
    log = _log
    if log is None or log.level > logging.INFO:
        return
    log.say(
        ACCESS,
        "info",
        f"{method} {route} {status}",
        {
            "event": {
                "kind": "event",
                "category": ("web",),
                "type": ("access",),
                "outcome": "success" if status < 500 else "failure",  # noqa: PLR2004  # RFC 9110: the server's errors
                "duration": nanoseconds,
            },
            "http": {"request": {"id": request, "method": method}, "response": {"status_code": status}},
            "meridian": {"surface": surface, "route": route},
        },
        later=True,
    )


def authentication(level: str, message: str, fields: lines.Fields) -> None:
    """Something that security watches happened; *fields* as docs/logs.md has them."""
    if _log is not None:
        _log.say(AUTH, level, message, fields)


def denied(action: str, reason: str, *, category: str, account: str = "") -> None:
    """Something was refused of which there is no audit entry; the caller's address is the present trace's."""
    here = trace.current.get()
    event = {"kind": "event", "category": (category,), "type": ("denied",), "action": action}
    fields: dict[str, Any] = {"event": {**event, "outcome": "failure", "reason": reason}}
    fields["labels"], fields["user"] = {"type": "AUTH_EVENT"}, {"id": account or "unknown"}
    if here is not None and here.address:
        fields["source"] = {"ip": here.address}
    authentication("warning", f"{action}: {reason}", fields)


def partner(who: str, reason: str, nanoseconds: int, request: str, action: str = "check") -> None:
    """A partner was called; *reason* is `ok` or why it failed."""
    if _log is None:
        return
    well = reason == "ok"
    event: dict[str, Any] = {"kind": "event", "category": ("network",), "type": ("connection",), "action": action}
    event |= {"outcome": "success" if well else "failure", "duration": nanoseconds}
    if not well:
        event["reason"] = reason
    service = {**_log.always["service"], "target": {"name": who}}
    fields = {"event": event, "service": service, "http": {"request": {"id": request, "method": "POST"}}}
    _log.say(PARTNER, "info" if well else "warning", f"{who}: {reason}", fields)


class _Handler(logging.Handler):
    """Python's logging."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write what of a record may be written."""
        if _log is None:
            return
        message, fields = lines.of_record(record)
        _log.say(lines.DATASET, record.levelname.lower(), message, fields)


def _thread_crashed(said: threading.ExceptHookArgs) -> None:
    _crashed("a thread ended", said.exc_value)


def _nobody_caught(said: "sys.UnraisableHookArgs") -> None:
    _crashed("an error that nobody could catch", said.exc_value)


def _crashed(what: str, wrong: BaseException | None) -> None:
    if wrong is not None and not isinstance(wrong, SystemExit):
        logging.getLogger("meridian.app").error("%s", what, exc_info=_triple(wrong))


def _triple(wrong: BaseException) -> tuple[type[BaseException], BaseException, TracebackType | None]:
    return type(wrong), wrong, wrong.__traceback__
