"""
What the two partners have in common, drawn from their two clients.

Asked by codes, they answer with findings, with what they could not look at, and with the version of what they know.

What leaves the house is the least that can be asked with (45 CFR 164.502(b), 164.514(d)): codes of substances and of
allergies, under numbers that mean nothing outside of one question. No name, no identifier, no birth date, no sex, no
dose, no reason, no clinic.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from meridian.medications.findings import Kind, Severity, Why
from meridian.medications.question import Allergy, Drug, Question


@dataclass(frozen=True, slots=True)
class Finding:
    """
    Something a partner found.

    Args:
        kind, severity, title, text: As in `findings.Alert`.
        drugs: Places in `Asked.drugs` of the medicines it concerns.
        allergies: Places in `Asked.allergies`.
    """

    kind: Kind
    severity: Severity
    title: str
    text: str
    drugs: tuple[int, ...] = ()
    allergies: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A partner's whole answer; *drugs* and *allergies* are places of what it could not look at."""

    version: str
    findings: tuple[Finding, ...] = ()
    drugs: frozenset[int] = frozenset()
    allergies: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Asked:
    """
    The part of a question that one partner can be asked: the draft first, then what is taken.

    Args:
        drugs: What it can be asked about; its first is the draft.
        allergies: Likewise.
        unasked: What it cannot be asked about.
        unknown: Allergies that it cannot be asked about.
    """

    drugs: tuple[Drug, ...]
    allergies: tuple[Allergy, ...]
    unasked: tuple[Drug, ...] = ()
    unknown: tuple[Allergy, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """One request that was made of a partner, for the audit log: its id and how it ended, `ok` or a `Why`."""

    partner: str
    request: str
    outcome: str


class Failed(Exception):
    """A partner did not answer, or not as it is to; never carries what it said."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


class Partner(Protocol):
    """One safety partner."""

    @property
    def id(self) -> str:
        """Short name, as settings and secrets spell it."""

    @property
    def name(self) -> str:
        """As people know it."""

    def takes(self, drug: Drug) -> bool:
        """Whether it can be asked about *drug*."""

    async def check(self, asked: Asked, calls: list[Call]) -> Answer:
        """
        Its answer, within five seconds.

        Args:
            asked: What to ask.
            calls: Takes every request made, whatever becomes of it.

        Raises:
            Failed: If it does not answer, or not fully as it is to.
        """

    async def close(self) -> None:
        """Let go of its connections."""


def asked(partner: Partner, question: Question) -> Asked:
    """The part of *question* that *partner* takes."""
    sent, unsent = _split(partner, question.taking)
    known = tuple(one for one in question.allergies if one.known)
    unknown = tuple(one for one in question.allergies if not one.known)
    return Asked((question.draft, *sent), known, unsent, unknown)


def _split(partner: Partner, drugs: Iterable[Drug]) -> tuple[tuple[Drug, ...], tuple[Drug, ...]]:
    listed = list(drugs)
    return tuple(one for one in listed if partner.takes(one)), tuple(one for one in listed if not partner.takes(one))
