"""
The platform's own keys, for what belongs to no organisation: accounts, and the signature of the audit logs.

They are secrets of the vault, made on the first start: in the sealed file, or in Secrets Manager, where KMS wraps them.
Losing them loses every second factor and makes the accounts unfindable, so they are part of the backup.

They stay keys of our own where KMS is: digests are asked for by every request (a session is found by one), which KMS's
HMAC would make a call over the network each, and a digest by a key that cannot leave one region would leave the
accounts behind with it.
"""

import base64
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from meridian.faults import NotFound
from meridian.vault.master import NONCE
from meridian.vault.secrets import Vault
from meridian.vault.unreadable import Unreadable

KEY = 32


def made_once(vault: Vault, name: str) -> bytes:
    """
    The 32 random bytes kept under *name*, made now if there are none.

    With the sealed file two processes must not do this at once; with Secrets Manager the first one's serve all.
    """
    try:
        return base64.b64decode(vault.get(name).reveal())
    except NotFound:
        vault.add(name, base64.b64encode(os.urandom(KEY)).decode())
    return base64.b64decode(vault.get(name).reveal())


class PlatformKey:
    """
    Seals what must be read again and digests what must only be found again.

    Args:
        key: 32 bytes, as `made_once` gives them.
    """

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(_derived(key, b"seal"))
        self._digests = _derived(key, b"digest")

    def seal(self, plain: bytes, aad: bytes) -> bytes:
        """*plain* sealed by AES-256-GCM under a random nonce, bound to *aad*."""
        nonce = os.urandom(NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, aad)

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        """
        What was sealed.

        Raises:
            Unreadable: If *aad* or the key is another, or the bytes were altered.
        """
        try:
            return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], aad)
        except (InvalidTag, ValueError):
            raise Unreadable("It is sealed by another platform key, or was altered") from None

    def digest(self, purpose: str, value: bytes) -> bytes:
        """HMAC-SHA-256 of *value*; the same value for another *purpose* gives another."""
        return hmac.digest(_derived(self._digests, purpose.encode()), value, hashlib.sha256)


def _derived(key: bytes, purpose: bytes) -> bytes:
    """HKDF-Expand (RFC 5869 section 2.3), one block of SHA-256."""
    return hmac.digest(key, purpose + b"\x01", hashlib.sha256)
