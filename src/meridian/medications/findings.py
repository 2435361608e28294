"""
What a medication check says: four outcomes and no fifth.

The outcome says how far was looked, the alerts say what was found, and neither hides the other:

- `CLEAR`: a partner answered for everything it was asked, and neither it nor the local rules found anything;
- `ALERTS`: a partner answered, and somebody found something;
- `INCOMPLETE`: a partner answered and nothing was found, and part of it could not be checked;
- `UNAVAILABLE`: no partner answered. What the local rules found stands beside it, and is no less true.

`judge` is the only place where an outcome is made.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Outcome(StrEnum):
    """How a check ended."""

    CLEAR = "clear"
    ALERTS = "alerts"
    INCOMPLETE = "incomplete"
    UNAVAILABLE = "unavailable"


class Severity(StrEnum):
    """How dangerous a finding is, the worst first."""

    CONTRAINDICATED = "contraindicated"
    MAJOR = "major"
    MODERATE = "moderate"
    MINOR = "minor"

    @property
    def interrupts(self) -> bool:
        """Whether ordering needs an override: only where it matters; what interrupts always is soon clicked away."""
        return self in (Severity.CONTRAINDICATED, Severity.MAJOR)

    @property
    def rank(self) -> int:
        """0 is the worst."""
        return list(Severity).index(self)


class Kind(StrEnum):
    """What a finding is about."""

    INTERACTION = "interaction"
    ALLERGY = "allergy"
    DUPLICATE = "duplicate"
    OTHER = "other"


class State(StrEnum):
    """What became of a source."""

    ANSWERED = "answered"
    FAILED = "failed"
    NOT_ASKED = "not-asked"
    """The one before it answered."""
    LOCAL = "local"
    """Our own rules, which always run."""


class Why(StrEnum):
    """Why a partner failed."""

    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    """Nobody listens, the name is unknown, or the line broke."""
    REFUSED = "refused"
    """It answered that it will not: a status below 500."""
    ERROR = "error"
    """It answered that it cannot: a status of 500 or more."""
    BAD_ANSWER = "bad-answer"
    """What it said is not what it is to say."""
    KEY = "key"
    """It does not take our key or signature."""
    NOT_ALLOWED = "not-allowed"
    """Its address is none that may be reached."""
    RESTING = "resting"
    """It failed repeatedly a moment ago and is left alone."""
    NOT_SET_UP = "not-set-up"
    """There is no key for it in the vault."""
    ISOLATED = "isolated"
    """It is not to be called while an incident is answered (`meridian respond isolate`)."""


class Unchecked(StrEnum):
    """Why part of a check could not be done."""

    NO_PARTNER = "no-partner"
    FREE_TEXT = "free-text"
    """A medicine that is words only."""
    UNKNOWN_CODE = "unknown-code"
    """A medicine whose code the partner cannot be asked by."""
    ALLERGY_FREE_TEXT = "allergy-free-text"
    ALLERGIES_NOT_ASKED = "allergies-not-asked"
    NOT_COVERED = "not-covered"
    """The partner answered, and said nothing on it."""


@dataclass(frozen=True, slots=True)
class Alert:
    """
    Something that was found.

    Args:
        source: `medtrack`, `scriptguard` or `local`.
        kind, severity: What it is about, how dangerous it is.
        title: One line.
        text: What happens, and what to do.
        concerns: What it concerns besides the draft, as the chart calls it.
        about: References of those.
    """

    source: str
    kind: Kind
    severity: Severity
    title: str
    text: str
    concerns: tuple[str, ...] = ()
    about: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What an override names: the same finding has the same key in a later check, another never has it."""
        parts = (self.source, self.kind, self.severity, self.title, *self.about)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that could not be checked, and why; *text* may name a medicine."""

    kind: Unchecked
    text: str


NO_PARTNER = Gap(Unchecked.NO_PARTNER, "No safety partner answered: only our own short list of rules was looked at")


@dataclass(frozen=True, slots=True)
class Source:
    """
    Who was asked, and what became of it.

    Args:
        id: `medtrack`, `scriptguard` or `local`.
        name: As people know it.
        state: What became of it.
        version: Of its knowledge, as it says itself.
        at: When, in ms since the epoch; 0 when it was not asked.
        why: Of a failure.
    """

    id: str
    name: str
    state: State
    version: str = ""
    at: int = 0
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """A whole check; made by `judge`."""

    outcome: Outcome
    sources: tuple[Source, ...]
    alerts: tuple[Alert, ...] = ()
    gaps: tuple[Gap, ...] = ()

    @property
    def interruptive(self) -> tuple[Alert, ...]:
        """What needs an override."""
        return tuple(alert for alert in self.alerts if alert.severity.interrupts)


def judge(sources: Sequence[Source], alerts: Sequence[Alert], gaps: Sequence[Gap]) -> Result:
    """
    The one outcome of what was asked, found, and left open; alerts with the worst first.

    Local rules never stand in for a partner: without one that answered, nothing is clear. A draft that no partner can
    be asked about (free text) is incomplete, not unavailable: waiting for a partner would not help.
    """
    answered = any(source.state is State.ANSWERED for source in sources)
    partners = [source for source in sources if source.state is not State.LOCAL]
    failed = not partners or any(source.state is State.FAILED for source in partners)
    found = tuple(sorted(alerts, key=lambda alert: alert.severity.rank))
    left = tuple(dict.fromkeys(gaps))
    if failed and not answered:
        return Result(Outcome.UNAVAILABLE, tuple(sources), found, (NO_PARTNER, *left))
    if found:
        return Result(Outcome.ALERTS, tuple(sources), found, left)
    if left or not answered:
        return Result(Outcome.INCOMPLETE, tuple(sources), (), left or (NO_PARTNER,))
    return Result(Outcome.CLEAR, tuple(sources))


RESTRICTED: Final = "A restricted record"
"""All that is said of what the asker may not see."""
_ADVICE: Final = (
    "Something in this patient's record that you may not see speaks against this medicine. Ask somebody who cares for"
    " the patient, or a pharmacist, before you order it"
)
_LEFT: Final = Gap(Unchecked.NOT_COVERED, "A restricted record could not be checked")


def veiled(own: Result, whole: Result) -> Result:
    """
    *own*, and of what *whole* says besides only how dangerous it is and that part of it is open.

    Args:
        own: The answer to what the asker sees.
        whole: The answer to everything. It adds nothing where its source was not heard on the first question, since
            the two cannot be compared then.
    """
    heard = {one.id for one in own.sources if one.state in (State.ANSWERED, State.LOCAL)}
    known = {one.key for one in own.alerts}
    worse = {one.severity for one in whole.alerts if one.key not in known and one.source in heard}
    added = [
        Alert("local", Kind.OTHER, severity, RESTRICTED, _ADVICE) for severity in sorted(worse, key=lambda it: it.rank)
    ]
    left = [*own.gaps, *([_LEFT] if set(whole.gaps) - set(own.gaps) or whole.outcome is Outcome.UNAVAILABLE else [])]
    gaps = [one for one in left if one != NO_PARTNER]
    return judge(own.sources, [*own.alerts, *added], gaps)


@dataclass(frozen=True, slots=True)
class Override:
    """The coded reason for which an alert does not keep somebody from ordering; *key* names the alert."""

    key: str
    code: str
    text: str = ""
    by: str = field(default="", compare=False)
    """Reference of who overrode it."""
