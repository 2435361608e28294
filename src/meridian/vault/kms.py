"""
The master key in Amazon KMS: it never leaves there, and what it may be used for is KMS's to decide.

    2 bytes   generation: which of our KMS keys
    2 bytes   length of the data key as KMS wrapped it
    …         the data key, wrapped
    12 bytes  random nonce
    rest      AES-256-GCM of what is wrapped by the data key, and its tag; the context is associated data

Each thing has a data key of its own (GenerateDataKey), bound by KMS's encryption context to the edition and to the hash
of what it is for; KMS's own log has both, so that it tells which organisation's key was opened, when and by whom. What
was opened is remembered for as long as the process lives: requests ask KMS nothing, and a start asks once a key. While
KMS does not answer, it is not asked again for some seconds: whoever needs a key then hears so at once.

KMS turns its own key material every year under the same name. A generation of ours is another KMS key: `before` names
the older ones, which only unwrap.

Sources: docs.aws.amazon.com/kms/latest/developerguide (encrypt_context, data-keys), RFC 5116 section 3.1.
"""

import hashlib
import os
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from meridian.faults import Unavailable
from meridian.settings import Kms
from meridian.vault import amazon
from meridian.vault.master import GENERATION, NONCE
from meridian.vault.unreadable import Unreadable

_LENGTH = 2
REMEMBERED = 20_000
"""Data keys kept unwrapped."""
RESTING = 5.0
"""Seconds for which KMS is left alone after it did not answer."""
_AWAY = frozenset({"", "ThrottlingException", "KMSInternalException", "DependencyTimeoutException", "InternalFailure"})
"""Codes after which the same request may do; an empty one: nobody answered."""


class KmsMaster:
    """
    A `Master` whose keys are in KMS.

    Args:
        keys: ARN or alias of the KMS key, by generation; the newest wraps.
        edition: Bound into everything that is wrapped.
        made: Makes the client, on the first call.
        clock: Seconds, from any moment on.
    """

    def __init__(
        self,
        keys: Mapping[int, str],
        edition: str,
        made: Callable[[], Any],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keys = dict(keys)
        self.generation = max(keys)
        self._edition = edition
        self._made = made
        self._client: Any = None
        self._clock = clock
        self._known: dict[tuple[bytes, bytes], AESGCM] = {}
        self._rests_until = 0.0
        self._lock = threading.Lock()

    def wrap(self, plain: bytes, context: bytes) -> bytes:
        """
        *plain*, sealed under a new data key.

        Raises:
            Unavailable: If KMS does not answer or refuses.
        """
        key = self._keys[self.generation]
        answer = self._ask(
            "generate_data_key", KeyId=key, KeySpec="AES_256", EncryptionContext=self._context_of(context)
        )
        wrapped: bytes = answer["CiphertextBlob"]
        cipher, nonce = AESGCM(answer["Plaintext"]), os.urandom(NONCE)
        self._remember((wrapped, context), cipher)
        head = self.generation.to_bytes(GENERATION, "big") + len(wrapped).to_bytes(_LENGTH, "big")
        return head + wrapped + nonce + cipher.encrypt(nonce, plain, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """
        What was wrapped.

        Raises:
            Unreadable: If its key is not here, the context is another, or it was altered.
            Unavailable: If KMS does not answer.
        """
        generation = int.from_bytes(wrapped[:GENERATION], "big")
        if generation not in self._keys:
            raise Unreadable("It is sealed by a master key that is not here")
        start = GENERATION + _LENGTH
        end = start + int.from_bytes(wrapped[GENERATION:start], "big")
        cipher = self._opened(generation, wrapped[start:end], context)
        try:
            return cipher.decrypt(wrapped[end : end + NONCE], wrapped[end + NONCE :], context)
        except (InvalidTag, ValueError):
            raise Unreadable("It is sealed by another master key, or was altered") from None

    def _opened(self, generation: int, data_key: bytes, context: bytes) -> AESGCM:
        """
        The cipher of a wrapped data key.

        KMS is told which key it must be: what somebody else wrapped for us under theirs is not opened.
        """
        if found := self._known.get((data_key, context)):
            return found
        answer = self._ask(
            "decrypt",
            CiphertextBlob=data_key,
            KeyId=self._keys[generation],
            EncryptionContext=self._context_of(context),
        )
        cipher = AESGCM(answer["Plaintext"])
        self._remember((data_key, context), cipher)
        return cipher

    def _context_of(self, context: bytes) -> dict[str, str]:
        """What KMS binds and writes into its log: no name of an organisation, and nothing that is secret."""
        return {"edition": self._edition, "for": hashlib.sha256(context).hexdigest()}

    def _remember(self, place: tuple[bytes, bytes], cipher: AESGCM) -> None:
        with self._lock:
            self._known[place] = cipher
            while len(self._known) > REMEMBERED:
                del self._known[next(iter(self._known))]

    def _ask(self, operation: str, **said: Any) -> Any:
        if self._clock() < self._rests_until:
            raise Unavailable("The key service does not answer")
        try:
            if self._client is None:
                self._client = self._made()
            return getattr(self._client, operation)(**said)
        except Unavailable:
            raise
        except Exception as wrong:
            if amazon.code(wrong) in _AWAY:
                self._rests_until = self._clock() + RESTING
                raise Unavailable("The key service does not answer") from wrong
            raise Unreadable(f"The key service refuses: {amazon.code(wrong)}") from wrong


def kms_master(place: Kms, edition: str) -> KmsMaster:
    """The master key that the settings name; nobody is asked yet."""
    keys = {number: key for number, key in enumerate((*place.before, place.key), 1) if key}
    return KmsMaster(keys, edition, lambda: amazon.client("kms", place.region, place.endpoint))
