"""Whether this process answers, and whether its sockets hear of the others; nothing of what it runs on."""

from meridian.web.exchange import Answer

_JSON = [(b"content-type", b"application/json")]


def answer(live: str) -> Answer:
    """
    The liveness answer: 200 as long as the process answers, whatever else is away.

    Args:
        live: `ok`; `degraded` while sockets hear of this process alone; `draining` before it stops.
    """
    return Answer(200, list(_JSON), b'{"status":"ok","live":"%s"}' % live.encode())
