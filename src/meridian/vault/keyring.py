"""
The keys below the master key.

    master key ── wraps ── organisation's keys ── wrap ── data keys ── seal ── bodies
    (file | KMS)           one per generation             one per patient, and one per organisation for the rest

Wrapped keys are rows of the database; here they are unwrapped, made and wrapped anew, and no I/O is done. What is
remembered is found by the wrapped bytes themselves, so that it can never be out of date: a key that was rotated or
destroyed is other bytes or none.

Rotation re-wraps keys and never rewrites bodies: `rewrapped` moves a data key under the newest organisation key, and
`Keyring.organisation_rewrapped` an organisation's under the newest master key. `renewed` adds a generation to a data
key: new bodies use it, old ones still open.
"""

import hashlib
import hmac
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from meridian.vault.master import GENERATION, NONCE, Master, unwrap, wrap
from meridian.vault.unreadable import Unreadable

KEY = 32
"""Bytes of every key: AES-256."""
_ENTRY = GENERATION + NONCE + KEY + 16
"""Bytes of one generation of a wrapped data key."""
REMEMBERED = 20_000
"""Data keys kept unwrapped; each takes about a kilobyte."""


@dataclass(frozen=True, slots=True)
class OrganisationKey:
    """An organisation's wrapping keys, by generation."""

    org: int
    ciphers: dict[int, AESGCM] = field(repr=False)

    @property
    def generation(self) -> int:
        """Of the key that wraps now."""
        return max(self.ciphers)


@dataclass(frozen=True, slots=True)
class DataKey:
    """What seals bodies: a cipher for each generation, counted from 1; the last one seals."""

    ciphers: tuple[AESGCM, ...] = field(repr=False)
    first: bytes = field(repr=False)
    """The first generation's bytes, from which `derived` keys come, so that these outlive rotation."""

    def derived(self, purpose: bytes) -> bytes:
        """A key of 32 bytes for another *purpose* (HKDF-Expand of RFC 5869 section 2.3, one block of SHA-256)."""
        return hmac.digest(self.first, purpose + b"\x01", hashlib.sha256)


class Keyring:
    """
    Makes, unwraps and re-wraps keys.

    Args:
        master: Wraps organisations' keys.
        remembered: How many data keys to keep unwrapped.
    """

    def __init__(self, master: Master, *, remembered: int = REMEMBERED) -> None:
        self.master = master
        self._known: dict[bytes, DataKey] = {}
        self._remembered = remembered
        self._organisation = lru_cache(maxsize=1024)(self._organisation_unwrapped)

    def organisation(self, org: int, wrapped: Iterable[tuple[int, bytes]]) -> OrganisationKey:
        """
        The organisation's wrapping keys from its rows of (generation, wrapped key).

        Raises:
            Unreadable: If they belong to another organisation or master key, or there are none.
        """
        rows = tuple(wrapped)
        if not rows:
            raise Unreadable("The organisation's key is lost")
        return self._organisation(org, rows)

    def _organisation_unwrapped(self, org: int, rows: tuple[tuple[int, bytes], ...]) -> OrganisationKey:
        keys = {number: self.master.unwrap(sealed, _of_organisation(org, number)) for number, sealed in rows}
        return OrganisationKey(org, {number: AESGCM(key) for number, key in keys.items()})

    def fresh_organisation(self, org: int, generation: int) -> bytes:
        """A new wrapping key, wrapped by the master key."""
        return self.master.wrap(os.urandom(KEY), _of_organisation(org, generation))

    def organisation_rewrapped(self, org: int, generation: int, wrapped: bytes) -> bytes:
        """The same wrapping key under the newest master key."""
        context = _of_organisation(org, generation)
        return self.master.wrap(self.master.unwrap(wrapped, context), context)

    def known(self, wrapped: bytes) -> DataKey | None:
        """The data key, if it has been unwrapped before."""
        return self._known.get(wrapped)

    def data_key(self, owner: OrganisationKey, wrapped: bytes) -> DataKey:
        """
        The data key that is *wrapped*.

        Raises:
            Unreadable: If it was wrapped for another organisation, by a key that is gone, or altered.
        """
        found = self._known.get(wrapped)
        if found is None:
            found = self._known[wrapped] = _unwrapped(owner, wrapped)
            while len(self._known) > self._remembered:
                self._forget_oldest()
        return found

    def forget(self, wrapped: Iterable[bytes]) -> None:
        """Remember those data keys no longer: they were destroyed."""
        for one in wrapped:
            self._known.pop(one, None)

    def _forget_oldest(self) -> None:
        try:
            del self._known[next(iter(self._known))]
        except (StopIteration, KeyError, RuntimeError):  # another thread was here first
            return


def _unwrapped(owner: OrganisationKey, wrapped: bytes) -> DataKey:
    keys = _generations(owner, wrapped)
    if not keys:
        raise Unreadable("The key was destroyed")
    return DataKey(tuple(AESGCM(key) for key in keys), keys[0])


def fresh(owner: OrganisationKey) -> bytes:
    """A new data key, wrapped."""
    return _wrapped(owner, [os.urandom(KEY)])


def renewed(owner: OrganisationKey, wrapped: bytes) -> bytes:
    """The data key with one generation more, which seals from now on."""
    return _wrapped(owner, [*_generations(owner, wrapped), os.urandom(KEY)])


def rewrapped(owner: OrganisationKey, wrapped: bytes) -> bytes:
    """The same data key under the organisation's newest key."""
    return _wrapped(owner, _generations(owner, wrapped))


def _wrapped(owner: OrganisationKey, keys: list[bytes]) -> bytes:
    cipher = owner.ciphers[owner.generation]
    return b"".join(
        wrap(cipher, owner.generation, key, _of_data(owner.org, number)) for number, key in enumerate(keys, 1)
    )


def _generations(owner: OrganisationKey, wrapped: bytes) -> list[bytes]:
    entries = [wrapped[start : start + _ENTRY] for start in range(0, len(wrapped), _ENTRY)]
    return [
        unwrap(owner.ciphers, entry, _of_data(owner.org, number), "organisation")
        for number, entry in enumerate(entries, 1)
    ]


def _of_organisation(org: int, generation: int) -> bytes:
    return b"meridian organisation key %d %d" % (org, generation)


def _of_data(org: int, generation: int) -> bytes:
    return b"meridian data key %d %d" % (org, generation)
