"""
What is noted of each request: its rate, its errors, how long it took, one line of the log, and a span if it is traced.

By the template of its route and never by its path, which may hold a name or an id.
"""

import time

from meridian.telemetry import figures, logs, spans, trace
from meridian.web.exchange import Request

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
"""Any other word is `OTHER`: a caller may make up as many as they like. Source: RFC 9110 section 9, RFC 5789."""
ERRORS = 500
"""The least status that is an error of ours."""
GONE = 499
"""What a request counts as whose caller left before it was answered."""


def begin(request: Request) -> int:
    """Note that it came; when that was, in nanoseconds that only go forward."""
    trace.current.set(request.trace)
    figures.IN_FLIGHT.move(1)
    return time.perf_counter_ns()


def end(request: Request, began: int) -> None:
    """Note that it was answered, or that nobody waits any more."""
    took = time.perf_counter_ns() - began
    figures.IN_FLIGHT.move(-1)
    method = request.method if request.method in METHODS else "OTHER"
    status, surface, route = request.status or GONE, request.surface, request.route
    figures.REQUESTS.add(surface, method, route, str(status))
    figures.TOOK.took(took / 1e9, surface, method, route)
    logs.requested(method, route, surface, status=status, nanoseconds=took, request=request.id)
    if spans.on():
        said: dict[str, spans.Value] = {"http.request.method": method, "http.route": route}
        said["http.response.status_code"] = status
        said["meridian.request.id"] = request.id
        spans.ended(request.trace, f"{method} {route}", spans.SERVER, took, said, failed=status >= ERRORS)
