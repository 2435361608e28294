"""What a schedule starts: one piece of work, which says in counts and codes what it did."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from meridian.app.functions.standing import Context, Standing, T

Event: TypeAlias = dict[str, Any]
Said: TypeAlias = dict[str, int | str | bool]
"""Counts and codes: what is answered stands in Lambda's log."""
Handler: TypeAlias = Callable[[Event, Context], Said]

_log = logging.getLogger("meridian.functions")


def timed(standing: Standing[T], work: Callable[[T], Awaitable[Said]]) -> Handler:
    """The handler that does *work* each time it is called, whatever the event says."""

    def handler(event: Event, context: Context) -> Said:
        del event
        said = standing.run(work, context)
        _log.info("the function did its work: %s", ", ".join(f"{name} {value}" for name, value in said.items()))
        return said

    return handler
