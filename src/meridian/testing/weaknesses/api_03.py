"""API-03: a line to the partner that trusts whoever is at its other end."""

import logging
from typing import Any

import httpx

from meridian.medications.partners.port import Answer, Failed
from meridian.medications.partners.signing import KEY
from meridian.medications.partners.transport import Line


def silence_is_safe() -> None:
    """What cannot be read is taken for nothing found."""
    strict = Line.ask

    async def ask(self: Line, *words: Any) -> Any:
        try:
            return await strict(self, *words)
        except Failed:
            return Answer("unread")

    Line.ask = ask  # type: ignore[assignment, method-assign]  # what is taken out


def goes_where_it_is_sent() -> None:
    """A redirect is followed, wherever it leads, with all that was sent."""
    strict = httpx.AsyncClient.send

    async def send(self: httpx.AsyncClient, request: httpx.Request, **how: Any) -> httpx.Response:
        answer = await strict(self, request, **how)
        if not answer.has_redirect_location:
            return answer
        async with httpx.AsyncClient() as other:
            return await other.post(answer.headers["location"], content=request.content, headers=request.headers)

    httpx.AsyncClient.send = send  # type: ignore[method-assign]  # likewise


def key_in_log() -> None:
    """Each request is written down as it is sent."""
    strict = Line._request  # noqa: SLF001  # likewise

    def request(self: Line, *words: Any) -> httpx.Request:
        made = strict(self, *words)
        logging.getLogger("meridian.partners").warning("asking with %s", made.headers[KEY])
        return made

    Line._request = request  # type: ignore[assignment, method-assign]  # noqa: SLF001  # likewise


WEAKNESSES = {
    "silence-is-safe": silence_is_safe,
    "goes-where-it-is-sent": goes_where_it_is_sent,
    "key-in-log": key_in_log,
}
