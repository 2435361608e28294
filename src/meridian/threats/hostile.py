"""
Text that would be a script where it is shown as anything but text, and resources that hold it wherever text may stand.

The elements come from FHIR's own definitions, so that no field is forgotten: every string, markdown, free text of a
code, note, name, address and title of a type, down to elements within elements.
Sources: OWASP Cross Site Scripting Prevention and Filter Evasion; cure53's studies of mutation (mXSS).
"""

from collections.abc import Iterator
from itertools import cycle
from typing import Any

from meridian.fhir.definitions import Element, elements, exists

MARK = "zq7x"
"""Begins every text, so that it can be seen to be shown."""
CALL = "canary(1)"
"""What a text does when it is run: a function that only the attacker's browser has."""
TEXTS = tuple(
    f"{MARK} {text}"
    for text in (
        f"<script>{CALL}</script>",
        f"<img src=x onerror={CALL}>",
        f"<svg/onload={CALL}>",
        f'"><img src=x onerror={CALL}>',
        f"' autofocus onfocus={CALL} tabindex=0 x='",
        f"[x](javascript:{CALL}) <a href=javascript:{CALL}>x</a>",
        f'![x](x"onerror="{CALL}) **b** <b>b</b>',
        f"<iframe srcdoc='<script>parent.{CALL}</script>'></iframe>",
        f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror={CALL}&gt;">',
        f'<noscript><p title="</noscript><img src=x onerror={CALL}>">',
        f"{{{{constructor.constructor('{CALL}')()}}}} ${{{CALL}}} <%= {CALL} %>",
        f"<details open ontoggle={CALL}>x</details>",
        f"<base href=//evil.invalid/><form action=javascript:{CALL}><button>x</button></form>",
        f"<template><img src=x onerror={CALL}></template><x contenteditable onblur={CALL}>",
        f"</title></textarea></style></script><img src=x onerror={CALL}>",
        f"&lt;img src=x onerror={CALL}&gt; \\u003cimg src=x onerror={CALL}\\u003e",
    )
)
LINKS = (f"javascript:{CALL}", f"data:text/html,<script>{CALL}</script>", f"JaVaScRiPt:{CALL}//https://")
NARRATIVES = (
    f"<div xmlns='http://www.w3.org/1999/xhtml'><script>{CALL}</script></div>",
    f"<div xmlns='http://www.w3.org/1999/xhtml'><img src='x' onerror='{CALL}'/></div>",
    f"<div xmlns='http://www.w3.org/1999/xhtml'><a href='javascript:{CALL}'>x</a></div>",
    f"<div xmlns='http://www.w3.org/1999/xhtml' onclick='{CALL}'>x</div>",
)
"""What `text.div` may not hold. Source: hl7.org/fhir/R4/narrative.html, constraint txt-1."""
_DEEPEST = 3
_AGAINST_A_RULE = {
    "Condition": ("abatementString",),
    "Observation": ("dataAbsentReason",),
    "QuestionnaireResponse.item": ("item",),
    "Appointment": ("cancelationReason",),
}
"""What does not go with the rest of a type, by the standard's own constraints."""
_NOT_TEXT = frozenset({
    "id", "meta", "implicitRules", "language", "contained", "extension", "modifierExtension", "identifier",
})  # fmt: skip


def resources(patient: str, texts: Iterator[str] | None = None) -> list[dict[str, Any]]:
    """A resource of each type that is shown to somebody, of a *patient* (its id), hostile wherever it may be."""
    said = texts or cycle(TEXTS)
    return [
        {**_filled(base["resourceType"], said, 0, {*base, *_AGAINST_A_RULE.get(base["resourceType"], ())}), **base}
        for base in _bases(patient)
    ]


def _bases(patient: str) -> list[dict[str, Any]]:
    subject = {"reference": f"Patient/{patient}"}
    active = [{"system": "http://terminology.hl7.org/CodeSystem/{}-clinical", "code": "active"}]

    def status(kind: str) -> dict[str, Any]:
        return {"coding": [{**one, "system": one["system"].format(kind)} for one in active]}

    return [
        {"resourceType": "AllergyIntolerance", "patient": subject, "clinicalStatus": status("allergyintolerance")},
        {"resourceType": "Condition", "subject": subject, "clinicalStatus": status("condition")},
        {"resourceType": "Observation", "subject": subject, "status": "final"},
        {"resourceType": "DiagnosticReport", "subject": subject, "status": "final"},
        {"resourceType": "Procedure", "subject": subject, "status": "completed"},
        {"resourceType": "Immunization", "patient": subject, "status": "completed", "occurrenceDateTime": "2026-01-01"},
        {"resourceType": "MedicationStatement", "subject": subject, "status": "active"},
        {"resourceType": "MedicationRequest", "subject": subject, "status": "active", "intent": "order"},
        {"resourceType": "ServiceRequest", "subject": subject, "status": "active", "intent": "order"},
        {"resourceType": "CarePlan", "subject": subject, "status": "active", "intent": "plan"},
        {"resourceType": "Goal", "subject": subject, "lifecycleStatus": "active"},
        {"resourceType": "Task", "for": subject, "status": "requested", "intent": "order"},
        {"resourceType": "DocumentReference", "subject": subject, "status": "current"},
        {"resourceType": "QuestionnaireResponse", "subject": subject, "status": "completed"},
        {
            "resourceType": "Appointment", "status": "proposed",
            "participant": [{"actor": subject, "status": "accepted"}],
        },
        {"resourceType": "RelatedPerson", "patient": subject},
        {"resourceType": "Encounter", "subject": subject, "status": "planned", "class": {"code": "AMB"}},
    ]  # fmt: skip


def _filled(structure: str, texts: Iterator[str], deep: int, given: set[str]) -> dict[str, Any]:
    """Every element of a *structure* that may hold text, but those *given*."""
    found: dict[str, Any] = {}
    for element in elements(structure).values():
        if element.name in _NOT_TEXT or given & set(element.spellings()):
            continue
        for name, kind in element.spellings().items():
            value = None if element.codes else _value(kind.code, texts, deep)
            if value is not None:
                found[name] = [value] if element.repeats else value
                break
    return found


def _value(code: str, texts: Iterator[str], deep: int) -> Any:
    if code in {"string", "markdown"}:
        return next(texts)
    if code in {"CodeableConcept", "Annotation"}:
        return {"text": next(texts)}
    simple = {
        "HumanName": ("family", "text"),
        "Address": ("city", "district", "state", "country", "text"),
        "Attachment": ("title",),
        "ContactPoint": ("value",),
    }
    if code in simple:
        return {name: next(texts) for name in simple[code]} | ({"system": "other"} if code == "ContactPoint" else {})
    if "." not in code or deep >= _DEEPEST or not exists(code):
        return None
    inner = _filled(code, texts, deep + 1, set(_AGAINST_A_RULE.get(code, ())))
    return inner if inner and not _lacks(code, inner) else None


def _lacks(structure: str, value: dict[str, Any]) -> bool:
    return any(_is_missing(element, value) for element in elements(structure).values())


def _is_missing(element: Element, value: dict[str, Any]) -> bool:
    return element.least > 0 and not set(element.spellings()) & set(value)
