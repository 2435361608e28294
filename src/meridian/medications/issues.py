"""
A check as a DetectedIssue: one for each result, also for a clear one, since that it was looked at is a fact too.

Status `preliminary` is a check that was made, `final` one that an order rests on. What was found stands in `evidence`,
an override in `mitigation`; what R4 has no element for (outcome, sources, gaps, what it is a check of) in extensions of
ours. Source: hl7.org/fhir/R4/detectedissue.html.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from meridian.clock import instant
from meridian.fhir import ours
from meridian.medications import reasons
from meridian.medications.findings import (
    Alert,
    Gap,
    Kind,
    Outcome,
    Override,
    Result,
    Severity,
    Source,
    State,
    Unchecked,
    Why,
)

Resource = dict[str, Any]

SOURCES: Final = ours.CODES + "/medication-check-source"
KINDS: Final = ours.CODES + "/medication-check-kind"
_FHIR: Final = {
    Severity.CONTRAINDICATED: "high", Severity.MAJOR: "high", Severity.MODERATE: "moderate", Severity.MINOR: "low",
}  # fmt: skip
"""Source: hl7.org/fhir/R4/valueset-detectedissue-severity.html."""
SAID: Final = {
    Outcome.CLEAR: "Checked: nothing found",
    Outcome.ALERTS: "Checked: alerts",
    Outcome.INCOMPLETE: "Checked in part only: nothing found in what could be checked",
    Outcome.UNAVAILABLE: "NOT CHECKED: no safety partner answered",
}
USABLE: Final = 15 * 60 * 1000
"""Milliseconds for which an order may rest on a check."""


@dataclass(frozen=True, slots=True)
class Kept:
    """
    A check as it was kept.

    Args:
        id: Logical id of the DetectedIssue.
        patient: Logical id.
        result: What it said.
        fingerprint: Of the draft and of what it was checked against.
        at: When, ms since the epoch.
        used: Whether an order rests on it.
        orders: Logical ids of the prescriptions it is about.
        overrides: Those that were made.
    """

    id: str
    patient: str
    result: Result
    fingerprint: str
    at: int
    used: bool = False
    orders: tuple[str, ...] = ()
    overrides: tuple[Override, ...] = ()

    @property
    def open(self) -> tuple[Alert, ...]:
        """Interruptive alerts that nobody has overridden."""
        done = {one.key for one in self.overrides}
        return tuple(one for one in self.result.interruptive if one.key not in done)


def resource(  # the words of a check
    result: Result, patient: str, fingerprint: str, now: int, *, order: str = "", labels: Sequence[Resource] = ()
) -> Resource:
    """
    The DetectedIssue of a result.

    Args:
        result: What was found.
        patient: Logical id.
        fingerprint: What it is a check of.
        now: When, ms since the epoch.
        order: Logical id of the prescription, where there is one already: then it is final.
        labels: Security labels of what it names: who may not see that sees no more of it here.
    """
    made: Resource = {
        "resourceType": "DetectedIssue",
        "status": "final" if order else "preliminary",
        "code": {"text": "Medication check"},
        "patient": {"reference": f"Patient/{patient}"},
        "identifiedDateTime": instant(now),
        "author": _author(result.sources),
        "detail": detail(result),
        "extension": [
            ours.extension("check-outcome", valueCode=result.outcome.value),
            ours.extension("check-of", valueString=fingerprint),
            *(_source(one) for one in result.sources),
            *(_gap(one) for one in result.gaps),
        ],
    }
    if labels:
        made["meta"] = {"security": [dict(one) for one in labels]}
    if result.alerts:
        made["severity"] = _FHIR[result.alerts[0].severity]
        made["evidence"] = [_evidence(one) for one in result.alerts]
    return implicating(made, order) if order else made


def implicating(issue: Resource, order: str) -> Resource:
    """*issue* as what a prescription rests on."""
    return {**issue, "status": "final", "implicated": [{"reference": f"MedicationRequest/{order}"}]}


def overridden(issue: Resource, overrides: Sequence[Override], by: str, now: int) -> Resource:
    """*issue* with more mitigations; who overrides an alert again says it anew."""
    keys = {one.key for one in overrides}
    old = [
        one for one in issue.get("mitigation", []) if (ours.extended(one, "alert") or {}).get("valueString") not in keys
    ]
    new = [_mitigation(one, by, now) for one in overrides]
    return {**issue, "mitigation": [*old, *new]} if old or new else issue


def unavailable(issue: Resource, reason: Resource) -> Resource:
    """*issue* with the reason for which it was ordered unchecked."""
    said = ours.extension("check-unavailable-reason", valueCodeableConcept=reason)
    return {**issue, "extension": [*issue["extension"], said]}


def detail(result: Result) -> str:
    """The whole in words, for whoever knows nothing of our extensions."""
    lines = [SAID[result.outcome], *(f"{one.severity.value.capitalize()}: {one.title}" for one in result.alerts)]
    return ". ".join([*lines, *(one.text for one in result.gaps)])[:4000]


def of(issue: Resource) -> Kept:
    """A check from its resource; one that is not ours reads as unavailable, never as clear."""
    outcome = (ours.extended(issue, "check-outcome") or {}).get("valueCode")
    parts = issue.get("extension", [])
    result = Result(
        Outcome(outcome) if outcome in set(Outcome) else Outcome.UNAVAILABLE,
        tuple(_read_source(one) for one in parts if one["url"] == f"{ours.EXTENSIONS}/check-source"),
        tuple(_read_alert(one) for one in issue.get("evidence", []) if ours.extended(one, "alert")),
        tuple(_read_gap(one) for one in parts if one["url"] == f"{ours.EXTENSIONS}/check-gap"),
    )
    orders = (one.get("reference", "") for one in issue.get("implicated", []))
    return Kept(
        id=issue.get("id", ""),
        patient=issue.get("patient", {}).get("reference", "").removeprefix("Patient/"),
        result=result,
        fingerprint=str((ours.extended(issue, "check-of") or {}).get("valueString", "")),
        at=_ms(issue.get("identifiedDateTime", "")),
        used=issue.get("status") != "preliminary",
        orders=tuple(one.partition("/")[2] for one in orders if one.startswith("MedicationRequest/")),
        overrides=tuple(_read_override(one) for one in issue.get("mitigation", []) if ours.extended(one, "alert")),
    )


# --- there


def _author(sources: Sequence[Source]) -> Resource:
    """The source that the answer is from: a Device by its identifier, as there is no record of one."""
    answered = [one for one in sources if one.state is State.ANSWERED]
    local = [one for one in sources if one.state is State.LOCAL]
    source = (answered or local or list(sources))[0]
    shown = f"{source.name} {source.version}".strip()
    return {"type": "Device", "identifier": {"system": SOURCES, "value": source.id}, "display": shown}


def _parts(**values: Any) -> list[Resource]:
    """Extensions within an extension: their url is a name alone."""
    return [{"url": name, kind: value} for name, (kind, value) in values.items() if value]


def _source(one: Source) -> Resource:
    parts = _parts(
        id=("valueCode", one.id),
        name=("valueString", one.name),
        state=("valueCode", one.state.value),
        version=("valueString", one.version),
        at=("valueInstant", instant(one.at) if one.at else ""),
        why=("valueCode", one.why.value if one.why else ""),
    )
    return ours.extension("check-source", extension=parts)


def _gap(one: Gap) -> Resource:
    return ours.extension(
        "check-gap", extension=_parts(kind=("valueCode", one.kind.value), text=("valueString", one.text))
    )


def _evidence(one: Alert) -> Resource:
    parts = _parts(
        key=("valueString", one.key),
        source=("valueCode", one.source),
        severity=("valueCode", one.severity.value),
        text=("valueString", one.text),
    )
    parts.extend({"url": "concerns", "valueString": name} for name in one.concerns)
    made: Resource = {
        "extension": [ours.extension("alert", extension=parts)],
        "code": [{"coding": [{"system": KINDS, "code": one.kind.value}], "text": one.title}],
    }
    return made | ({"detail": [{"reference": other} for other in one.about]} if one.about else {})


def _mitigation(one: Override, by: str, now: int) -> Resource:
    made: Resource = {
        "extension": [ours.extension("alert", valueString=one.key)],
        "action": reasons.concept("override", one.code, one.text),
        "date": instant(now),
    }
    return made | ({"author": {"reference": by}} if by.startswith("Practitioner") else {})


# --- and back


def _values(extension: Resource) -> dict[str, Any]:
    return {
        part["url"]: next(value for name, value in part.items() if name.startswith("value"))
        for part in extension.get("extension", [])
    }


def _read_source(extension: Resource) -> Source:
    said = _values(extension)
    return Source(
        id=str(said.get("id", "")),
        name=str(said.get("name", "")),
        state=State(said.get("state", State.FAILED)),
        version=str(said.get("version", "")),
        at=_ms(said.get("at", "")),
        why=Why(said["why"]) if "why" in said else None,
    )


def _read_gap(extension: Resource) -> Gap:
    said = _values(extension)
    return Gap(Unchecked(said.get("kind", Unchecked.NOT_COVERED)), str(said.get("text", "")))


def _read_alert(evidence: Resource) -> Alert:
    extension = ours.extended(evidence, "alert") or {}
    said = _values(extension)
    code = evidence["code"][0]
    concerns = (part["valueString"] for part in extension.get("extension", []) if part["url"] == "concerns")
    return Alert(
        source=str(said["source"]),
        kind=Kind(code["coding"][0]["code"]),
        severity=Severity(said["severity"]),
        title=str(code["text"]),
        text=str(said.get("text", "")),
        concerns=tuple(concerns),
        about=tuple(one["reference"] for one in evidence.get("detail", [])),
    )


def _read_override(mitigation: Resource) -> Override:
    key = (ours.extended(mitigation, "alert") or {})["valueString"]
    action = mitigation["action"]
    return Override(key, action["coding"][0]["code"], action["text"], mitigation.get("author", {}).get("reference", ""))


def _ms(text: Any) -> int:
    if not text:
        return 0
    return int(datetime.fromisoformat(str(text)).timestamp() * 1000)
