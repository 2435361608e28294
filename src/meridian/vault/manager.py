"""
Secrets in Amazon's Secrets Manager, where they are wrapped by KMS and rotated.

A name of ours stands behind the edition's: `mariadb/password` is `careconnect360/mariadb/password`. What is a JSON
object there has fields: the last part of a name is looked for among those of the secret itself, then among those of the
secret one level up. So `mariadb/prod/password` is the field `password` of `careconnect360/mariadb/prod`.

What was read is remembered: for `ttl` seconds it is simply given, then it is given and read again beside. Whoever was
refused with a secret asks for it `fresh`. While Secrets Manager is away, what is known serves for an hour.
"""

import hashlib
import json
import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

from meridian.faults import NotFound, Unavailable
from meridian.settings import SecretsManager
from meridian.vault import amazon
from meridian.vault.secrets import NAME, Login, Secret
from meridian.vault.unreadable import Unreadable

LONGEST = 3600.0
"""Seconds that what was read serves while it cannot be read again."""
SOONEST = 1.0
"""Seconds after which something is read afresh, at the earliest; so that nobody's guesses make us ask more often."""
MISSING = 10.0
"""Seconds for which what is not there is not asked for again."""
_NONE = frozenset({"ResourceNotFoundException", "AccessDeniedException"})  # a role may read only what it is granted

_log = logging.getLogger("meridian.vault")


class _Taken(Exception):
    """There is one of that name."""


class _Known(NamedTuple):
    text: str
    read: float


class ManagedSecrets:
    """
    A `Vault` in Secrets Manager.

    Args:
        prefix: First part of every name there.
        ttl: Seconds for which what was read is not read again.
        kms_key: Wraps secrets that are made here; empty: the account's usual one.
        made: Makes the client, on the first call.
        clock: Seconds, from any moment on.
    """

    def __init__(
        self,
        prefix: str,
        made: Callable[[], Any],
        *,
        ttl: float = 300.0,
        kms_key: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._prefix = f"{prefix}/"
        self._made = made
        self._client: Any = None
        self._ttl, self._kms_key, self._clock = ttl, kms_key, clock
        self._known: dict[str, _Known] = {}
        self._missing: dict[str, float] = {}
        self._reading: set[str] = set()
        self._lock = threading.Lock()

    def get(self, name: str) -> Secret:
        """
        The secret of that *name*.

        Raises:
            NotFound: If there is none, or we may not read it.
            Unreadable: If its key is lost.
            Unavailable: If Secrets Manager does not answer and it is not known.
        """
        return self._found(name, self._text)[0]

    def fresh(self, name: str) -> Secret:
        """As `get`, read again now; for whoever was refused with what `get` gave."""
        return self._found(name, self._read_again)[0]

    def login(self, name: str, user: str, *, fresh: bool = False) -> Login:
        """
        The password of that *name*, and the `username` beside it if there is one, else *user*.

        Where what is *fresh* is what was known, a rotation may be under way: what is to be current is given then.
        """
        password, beside = self._found(name, self._renewed if fresh else self._text)
        return Login(str(beside.get("username", user)), password)

    def put(self, name: str, value: str) -> None:
        """
        Keep *value* under *name*, in place of what was there; a field, where the secret is an object that has it.

        Raises:
            ValueError: If *name* is not a path in lower case.
            Unavailable: If Secrets Manager does not take it; what was there stays.
        """
        if not NAME.fullmatch(name):
            raise ValueError("A secret's name is a path in lower case, as mariadb/password")
        path, field = self._path(name), name.rpartition("/")[2]
        try:
            fields = _fields(self._read(path))
        except NotFound:
            if not self.add(name, value):
                raise Unavailable("Somebody else has just kept a secret of that name") from None
        else:
            text = json.dumps(fields | {field: value}) if field in fields else value
            self._ask("put_secret_value", SecretId=path, SecretString=text)
        self._forget(path)

    def add(self, name: str, value: str) -> bool:
        """
        Keep *value* under *name* if nothing is there, or an empty entry; of several at once, one does.

        The first version of a secret has an id that everybody knows, and Secrets Manager takes no two of one id.
        """
        path = self._path(name)
        first = hashlib.sha256(path.encode()).hexdigest()[:32]
        with suppress(NotFound):
            self._read(path)
            return False
        self._forget(path)
        try:
            with suppress(NotFound):
                self._ask("put_secret_value", SecretId=path, SecretString=value, ClientRequestToken=first)
                return True
            key = {"KmsKeyId": self._kms_key} if self._kms_key else {}
            self._ask("create_secret", Name=path, SecretString=value, ClientRequestToken=first, **key)
        except _Taken:
            return False
        return True

    def names(self) -> list[str]:
        """The names of all secrets of this edition, in order."""
        found: list[str] = []
        more: dict[str, str] = {}
        while True:
            page = self._ask("list_secrets", Filters=[{"Key": "name", "Values": [self._prefix]}], **more)
            found += [one["Name"].removeprefix(self._prefix) for one in page["SecretList"]]
            if not (token := page.get("NextToken")):
                return sorted(found)
            more = {"NextToken": token}

    def reseal(self) -> None:
        """Nothing: Secrets Manager wraps by its own KMS key, which turns by itself."""

    def _found(self, name: str, read: Callable[[str], str]) -> tuple[Secret, dict[str, Any]]:
        """The secret, and what stands beside it in the same object."""
        parent, _, field = name.rpartition("/")
        try:
            text = read(self._path(name))
        except NotFound:
            fields = self._fields_of(parent, read)
            if field not in fields:
                raise NotFound(f"There is no secret named {name}") from None
            return Secret(str(fields[field])), fields
        fields = _fields(text)
        return Secret(str(fields.get(field, text))), fields

    def _fields_of(self, name: str, read: Callable[[str], str]) -> dict[str, Any]:
        try:
            return _fields(read(self._path(name))) if name else {}
        except NotFound:
            return {}

    def _path(self, name: str) -> str:
        return self._prefix + name.removeprefix(self._prefix)

    def _forget(self, path: str) -> None:
        self._known.pop(path, None)
        self._missing.pop(path, None)

    def _text(self, path: str) -> str:
        known, now = self._known.get(path), self._clock()
        if known is None or now - known.read > LONGEST:
            if now < self._missing.get(path, now):
                raise NotFound("It was not there a moment ago")
            return self._read(path)
        if now - known.read > self._ttl:
            self._read_beside(path)
        return known.text

    def _read_again(self, path: str) -> str:
        known = self._known.get(path)
        return known.text if known and self._clock() - known.read < SOONEST else self._read(path)

    def _renewed(self, path: str) -> str:
        """What is current, if that is another than was known; else what is to be current."""
        before = self._known.get(path)
        text = self._read_again(path)
        if before is None or before.text != text:
            return text
        try:
            return str(self._ask("get_secret_value", SecretId=path, VersionStage="AWSPENDING")["SecretString"])
        except NotFound:
            return text

    def _read_beside(self, path: str) -> None:
        """Read it again in a thread of its own, one at a time."""
        with self._lock:
            if path in self._reading:
                return
            self._reading.add(path)

        def run() -> None:
            try:
                self._read(path)
            except Unavailable as wrong:
                _log.warning("a secret cannot be read again: %s", type(wrong.__cause__ or wrong).__name__)
            except NotFound:
                _log.warning("a secret was taken away")
            finally:
                self._reading.discard(path)

        threading.Thread(target=run, name="meridian-secret", daemon=True).start()

    def _read(self, path: str) -> str:
        try:
            text: str = self._ask("get_secret_value", SecretId=path, VersionStage="AWSCURRENT").get("SecretString", "")
        except NotFound:
            self._known.pop(path, None)
            self._missing[path] = self._clock() + MISSING
            raise
        self._known[path] = _Known(text, self._clock())
        return text

    def _ask(self, operation: str, **said: Any) -> Any:
        try:
            if self._client is None:
                self._client = self._made()
            return getattr(self._client, operation)(**said)
        except Unavailable:
            raise
        except Exception as wrong:
            code = amazon.code(wrong)
            if code in _NONE:
                name = str(said.get("SecretId", said.get("Name", ""))).removeprefix(self._prefix)
                raise NotFound(f"There is no secret named {name}") from None
            if code == "ResourceExistsException":
                raise _Taken from None
            if code == "DecryptionFailure":
                raise Unreadable("A secret cannot be opened: its key is lost") from wrong
            raise Unavailable("The store of secrets does not answer") from wrong


def _fields(text: str) -> dict[str, Any]:
    """What a JSON object has; nothing for anything else."""
    if not text.startswith("{"):
        return {}
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def managed_secrets(place: SecretsManager, prefix: str) -> ManagedSecrets:
    """The secrets that the settings name; nobody is asked yet."""
    return ManagedSecrets(
        place.prefix or prefix,
        lambda: amazon.client("secretsmanager", place.region, place.endpoint),
        ttl=place.ttl,
        kms_key=place.kms_key,
    )
