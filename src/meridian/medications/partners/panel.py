"""
Asking: local rules always, the edition's partner first, the other when it fails; and one result of all that.

Nothing here decides what an outcome is (`findings.judge` does), and nothing here knows how a partner is spoken to.
"""

import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from meridian import clock as clocks
from meridian.clock import Clock
from meridian.medications import local_rules
from meridian.medications.findings import Alert, Gap, Result, Source, State, Unchecked, Why, judge
from meridian.medications.partners.port import Answer, Asked, Call, Failed, Finding, Partner, asked
from meridian.medications.question import Allergy, Drug, Question

Shut: TypeAlias = Callable[[str], Awaitable[bool]]
"""Whether a partner, by its short name, is not to be called at present."""

_log = logging.getLogger("meridian.partners")


async def none_shut(partner: str) -> bool:
    """Every partner may be called."""
    del partner
    return False


@dataclass(slots=True)
class Panel:
    """
    Who is asked, in this order.

    Args:
        partners: The edition's first.
        clock: What time it is.
        shut: Asked before each call; a partner that it cannot answer for is not called.
    """

    partners: Sequence[Partner] = ()
    clock: Clock = clocks.now
    shut: Shut = none_shut

    async def ask(self, question: Question) -> tuple[Result, list[Call]]:
        """The result, and every request that was made of a partner."""
        round_ = _Round(self.clock, self.shut)
        for partner in self.partners:
            await round_.turn(partner, question)
        round_.local(question)
        return round_.result(question), round_.calls

    async def close(self) -> None:
        """Let go of the partners' connections."""
        for partner in self.partners:
            await partner.close()


@dataclass(slots=True)
class _Round:
    clock: Clock
    shut: Shut
    calls: list[Call] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    answered: bool = False

    async def turn(self, partner: Partner, question: Question) -> None:
        """Ask *partner*, unless one answered before, or it cannot be asked about the draft."""
        if self.answered or not partner.takes(question.draft):
            self.sources.append(Source(partner.id, partner.name, State.NOT_ASKED))
            return
        part = asked(partner, question)
        try:
            if await self.shut(partner.id):
                raise Failed(Why.ISOLATED)  # noqa: TRY301  # it counts as every failure does
            answer = await partner.check(part, self.calls)
        except Failed as failed:
            self._failed(partner, failed.why)
        except Exception as wrong:  # noqa: BLE001  # whatever it is, it is no answer
            _log.error("asking %s crashed: %s", partner.id, type(wrong).__name__)  # a trace may hold PHI
            self._failed(partner, Why.BAD_ANSWER)
        else:
            self.answered = True
            at = self.clock()
            self.sources.append(Source(partner.id, partner.name, State.ANSWERED, answer.version, at))
            self.alerts.extend(_alert(partner, part, finding) for finding in answer.findings)
            self.gaps.extend(_left(partner, part, answer))

    def _failed(self, partner: Partner, why: Why) -> None:
        self.sources.append(Source(partner.id, partner.name, State.FAILED, at=self.clock(), why=why))

    def local(self, question: Question) -> None:
        """Our own rules; what a partner says as loudly is not said twice."""
        found = [one for one in local_rules.check(question) if not any(_covers(other, one) for other in self.alerts)]
        kept = [one for one in self.alerts if not any(_covers(other, one) for other in found)]
        self.alerts = [*kept, *found]
        here = Source(local_rules.ID, local_rules.NAME, State.LOCAL, local_rules.version(), self.clock())
        self.sources.append(here)

    def result(self, question: Question) -> Result:
        """All of it, judged."""
        gaps = list(self.gaps)
        if not self.answered:
            gaps.extend(_unasked(question))
        if not question.asked:
            gaps.append(Gap(Unchecked.ALLERGIES_NOT_ASKED, "Nobody has asked about allergies yet"))
        gaps.extend(
            Gap(Unchecked.ALLERGY_FREE_TEXT, f"The allergy “{one.name}” is words only and could not be checked")
            for one in question.allergies
            if not one.known
        )
        return judge(self.sources, self.alerts, gaps)


def _covers(one: Alert, other: Alert) -> bool:
    """Whether *one* says what *other* says, at least as loudly."""
    same = one.kind is other.kind and set(one.about) == set(other.about)
    return same and one.severity.rank <= other.severity.rank


def _alert(partner: Partner, part: Asked, finding: Finding) -> Alert:
    others: list[Drug | Allergy] = [part.drugs[place] for place in finding.drugs if place]
    others += [part.allergies[place] for place in finding.allergies]
    return Alert(
        source=partner.id,
        kind=finding.kind,
        severity=finding.severity,
        title=finding.title,
        text=finding.text,
        concerns=tuple(one.name for one in others),
        about=tuple(one.reference for one in others if one.reference),
    )


def _left(partner: Partner, part: Asked, answer: Answer) -> Iterator[Gap]:
    for drug in part.unasked:
        yield _without(drug)
    for place in sorted(answer.drugs):
        yield Gap(Unchecked.NOT_COVERED, f"{partner.name} does not know {part.drugs[place].name}")
    for place in sorted(answer.allergies):
        yield Gap(Unchecked.NOT_COVERED, f"{partner.name} does not know the allergy “{part.allergies[place].name}”")


def _unasked(question: Question) -> Iterator[Gap]:
    """What even a partner that answers could not have been asked about."""
    for drug in (question.draft, *question.taking):
        if not drug.coded:
            yield _without(drug)


def _without(drug: Drug) -> Gap:
    if drug.coded:
        return Gap(Unchecked.UNKNOWN_CODE, f"{drug.name} has no code that could be sent, and was not checked")
    return Gap(Unchecked.FREE_TEXT, f"{drug.name} is free text and could not be checked")
