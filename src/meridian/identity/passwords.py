"""
Passwords: what may be one, and how one is kept and checked.

Argon2id in a small pool of threads, so that neither the event loop nor the memory suffers. An account that does not
exist costs just as much: its password is checked against a hash nobody knows.

Source: NIST SP 800-63B section 5.1.1; OWASP Password Storage Cheat Sheet.
"""

import asyncio
import os
import secrets
import unicodedata
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from meridian.faults import Invalid, Issue, Unavailable
from meridian.identity.guessable import guessable

T = TypeVar("T")

ALONE = 15
"""Characters of a password that is the only factor (NIST SP 800-63B-4 section 3.1.1.2)."""
WITH_SECOND_FACTOR = 12
"""Characters of a password beside a second factor; the standard asks for 8, house policy for more."""
LONGEST = 128
"""Characters; the standard asks that 64 be possible."""
WAITING = 64
"""Checks that may wait for a thread; one more is refused."""

MEMORY_KIB, ROUNDS, LANES = 19 * 1024, 2, 1
"""OWASP's second setting: as hard to guess as its first, 46 MiB once, with less memory a thread."""


def shortest(*, second_factor: bool) -> int:
    """Characters a new password must have."""
    return WITH_SECOND_FACTOR if second_factor else ALONE


def check_new(password: str, *, second_factor: bool, context: Iterable[str] = (), place: str = "password") -> None:
    """
    Pass if *password* may be chosen; *context* are words it must not be made of.

    Raises:
        Invalid: If it may not; says why.
    """
    length, least = len(_normal(password)), shortest(second_factor=second_factor)
    if length < least:
        raise _refusal(f"has {length} characters; at least {least} are needed, such as four words", place)
    if length > LONGEST:
        raise _refusal(f"has {length} characters; at most {LONGEST} are kept", place)
    if guessable(_normal(password), context):
        raise _refusal("is easy to guess: it is made of common words, runs or names", place)


def _refusal(why: str, place: str) -> Invalid:
    return Invalid(f"The password {why}", issues=(Issue("value", why, place),))


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


class Passwords:
    """Hashes and checks; one for a process."""

    def __init__(self, *, memory_kib: int = MEMORY_KIB, rounds: int = ROUNDS, threads: int | None = None) -> None:
        self._hasher = PasswordHasher(time_cost=rounds, memory_cost=memory_kib, parallelism=LANES)
        self._pool = ThreadPoolExecutor(threads or os.cpu_count() or 1, thread_name_prefix="meridian-password")
        self._waiting = 0
        self._nobodys = self._hasher.hash(secrets.token_bytes(32))

    async def hash(self, password: str) -> str:
        """
        The hash to keep.

        Raises:
            Unavailable: If too many wait.
        """
        return await self._run(self._hash, password)

    async def verify(self, password: str, known: str | None) -> bool:
        """
        Whether *password* is the one whose hash is *known*; takes as long when nothing is known.

        Raises:
            Unavailable: If too many wait.
        """
        matches = await self._run(self._verify, password, known or self._nobodys)
        return matches and known is not None

    def outdated(self, known: str) -> bool:
        """Whether the hash was made with other settings, so that it should be made anew."""
        return self._hasher.check_needs_rehash(known)

    def close(self) -> None:
        """Let the threads go."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[..., T], *args: object) -> T:
        if self._waiting >= WAITING:
            raise Unavailable("Too many sign-ins at once; try again in a moment")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work, *args)
        finally:
            self._waiting -= 1

    def _hash(self, password: str) -> str:
        return self._hasher.hash(_bytes(password))

    def _verify(self, password: str, known: str) -> bool:
        try:
            return self._hasher.verify(known, _bytes(password))
        except (VerificationError, InvalidHashError):
            return False


def _bytes(password: str) -> bytes:
    return _normal(password).encode("utf-8", "surrogatepass")
