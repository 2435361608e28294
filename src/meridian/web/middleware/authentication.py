"""
The token that a request carries: `Authorization: Bearer` from a program, the `__Host-meridian` cookie from a browser.

Whether the token is good is `identity`'s to say.
"""

from meridian.faults import Unauthenticated
from meridian.web.exchange import Request

COOKIE = "__Host-meridian="
LONGEST = 8192
"""Characters of a token, house policy; ours have about a thousand."""


def token_of(request: Request) -> str:
    """
    The access token.

    Raises:
        Unauthenticated: If there is none, or another scheme than Bearer.
    """
    authorization = request.header(b"authorization")
    if authorization:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated("Only bearer tokens are taken here")
        token = token.strip()
    else:
        token = _from_cookie(request.header(b"cookie"))
    if not token or len(token) > LONGEST:
        raise Unauthenticated("Sign in first")
    return token


def _from_cookie(header: str) -> str:
    for part in header.replace(",", ";").split(";"):
        pair = part.strip()
        if pair.startswith(COOKIE):
            return pair[len(COOKIE) :].strip('"')
    return ""
