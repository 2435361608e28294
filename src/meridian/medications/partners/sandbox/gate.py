"""Who may ask, as a real partner would hold us to it: key, signature, date, and that no request came before."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from starlette.requests import Request

from meridian.medications.partners.signing import DATE, KEY, REQUEST, SIGNATURE, WINDOW, matches, moment, signature

REMEMBERED = 100_000
"""Request ids that are kept; more than come within the window."""


class Credentials(NamedTuple):
    """One customer's key and signing secret."""

    key: str
    secret: str


class Refused(Exception):
    """The request is not let in; *reason* is for the log of whoever runs the sandbox."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class Gate:
    """
    One partner's.

    Args:
        accepted: The credentials that are good now: asked at each request, so that they can be changed meanwhile.
        clock: Seconds since the epoch.
    """

    accepted: Callable[[], Sequence[Credentials]]
    clock: Callable[[], float]
    _seen: OrderedDict[str, None] = field(default_factory=OrderedDict)

    def admit(self, request: Request, body: bytes) -> Credentials:
        """
        Let a request in, once; with which credentials it came.

        Raises:
            Refused: If its key, signature or date is wrong, or it was here before.
        """
        headers = request.headers
        known = [one for one in self.accepted() if matches(headers.get(KEY, ""), one.key)]
        if not known:
            raise Refused("key")
        date, name = headers.get(DATE, ""), headers.get(REQUEST, "")
        expected = [
            signature(one.secret, request.method, request.url.path, date=date, request=name, body=body) for one in known
        ]
        good = [one for one, said in zip(known, expected, strict=True) if matches(headers.get(SIGNATURE, ""), said)]
        if not good:
            raise Refused("signature")
        try:
            late = abs(self.clock() - moment(date)) > WINDOW
        except ValueError:
            late = True
        if late:
            raise Refused("date")
        if not name or name in self._seen:
            raise Refused("replay")
        self._seen[name] = None
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return good[0]
