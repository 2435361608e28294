"""
Where a page ended, as a text for its `next` link.

It is encrypted, because the keys of an order may be names and birth dates and links end up in logs, and bound to the
organisation and the search, so that it fits no other. It grants nothing: the scope is compiled into every statement.
"""

import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from meridian.faults import Malformed
from meridian.fhir.search.query import Search
from meridian.store.search.asking import Asking

_NONCE = 12


def seal(values: Sequence[Any], search: Search, asking: Asking) -> str:
    """*values* of the last match's keys as a text."""
    nonce = os.urandom(_NONCE)
    sealed = _cipher(asking.key).encrypt(nonce, msgspec.json.encode(values), _binding(search, asking))
    return urlsafe_b64encode(nonce + sealed).decode("ascii").rstrip("=")


def unseal(search: Search, asking: Asking) -> tuple[Any, ...]:
    """
    The values in the cursor of *search*.

    Raises:
        Malformed: If it was not given out for this search.
    """
    try:
        raw = urlsafe_b64decode(search.cursor + "=" * (-len(search.cursor) % 4))
        plain = _cipher(asking.key).decrypt(raw[:_NONCE], raw[_NONCE:], _binding(search, asking))
    except (ValueError, InvalidTag):
        raise Malformed("Search parameter _cursor is not from a page of this search") from None
    return tuple(msgspec.json.decode(plain))


def _binding(search: Search, asking: Asking) -> bytes:
    return msgspec.json.encode((asking.org, search.type, search.asked))


@lru_cache(maxsize=64)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(hmac.digest(key, b"search cursor", "sha256"))
