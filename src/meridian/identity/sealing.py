"""What identity asks of the vault: sealing what must be read again, digesting what must only be found again."""

import hashlib
import hmac
import os
from typing import Protocol

from cryptography.exceptions import InvalidTag

from meridian.store import keys
from meridian.store.engine import Engine
from meridian.store.plan import Plan
from meridian.vault.keyring import DataKey, Keyring
from meridian.vault.unreadable import Unreadable

PLATFORM = 0
"""The number under which the platform's own key is kept among the organisations'."""
_NONCE = 12


class Sealer(Protocol):
    """The platform's key, without its being seen."""

    def seal(self, plain: bytes, aad: bytes) -> bytes:
        """*plain* sealed, bound to *aad*."""

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        """What was sealed, if *aad* is the same; else a fault."""

    def digest(self, purpose: str, value: bytes) -> bytes:
        """A keyed digest of 32 bytes; the same value for another *purpose* gives another."""


class KeySealer:
    """
    A `Sealer` of one of the vault's data keys.

        1 byte    generation of the data key
        12 bytes  random nonce
        rest      AES-256-GCM; associated data: the generation and the caller's
    """

    def __init__(self, key: DataKey) -> None:
        self._key = key

    def seal(self, plain: bytes, aad: bytes) -> bytes:
        """*plain* sealed by the newest generation."""
        head, nonce = bytes((len(self._key.ciphers),)), os.urandom(_NONCE)
        return head + nonce + self._key.ciphers[-1].encrypt(nonce, plain, head + aad)

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        """
        What was sealed.

        Raises:
            Unreadable: If the key or *aad* is another, or the bytes were altered.
        """
        head, nonce, rest = sealed[:1], sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        try:
            return self._key.ciphers[head[0] - 1].decrypt(nonce, rest, head + aad)
        except (InvalidTag, ValueError, IndexError):
            raise Unreadable("An account's secret cannot be opened: its key is another, or it was altered") from None

    def digest(self, purpose: str, value: bytes) -> bytes:
        """A keyed digest; it outlives the rotation of keys."""
        return hmac.digest(self._key.derived(f"meridian identity {purpose}".encode()), value, hashlib.sha256)


async def platform_sealer(engine: Engine, keyring: Keyring) -> KeySealer:
    """The platform's sealer; its key is made on the first start."""

    def plan() -> Plan[KeySealer]:
        found = yield from keys.people(keyring, PLATFORM, ())
        return KeySealer(found[keys.NOBODY].key)

    return await engine.write(plan)


def seal_text(sealer: Sealer, column: str, row: str, text: str) -> bytes:
    """*text* sealed for one column of one row, so that it cannot be moved to another."""
    return sealer.seal(text.encode("utf-8", "surrogatepass"), f"{column}|{row}".encode())


def open_text(sealer: Sealer, column: str, row: str, sealed: bytes) -> str:
    """The text that was sealed for that column and row."""
    return sealer.open(sealed, f"{column}|{row}".encode()).decode("utf-8", "surrogatepass")
