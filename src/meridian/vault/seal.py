"""
Bodies, compressed and sealed.

    1 byte    format, now 1
    1 byte    compression: 0 none, 1 zstd with dictionary 1
    1 byte    generation of the data key
    12 bytes  random nonce
    rest      AES-256-GCM of the compressed body, and its tag

The associated data is the first three bytes and the body's place (organisation, type, id, version), so that a body
moved to another row does not open. Compression comes before sealing; a body is one patient's own, so its length tells
nothing about anybody else's. A key seals far fewer than 2^32 bodies, which is where random nonces would begin to be a
risk (NIST SP 800-38D section 8.3).
"""

import os
import threading
from functools import cache
from importlib.resources import files

import zstandard
from cryptography.exceptions import InvalidTag

from meridian.vault.keyring import DataKey
from meridian.vault.unreadable import Unreadable

FORMAT = 1
PLAIN, DICTIONARY = 0, 1
_HEAD, _NONCE = 3, 12
LEVEL = 3
LARGEST = 64 * 1024 * 1024
"""Bytes that a body may have; far more than a request may send."""
_GARBLED = "A record cannot be opened: its key is another or was destroyed, or its bytes were altered"


class _Tools(threading.local):
    """Compressors are not to be shared between threads."""

    def __init__(self) -> None:
        dictionary = _dictionary()
        self.compress = zstandard.ZstdCompressor(level=LEVEL, dict_data=dictionary, write_checksum=False).compress
        self.decompress = zstandard.ZstdDecompressor(dict_data=dictionary).decompress


@cache
def _dictionary() -> zstandard.ZstdCompressionDict:
    dictionary = zstandard.ZstdCompressionDict(files("meridian.vault").joinpath("dictionary.zst").read_bytes())
    dictionary.precompute_compress(level=LEVEL)
    return dictionary


_tools = _Tools()


def place(org: int, resource_type: str, logical_id: str, version: int) -> bytes:
    """Where a body belongs."""
    return f"{org}|{resource_type}|{logical_id}|{version}".encode()


def seal(key: DataKey, where: bytes, body: bytes) -> bytes:
    """
    *body*, for the place *where*.

    Raises:
        ValueError: If it is larger than `LARGEST`.
    """
    if len(body) > LARGEST:
        raise ValueError("The body is too large to be sealed")
    head = bytes((FORMAT, DICTIONARY, len(key.ciphers)))
    nonce = os.urandom(_NONCE)
    return head + nonce + key.ciphers[-1].encrypt(nonce, _tools.compress(body), head + where)


def unseal(key: DataKey, where: bytes, sealed: bytes) -> bytes:
    """
    The body that was sealed for the place *where*.

    Raises:
        Unreadable: If the key or the place is another, or the bytes were altered.
    """
    head = sealed[:_HEAD]
    if len(head) < _HEAD or head[0] != FORMAT or not 0 < head[2] <= len(key.ciphers):
        raise Unreadable(_GARBLED)
    try:
        packed = key.ciphers[head[2] - 1].decrypt(
            sealed[_HEAD : _HEAD + _NONCE], sealed[_HEAD + _NONCE :], head + where
        )
        return packed if head[1] == PLAIN else _tools.decompress(packed, LARGEST)
    except (InvalidTag, ValueError, zstandard.ZstdError):
        raise Unreadable(_GARBLED) from None
