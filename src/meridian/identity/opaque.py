"""Values that mean nothing but cannot be guessed: ids, and secrets of which only a digest is kept."""

import hashlib
import secrets


def new_id() -> str:
    """An id of 32 hexadecimal digits."""
    return secrets.token_hex(16)


def new_secret() -> str:
    """A secret of 256 random bits, as 43 characters that fit a cookie and a link."""
    return secrets.token_urlsafe(32)


def mark(secret: str) -> bytes:
    """
    What is kept of a secret of `new_secret`.

    A plain digest suffices: with 256 random bits there is nothing to search through (NIST SP 800-63B section 5.1.2.2).
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
