"""
Security headers, on every answer whatever its kind.

No inline script or style, no frame around us, nothing embedded elsewhere; patient data is kept by no cache.
Source: OWASP Secure Headers Project; W3C CSP Level 3; RFC 6797 for HSTS; the policy's first three parts are house.md's.
"""

from urllib.parse import urlsplit

from meridian.web.exchange import Header

NO_STORE: Header = (b"cache-control", b"no-store")
TWO_YEARS = 63_072_000


def security_headers(public_origin: str) -> list[Header]:
    """The headers that every answer carries, given the origin that people see."""
    origin = urlsplit(public_origin)
    named = {
        "content-security-policy": content_policy(origin.netloc, secure=origin.scheme == "https"),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()",
    }
    if origin.scheme == "https":
        named["strict-transport-security"] = f"max-age={TWO_YEARS}; includeSubDomains"
    return [(name.encode(), value.encode()) for name, value in named.items()]


def content_policy(host: str, *, secure: bool) -> str:
    """
    The Content-Security-Policy for pages of *host*.

    >>> content_policy("clinic.example", secure=True)[:85]
    "default-src 'self'; script-src 'self'; connect-src 'self' wss://clinic.example; img-s"
    """
    parts = [
        "default-src 'self'",
        "script-src 'self'",
        f"connect-src 'self' {'wss' if secure else 'ws'}://{host}",
        "img-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
    if secure:
        parts.append("upgrade-insecure-requests")
    return "; ".join(parts)
