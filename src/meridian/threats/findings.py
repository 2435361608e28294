"""What a campaign found, as data: what is printed, reported, signed, and kept as evidence."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from meridian.threats.attack import Attack, Exchange, Outcome, Result
from meridian.threats.register import Register, Threat

FORMAT = "meridian-verify-1"
"""Of `Run.as_json`; another one when its shape changes."""
ENOUGH = 3
"""Exchanges that show a refusal."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An attack, and what came of it."""

    attack: Attack
    outcome: Outcome

    @property
    def shown(self) -> tuple[Exchange, ...]:
        """The evidence that is worth keeping: all of it where something is amiss, else the last exchanges."""
        return self.outcome.evidence[: ENOUGH if self.outcome.result is Result.REFUSED else None]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many attacks there were on one threat, and what came of them."""

    refused: int = 0
    succeeded: int = 0
    not_run: int = 0

    @property
    def tried(self) -> int:
        """Those that were run."""
        return self.refused + self.succeeded

    @property
    def word(self) -> str:
        """All of it in a word: the worst, and nothing tried is not good either."""
        if self.succeeded:
            return "succeeded"
        return "refused" if self.refused and not self.not_run else "not run"


@dataclass(frozen=True, slots=True)
class Run:
    """
    A campaign that has ended.

    Args:
        target: The deployment's address.
        edition: Whose register it is read by, as `careconnect360`.
        version: Of Meridian, the attacker's.
        began, ended: Milliseconds since the epoch.
        findings: In the order in which they were tried.
        notes: What else a reader must know.
    """

    target: str
    edition: str
    version: str
    began: int
    ended: int
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()

    def of(self, threat: str) -> list[Finding]:
        """Those about one threat."""
        return [one for one in self.findings if one.attack.threat == threat]

    def tally(self, threat: str = "") -> Tally:
        """Of one threat, or of all."""
        return tally(one.outcome.result for one in self.findings if threat in {"", one.attack.threat})

    def threats(self, register: Register) -> list[Threat]:
        """Those that were tried, in the register's order."""
        tried = {one.attack.threat for one in self.findings}
        return [one for one in register.threats.values() if one.id in tried]

    def left_out(self, register: Register) -> list[str]:
        """Ids of those that nobody tried: a run with `--threat` says nothing of the others."""
        tried = {one.attack.threat for one in self.findings}
        return [name for name in register.threats if name not in tried]

    def as_json(self, register: Register) -> dict[str, Any]:
        """All of it, as JSON has it."""
        return {
            "format": FORMAT,
            "target": self.target,
            "edition": self.edition,
            "version": self.version,
            "began": self.began,
            "ended": self.ended,
            "notes": list(self.notes),
            **counted(self.tally()),
            "leftOut": self.left_out(register),
            "threats": [self._threat(one) for one in self.threats(register)],
        }

    def _threat(self, threat: Threat) -> dict[str, Any]:
        words = threat.words(self.edition)
        return {
            "id": threat.id,
            "threat": words.threat,
            "component": words.component,
            "risk": threat.risk.value,
            "implied": threat.implied,
            **counted(self.tally(threat.id)),
            "attacks": [_attack(one) for one in self.of(threat.id)],
        }


def tally(results: Iterable[Result]) -> Tally:
    """How many of each."""
    found = Counter(results)
    return Tally(found[Result.REFUSED], found[Result.SUCCEEDED], found[Result.NOT_RUN])


def counted(found: Tally) -> dict[str, Any]:
    """A tally, as JSON has it."""
    return {
        "tried": found.tried,
        "refused": found.refused,
        "succeeded": found.succeeded,
        "notRun": found.not_run,
        "result": found.word,
    }


def _attack(one: Finding) -> dict[str, Any]:
    return {
        "name": one.attack.name,
        "title": one.attack.title,
        "result": one.outcome.result.value,
        "said": one.outcome.said,
        "milliseconds": one.outcome.milliseconds,
        "evidence": [
            {"asked": seen.asked, "answered": seen.answered, "request": seen.request, "entry": seen.entry}
            for seen in one.shown
        ],
    }
