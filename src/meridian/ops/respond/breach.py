"""
The clock of a breach of unsecured health information: who is to be told, and by when; pure.

A breach is presumed unless an assessment of four factors shows a low probability that the information was compromised
(45 CFR 164.402, definition of breach, paragraph (2)). Days are calendar days. No notice waits for its last day: the
rule is "without unreasonable delay".
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

import msgspec

INDIVIDUALS = timedelta(days=60)
"""After discovery: 45 CFR 164.404(b) to individuals, 164.406(b) to the media, 164.410(b) by a business associate."""
ORAL = timedelta(days=30)
"""An oral request of a law enforcement official delays no longer than this: 45 CFR 164.412(b)."""
MANY = 500
"""From so many individuals on, HHS is told at once: 45 CFR 164.408(b). The media are told above it, of one State."""


class Assessment(msgspec.Struct, frozen=True):
    """
    The four factors of 45 CFR 164.402(2), in words, and what they came to.

    Args:
        nature: (i) What kind of information, which identifiers, how likely it tells who somebody is.
        who: (ii) The unauthorised person who used it, or to whom it was disclosed.
        acquired: (iii) Whether it was actually acquired or viewed.
        mitigated: (iv) How far the risk has been mitigated.
        low: Whether the probability of a compromise is low; else it is a breach.
        at: When it was assessed, ms since the epoch.
    """

    nature: str
    who: str
    acquired: str
    mitigated: str
    low: bool
    at: int = 0


class Delay(msgspec.Struct, frozen=True):
    """
    A law enforcement official said that a notice would impede an investigation: 45 CFR 164.412.

    Args:
        said: The day on which it was said.
        until: The day that a written statement names; empty of an oral one, which ends after 30 days.
    """

    said: str
    until: str = ""

    @property
    def ends(self) -> date:
        """No notice is owed before this day."""
        return date.fromisoformat(self.until) if self.until else date.fromisoformat(self.said) + ORAL


class Duty(NamedTuple):
    """Somebody who is to be told, by when at the latest, and which section says so."""

    whom: str
    by: date
    section: str


def duties(
    discovered: date,
    affected: int = 0,
    residents: Mapping[str, int] | None = None,
    *,
    delay: Delay | None = None,
    associate: bool = False,
) -> list[Duty]:
    """
    Who is to be told of a breach, by when.

    Args:
        discovered: The first day on which it was known, or would have been by reasonable diligence: 164.404(a)(2).
        affected: How many individuals, as far as known; 0 counts as not known yet.
        residents: How many of them live in each State or jurisdiction.
        delay: By law enforcement.
        associate: Whether we hold the records as a business associate of the clinic, which we tell.

    >>> [str(one.by) for one in duties(date(2026, 11, 22), 612, {"CA": 501, "NV": 111})]
    ['2027-01-21', '2027-01-21', '2027-01-21']
    >>> duties(date(2026, 11, 22), 12)[-1].by.isoformat()
    '2027-03-01'
    """
    last = discovered + INDIVIDUALS
    found = [Duty("each individual", last, "45 CFR 164.404(b)")]
    if associate:
        found = [Duty("the covered entity", last, "45 CFR 164.410(b)")]
    for state, count in sorted((residents or {}).items()):
        if count > MANY:
            found.append(Duty(f"prominent media outlets serving {state}", last, "45 CFR 164.406"))
    if affected >= MANY:
        found.append(Duty("the Secretary of HHS, with the notice to individuals", last, "45 CFR 164.408(b)"))
    else:
        year_ends = date(discovered.year, 12, 31) + INDIVIDUALS
        found.append(Duty("the Secretary of HHS, in the yearly log", year_ends, "45 CFR 164.408(c)"))
    if delay is not None:
        found = [one._replace(by=max(one.by, delay.ends)) for one in found]
    return found
