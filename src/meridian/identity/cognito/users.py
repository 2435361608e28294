"""
The users of the pool: what is asked of it about one, request by request.

A user is named by the account's id. Passwords are given as they were typed, in one spelling (NFKC), or as something
that nobody can have chosen where Cognito could not even read them.
"""

import secrets
import unicodedata
from typing import Any

from meridian.identity.cognito.client import TAKEN, Client, Refused
from meridian.identity.cognito.handle import CODE, RENEW, SET_UP, Handle
from meridian.identity.facts import NOBODY, Caller

LONGEST = 256
"""Characters of a password that Cognito takes."""


def spelled(password: str) -> str:
    """The password in one spelling, as the built-in compares it; a random one where it is none Cognito could read."""
    normal = unicodedata.normalize("NFKC", password)
    try:
        normal.encode()
    except UnicodeEncodeError:
        return temporary()
    return normal if 0 < len(normal) <= LONGEST else temporary()


def temporary() -> str:
    """A password for milliseconds, of every kind of character that a pool may ask for."""
    return f"{secrets.token_urlsafe(24)}-aA1"


class Users:
    """
    Requests about users.

    Args:
        client: The pool.
        host: Our name, which its threat protection is told together with where the caller is.
    """

    def __init__(self, client: Client, host: str) -> None:
        self._client, self._host = client, host

    async def start(self, username: str, password: str, caller: Caller = NOBODY) -> dict[str, Any]:
        """
        Begin a sign-in by the password.

        Raises:
            Refused: If it is not the user's, or there is none.
        """
        return await self._client.of_user(
            "admin_initiate_auth",
            "AuthParameters",
            username,
            {"PASSWORD": spelled(password)},
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            **self._context(caller),
        )

    def _context(self, caller: Caller) -> dict[str, Any]:
        if not caller.address:
            return {}
        agent = [{"headerName": "User-Agent", "headerValue": caller.agent[:200]}] if caller.agent else []
        context = {"IpAddress": caller.address, "ServerName": self._host, "ServerPath": "/", "HttpHeaders": agent}
        return {"ContextData": context}

    async def answer_code(self, username: str, session: str, code: str) -> dict[str, Any]:
        """
        Answer by a code of the app.

        Raises:
            Refused: If it is wrong, was used before, or came too late.
        """
        return await self._answer(CODE, username, session, {f"{CODE}_CODE": code})

    async def answer_password(self, username: str, session: str, new: str) -> dict[str, Any]:
        """
        Answer by a password of one's own.

        Raises:
            Refused: If the pool does not take it, or it came too late.
        """
        return await self._answer(RENEW, username, session, {"NEW_PASSWORD": spelled(new)})

    async def answer_set_up(self, username: str, session: str) -> dict[str, Any]:
        """
        Answer that the app has been set up.

        Raises:
            Refused: If that came too late.
        """
        return await self._answer(SET_UP, username, session, {})

    async def _answer(self, challenge: str, username: str, session: str, said: dict[str, str]) -> dict[str, Any]:
        return await self._client.of_user(
            "admin_respond_to_auth_challenge",
            "ChallengeResponses",
            username,
            said,
            ChallengeName=challenge,
            Session=session,
        )

    # --- the app

    async def associate(self, handle: Handle) -> dict[str, Any]:
        """
        A secret for an app.

        Raises:
            Refused: If the sign-in took too long.
        """
        return await self._client.of_session("associate_software_token", **handle.opens)

    async def verify(self, handle: Handle, code: str) -> dict[str, Any]:
        """
        Prove that the app has the secret.

        Raises:
            Refused: If not, or the sign-in took too long.
        """
        return await self._client.of_session("verify_software_token", UserCode=code, **handle.opens)

    async def prefer_app(self, username: str) -> None:
        """Have the app asked for at every sign-in."""
        chosen = {"Enabled": True, "PreferredMfa": True}
        await self._client.of_pool("admin_set_user_mfa_preference", Username=username, SoftwareTokenMfaSettings=chosen)

    # --- being a user

    async def enter(self, username: str, password: str) -> str:
        """Have that user, with a password that must be changed; gives its `sub`. Nobody is told by the pool."""
        try:
            made = await self._client.of_pool(
                "admin_create_user", Username=username, TemporaryPassword=password, MessageAction="SUPPRESS"
            )
        except Refused as refused:
            if refused.code != TAKEN:
                raise
            await self.set_password(username, password, permanent=False)
            found = await self._client.of_pool("admin_get_user", Username=username)
            return _subject(found["UserAttributes"])
        return _subject(made["User"]["Attributes"])

    async def set_password(self, username: str, password: str, *, permanent: bool) -> None:
        """
        Set the password.

        Raises:
            Refused: If the pool does not take it, or there is no such user.
        """
        await self._client.of_pool(
            "admin_set_user_password", Username=username, Password=spelled(password), Permanent=permanent
        )

    async def remove(self, username: str) -> None:
        """
        Take the user away.

        Raises:
            Refused: If there is none.
        """
        await self._client.of_pool("admin_delete_user", Username=username)

    async def enable(self, username: str, *, active: bool) -> None:
        """
        Let the user sign in, or not.

        Raises:
            Refused: If there is none.
        """
        await self._client.of_pool("admin_enable_user" if active else "admin_disable_user", Username=username)

    async def sign_out(self, username: str) -> None:
        """
        End everything the pool has given out for the user.

        Raises:
            Refused: If there is none.
        """
        await self._client.of_pool("admin_user_global_sign_out", Username=username)


def _subject(attributes: list[dict[str, str]]) -> str:
    return next(attribute["Value"] for attribute in attributes if attribute["Name"] == "sub")
