"""
What patients agree to before a visit: shown in full, answered by themselves, kept as Consent resources.

A text is versioned; who agreed to an earlier version is asked again. Withdrawing makes a new version of the Consent
that is `inactive`, so that what held when stays readable.

Source: hl7.org/fhir/R4/consent.html; 45 CFR 164.520(c)(2)(ii) for the acknowledgment of the privacy notice.
"""

from typing import Final, Literal, NamedTuple

from meridian.access.chart import Chart
from meridian.access.work import Plan, Resource, Work
from meridian.clock import instant
from meridian.faults import Conflict, NotFound
from meridian.fhir.ours import BASE

ACTION: Final = "Consent/$answer"
_SCOPES = "http://terminology.hl7.org/CodeSystem/consentscope"
_LOINC = "http://loinc.org"


class Paper(NamedTuple):
    """
    Something to agree to.

    Args:
        key: Its name, in `Consent.policy.uri`.
        version: Counted up when its words change.
        scope: `treatment` or `patient-privacy`.
        required: Whether a visit waits for it.
    """

    key: str
    version: int
    scope: Literal["treatment", "patient-privacy"]
    required: bool


PAPERS: Final = (
    Paper("treatment", 1, "treatment", required=True),
    Paper("privacy-notice", 1, "patient-privacy", required=True),
    Paper("telehealth", 1, "treatment", required=False),
    Paper("messages", 1, "patient-privacy", required=False),
)
"""Their words are the portal's, in every language it speaks (`portal/src/i18n`)."""

_VIDEO: Final = PAPERS[2]

State = Literal["open", "agreed", "refused", "withdrawn", "outdated"]


class Standing(NamedTuple):
    """How things stand with one paper; *consent* is the Consent's logical id, empty before the first answer."""

    paper: Paper
    state: State
    consent: str = ""
    since: str = ""


async def standing(chart: Chart, patient: str) -> list[Standing]:
    """Every paper and how things stand with it."""

    def plan(work: Work) -> Plan[list[Resource]]:
        return (yield from work.search("Consent", [("patient", patient)]))

    found = await chart.consult("Consent/$standing", plan, what=f"Patient/{patient}")
    return [_standing(paper, found) for paper in PAPERS]


async def answer(chart: Chart, patient: str, key: str, *, agreed: bool) -> Standing:
    """
    Agree to a paper, refuse it, or withdraw an agreement.

    Raises:
        NotFound: If there is no such paper, or the patient is not the subject's to see.
        Conflict: If that is how things stand already.
    """
    paper = next((one for one in PAPERS if one.key == key), None)
    if paper is None:
        raise NotFound("There is no such paper")

    made = await chart.work(
        ACTION, lambda work: _answered(work, patient, paper, agreed=agreed), what=f"Patient/{patient}"
    )
    return _standing(paper, [made])


def _answered(work: Work, patient: str, paper: Paper, *, agreed: bool) -> Plan[Resource]:
    yield from work.read("Patient", patient)
    found = yield from work.search("Consent", [("patient", patient)])
    present = _standing(paper, found)
    if agreed and present.state == "agreed":
        raise Conflict("You have agreed to this already")
    if present.state == "agreed" and present.consent:
        return (yield from work.change("Consent", present.consent, lambda one: one | {"status": "inactive"}))
    who = work.subject.who or f"Patient/{patient}"
    made = consent(patient, who, work.subject.organisation, paper, instant(work.now), agreed=agreed)
    return (yield from work.create("Consent", made))


def video_agreed(work: Work, patient: str) -> Plan[bool]:
    """Whether a patient has agreed to be seen by video, and has not taken it back."""
    found = yield from work.search("Consent", [("patient", patient)])
    return _standing(_VIDEO, found).state == "agreed"


def agree_to_video(work: Work, patient: str) -> Plan[None]:
    """A patient agrees to be seen by video, as a step of entering a visit."""
    yield from _answered(work, patient, _VIDEO, agreed=True)


def consent(  # the five words of an answer
    patient: str, who: str, organisation: str, paper: Paper, when: str, *, agreed: bool
) -> Resource:
    """The Consent in which *who* answered a paper for a patient."""
    return {
        "resourceType": "Consent",
        "status": "active" if agreed else "rejected",
        "scope": {"coding": [{"system": _SCOPES, "code": paper.scope}]},
        "category": [{"coding": [{"system": _LOINC, "code": "59284-0", "display": "Consent Document"}]}],
        "patient": {"reference": f"Patient/{patient}"},
        "dateTime": when,
        "performer": [{"reference": who}],
        "organization": [{"reference": f"Organization/{organisation}"}],
        "policy": [{"uri": uri(paper)}],
        "provision": {"type": "permit" if agreed else "deny"},
    }


def uri(paper: Paper) -> str:
    """
    Which words were agreed to.

    >>> uri(PAPERS[0])
    'https://meridian-pms.com/fhir/papers/treatment/1'
    """
    return f"{BASE}/papers/{paper.key}/{paper.version}"


_STATES: dict[str, State] = {"active": "agreed", "rejected": "refused", "inactive": "withdrawn"}


def _standing(paper: Paper, consents: list[Resource]) -> Standing:
    """By the newest Consent about the paper, of whatever version."""
    ours = f"{BASE}/papers/{paper.key}/"
    about = [one for one in consents if any(p.get("uri", "").startswith(ours) for p in one.get("policy", ()))]
    if not about:
        return Standing(paper, "open")
    newest = max(about, key=lambda one: (one.get("dateTime", ""), one["meta"]["lastUpdated"]))
    state = _STATES.get(newest["status"], "open")
    if state == "agreed" and newest["policy"][0]["uri"] != uri(paper):
        state = "outdated"
    since = newest["meta"]["lastUpdated"] if state == "withdrawn" else newest.get("dateTime", "")
    return Standing(paper, state, newest["id"], since)
