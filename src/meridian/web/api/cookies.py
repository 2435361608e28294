"""
The cookies that keep somebody signed in.

All have the `__Host-` prefix, so that no other host and no insecure page can set them (RFC 6265bis section 4.1.3.2),
and none can be read by scripts or sent from another site.
"""

from fastapi import Response

from meridian.identity.facts import Grant

ACCESS = "__Host-meridian"
REFRESH = "__Host-meridian-refresh"
PENDING = "__Host-meridian-pending"
DEVICE = "__Host-meridian-device"
VISIT = "__Host-meridian-visit"

ACCESS_SECONDS = 15 * 60
PENDING_SECONDS = 10 * 60
DEVICE_SECONDS = 400 * 24 * 3600  # the longest a browser keeps one, RFC 6265bis section 5.5


def keep_signed_in(response: Response, grant: Grant) -> None:
    """Hand the browser what it was granted, and take the unfinished sign-in's cookie back."""
    _set(response, ACCESS, grant.access, ACCESS_SECONDS)
    if grant.refresh:
        lasting = max(0, (grant.identity.ends - grant.identity.expires) // 1000) + ACCESS_SECONDS
        _set(response, REFRESH, grant.refresh, lasting)
    if grant.device:
        _set(response, DEVICE, grant.device, DEVICE_SECONDS)
    _set(response, PENDING, "", 0)


def keep_pending(response: Response, pending: str) -> None:
    """Hand the browser the secret of a sign-in that is not finished."""
    _set(response, PENDING, pending, PENDING_SECONDS)


def keep_visit(response: Response, secret: str, seconds: int) -> None:
    """Hand a guest's browser what opens their visit; no seconds take it back."""
    _set(response, VISIT, secret, seconds)


def sign_out(response: Response) -> None:
    """Take back everything but the device's mark."""
    for name in (ACCESS, REFRESH, PENDING):
        _set(response, name, "", 0)


def _set(response: Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="strict")
