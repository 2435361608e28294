"""
The master key: wraps organisations' keys and the file of secrets, and nothing else.

The built-in one is a file of one line per generation, `<generation> <base64 of 32 bytes>`, readable by its owner only.
It belongs on another medium than the database and its backups: whoever has both has everything. The newest generation
wraps; older ones only unwrap, until everything has been wrapped anew and they are struck out.
"""

import base64
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from meridian.vault.files import create_file, replace_file
from meridian.vault.unreadable import Unreadable

GENERATION, NONCE = 2, 12
"""Bytes that stand before what is wrapped: the generation of the key, and a random nonce."""


class Master(Protocol):
    """What wraps small things; the same bytes come back only with the same context."""

    @property
    def generation(self) -> int:
        """Of the key that wraps now."""

    def wrap(self, plain: bytes, context: bytes) -> bytes:
        """*plain*, sealed; begins with the generation in two bytes."""

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """
        What was wrapped.

        Raises:
            Unreadable: If it was wrapped by a key that is not here, in another context, or was altered.
        """


class FileMaster:
    """A `Master` of keys that stand in a file."""

    def __init__(self, keys: Mapping[int, bytes]) -> None:
        self._ciphers = {generation: AESGCM(key) for generation, key in keys.items()}
        self.generation = max(keys)

    def wrap(self, plain: bytes, context: bytes) -> bytes:
        """*plain*, sealed by the newest key."""
        return wrap(self._ciphers[self.generation], self.generation, plain, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """What was wrapped by any of the keys."""
        return unwrap(self._ciphers, wrapped, context, "master")


def wrap(cipher: AESGCM, generation: int, plain: bytes, context: bytes) -> bytes:
    """*plain* under *cipher*: generation, nonce, ciphertext and tag."""
    nonce = os.urandom(NONCE)
    return generation.to_bytes(GENERATION, "big") + nonce + cipher.encrypt(nonce, plain, context)


def unwrap(ciphers: Mapping[int, AESGCM], wrapped: bytes, context: bytes, whose: str) -> bytes:
    """
    What `wrap` was given.

    Raises:
        Unreadable: If the generation is not among *ciphers*, the context another, or a byte was altered.
    """
    cipher = ciphers.get(int.from_bytes(wrapped[:GENERATION], "big"))
    if cipher is None:
        raise Unreadable(f"It is sealed by a {whose} key that is not here")
    nonce, sealed = wrapped[GENERATION : GENERATION + NONCE], wrapped[GENERATION + NONCE :]
    try:
        return cipher.decrypt(nonce, sealed, context)
    except (InvalidTag, ValueError):
        raise Unreadable(f"It is sealed by another {whose} key, or was altered") from None


def open_master(path: Path) -> FileMaster:
    """
    The master key in the file at *path*.

    Raises:
        Unreadable: If the file is missing, not of this form, or readable by others than its owner.
    """
    return FileMaster(_read(path))


def create_master(path: Path) -> FileMaster:
    """The master key at *path*, made on the first start; two first starts at once agree on one key."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        create_file(path, _written({1: os.urandom(32)}))
    return open_master(path)


def rotate_master(path: Path) -> FileMaster:
    """Add a generation, which wraps from now on; the older ones stay until `retire_master`."""
    keys = _read(path)
    replace_file(path, _written({**keys, max(keys) + 1: os.urandom(32)}))
    return open_master(path)


def retire_master(path: Path) -> FileMaster:
    """Strike out every generation but the newest, once nothing is wrapped by them any more."""
    keys = _read(path)
    replace_file(path, _written({max(keys): keys[max(keys)]}))
    return open_master(path)


def only_key(path: Path) -> tuple[int, bytes]:
    """
    Generation and octets of the one key in the file at *path*, to be split into shares.

    Raises:
        Unreadable: If the file cannot be read, or holds older keys besides, without which records may not open.
    """
    keys = _read(path)
    if len(keys) > 1:
        raise Unreadable(f"{path.name} holds older keys besides; strike them out first: meridian key retire")
    return next(iter(keys.items()))


def lay_master(path: Path, generation: int, key: bytes) -> bool:
    """Put a key that was joined from its shares at *path*; `False` when there is a file already."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return create_file(path, _written({generation: key}))


def _read(path: Path) -> dict[int, bytes]:
    try:
        mode, text = path.stat().st_mode, path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as wrong:
        raise Unreadable(f"The master key file {path.name} cannot be read") from wrong
    if stat.S_IMODE(mode) & 0o077:
        raise Unreadable(f"The master key file {path.name} can be read by others; set its mode to 0600")
    try:
        keys = {int(line.split()[0]): base64.b64decode(line.split()[1], validate=True) for line in text.splitlines()}
    except (ValueError, IndexError) as wrong:
        raise Unreadable(f"The master key file {path.name} is damaged") from wrong
    if not keys or any(len(key) != 32 for key in keys.values()):  # noqa: PLR2004  # AES-256
        raise Unreadable(f"The master key file {path.name} is damaged")
    return keys


def _written(keys: Mapping[int, bytes]) -> bytes:
    return "".join(f"{number} {base64.b64encode(key).decode()}\n" for number, key in sorted(keys.items())).encode()
