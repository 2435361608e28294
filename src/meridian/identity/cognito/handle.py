"""
What the pool wants handed back with the next proof: the session of its challenge, or an access token.

Kept sealed with the unfinished sign-in; a browser never sees it. The pool says which proof it wants, and only what is
named here is ever tried for it.
"""

import json
from typing import Any, NamedTuple

from meridian.faults import Unavailable
from meridian.identity.credentials import NEW_PASSWORD, Proved

CODE, SET_UP, RENEW = "SOFTWARE_TOKEN_MFA", "MFA_SETUP", "NEW_PASSWORD_REQUIRED"
"""Challenges that are answered here; any other ends the sign-in."""
STEPS = {CODE: "totp", SET_UP: "enrol-totp", RENEW: NEW_PASSWORD}


class Handle(NamedTuple):
    """
    A challenge that is open.

    Args:
        challenge: Its name.
        session: Its session; empty where tokens came without any second factor, as of a pool that does not demand one.
        token: The access token then, which is good for setting up an app and for nothing else here.
    """

    challenge: str
    session: str = ""
    token: str = ""

    def __repr__(self) -> str:
        """Without its secrets."""
        return f"Handle({self.challenge!r})"

    @property
    def opens(self) -> dict[str, str]:
        """What `AssociateSoftwareToken` and `VerifySoftwareToken` are opened by."""
        return {"Session": self.session} if self.session else {"AccessToken": self.token}

    def proved(self) -> Proved:
        """The step that asks for it, with itself held."""
        return Proved(STEPS[self.challenge], json.dumps(self._asdict()))


def opened(held: str) -> Handle:
    """The handle that was held."""
    return Handle(**json.loads(held))


def of_answer(answer: dict[str, Any]) -> Handle:
    """
    What the pool asks for after a password.

    Tokens without a challenge mean that the pool was content with a password. We are not: an app is set up first.

    Raises:
        Unavailable: If it is a challenge that is not answered here, as a text message, or an app was to be chosen.
    """
    result = answer.get("AuthenticationResult")
    if result:
        return Handle(SET_UP, token=str(result["AccessToken"]))
    challenge = str(answer.get("ChallengeName", ""))
    if challenge not in STEPS or not _offers_an_app(challenge, answer.get("ChallengeParameters", {})):
        raise Unavailable("The user pool asks for something that is not offered here")
    return Handle(challenge, session=str(answer["Session"]))


def _offers_an_app(challenge: str, said: dict[str, Any]) -> bool:
    return challenge != SET_UP or CODE in said.get("MFAS_CAN_SETUP", CODE)
