"""
Requests that another site makes a browser send with our cookies are refused.

`SameSite=Strict` already keeps the cookies away from them; this stands behind it. Programs with a bearer token carry
nothing that a stranger's page could make a browser send, so they are not asked.
Source: W3C Fetch Metadata; OWASP Cross-Site Request Forgery Prevention.
"""

from meridian.faults import Forbidden
from meridian.web.exchange import Request

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class CrossSite:
    """Knows the origins whose pages may write."""

    __slots__ = ("_origins",)

    def __init__(self, public_origin: str) -> None:
        self._origins = frozenset({public_origin})

    def check(self, request: Request) -> None:
        """
        Let pass what our own pages, or a program, sent.

        Raises:
            Forbidden: For a page of another site; for a write with cookies that does not say whence it comes.
        """
        if request.header(b"authorization"):
            return
        site = request.header(b"sec-fetch-site")
        if request.method in SAFE:
            if site == "cross-site" and request.header(b"sec-fetch-mode") != "navigate":
                raise _refusal()
            return
        if site and site != "same-origin":
            raise _refusal()
        origin = request.header(b"origin")
        if origin and not self._ours(origin, request.header(b"host")):
            raise _refusal()
        if not site and not origin and request.header(b"cookie"):
            raise _refusal()

    def _ours(self, origin: str, host: str) -> bool:
        return origin in self._origins or origin in {f"http://{host}", f"https://{host}"}


def _refusal() -> Forbidden:
    return Forbidden("A page of another site may not do this")
