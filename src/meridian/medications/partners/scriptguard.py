"""
ScriptGuard, `POST /screenings`: concepts with a prefix, severities as levels, findings by category.

It takes an RxNorm code or the names of substances, so that every medicine of the formulary can be asked about. It says
whether the screening was complete, and numbers what it did not cover; a complete one that leaves something out counts
as no answer at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Final, Literal

import msgspec

from meridian.medications.findings import Kind, Severity, Why
from meridian.medications.partners.port import Answer, Asked, Call, Failed, Finding
from meridian.medications.partners.text import Long, Short, Version, shown
from meridian.medications.partners.transport import Line
from meridian.medications.question import Allergy, Drug

ID: Final = "scriptguard"
NAME: Final = "ScriptGuard"
PATH: Final = "/screenings"
LEVELS: Final = (Severity.CONTRAINDICATED, Severity.MAJOR, Severity.MODERATE, Severity.MINOR)
"""Level 1 is the worst."""
CATEGORIES: Final = {"DDI": Kind.INTERACTION, "DAI": Kind.ALLERGY, "DUP": Kind.DUPLICATE, "OTHER": Kind.OTHER}

SENSITIVITIES: Final = 1000
"""Numbers from here on are allergies."""
Number = Annotated[int, msgspec.Meta(ge=0, le=1999)]


class Item(msgspec.Struct, frozen=True):
    """A medicine or allergy that is sent."""

    id: int
    concept: list[str]


class Enquiry(msgspec.Struct, frozen=True):
    """What is sent."""

    proposed: Item
    profile: list[Item]
    sensitivities: list[Item]


class Coverage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What it looked at and what it does not know."""

    full: Annotated[list[Number], msgspec.Meta(max_length=500)]
    none: Annotated[list[Number], msgspec.Meta(max_length=500)]


class Found(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something it found."""

    category: Literal["DDI", "DAI", "DUP", "OTHER"]
    level: Literal[1, 2, 3, 4]
    between: Annotated[list[Number], msgspec.Meta(min_length=1, max_length=10)]
    code: Annotated[str, msgspec.Meta(pattern=r"^SG-\d{1,6}$")]
    summary: Short
    advice: Long


class Reply(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What it is to answer; anything else is no answer."""

    engine: Version
    status: Literal["complete", "partial"]
    coverage: Coverage
    findings: Annotated[list[Found], msgspec.Meta(max_length=200)]


@dataclass(slots=True)
class ScriptGuard:
    """The client."""

    line: Line
    id: str = ID
    name: str = NAME

    def takes(self, drug: Drug) -> bool:
        """Whether its code or its substances are certain."""
        return bool(_concept(drug))

    async def close(self) -> None:
        """Let go of the line."""
        await self.line.close()

    async def check(self, asked: Asked, calls: list[Call]) -> Answer:
        """Its answer; raises `Failed`."""
        return await self.line.ask(PATH, enquiry(asked), Reply, calls, partial(answer, asked))


def enquiry(asked: Asked) -> Enquiry:
    """What is sent for a question."""
    sent = [Item(place, _concept(drug)) for place, drug in enumerate(asked.drugs)]
    allergies = [Item(SENSITIVITIES + place, _sensitivity(one)) for place, one in enumerate(asked.allergies)]
    return Enquiry(sent[0], sent[1:], allergies)


def _concept(drug: Drug) -> list[str]:
    code = [f"rxnorm:{drug.rxnorm}"] if drug.rxnorm else []
    return [*code, *(f"substance:{one}" for one in drug.ingredients)] if drug.coded else []


def _sensitivity(allergy: Allergy) -> list[str]:
    codes = [f"{system}|{code}" for system, code in allergy.codes]
    return [*codes, *(f"substance:{one}" for one in allergy.ingredients), *(f"class:{one}" for one in allergy.classes)]


def answer(asked: Asked, reply: Reply) -> Answer:
    """
    What a reply means.

    Raises:
        Failed: If it speaks of what it was not asked about, or contradicts itself.
    """
    every = {*range(len(asked.drugs)), *(SENSITIVITIES + one for one in range(len(asked.allergies)))}
    full, none = set(reply.coverage.full), set(reply.coverage.none)
    named = {number for one in reply.findings for number in one.between}
    left = every - (full - none)
    if not (full | none | named) <= every or (reply.status == "complete" and left):
        raise Failed(Why.BAD_ANSWER)
    return Answer(
        version=reply.engine,
        findings=tuple(_finding(one) for one in reply.findings),
        drugs=frozenset(one for one in left if one < SENSITIVITIES),
        allergies=frozenset(one - SENSITIVITIES for one in left if one >= SENSITIVITIES),
    )


def _finding(one: Found) -> Finding:
    return Finding(
        CATEGORIES[one.category],
        LEVELS[one.level - 1],
        shown(one.summary),
        shown(one.advice),
        drugs=_sorted(number for number in one.between if number < SENSITIVITIES),
        allergies=_sorted(number - SENSITIVITIES for number in one.between if number >= SENSITIVITIES),
    )


def _sorted(numbers: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(numbers)))
