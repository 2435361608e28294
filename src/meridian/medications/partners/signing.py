"""
Signed requests: HMAC-SHA-256 over what is asked.

A key that leaked is then not enough, and a request that was seen cannot be sent again.

Signed are method, path, date, request id and the body's hash, one a line. Whoever checks refuses a date that is off by
more than `WINDOW` and a request id that was there before. The signing secret is another than the key, and each partner
has its own, so that neither can speak to the other in our name.
"""

import hashlib
import hmac
from datetime import UTC, datetime

KEY, REQUEST, DATE, SIGNATURE, IDEMPOTENCY = (
    "X-API-Key", "X-Request-ID", "X-Date", "X-Signature", "Idempotency-Key",
)  # fmt: skip
WINDOW = 300
"""Seconds by which a request's date may be off."""
_FORM = "%Y-%m-%dT%H:%M:%SZ"


def stamp(seconds: float) -> str:
    """
    A moment as `X-Date` has it.

    >>> stamp(0)
    '1970-01-01T00:00:00Z'
    """
    return datetime.fromtimestamp(seconds, UTC).strftime(_FORM)


def moment(text: str) -> float:
    """
    Seconds since the epoch of a date.

    Raises:
        ValueError: If it is none.
    """
    return datetime.strptime(text, _FORM).replace(tzinfo=UTC).timestamp()


def signature(secret: str, method: str, path: str, *, date: str, request: str, body: bytes) -> str:
    """What stands in `X-Signature`."""
    digest = hashlib.sha256(body).hexdigest()
    text = f"{method}\n{path}\n{date}\n{request}\n{digest}"
    return "v1=" + hmac.digest(secret.encode(), text.encode(), "sha256").hex()


def matches(given: str, expected: str) -> bool:
    """Whether two signatures are the same, in a time that does not tell where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
