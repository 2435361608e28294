"""
The window between two organisations: what a patient's Consent lets another one read, found out anew at each request.

Who reads through it does so as a subject of the record's organisation, in a role of its own (`OUTSIDE_CLINICIAN`), so
that scope, entries and not-found are what they are for everybody. Two things must say so, and neither alone opens
anything: the row that the patient's own operation left (`store.shares`), and the Consent as it stands now, which may
only narrow it. Whatever is amiss with either looks like nothing shared at all.

Each use leaves an entry in the discloser's log and one in the reader's (`recording.at_home`).

Source: hl7.org/fhir/R4/consent.html; 45 CFR 164.508(b)(5), an individual may revoke at any time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias

from meridian.access.door import Door
from meridian.access.interaction import Interaction
from meridian.access.kinds import OPENABLE
from meridian.access.recording import entry
from meridian.access.rules import CARERS, OFFICER, PERSONS, PURPOSE_OF, TREATMENT
from meridian.access.subject import Role, Subject, Window
from meridian.access.work import Plan, Work
from meridian.audit.log import record
from meridian.clock import instant
from meridian.faults import Fault, Forbidden, Invalid, Issue, NotFound
from meridian.fhir.codec import decode
from meridian.fhir.ours import BASE
from meridian.store import shares
from meridian.store.plan import Record, Tell
from meridian.store.scope import Reach, Scope
from meridian.store.shares import Place, Share

__all__ = ["PARTS", "Offer", "Place", "Share", "give", "given", "in_force", "offered", "places", "through", "withdraw"]

Resource: TypeAlias = dict[str, Any]

READ: Final = "shared-read"
"""What looking through is called in the reader's own log, and a refusal in both."""
LIST: Final = "shared-list"
FEED: Final = "shared"
"""The feed of those who may read through: something was given to their organisation, or taken back."""
MOST: Final = 100
"""Records of others that one list shows."""

EVERYTHING: Final = "everything"
PARTS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        EVERYTHING: OPENABLE,
        "medicines": frozenset(
            {"MedicationRequest", "MedicationStatement", "MedicationAdministration", "MedicationDispense"}
        ),
        "allergies": frozenset({"AllergyIntolerance"}),
        "problems": frozenset({"Condition"}),
        "immunizations": frozenset({"Immunization"}),
        "results": frozenset({"Observation", "DiagnosticReport", "ImagingStudy", "Specimen"}),
        "visits": frozenset({"Encounter", "Procedure"}),
        "documents": frozenset({"DocumentReference", "Binary"}),
    }
)
"""What a patient chooses, in plain words, and the types it opens; who the patient is comes with each."""

ORGANISATION: Final = BASE + "/organisation"
"""System of the identifier by which a Consent names an organisation of this platform."""
TYPES: Final = "http://hl7.org/fhir/resource-types"
CONFIDENTIALITY: Final = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
_LABELS: Final = ("R", "V")
_NONE = "There is no such shared record"


class Offer(NamedTuple):
    """
    A record of another organisation that the subject may read now.

    Args:
        share: Its row.
        patient: The Patient, as far as it is open.
        place: Whose record it is.
        types: What is open of it.
    """

    share: Share
    patient: Resource
    place: Place
    types: frozenset[str]


# ---------------------------------------------------------------- reading


async def through(door: Door, share: str) -> Subject:
    """
    As whom the subject reads what *share* opens.

    Raises:
        Forbidden: If the role reads nothing that is shared.
        NotFound: If nothing of that name is open to the subject's organisation now.
    """
    found: Subject | Share | None = None
    why = ""
    try:
        _allow(door.subject)
        found, why = await door.engine.read(lambda: _opened(door, share))
        if isinstance(found, Subject):
            return found
        raise NotFound(_NONE)  # noqa: TRY301  # recorded like the others
    except Exception as fault:  # noqa: BLE001  # every failure leaves an entry
        if isinstance(found, Share):
            await _tell_discloser(door, found, why)
        await door.refuse(READ, f"Share/{share}", fault)


def _allow(subject: Subject) -> None:
    if subject.role not in CARERS or subject.purpose not in TREATMENT or subject.window is not None:
        raise Forbidden("Your role does not include records that other organisations share")


def _opened(door: Door, name: str) -> Plan[tuple[Subject | Share | None, str]]:
    """The subject who reads; else the share that is not open, and why not; nothing where none is the reader's."""
    share = yield from shares.find(name)
    if share is None or share.recipient != door.subject.org:
        return None, ""
    places = {one.no: one for one in (yield from shares.places())}
    types, why = yield from _standing(door, share, places)
    if types is None:
        return share, why
    return _looking(door.subject, share, types, places), ""


def _looking(subject: Subject, share: Share, types: frozenset[str], places: Mapping[int, Place]) -> Subject:
    window = Window(
        share.id, types, share.labelled, org=subject.org, who=subject.who, role=subject.role, ends=share.ends
    )
    return replace(
        subject,
        org=share.org,
        organisation=places[share.org].id,
        role=Role.OUTSIDE_CLINICIAN,
        who=f"Organization/{places[subject.org].id}",
        patients=(share.patient,),
        purpose=PURPOSE_OF[Role.OUTSIDE_CLINICIAN],
        within="",
        emergency="",
        window=window,
    )


def _standing(door: Door, share: Share, places: Mapping[int, Place]) -> Plan[tuple[frozenset[str] | None, str]]:
    """The types that are open now; else nothing, and why: `withdrawn`, `expired` or `consent`."""
    now = door.clock()
    if not share.holds(now):
        return None, "withdrawn" if share.withdrawn else "expired"
    if share.org not in places or share.recipient not in places:
        return None, "consent"
    every = Scope(share.org, {"Consent": Reach(everyone=True, restricted=True)})
    try:
        consent = decode((yield from door.records.read(every, "Consent", share.consent)).body)
    except Fault:  # not there, deleted, or its key destroyed: what cannot be read allows nothing
        return None, "consent"
    types = _agreed(consent, share, places[share.recipient].id, now)
    return types, "" if types else "consent"


def _agreed(consent: Resource, share: Share, recipient: str, now: int) -> frozenset[str] | None:
    """The types that a Consent and its row both open at *now*; nothing if they do not say the same of the rest."""
    provision = consent.get("provision", {})
    named = {one.get("reference", {}).get("identifier", {}).get("value") for one in provision.get("actor", ())}
    period = provision.get("period", {})
    if (
        consent.get("status") != "active"
        or consent.get("patient", {}).get("reference") != f"Patient/{share.patient}"
        or provision.get("type") != "permit"
        or named != {recipient}
        or not _within(period, now)
    ):
        return None
    if share.labelled and {one.get("code") for one in provision.get("securityLabel", ())} != set(_LABELS):
        return None
    classes = {one.get("code") for one in provision.get("class", ()) if one.get("system") == TYPES}
    return frozenset(classes) & opened(share.parts) or None


def _within(period: Resource, now: int) -> bool:
    start, end = period.get("start"), period.get("end")
    try:
        return bool(start and end) and _ms(str(start)) <= now < _ms(str(end))
    except (ValueError, TypeError):  # a date without a time of day is no moment
        return False


def _ms(moment: str) -> int:
    found = datetime.fromisoformat(moment)
    if found.tzinfo is None:
        raise ValueError("a moment has a zone")
    return round(found.timestamp() * 1000)


def opened(parts: Sequence[str]) -> frozenset[str]:
    """
    The types that *parts* open.

    >>> sorted(opened(["allergies"]))
    ['AllergyIntolerance', 'Patient']
    """
    return frozenset({"Patient"}).union(*(PARTS.get(part, frozenset()) for part in parts))


async def _tell_discloser(door: Door, share: Share, why: str) -> None:
    """That another organisation asked for what is no longer open stands in the log of the record's own."""
    asked = door.subject
    places = {one.no: one for one in await door.engine.read(shares.places)}
    reader = f"Organization/{places[asked.org].id}" if asked.org in places else ""
    outside = replace(asked, org=share.org, role=Role.OUTSIDE_CLINICIAN, who=reader)
    done = entry(
        outside, door.clock(), READ, outcome="refused", what=f"Share/{share.id}", patient=share.patient, rule=why
    )
    await door.engine.write(partial(record, done))


async def offered(door: Door) -> list[Offer]:
    """
    What other organisations' patients let the subject's read now, what ends first before the rest; at most `MOST`.

    Raises:
        Forbidden: If the role reads nothing that is shared.
    """
    try:
        _allow(door.subject)
        found = await door.engine.read(lambda: _offered(door))
    except Exception as fault:  # noqa: BLE001  # every failure leaves an entry
        await door.refuse(LIST, "", fault)
    await door.engine.write(lambda: _listed(door, found))
    return [offer for offer, _ in found]


def _offered(door: Door) -> Plan[list[tuple[Offer, Subject]]]:
    places = {one.no: one for one in (yield from shares.places())}
    found: list[tuple[Offer, Subject]] = []
    for share in (yield from shares.with_organisation(door.subject.org, door.clock(), MOST)):
        types, _ = yield from _standing(door, share, places)
        if types is None:
            continue
        looking = _looking(door.subject, share, types, places)
        outside = door.as_subject(looking)
        scope = yield from outside.scope(Interaction.READ)
        try:
            patient = decode((yield from door.records.read(scope, "Patient", share.patient)).body)
        except Fault:  # the Patient itself is not open: labelled, or no more
            continue
        found.append((Offer(share, patient, places[share.org], types), looking))
    return found


def _listed(door: Door, found: Sequence[tuple[Offer, Subject]]) -> Plan[None]:
    now = door.clock()
    for offer, looking in found:
        patient = offer.share.patient
        yield Record(
            entry(looking, now, LIST, what=f"Patient/{patient}", patient=patient, rule=f"Share/{offer.share.id}")
        )
    yield Record(entry(door.subject, now, LIST, seen=tuple(f"Share/{offer.share.id}" for offer, _ in found)))


# ---------------------------------------------------------------- giving and taking back, as steps of a `Work`


def places(work: Work) -> Plan[list[Place]]:
    """The other organisations of this platform, by name."""
    return [one for one in (yield from shares.places()) if one.no != work.subject.org]


def give(work: Work, share: Share, recipient: Place) -> Plan[None]:
    """
    Keep what a patient agreed to; the Consent that says so has been made in the same operation.

    Raises:
        Forbidden: If the subject is neither the patient nor trusted with all of the record.
        Invalid: If it opens nothing, or is over before it begins.
    """
    _refuse_others(work.subject)
    if not share.parts or not set(share.parts) <= set(PARTS):
        raise Invalid("Choose what may be read", issues=(Issue("required", "is needed", "parts"),))
    if share.ends <= work.now:
        raise Invalid("That day is over", issues=(Issue("value", "is over already", "until"),))
    yield from shares.keep(share)
    yield from _told(recipient.no, "given")


def withdraw(work: Work, patient: str, share: str) -> Plan[Share]:
    """
    Take one back, from now on.

    Raises:
        Forbidden: If the subject is neither the patient nor trusted with all of the record.
        NotFound: If there is none of that name in the patient's record that still stood.
    """
    _refuse_others(work.subject)
    found = yield from shares.find(share)
    if found is None or not (yield from shares.withdraw(work.subject.org, patient, share, work.now)):
        raise NotFound(_NONE)
    yield from _told(found.recipient, "ended")
    return found


def _refuse_others(subject: Subject) -> None:
    """A clinician may write a Consent; whether another organisation reads is the patient's to say."""
    if subject.role not in PERSONS:
        raise Forbidden("Only the patient, or whom they trust with all of the record, says who may read it")


def given(work: Work, patient: str) -> Plan[list[Share]]:
    """
    All that was ever given from the record of a patient whom the subject has read, the newest first.

    Raises:
        Forbidden: If the subject is neither the patient nor trusted with all of the record.
    """
    _refuse_others(work.subject)
    return (yield from shares.of_patients(work.subject.org, [patient]))


def in_force(work: Work, most: int) -> Plan[list[Share]]:
    """
    What the organisation's patients let others read now, what ends first before the rest.

    Raises:
        Forbidden: If the subject does not oversee who reads.
    """
    if work.subject.role not in OFFICER:
        raise Forbidden("Your role does not oversee what patients share")
    return (yield from shares.of_organisation(work.subject.org, work.now, most))


def _told(org: int, kind: str) -> Plan[None]:
    yield Tell(org, FEED, kind)


def provision(share: Share, recipient: Place) -> Resource:
    """What a Consent permits, as FHIR says it."""
    made: Resource = {
        "type": "permit",
        "period": {"start": instant(share.starts), "end": instant(share.ends)},
        "actor": [
            {
                "role": {"coding": [{"system": _PARTICIPATION, "code": "IRCP", "display": "information recipient"}]},
                "reference": {
                    "type": "Organization",
                    "identifier": {"system": ORGANISATION, "value": recipient.id},
                    "display": recipient.name,
                },
            }
        ],
        "action": [{"coding": [{"system": _ACTION, "code": "access", "display": "Access"}]}],
        "purpose": [{"system": _REASON, "code": "TREAT", "display": "treatment"}],
        "class": [{"system": TYPES, "code": kind} for kind in sorted(opened(share.parts))],
    }
    if share.labelled:
        made["securityLabel"] = [{"system": CONFIDENTIALITY, "code": code} for code in _LABELS]
    return made


_PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
_ACTION = "http://terminology.hl7.org/CodeSystem/consentaction"
_REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
