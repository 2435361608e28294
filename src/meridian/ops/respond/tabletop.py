"""
Practising an incident around a table: a story, questions, and the runbook's commands tried where nothing can break.

The scenarios are data (`scenarios.toml`). Those around the table say what they would do; the program runs the commands
against a scratch house, times each step, and keeps what was said as signed evidence.

Source: NIST SP 800-84 section 4, tabletop exercises; 45 CFR 164.308(a)(6) and (a)(7)(ii)(D).
"""

import tomllib
from collections.abc import Mapping
from importlib.resources import files

import msgspec


class Asked(msgspec.Struct, frozen=True):
    """A step of a scenario: what is asked, and the command; capitals in it are filled in."""

    ask: str
    run: str


class Scenario(msgspec.Struct, frozen=True):
    """Something that may happen; *name* is its runbook's."""

    name: str
    title: str
    story: str
    step: tuple[Asked, ...]


class Taken(msgspec.Struct, frozen=True):
    """
    A step as it went.

    Args:
        asked: The question.
        decided: What those around the table said; empty unattended.
        run: The command, as it was run.
        exit: Its exit code; 0 is well.
        seconds: Since the step before, talk included.
    """

    asked: str
    decided: str
    run: str
    exit: int
    seconds: float


class Exercise(msgspec.Struct, frozen=True):
    """
    A scenario as it was practised; what is kept as evidence.

    Args:
        scenario: Its name.
        began: Ms since the epoch.
        participants: Who was there.
        unattended: Whether nobody was asked.
        steps: In order.
        findings: What did not go as it should.
        follow_ups: What is to be done, by whom, by when.
    """

    scenario: str
    began: int
    participants: tuple[str, ...]
    unattended: bool
    steps: tuple[Taken, ...]
    findings: tuple[str, ...] = ()
    follow_ups: tuple[str, ...] = ()

    @property
    def failed(self) -> list[Taken]:
        """Steps whose command did not work."""
        return [step for step in self.steps if step.exit]


def scenarios() -> dict[str, Scenario]:
    """Every scenario by its name, in order."""
    said = tomllib.loads(files("meridian.ops.respond").joinpath("scenarios.toml").read_text(encoding="utf-8"))
    found = msgspec.convert(said["scenario"], list[Scenario])
    return {one.name: one for one in found}


def filled(command: str, places: Mapping[str, str]) -> str:
    """
    A runbook's command with its capitals filled in.

    >>> filled("meridian respond freeze EMAIL --incident N", {"EMAIL": "a@b.example", "N": "1"})
    'meridian respond freeze a@b.example --incident 1'
    """
    return " ".join(places.get(word, word) for word in command.split(" "))
