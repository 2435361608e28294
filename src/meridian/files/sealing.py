"""
A file sealed in chunks, so that any part of it can be written and read without holding the rest.

    chunk = 12 bytes random nonce, AES-256-GCM of at most CHUNK plain bytes, 16 bytes tag

The associated data of a chunk is the file's id, its number and whether it is the last one. So a chunk that was altered,
moved within its file or to another, and a file that was cut off or lengthened, do not open (the construction STREAM of
Hoang, Reyhanitabar, Rogaway and Vizár, 2015). A file has a random key of its own, which seals far fewer than 2^32
chunks, where random nonces would begin to be a risk (NIST SP 800-38D section 8.3); since they are random, a piece that
is sent twice never meets the nonce of its first try.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from meridian.vault.unreadable import Unreadable

CHUNK = 256 * 1024
"""Plain bytes of every chunk but the last."""
NONCE, TAG = 12, 16
SEALED = NONCE + CHUNK + TAG
"""Bytes of a sealed chunk but the last."""
KEY = 32


def fresh_key() -> bytes:
    """A key for one file."""
    return os.urandom(KEY)


def chunks(size: int) -> int:
    """
    How many chunks a file of *size* plain bytes has.

    >>> [chunks(n) for n in (1, CHUNK, CHUNK + 1)]
    [1, 1, 2]
    """
    return max(1, -(-size // CHUNK))


def sealed_size(size: int) -> int:
    """Sealed bytes of *size* plain ones that begin at a chunk."""
    return size + chunks(size) * (NONCE + TAG)


class Sealer:
    """Seals and opens the chunks of one file of *size* plain bytes, named *identity*, with its *key*."""

    __slots__ = ("_cipher", "_identity", "size")

    def __init__(self, key: bytes, identity: str, size: int) -> None:
        self._cipher = AESGCM(key)
        self._identity = identity.encode()
        self.size = size

    def seal(self, number: int, plain: bytes) -> bytes:
        """Chunk *number*, sealed."""
        nonce = os.urandom(NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, self._place(number))

    def open(self, number: int, sealed: bytes) -> bytes:
        """
        What chunk *number* holds.

        Raises:
            Unreadable: If it is another chunk, of another file, altered, or not all of it.
        """
        try:
            plain = self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], self._place(number))
        except (InvalidTag, ValueError):
            raise Unreadable("A file cannot be opened: its key is lost or destroyed, or it was altered") from None
        if len(plain) != min(CHUNK, self.size - number * CHUNK):
            raise Unreadable("A file cannot be opened: it has another length than it should")
        return plain

    def seal_note(self, note: bytes) -> bytes:
        """A few bytes beside the file, under its key."""
        nonce = os.urandom(NONCE)
        return nonce + self._cipher.encrypt(nonce, note, b"note|" + self._identity)

    def open_note(self, sealed: bytes) -> bytes:
        """
        What `seal_note` was given.

        Raises:
            Unreadable: If it is of another file, or altered.
        """
        try:
            return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], b"note|" + self._identity)
        except (InvalidTag, ValueError):
            raise Unreadable("What was said of a file cannot be opened") from None

    def _place(self, number: int) -> bytes:
        last = (number + 1) * CHUNK >= self.size
        return b"chunk|%b|%d|%d" % (self._identity, number, last)
