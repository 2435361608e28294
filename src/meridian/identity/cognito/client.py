"""
Requests to the user pool, and what its refusals mean.

boto3 blocks, so calls have a few threads of their own. What says that something given was wrong is `Refused`; every
other failure is the pool's or ours and is `Unavailable`: nobody hears that a password was wrong because Cognito is
away, busy, or misconfigured.
"""

import asyncio
import base64
import hashlib
import hmac
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from meridian.faults import NotFound, Unavailable
from meridian.settings import Cognito

_log = logging.getLogger(__name__)

CONNECT, READ = 3, 6
"""Seconds to connect, and to wait for an answer."""
THREADS, WAITING = 16, 64
"""Calls at once, and those that may wait for a thread besides; one more is refused."""

NO_SUCH, TAKEN = "UserNotFoundException", "UsernameExistsException"
UNFIT = frozenset({"InvalidPasswordException", "PasswordHistoryPolicyViolationException"})
"""A new password breaks the pool's rules."""
WRONG = frozenset(
    {
        "NotAuthorizedException",
        NO_SUCH,
        "PasswordResetRequiredException",
        "UserNotConfirmedException",
        "CodeMismatchException",
        "ExpiredCodeException",
        "EnableSoftwareTokenMFAException",
    }
)
"""What was given proves nothing; which of them it is, nobody outside learns."""


class Refused(Exception):
    """The pool refused what was given, by one of the codes above."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _StrangeSecret(Exception):
    """The pool does not know the app client's secret that was used."""


class Client:
    """
    The pool, as this server's app client asks it.

    Args:
        place: Which pool and client.
        secret: The client's secret; with `True` past whatever is remembered. Empty where it has none.
        connect: Makes boto3's client; for tests.
    """

    def __init__(
        self, place: Cognito, secret: Callable[[bool], str], connect: Callable[[Cognito], Any] | None = None
    ) -> None:
        self.place = place
        self._secret, self._connect = secret, connect or _connected
        self._service: Any = None
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="meridian-cognito")
        self._lock = asyncio.Lock()
        self._waiting = 0

    async def of_pool(self, operation: str, **said: Any) -> dict[str, Any]:
        """
        An operation on the pool, which it allows by the machine's role.

        Raises:
            Refused: If what was given is not taken.
            Unavailable: If the pool does not answer, has too much to do, or does not know us.
        """
        return await self._call(operation, UserPoolId=self.place.user_pool, **said)

    async def of_user(
        self, operation: str, name: str, username: str, said: dict[str, str], **more: Any
    ) -> dict[str, Any]:
        """
        The same for an operation of the app client about a user; a secret that was changed is read anew, once.

        Args:
            operation: As `admin_initiate_auth`.
            name: Of the argument that carries what the user *said*, as `AuthParameters`.
            username: Whose.
            said: What was said, without the name and the hash of the client's secret.
            more: Other arguments.
        """
        for fresh in (False, True):
            sealed = said | {"USERNAME": username} | await self._hash(username, fresh=fresh)
            try:
                return await self.of_pool(operation, ClientId=self.place.client, **{name: sealed}, **more)
            except _StrangeSecret:
                continue
        _log.error("The user pool does not know our app client's secret")
        raise _away()

    async def of_session(self, operation: str, **said: Any) -> dict[str, Any]:
        """The same for an operation that a challenge's session or an access token opens by itself."""
        return await self._call(operation, **said)

    async def _hash(self, username: str, *, fresh: bool) -> dict[str, str]:
        """
        `SECRET_HASH` for that user, where the client has a secret.

        Source: docs.aws.amazon.com/cognito, computing secret hash values.
        """
        try:
            secret = await self._in_thread(lambda: self._secret(fresh))
        except NotFound:
            _log.error("The vault lacks the app client's secret")  # where it was looked for says no more
            raise _away() from None
        if not secret:
            return {}
        digest = hmac.digest(secret.encode(), f"{username}{self.place.client}".encode(), hashlib.sha256)
        return {"SECRET_HASH": base64.b64encode(digest).decode()}

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        if self._service is not None:
            self._service.close()

    async def _call(self, operation: str, **said: Any) -> dict[str, Any]:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  # the extra `aws`, heavy

        try:
            service = await self._connection()
            answer: dict[str, Any] = await self._in_thread(lambda: getattr(service, operation)(**said))
        except ClientError as refused:
            raise self._meaning(operation, refused.response.get("Error", {})) from None  # the cause may quote a name
        except BotoCoreError as failed:
            _log.warning("The user pool did not answer %s: %s", operation, type(failed).__name__)
            raise _away() from None
        return answer

    def _meaning(self, operation: str, error: dict[str, Any]) -> Exception:
        code = str(error.get("Code", ""))
        if _names_the_hash(str(error.get("Message", ""))):
            return _StrangeSecret()
        if code in WRONG or code in UNFIT or code == TAKEN:
            return Refused(code)
        _log.warning("The user pool refused %s: %s", operation, code if code.isalnum() else "?")
        return _away()

    async def _connection(self) -> Any:
        async with self._lock:
            if self._service is None:
                self._service = await self._in_thread(lambda: self._connect(self.place))
        return self._service

    async def _in_thread(self, work: Callable[[], Any]) -> Any:
        if self._waiting >= THREADS + WAITING:
            raise Unavailable("Too many sign-ins at once; try again in a moment")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1


def _names_the_hash(message: str) -> bool:
    """Whether a `NotAuthorizedException` is about our client's secret, which its code does not tell."""
    return "secret hash" in message.lower() or "SECRET_HASH" in message


def _away() -> Unavailable:
    return Unavailable("The service that checks passwords did not answer; try again in a moment")


def _connected(place: Cognito) -> Any:
    import boto3  # noqa: PLC0415  # the extra `aws`, heavy
    from botocore.config import Config  # noqa: PLC0415  # likewise

    limits = Config(
        connect_timeout=CONNECT,
        read_timeout=READ,
        retries={"total_max_attempts": 1},
        max_pool_connections=THREADS,
    )
    session = boto3.session.Session(region_name=place.region)
    return session.client("cognito-idp", endpoint_url=place.endpoint or None, config=limits)
