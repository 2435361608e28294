"""
Another value for a secret of the sealed file, told to whoever checks it first; for Secrets Manager see `rotation`.

The next value is kept beside the present one before anybody is told of it. So one that was told and not finished is not
lost: whoever begins again finds it, sees that it works, and goes on with it.
"""

from typing import Final

from meridian.faults import NotFound, Unavailable
from meridian.vault.rotation import Checker
from meridian.vault.secrets import Vault

NEXT: Final = "next"
"""Under which name, below the secret's own, the value that is to come is kept."""


async def change(secrets: Vault, name: str, checker: Checker) -> None:
    """
    Have another value taken, and keep it.

    Raises:
        NotFound: If there is no such secret.
        Unavailable: If whoever checks it does not answer, or did not take the other value.
    """
    present, waiting = secrets.get(name).reveal(), f"{name}/{NEXT}"
    following = _following(secrets, waiting, present, checker)
    if not await checker.takes(following):
        await checker.tell(present, following)
        if not await checker.takes(following):
            raise Unavailable(f"The other value of {name} was not taken; what was there stays")
    secrets.put(name, following)


def _following(secrets: Vault, waiting: str, present: str, checker: Checker) -> str:
    """The value that is to come: one that was begun with, or a new one."""
    try:
        begun = secrets.get(waiting).reveal()
    except NotFound:
        begun = present
    if begun != present:
        return begun
    made = checker.next(present)
    secrets.put(waiting, made)
    return made
