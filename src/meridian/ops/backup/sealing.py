"""
Each backup's own key, and what is sealed by it.

A backup has a random data key, wrapped by the master key; from it each object's key is derived by its name. A chunk is
compressed and sealed by AES-256-GCM under its pack's key. Its place in the pack is the nonce, which no other chunk of
the pack has, and its name is associated data: a chunk that was altered, moved or exchanged does not open.

Chunks are named by a keyed hash (HMAC-SHA-256) of what they hold. Only with the key can it be said whether two are the
same, so nobody can ask the shelf whether it holds a page they guess.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass, field

import msgspec
import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from meridian.vault.master import GENERATION, Master
from meridian.vault.unreadable import Unreadable

KEY, NONCE, TAG = 32, 12, 16
LEVEL = 3
_CONTEXT, _SECRETS = b"meridian backup", b"meridian secrets"
"""What the master key seals a backup's key for, and the file of secrets (`vault.secrets`)."""
LARGEST_CHUNK = 2**26
"""Bytes that a chunk may open to."""


class Ref(msgspec.Struct, array_like=True, frozen=True):
    """Where a chunk lies: in which *pack*, from which byte, how many sealed bytes; *name* is its keyed hash."""

    pack: str
    at: int
    size: int
    name: bytes


@dataclass(frozen=True, slots=True)
class BackupKey:
    """A backup's data key, and how it is kept."""

    wrapped: bytes
    key: bytes = field(repr=False)

    def cipher(self, name: str) -> AESGCM:
        """For the object of that *name* (HKDF-Expand of RFC 5869 section 2.3, one block of SHA-256)."""
        return AESGCM(hmac.digest(self.key, b"object " + name.encode() + b"\x01", hashlib.sha256))


class Keys:
    """Makes and unwraps the keys of backups."""

    def __init__(self, master: Master) -> None:
        self._master = master
        self._known: dict[bytes, BackupKey] = {}

    def fresh(self) -> BackupKey:
        """A new backup's key."""
        key = os.urandom(KEY)
        return BackupKey(self._master.wrap(key, _CONTEXT), key)

    def opened(self, wrapped: bytes) -> BackupKey:
        """
        The key that is *wrapped*.

        Raises:
            Unreadable: If the master key is another, or the bytes were altered.
        """
        if wrapped not in self._known:
            self._known[wrapped] = BackupKey(wrapped, self._master.unwrap(wrapped, _CONTEXT))
        return self._known[wrapped]

    def secrets(self, sealed: bytes) -> bytes:
        """
        The file of secrets, as JSON.

        Raises:
            Unreadable: If the master key is another, or it was altered.
        """
        return self._master.unwrap(sealed, _SECRETS)

    def is_current(self, wrapped: bytes) -> bool:
        """Whether it is wrapped by the master key that wraps now; older ones may be struck out at any time."""
        return int.from_bytes(wrapped[:GENERATION], "big") == self._master.generation


def name_of(naming: bytes, plain: bytes) -> bytes:
    """A chunk's name."""
    return hmac.digest(naming, plain, hashlib.sha256)


def seal(cipher: AESGCM, at: int, name: bytes, plain: bytes) -> bytes:
    """A chunk that will lie from byte *at* of its pack."""
    packed = zstandard.ZstdCompressor(level=LEVEL, write_checksum=False).compress(plain)
    return cipher.encrypt(at.to_bytes(NONCE, "big"), packed, name)


def unseal(cipher: AESGCM, ref: Ref, sealed: bytes) -> bytes:
    """
    What a chunk holds.

    Raises:
        Unreadable: If it is another, or was altered.
    """
    try:
        packed = cipher.decrypt(ref.at.to_bytes(NONCE, "big"), sealed, ref.name)
        return zstandard.ZstdDecompressor().decompress(packed, LARGEST_CHUNK)
    except (InvalidTag, ValueError, zstandard.ZstdError):
        raise Unreadable("The backup was altered, or is not complete: a chunk of it does not open") from None
