"""What each of the two partners answers to an enquiry, in its own words."""

from collections.abc import Sequence

from meridian.medications import substances
from meridian.medications.findings import Kind, Severity
from meridian.medications.partners import medtrack, scriptguard
from meridian.medications.partners.sandbox import knowledge
from meridian.medications.partners.sandbox.knowledge import Hit

_WORDS = {severity: word for word, severity in medtrack.SEVERITIES.items()}
_CATEGORIES = {kind: word for word, kind in scriptguard.CATEGORIES.items()}


def of_medtrack(enquiry: medtrack.Enquiry) -> medtrack.Reply:
    """MedTrack Pro's answer."""
    drugs = {one.ref: knowledge.of_code(one.rxcui) for one in (enquiry.candidate, *enquiry.current)}
    allergies = {one.ref: knowledge.of_allergy([*one.codes, *one.substances]) for one in enquiry.allergies}
    known = [*(ref for ref, parts in drugs.items() if parts), *(ref for ref, parts in allergies.items() if parts)]
    draft = (enquiry.candidate.ref, drugs[enquiry.candidate.ref])
    others = [(one.ref, drugs[one.ref]) for one in enquiry.current]
    return medtrack.Reply(
        knowledge_base=medtrack.Knowledge(f"MT {knowledge.version()}"),
        screened=known,
        unknown=[ref for ref in (*drugs, *allergies) if ref not in known],
        interactions=[_conflict(one) for one in knowledge.hits(draft, others)],
        allergy_conflicts=[_conflict(one) for one in knowledge.conflicts(draft, list(allergies.items()))],
    )


def _conflict(hit: Hit) -> medtrack.Conflict:
    return medtrack.Conflict(
        refs=list(hit.items),
        severity=_WORDS[hit.severity],  # type: ignore[arg-type]  # the four words of the same table
        title=hit.title,
        description=hit.text,
        duplicate=hit.kind is Kind.DUPLICATE,
    )


def of_scriptguard(enquiry: scriptguard.Enquiry) -> scriptguard.Reply:
    """ScriptGuard's answer."""
    drugs = {str(one.id): _substances(one.concept) for one in (enquiry.proposed, *enquiry.profile)}
    allergies = {str(one.id): knowledge.of_allergy(_bare(one.concept)) for one in enquiry.sensitivities}
    known = [one for one, parts in (*drugs.items(), *allergies.items()) if parts]
    draft = (str(enquiry.proposed.id), drugs[str(enquiry.proposed.id)])
    others = [(str(one.id), drugs[str(one.id)]) for one in enquiry.profile]
    found = [*knowledge.hits(draft, others), *knowledge.conflicts(draft, list(allergies.items()))]
    left = [int(one) for one in (*drugs, *allergies) if one not in known]
    return scriptguard.Reply(
        engine=f"SG {knowledge.version()}",
        status="partial" if left else "complete",
        coverage=scriptguard.Coverage(full=[int(one) for one in known], none=left),
        findings=[_found(number, one) for number, one in enumerate(found, 1)],
    )


def _substances(concepts: Sequence[str]) -> tuple[str, ...]:
    codes = [one.removeprefix("rxnorm:") for one in concepts if one.startswith("rxnorm:")]
    named = [one.removeprefix("substance:") for one in concepts if one.startswith("substance:")]
    known = [one for one in named if one in substances.known()]
    return tuple(dict.fromkeys([*(part for code in codes for part in knowledge.of_code(code)), *known]))


def _bare(concepts: Sequence[str]) -> list[str]:
    return [one.removeprefix("substance:").removeprefix("class:") for one in concepts]


def _found(number: int, hit: Hit) -> scriptguard.Found:
    return scriptguard.Found(
        category=_CATEGORIES[hit.kind],  # type: ignore[arg-type]  # the four words of the same table
        level=list(Severity).index(hit.severity) + 1,  # type: ignore[arg-type]  # one of four
        between=[int(one) for one in hit.items],
        code=f"SG-{number}",
        summary=hit.title,
        advice=hit.text,
    )
