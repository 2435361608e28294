"""
What an attack is, and what came of it.

An attack is a function that is given an `Attacker` and tries one thing. Before it may say that it was refused it shows
that it would have seen success: the same request, honestly made, goes through. An attack that cannot show this, or
lacks what it needs, was not run, and says why.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from meridian.threats.attacker import Attacker


class Result(StrEnum):
    """What came of an attack."""

    REFUSED = "refused"
    SUCCEEDED = "succeeded"
    NOT_RUN = "not run"


@dataclass(frozen=True, slots=True)
class Exchange:
    """
    A request and its answer, without secrets.

    Args:
        asked: What was asked.
        answered: What came back.
        request: The answer's `X-Request-ID`; empty: it had none.
        entry: The entry of the audit log about it, as `AuditEvent/3-17`; empty: there is none, or it was not found.
    """

    asked: str
    answered: str
    request: str = ""
    entry: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What came of one attack.

    Args:
        result: In a word.
        said: In a sentence.
        evidence: The exchanges that show it, the last first.
        milliseconds: How long it took.
    """

    result: Result
    said: str
    evidence: tuple[Exchange, ...] = ()
    milliseconds: int = 0


Try: TypeAlias = Callable[["Attacker"], Awaitable[str | None]]
"""
Tries something; what it got, in words, if it succeeded, and `None` if it was refused.

Raises `NotRun` if it could not be tried.
"""


class NotRun(Exception):
    """An attack could not be tried; the message says why."""


@dataclass(frozen=True, slots=True)
class Attack:
    """
    One attack.

    Args:
        threat: Id of what it tries.
        name: Unique among the attacks, as `auth-01/none`.
        title: What it does, in a sentence.
        run: Tries it.
        waits: Whether it mostly waits, so that others are run meanwhile.
    """

    threat: str
    name: str
    title: str
    run: Try = field(repr=False)
    waits: bool = False


class Arsenal:
    """Every attack, by name."""

    def __init__(self) -> None:
        self._attacks: dict[str, Attack] = {}

    def attack(self, threat: str, name: str, title: str, *, waits: bool = False) -> Callable[[Try], Try]:
        """
        Keep the function below as an attack on *threat*.

        Raises:
            ValueError: If another has that name.
        """

        def keep(run: Try) -> Try:
            self.add(Attack(threat, f"{threat.lower()}/{name}", title, run, waits))
            return run

        return keep

    def add(self, attack: Attack) -> None:
        """
        Keep an *attack* that was made from a table.

        Raises:
            ValueError: If another has its name.
        """
        if attack.name in self._attacks:
            raise ValueError(f"Two attacks are named {attack.name}")
        self._attacks[attack.name] = attack

    def all(self, only: Any = ()) -> list[Attack]:
        """The attacks on the threats *only*, or on all, in order."""
        return [one for _, one in sorted(self._attacks.items()) if not only or one.threat in only]


ARSENAL = Arsenal()
attack = ARSENAL.attack
