"""Identifiers as they stand in the index: hashed with a key, so that its rows tell nobody whose they are."""

import hmac
from base64 import urlsafe_b64encode

LENGTH = 18
"""Bytes that are kept of 32: no two identifiers will ever share them, and base64 needs no padding."""


def hashed(key: bytes, secret: str) -> str:
    """
    The keyed hash of an identifier's value.

    >>> len(hashed(b"k" * 32, "999-55-2827"))
    24

    Source: HMAC-SHA-256, RFC 2104.
    """
    return urlsafe_b64encode(hmac.digest(key, secret.encode(), "sha256")[:LENGTH]).decode("ascii")
