"""
Rotation of a secret in the four steps that Secrets Manager asks for; each may come twice, and more than once fail.

    createSecret    the next value, as AWSPENDING
    setSecret       whoever checks the secret is told of it
    testSecret      whoever checks the secret takes it
    finishSecret    it is AWSCURRENT, and what was current is AWSPREVIOUS

A value that was set and never finished is not lost: whoever begins again finds it under AWSPENDING, sees that it works,
and goes on with it. Servers that are refused meanwhile try AWSPENDING as well (`manager.py`), so that no moment is
without a value that works.

Source: docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html.
"""

import asyncio
import json
import secrets
import string
from collections.abc import Mapping
from typing import Any, Final, Protocol

from meridian.faults import Conflict, Malformed

STEPS: Final = ("createSecret", "setSecret", "testSecret", "finishSecret")
LONG = 40
"""Letters and digits of a password or key that is made here: 238 bits."""
_CURRENT, _PENDING = "AWSCURRENT", "AWSPENDING"


class Checker(Protocol):
    """Whoever checks the secret: a database, a partner."""

    def next(self, current: str) -> str:
        """The text that is to come after *current*."""

    async def tell(self, current: str, pending: str) -> None:
        """
        Have *pending* taken from now on; *current* proves that we may say so.

        Raises:
            Unavailable: If it was not taken.
        """

    async def takes(self, text: str) -> bool:
        """
        Whether *text* is taken.

        Raises:
            Unavailable: If nobody answers, so that it cannot be known.
        """


async def rotate(client: Any, secret: str, token: str, step: str, checker: Checker) -> None:
    """
    One step.

    Args:
        client: Of Secrets Manager.
        secret: ARN or name.
        token: Id of the version that is to come, as the event's `ClientRequestToken` has it.
        step: One of `STEPS`.
        checker: Whoever checks the secret.

    Raises:
        Malformed: If there is no such step.
        Conflict: If Secrets Manager is not rotating it, or the new value is not taken.
        Unavailable: If the checker does not answer or refuses.
    """
    if step not in STEPS:
        raise Malformed("There is no such step of a rotation")
    rotation = _Rotation(client, secret, token, checker)
    stages = await rotation.stages()
    if step != "createSecret" and token not in stages:
        raise Conflict("Secrets Manager knows nothing of this version")
    if _CURRENT in stages.get(token, ()):
        return  # it was finished: this is a repetition
    await {
        "createSecret": rotation.create,
        "setSecret": rotation.set,
        "testSecret": rotation.test,
        "finishSecret": rotation.finish,
    }[step]()


class _Rotation:
    def __init__(self, client: Any, secret: str, token: str, checker: Checker) -> None:
        self._client, self._secret, self._token, self._checker = client, secret, token, checker

    async def stages(self) -> Mapping[str, list[str]]:
        found = await self._ask("describe_secret")
        stages: Mapping[str, list[str]] = found.get("VersionIdsToStages", {})
        return stages

    async def create(self) -> None:
        if await self._text(_PENDING, self._token) is not None:
            return
        current, left = await self._current(), await self._text(_PENDING)
        left_over = left not in (None, current) and await self._checker.takes(str(left))
        fresh = str(left) if left_over else self._checker.next(current)
        await self._ask(
            "put_secret_value", ClientRequestToken=self._token, SecretString=fresh, VersionStages=[_PENDING]
        )

    async def set(self) -> None:
        pending = await self._pending()
        if not await self._checker.takes(pending):
            await self._checker.tell(await self._current(), pending)

    async def test(self) -> None:
        if not await self._checker.takes(await self._pending()):
            raise Conflict("The new value is not taken")

    async def finish(self) -> None:
        stages = await self.stages()
        [now] = [version for version, labels in stages.items() if _CURRENT in labels]
        await self._ask(
            "update_secret_version_stage",
            VersionStage=_CURRENT,
            MoveToVersionId=self._token,
            RemoveFromVersionId=now,
        )

    async def _current(self) -> str:
        text = await self._text(_CURRENT)
        if text is None:
            raise Conflict("The secret has no value yet")
        return text

    async def _pending(self) -> str:
        text = await self._text(_PENDING, self._token)
        if text is None:
            raise Conflict("The new value was not made yet")
        return text

    async def _text(self, stage: str, version: str = "") -> str | None:
        more = {"VersionId": version} if version else {}
        try:
            found = await self._ask("get_secret_value", VersionStage=stage, **more)
        except self._client.exceptions.ResourceNotFoundException:
            return None
        return str(found["SecretString"])

    async def _ask(self, operation: str, **said: Any) -> Any:
        return await asyncio.to_thread(lambda: getattr(self._client, operation)(SecretId=self._secret, **said))


def fresh_value() -> str:
    """Letters and digits by chance: they mean nothing in any grammar."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(LONG))


def value_of(text: str, field: str) -> str:
    """
    The value in a secret's text: the *field* of an object, else the whole.

    >>> value_of('{"username": "a", "password": "b"}', "password"), value_of("b", "password")
    ('b', 'b')
    """
    return str(json.loads(text)[field]) if text.startswith("{") else text


def with_value(text: str, field: str, value: str) -> str:
    """
    The text with another value, in the form that it has.

    >>> with_value('{"username": "a", "password": "b"}', "password", "c"), with_value("b", "password", "c")
    ('{"username": "a", "password": "c"}', 'c')
    """
    return json.dumps(json.loads(text) | {field: value}) if text.startswith("{") else value
