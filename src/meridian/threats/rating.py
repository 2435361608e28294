"""
How great a risk is: the OWASP Risk Rating Methodology, read as the second threat model reads it.

Risk is likelihood times impact, each the mean of eight factors from 0 to 9: below 3 is low, below 6 medium, else high
(owasp.org/www-community/OWASP_Risk_Rating_Methodology, steps 2 to 4). The threat model knows two words only. *High* is
what a stranger of little skill can do to a part that faces the internet, or what exposes patients' data directly, or
what gets round a primary control; everything else is *medium*. A register whose factors and words disagree is refused.
"""

from dataclasses import dataclass, fields
from enum import StrEnum

MEDIUM_FROM, HIGH_FROM = 3.0, 6.0
LARGEST_FACTOR = 9


class Level(StrEnum):
    """A third of the scale."""

    LOW = "Low"
    MEDIUM = "Medium"
    HIGH = "High"


class Severity(StrEnum):
    """What likelihood and impact make together."""

    NOTE = "Note"
    LOW = "Low"
    MEDIUM = "Medium"
    HIGH = "High"
    CRITICAL = "Critical"


@dataclass(frozen=True, slots=True)
class _Factors:
    def __post_init__(self) -> None:
        for field in fields(self):
            if not 0 <= getattr(self, field.name) <= LARGEST_FACTOR:
                raise ValueError(f"{field.name} is to be from 0 to {LARGEST_FACTOR}")

    @property
    def mean(self) -> float:
        """Of all factors."""
        values: list[int] = [getattr(self, field.name) for field in fields(self)]
        return sum(values) / len(values)

    @property
    def level(self) -> Level:
        """The third that the mean is in."""
        return level(self.mean)


@dataclass(frozen=True, slots=True)
class Likelihood(_Factors):
    """Who would do it, and how hard it is; 9 is likeliest."""

    skill_level: int
    motive: int
    opportunity: int
    size: int
    ease_of_discovery: int
    ease_of_exploit: int
    awareness: int
    intrusion_detection: int


@dataclass(frozen=True, slots=True)
class Impact(_Factors):
    """What it would cost, technically and as a business; 9 is worst."""

    confidentiality: int
    integrity: int
    availability: int
    accountability: int
    financial_damage: int
    reputation_damage: int
    non_compliance: int
    privacy_violation: int


def level(mean: float) -> Level:
    """
    The third of the scale that a *mean* is in.

    >>> [str(level(mean)) for mean in (2.9, 3.0, 5.9, 6.0)]
    ['Low', 'Medium', 'Medium', 'High']
    """
    if mean < MEDIUM_FROM:
        return Level.LOW
    return Level.MEDIUM if mean < HIGH_FROM else Level.HIGH


_SEVERITIES = {
    (Level.LOW, Level.LOW): Severity.NOTE,
    (Level.LOW, Level.MEDIUM): Severity.LOW,
    (Level.LOW, Level.HIGH): Severity.MEDIUM,
    (Level.MEDIUM, Level.LOW): Severity.LOW,
    (Level.MEDIUM, Level.MEDIUM): Severity.MEDIUM,
    (Level.MEDIUM, Level.HIGH): Severity.HIGH,
    (Level.HIGH, Level.LOW): Severity.MEDIUM,
    (Level.HIGH, Level.MEDIUM): Severity.HIGH,
    (Level.HIGH, Level.HIGH): Severity.CRITICAL,
}


def severity(likelihood: Likelihood, impact: Impact) -> Severity:
    """The cell of OWASP's table (step 4) for both levels."""
    return _SEVERITIES[likelihood.level, impact.level]


def as_the_seed_says(found: Severity) -> Level:
    """The threat model's word for a severity: it knows high and medium."""
    return Level.HIGH if found in {Severity.HIGH, Severity.CRITICAL} else Level.MEDIUM
