"""
Coded reasons: for overriding an alert, stopping, changing, refusing, and ordering unchecked.

The lists are ours (house policy): short enough to be read, and each says something that the next reader can use.
"""

from types import MappingProxyType
from typing import Any, Final

from meridian.faults import Invalid, Issue
from meridian.fhir import ours

SYSTEM: Final = ours.CODES + "/medication-reason"

OVERRIDE: Final = MappingProxyType(
    {
        "benefit-outweighs-risk": "The benefit outweighs the risk",
        "will-monitor": "Will be monitored",
        "taken-before": "Taken together before without harm",
        "dose-adjusted": "Dose or timing was adjusted",
        "alternative-unsuitable": "No suitable alternative",
        "not-allergic": "Not a true allergy",
        "no-longer-taken": "The other medicine is no longer taken",
        "specialist-advice": "On a specialist's advice",
        "other": "Another reason",
    }
)
STOP: Final = MappingProxyType(
    {
        "finished": "Course finished",
        "adverse-reaction": "Side effect or reaction",
        "not-effective": "Did not help enough",
        "interaction": "Interacts with another medicine",
        "duplicate": "Taken twice under two names",
        "no-longer-needed": "No longer needed",
        "patient-choice": "The patient wishes so",
        "cost": "Cost",
        "pregnancy": "Pregnancy or wish for a child",
        "entered-in-error": "Entered in error",
        "other": "Another reason",
    }
)
CHANGE: Final = MappingProxyType(
    {
        "dose-too-low": "Dose was too low",
        "dose-too-high": "Dose was too high",
        "side-effect": "Side effect",
        "other-form": "Another form is easier to take",
        "kidney-or-liver": "Kidney or liver function",
        "interaction": "Interacts with another medicine",
        "supply": "Not in supply",
        "cost": "Cost",
        "other": "Another reason",
    }
)
REFUSAL: Final = MappingProxyType(
    {
        "visit-needed": "A visit is needed first",
        "test-needed": "A test is needed first",
        "too-early": "It is too early: there should be enough left",
        "stopped": "This medicine was stopped",
        "other-prescriber": "Another clinic prescribes it",
        "not-safe": "It is not safe at present",
        "already-done": "There are refills left: ask the pharmacy",
        "other": "Another reason",
    }
)
UNAVAILABLE: Final = MappingProxyType(
    {
        "urgent": "Treatment cannot wait",
        "looked-up": "Looked up in another reference",
        "pharmacist-asked": "A pharmacist was asked",
        "well-known": "Taken for a long time, nothing new",
        "other": "Another reason",
    }
)
ALL: Final = {
    "override": OVERRIDE, "stop": STOP, "change": CHANGE, "refusal": REFUSAL, "unavailable": UNAVAILABLE,
}  # fmt: skip
LONGEST = 1000
"""Characters of words of one's own."""


def concept(purpose: str, code: str, text: str = "") -> dict[str, Any]:
    """
    The CodeableConcept of a reason; words of one's own take the place of the list's.

    Raises:
        Invalid: If the list for *purpose* has no such code, or `other` comes without words.
    """
    known = ALL[purpose]
    if code not in known:
        issue = Issue("code-invalid", f"is to be one of: {', '.join(known)}", "code")
        raise Invalid(f"There is no such reason to {purpose}", issues=(issue,))
    if code == "other" and not text.strip():
        raise Invalid("Another reason is to be given in words", issues=(Issue("required", "is missing", "text"),))
    said = text.strip()[:LONGEST] or known[code]
    return {"coding": [{"system": SYSTEM, "code": code, "display": known[code]}], "text": said}
