"""What a twin showed: a control was taken out, and an attack got in, or none did."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from meridian.threats.register import Register

FORMAT = "meridian-prove-1"
"""Of `as_json`; another one when its shape changes."""


@dataclass(frozen=True, slots=True)
class Proof:
    """
    One twin.

    Args:
        weakness: What was taken out, as `auth-01/claims-unread`.
        threat: Whose control that is.
        attack: Which attack succeeded; empty: none did.
        said: What it got, or why nothing was shown.
        milliseconds: How long it took.
    """

    weakness: str
    threat: str
    attack: str
    said: str
    milliseconds: int

    @property
    def caught(self) -> bool:
        """Whether an attack saw that the control was out."""
        return bool(self.attack)


def unproved(proofs: Iterable[Proof], register: Register) -> list[str]:
    """Threats that no twin was caught at."""
    shown = {one.threat for one in proofs if one.caught}
    return [name for name in register.threats if name not in shown]


def as_json(proofs: Sequence[Proof], register: Register, version: str, began: int, ended: int) -> dict[str, Any]:
    """All of them, as JSON has it."""
    return {
        "format": FORMAT,
        "version": version,
        "began": began,
        "ended": ended,
        "caught": sum(one.caught for one in proofs),
        "twins": [
            {
                "weakness": one.weakness,
                "threat": one.threat,
                "caught": one.caught,
                "attack": one.attack,
                "said": one.said,
                "milliseconds": one.milliseconds,
            }
            for one in proofs
        ],
        "unproved": unproved(proofs, register),
    }
