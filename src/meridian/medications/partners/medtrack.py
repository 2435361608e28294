"""
MedTrack Pro, `POST /interactions`: medicines by RxNorm code, severities as words.

It takes RxNorm codes only, so a medicine without one cannot be asked about. What it has looked at it lists, what it
does not know likewise; what it names in neither list counts as not looked at.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Final, Literal

import msgspec

from meridian.medications.findings import Kind, Severity, Why
from meridian.medications.partners.port import Answer, Asked, Call, Failed, Finding
from meridian.medications.partners.text import Long, Short, Version, shown
from meridian.medications.partners.transport import Line
from meridian.medications.question import Drug

ID: Final = "medtrack"
NAME: Final = "MedTrack Pro"
PATH: Final = "/interactions"
SEVERITIES: Final = {
    "contraindicated": Severity.CONTRAINDICATED,
    "severe": Severity.MAJOR,
    "moderate": Severity.MODERATE,
    "mild": Severity.MINOR,
}

Ref = Annotated[str, msgspec.Meta(pattern=r"^[da]\d{1,3}$")]


class Medicine(msgspec.Struct, frozen=True):
    """A medicine that is sent."""

    ref: str
    rxcui: str


class Sensitivity(msgspec.Struct, frozen=True):
    """An allergy that is sent: codes, and names of substances and classes for want of codes."""

    ref: str
    codes: list[str]
    substances: list[str]


class Enquiry(msgspec.Struct, frozen=True, rename="camel"):
    """What is sent."""

    candidate: Medicine
    current: list[Medicine]
    allergies: list[Sensitivity]


class Conflict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Something it found."""

    refs: Annotated[list[Ref], msgspec.Meta(min_length=1, max_length=10)]
    severity: Literal["contraindicated", "severe", "moderate", "mild"]
    title: Short
    description: Long
    duplicate: bool = False


class Knowledge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What it rests on."""

    version: Version


class Reply(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """What it is to answer; anything else is no answer."""

    knowledge_base: Knowledge
    screened: Annotated[list[Ref], msgspec.Meta(max_length=500)]
    unknown: Annotated[list[Ref], msgspec.Meta(max_length=500)]
    interactions: Annotated[list[Conflict], msgspec.Meta(max_length=200)]
    allergy_conflicts: Annotated[list[Conflict], msgspec.Meta(max_length=200)]


@dataclass(slots=True)
class MedTrack:
    """The client."""

    line: Line
    id: str = ID
    name: str = NAME

    def takes(self, drug: Drug) -> bool:
        """Whether it has an RxNorm code."""
        return bool(drug.rxnorm)

    async def close(self) -> None:
        """Let go of the line."""
        await self.line.close()

    async def check(self, asked: Asked, calls: list[Call]) -> Answer:
        """Its answer; raises `Failed`."""
        return await self.line.ask(PATH, enquiry(asked), Reply, calls, partial(answer, asked))


def enquiry(asked: Asked) -> Enquiry:
    """What is sent for a question."""
    sent = [Medicine(f"d{place}", drug.rxnorm) for place, drug in enumerate(asked.drugs)]
    allergies = [
        Sensitivity(f"a{place}", [f"{system}|{code}" for system, code in one.codes], [*one.ingredients, *one.classes])
        for place, one in enumerate(asked.allergies)
    ]
    return Enquiry(sent[0], sent[1:], allergies)


def answer(asked: Asked, reply: Reply) -> Answer:
    """
    What a reply means.

    Raises:
        Failed: If it speaks of what it was not asked about.
    """
    drugs, allergies = len(asked.drugs), len(asked.allergies)
    every = {f"d{one}" for one in range(drugs)} | {f"a{one}" for one in range(allergies)}
    said: set[str] = {*reply.screened, *reply.unknown}
    said.update(ref for one in (*reply.interactions, *reply.allergy_conflicts) for ref in one.refs)
    if not said <= every:
        raise Failed(Why.BAD_ANSWER)
    left = every - (set(reply.screened) - set(reply.unknown))
    return Answer(
        version=reply.knowledge_base.version,
        findings=(
            *(_finding(one, Kind.DUPLICATE if one.duplicate else Kind.INTERACTION) for one in reply.interactions),
            *(_finding(one, Kind.ALLERGY) for one in reply.allergy_conflicts),
        ),
        drugs=_places("d", left),
        allergies=_places("a", left),
    )


def _finding(one: Conflict, kind: Kind) -> Finding:
    return Finding(
        kind,
        SEVERITIES[one.severity],
        shown(one.title),
        shown(one.description),
        drugs=tuple(sorted(_places("d", one.refs))),
        allergies=tuple(sorted(_places("a", one.refs))),
    )


def _places(letter: str, refs: Iterable[Any]) -> frozenset[int]:
    return frozenset(int(ref[1:]) for ref in refs if ref[0] == letter)
