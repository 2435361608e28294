"""
The policy: who may do what to which types of record, standing in which relation to it, for what purpose.

Every row allows; what no row allows is refused (45 CFR 164.502(b), minimum necessary; 164.312(a)(1), access control).
`policy.decide` judges one record by these rows and `scope.scope` turns the same rows into SQL.
"""

from dataclasses import dataclass
from enum import Enum, auto

from meridian.access.interaction import ADD, ALL, KEEP, LOOK, WRITE, Interaction
from meridian.access.kinds import (
    ACCOUNT,
    BILLING,
    CLINICAL,
    COHORTS,
    EVERY,
    FINDINGS,
    IDENTIFYING,
    LOG,
    OPENABLE,
    PAPERS,
    SCHEDULING,
    SHARED,
)
from meridian.access.subject import Role


class Relation(Enum):
    """How the subject stands to a record of the same organisation."""

    OWN_RECORD = auto()
    """It lies in the compartment of a patient who is the subject or is entrusted to them."""
    OWN_MATTER = auto()
    """
    As `OWN_RECORD`, withheld from the patient (NOPAT) or not: the Task that staff do about what a patient asks for.

    Only for Tasks, within the operation that asks, which finds the Task by what it is about and does not show it.
    """
    CONSENTED = auto()
    """
    It lies in the compartment of the patient whose Consent lets the subject's organisation look, is of a type that this
    opens, and is neither withheld from the patient nor, unless the Consent says so, labelled.
    """
    CARE_TEAM = auto()
    """It lies in the compartment of a patient whose care team, encounters or practitioners name the subject."""
    EMERGENCY = auto()
    """It lies in the compartment of the one patient whose record the subject's session has open in an emergency."""
    ORGANISATION = auto()
    """Any record that is not labelled R or V (v3-Confidentiality)."""
    LABELLED = auto()
    """Any record, labelled or not."""


@dataclass(frozen=True, slots=True)
class Rule:
    """
    One row; `name` goes into the audit entry of what it allowed.

    A row with `within` holds in those operations only (`Chart.work`), which ask more than the row says: a patient may
    make an Appointment by `$book`, which keeps the clinic's conditions, and not by a plain create.
    """

    name: str
    roles: frozenset[Role]
    interactions: frozenset[Interaction]
    types: frozenset[str]
    relation: Relation
    purposes: frozenset[str]
    within: frozenset[str] = frozenset()


def _any(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


# Purposes of use, v3-ActReason (terminology.hl7.org/CodeSystem/v3-ActReason).
TREATMENT = frozenset({"TREAT", "ETREAT"})
OPERATIONS = frozenset({"HOPERAT", "HPAYMT", "PATADMIN", "HCOMPL", "HSYSADMIN", "SYSADMIN"})
WORK = TREATMENT | OPERATIONS
BREAK_GLASS = "BTG"
"""The purpose in the entry of what emergency access opened; nobody chooses it."""
REQUEST = frozenset({"PATRQT", "FAMRQT"})

PURPOSE_OF: dict[Role, str] = {
    Role.PATIENT: "PATRQT",
    Role.PROXY: "FAMRQT",
    Role.HELPER: "FAMRQT",
    Role.FRONT_DESK: "PATADMIN",
    Role.NURSE: "TREAT",
    Role.CLINICIAN: "TREAT",
    Role.LAB: "TREAT",
    Role.PHARMACIST: "TREAT",
    Role.SECURITY_OFFICER: "HCOMPL",
    Role.ADMINISTRATOR: "HOPERAT",
    Role.SERVICE: "HOPERAT",
    Role.PLATFORM_OPERATOR: "HSYSADMIN",
    Role.GUEST: "FAMRQT",
    Role.OUTSIDE_CLINICIAN: "TREAT",
}
"""The purpose a role acts for when nobody says another."""

CHOSEN: dict[Role, tuple[str, ...]] = {
    Role.CLINICIAN: ("TREAT", "HOPERAT"),
    Role.NURSE: ("TREAT", "HOPERAT"),
    Role.FRONT_DESK: ("PATADMIN", "HPAYMT"),
    Role.SECURITY_OFFICER: ("HCOMPL", "HOPERAT"),
    Role.ADMINISTRATOR: ("HOPERAT", "HPAYMT"),
}
"""The purposes that a session of the role can be switched between; of others there is nothing to choose."""

CARERS = _any(Role.CLINICIAN, Role.NURSE)
DESK = _any(Role.FRONT_DESK)
LABORATORY = _any(Role.LAB)
PHARMACY = _any(Role.PHARMACIST)
OFFICER = _any(Role.SECURITY_OFFICER)
ADMINISTRATION = _any(Role.ADMINISTRATOR)
PERSONS = _any(Role.PATIENT, Role.PROXY)
HELPERS = _any(Role.HELPER)
BOOKERS = PERSONS | HELPERS
BREAKERS = CARERS | PHARMACY
"""Who may ask for emergency access."""
GUESTS = _any(Role.GUEST)
OUTSIDE = _any(Role.OUTSIDE_CLINICIAN)
DISCLOSERS = CARERS | DESK | OFFICER
STAFF = CARERS | DESK | LABORATORY | PHARMACY | ADMINISTRATION | OFFICER

LAB_RECORDS = frozenset({"ServiceRequest", "Specimen", "Observation", "DiagnosticReport"})
DRUG_RECORDS = frozenset(
    {
        "MedicationRequest", "MedicationDispense", "MedicationStatement", "MedicationAdministration",
        "AllergyIntolerance", "DetectedIssue",
    }
)  # fmt: skip
CHART = CLINICAL | IDENTIFYING | SCHEDULING | BILLING | ACCOUNT | COHORTS
PREMISES = frozenset({"Organization", "Practitioner", "PractitionerRole", "Location", "HealthcareService"})
ANSWERS = frozenset({"QuestionnaireResponse"})

_QUALITY = frozenset({"HOPERAT"})
"""Looking at how care went (164.501, health care operations): it needs nothing labelled and changes nothing."""
_OWN, _TEAM, _ORG, _LABELLED = Relation.OWN_RECORD, Relation.CARE_TEAM, Relation.ORGANISATION, Relation.LABELLED
_MATTER, _CONSENTED, _EMERGENCY = Relation.OWN_MATTER, Relation.CONSENTED, Relation.EMERGENCY
_CLINICIAN, _NURSE, _SERVICE = _any(Role.CLINICIAN), _any(Role.NURSE), _any(Role.SERVICE)

_SENT = frozenset({"Communication"})
"""Stays as it was sent: nobody changes a message, and only operations of `messaging` write one."""
_NURSED = (FINDINGS | PAPERS | IDENTIFYING | frozenset({"Appointment"})) - _SENT
_WRITTEN = CHART - BILLING - _SENT
_BOOKED = IDENTIFYING | SCHEDULING | frozenset({"Coverage"})
_DISPENSED = frozenset({"Medication", "MedicationDispense", "DetectedIssue"})
_RESULTS = frozenset({"Specimen", "Observation", "DiagnosticReport"})
_CONSENT = frozenset({"Consent"})
_TOLD = frozenset({"Provenance", "Task"})
"""A disclosure that somebody entered, and a request for an accounting with what was answered."""
_PATIENT, _TASK = frozenset({"Patient"}), frozenset({"Task"})
_HELPED = frozenset({"Patient", "RelatedPerson", "Appointment"})
_TIMETABLES, _APPOINTMENT = frozenset({"Schedule", "Slot"}), frozenset({"Appointment"})
_BOOKING = frozenset(
    f"Appointment/${name}"
    for name in ("find", "hold", "book", "reschedule", "cancel", "wait", "accept", "decline", "check-in")
)
"""Operations that keep the clinic's conditions for whoever calls them."""
_SERVICES = frozenset({"HealthcareService"})
_OFFERING = _BOOKING | frozenset({"scheduling/$services", "scheduling/$mine", "scheduling/$wait-list"})
"""Operations that keep hidden services from patients; elsewhere no service is in their sight."""
_IMPORT = frozenset({"import/$run"})
_MEDICINES, _FORMULARY = frozenset({"Medication"}), frozenset({"medication/$formulary"})
_FORMS, _TEMPLATES = frozenset({"Questionnaire"}), frozenset({"notes/$template"})
_DEVICE, _EQUIPPING = frozenset({"Device"}), frozenset({"scheduling/$device"})
_BROUGHT = LOOK | KEEP | {Interaction.UPSERT}
_SELF, _RELATED = _any(Role.PATIENT), frozenset({"RelatedPerson"})
_TRUSTING = frozenset({"RelatedPerson/$entrust", "RelatedPerson/$end"})
_ENCOUNTER, _CHECK_IN = frozenset({"Encounter"}), frozenset({"Appointment/$check-in"})
_VISITING = frozenset({"scheduling/$board", "Appointment/$state", "Appointment/$walk-in"}) | _CHECK_IN
_PROFILE = frozenset({"Patient/$profile"})
_AMENDING = frozenset({"Task/$amend", "Task/$disagree"})
_AGREEING = frozenset({"Consent/$standing", "Consent/$answer"})
_SHARING = frozenset({"Consent/$shares", "Consent/$share", "Consent/$withdraw"})
_IN_FORCE = frozenset({"Consent/$in-force"})
_ACCOUNTING = frozenset(f"disclosures/${name}" for name in ("list", "enter", "suspend", "account"))
"""The accounting of disclosures, which a patient gets whatever is withheld otherwise, but for what is suspended."""
_WHO_SAW = frozenset({"Patient/$who-saw"})
_ATTACHED = frozenset({"DocumentReference"})
_OTHERS = LABORATORY | PHARMACY | ADMINISTRATION | OFFICER
_MESSAGING = frozenset(
    f"messages/${name}"
    for name in ("start", "answer", "note", "settle", "route", "list", "read", "see", "count", "file")
)
_WRITING = frozenset({"messages/$start", "messages/$answer"})
_INBOX = frozenset(
    f"inbox/${name}"
    for name in ("list", "count", "history", "assign", "start", "complete", "reject", "reopen", "due", "add")
)
_DECIDING = frozenset({"Appointment/$approve", "Appointment/$refuse", "Appointment/$requests"})
_DESK_TASKS = _INBOX | _MESSAGING | _BOOKING | _DECIDING
"""Where the desk meets Tasks: a Task may be about anything, so there is no other way for it to one."""
_FILED, _UNMATCHED = frozenset({"DocumentReference", "Binary"}), frozenset({"documents/$unmatched"})
_SENDING, _HANDING = frozenset({"documents/$receive"}), frozenset({"documents/$link", "documents/$content"})
_FILING, _RETRACTING = frozenset({"documents/$revise", "documents/$retract"}), frozenset({"documents/$retract"})
_RESULTING, _MATCHING = frozenset({"results/$intake", "results/$match"}), frozenset({"results/$match"})
_REFILLING, _LISTING = frozenset({"medication/$ask-refill"}), frozenset({"medication/$list"})
_REFILLED = frozenset({"medication/$list", "medication/$history"})
"""Where a patient learns that a refill waits, or why it was refused."""
_LISTED = frozenset({"Task", "Procedure"})
_CHECKED = frozenset({"AllergyIntolerance", "MedicationRequest", "MedicationStatement"})
_LOOKING = frozenset({"medication/$picture"})
"""A step within others: a check minds what its asker may not see, and says of it only that it is there."""
_FOUND = frozenset({Interaction.READ, Interaction.SEARCH})
_ORDER_STATUS = frozenset({Interaction.UPDATE, Interaction.PATCH})

_PROVENANCE = frozenset({"Provenance"})
_SIGNING = frozenset(f"DocumentReference/${name}" for name in ("sign", "cosign", "addendum"))
"""Who signs leaves a Provenance that says so."""

_SEND_FORM, _FILLING = frozenset({"Task/$send-form"}), frozenset({"forms/$save", "forms/$submit"})
_FILLED = frozenset({"QuestionnaireResponse", "Task"})

_EXPLAINING = frozenset({"access/$explain"})
_BREAKING = frozenset({"emergency/$begin"})
_REVIEWING = frozenset({"emergency/$reviews", "emergency/$review"})
"""A review says whose record it was, and shows nothing else of it."""

_NAMING = frozenset({"AuditEvent/$names"})
"""What the people are called whom entries name by id; nothing else of them is shown."""

_EXPORTING = frozenset({"bulk/$export"})
"""Many records at once, which `access.exports` asks more of."""

_MERGING = frozenset(f"Patient/${name}" for name in ("merge", "merge-preview", "unmerge", "merges"))

_DESTROYING = frozenset({"Patient/$destruction"})
_DECIDED = frozenset({"Patient", "Task", "Appointment", "Encounter"})
"""What is looked at, as who, codes and dates, before a key is destroyed."""

_VIDEO = frozenset(
    f"video/${name}"
    for name in (
        "redeem", "enter", "look", "leave", "chat", "transcript", "answer-recording", "stop-recording", "device",
    )
)  # fmt: skip
"""What whoever takes part in a video visit does in it; each looks whether it is theirs."""
_SAYING, _ANSWERING = frozenset({"video/$chat"}), frozenset({"video/$answer-recording"})
_MET = frozenset(
    {"Appointment", "Encounter", "Patient", "RelatedPerson", "Practitioner", "Organization", "Communication"}
)
"""What a guest's part in a visit is judged by, and what those in it are called."""

RULES: tuple[Rule, ...] = (
    #    name                      who             does           to what                 standing   for      within
    # The clinic itself
    Rule("shared-reference",       STAFF,          LOOK,          SHARED,                 _ORG,      WORK),
    Rule("shared-reference",       BOOKERS,        LOOK,          SHARED - _SERVICES,     _ORG,      REQUEST),
    Rule("premises",               ADMINISTRATION, WRITE,         PREMISES,               _ORG,      OPERATIONS),
    Rule("questionnaires",         ADMINISTRATION, WRITE,         frozenset({"Questionnaire"}), _ORG, OPERATIONS),
    Rule("rosters",                ADMINISTRATION, LOOK | WRITE,  frozenset({"Schedule", "Slot"}), _ORG, OPERATIONS),
    Rule("apparatus",              ADMINISTRATION, LOOK | ADD,    _DEVICE,              _ORG,   OPERATIONS, _EQUIPPING),
    Rule("formulary",              ADMINISTRATION, KEEP,          _MEDICINES,           _ORG,   OPERATIONS, _FORMULARY),
    Rule("import-by-hand",         ADMINISTRATION, _BROUGHT,      EVERY,                _LABELLED, OPERATIONS, _IMPORT),
    # Care
    Rule("treatment",              CARERS,         LOOK,          CHART,                  _ORG,      TREATMENT),
    Rule("treatment-care-team",    CARERS,         LOOK,          CHART,                  _TEAM,     TREATMENT),
    Rule("clinician-writes",       _CLINICIAN,     WRITE,         _WRITTEN,               _ORG,      TREATMENT),
    Rule("clinician-writes-team",  _CLINICIAN,     WRITE,         _WRITTEN,               _TEAM,     TREATMENT),
    Rule("quality-work",           CARERS,         LOOK,          CHART,                  _ORG,      _QUALITY),
    Rule("clinician-formulary",    _CLINICIAN,     KEEP,          frozenset({"Medication"}), _ORG,   TREATMENT),
    Rule("note-templates",         _CLINICIAN,     KEEP,          _FORMS,                _ORG,   TREATMENT, _TEMPLATES),
    Rule("nurse-writes",           _NURSE,         KEEP,          _NURSED,                _ORG,      TREATMENT),
    Rule("nurse-writes-team",      _NURSE,         KEEP,          _NURSED,                _TEAM,     TREATMENT),
    # One patient's record in an emergency: the label is lifted, not the role's bounds, and nothing there is changed
    Rule("emergency",              CARERS,         LOOK,          CHART,                  _EMERGENCY, TREATMENT),
    Rule("emergency-medicines",    PHARMACY,       LOOK,          DRUG_RECORDS | _PATIENT, _EMERGENCY, TREATMENT),
    Rule("emergency-asked",        BREAKERS,       LOOK,          _PATIENT,            _LABELLED, TREATMENT, _BREAKING),
    Rule("emergency-told",         BREAKERS,       LOOK | ADD,    _TASK,               _LABELLED, TREATMENT, _BREAKING),
    # Front desk: who comes when and who pays; nothing clinical
    Rule("front-desk",             DESK,           LOOK,          _BOOKED,                _ORG,      WORK),
    Rule("front-desk-writes",      DESK,           KEEP,          _BOOKED,                _ORG,      WORK),
    Rule("front-desk-tasks",       DESK,          LOOK | KEEP,   _TASK,                _ORG,      WORK,    _DESK_TASKS),
    Rule("front-desk-unbooks",     DESK,           WRITE,         SCHEDULING,             _ORG,      WORK),
    # Laboratory and pharmacy
    Rule("laboratory",             LABORATORY,     LOOK,          LAB_RECORDS | _PATIENT, _ORG,      TREATMENT),
    Rule("laboratory-results",     LABORATORY,     KEEP,          _RESULTS,               _ORG,      TREATMENT),
    Rule("laboratory-orders",      LABORATORY,     _ORDER_STATUS, frozenset({"ServiceRequest"}), _ORG, TREATMENT),
    Rule("pharmacy",               PHARMACY,       LOOK,          DRUG_RECORDS | _PATIENT, _ORG,     TREATMENT),
    Rule("pharmacy-dispensing",    PHARMACY,       KEEP,          _DISPENSED,             _ORG,      TREATMENT),
    Rule("pharmacy-orders",        PHARMACY,       _ORDER_STATUS, frozenset({"MedicationRequest"}), _ORG, TREATMENT),
    # Oversight: who looked and who agreed, no clinical content
    Rule("oversight",              OFFICER,        LOOK,          LOG | ACCOUNT,          _LABELLED, OPERATIONS),
    Rule("oversight-consent",      OFFICER,        KEEP,          _CONSENT,               _LABELLED, OPERATIONS),
    Rule("emergency-reviews",      OFFICER,        LOOK | KEEP,   _TASK,             _LABELLED, OPERATIONS, _REVIEWING),
    Rule("emergency-patients",     OFFICER,        LOOK,          _PATIENT,          _LABELLED, OPERATIONS, _REVIEWING),
    Rule("oversight-names",        OFFICER,        _FOUND,        _PATIENT,          _LABELLED, OPERATIONS, _NAMING),
    Rule("access-explained", OFFICER | ADMINISTRATION, LOOK,      _PATIENT,         _LABELLED, OPERATIONS, _EXPLAINING),
    Rule("bulk-export",            OFFICER,        _FOUND,        EVERY,         _LABELLED, OPERATIONS, _EXPORTING),
    # Patients and those they trust
    Rule("own-record",             PERSONS,        LOOK,          CHART - COHORTS,        _OWN,      REQUEST),
    Rule("own-answers",            PERSONS,        ADD,           ANSWERS,                _OWN,      REQUEST),
    Rule("helped-record",          HELPERS,        LOOK,          _HELPED,                _OWN,      REQUEST),
    Rule("self-booking-finds",     BOOKERS,        LOOK,          _TIMETABLES,            _ORG,      REQUEST, _BOOKING),
    Rule("services-offered",       BOOKERS,        LOOK,          _SERVICES,            _ORG,      REQUEST, _OFFERING),
    Rule("self-booking",           BOOKERS,        KEEP,          _APPOINTMENT,           _OWN,      REQUEST, _BOOKING),
    Rule("self-booking-asks",      BOOKERS,        LOOK | KEEP,   _TASK,                  _MATTER,   REQUEST, _BOOKING),
    Rule("self-check-in",          BOOKERS,        ADD,           _ENCOUNTER,           _OWN,      REQUEST, _CHECK_IN),
    Rule("front-desk-visits",      DESK,           LOOK | KEEP,   _ENCOUNTER,           _ORG,      WORK,    _VISITING),
    Rule("own-profile",            PERSONS,        KEEP,          _PATIENT,               _OWN,      REQUEST, _PROFILE),
    Rule("own-amendments",         PERSONS,        KEEP,          _TASK,                _OWN,      REQUEST, _AMENDING),
    Rule("own-amendments-told",    PERSONS,        ADD,           _TASK,                _MATTER,   REQUEST, _AMENDING),
    Rule("own-trust",              _SELF,          KEEP,          _RELATED,             _OWN,      REQUEST, _TRUSTING),
    Rule("own-consents",           PERSONS,        KEEP,          _CONSENT,             _OWN,      REQUEST, _AGREEING),
    Rule("consent-papers",         DESK | CARERS,  LOOK | KEEP,   _CONSENT,             _ORG,      WORK,    _AGREEING),
    # Other organisations, as far as a patient's Consent lets them; and who saw a record, for its patient
    Rule("shared-record",          OUTSIDE,        LOOK,          OPENABLE,               _CONSENTED, TREATMENT),
    Rule("own-sharing",            PERSONS,        KEEP,          _CONSENT,               _OWN,      REQUEST, _SHARING),
    Rule("shares-in-force",        OFFICER,        LOOK,          _PATIENT,           _LABELLED, OPERATIONS, _IN_FORCE),
    Rule("own-record-seen",        PERSONS,        LOOK,          LOG,                    _OWN,      REQUEST, _WHO_SAW),
    Rule("own-disclosures",        PERSONS,        LOOK,          LOG | _TOLD,          _MATTER,  REQUEST, _ACCOUNTING),
    Rule("own-disclosures-asked",  PERSONS,        ADD,           _TASK,                _OWN,     REQUEST, _ACCOUNTING),
    Rule("disclosures",            DISCLOSERS,     LOOK,          LOG | _TOLD | _PATIENT, _LABELLED, WORK, _ACCOUNTING),
    Rule("disclosures-entered",    DISCLOSERS,     KEEP,          _TOLD,               _LABELLED, WORK,    _ACCOUNTING),
    # Messages and the inbox: what each role sees of them is `messaging.tasks` and `messaging.threads`
    Rule("messages-sent",          PERSONS,        ADD,           _SENT,                _OWN,      REQUEST, _MESSAGING),
    Rule("messages-routed",        PERSONS,        LOOK | ADD,    _TASK,                _MATTER,   REQUEST, _WRITING),
    Rule("messages-answered",      CARERS,         ADD,       _SENT,                _ORG,      TREATMENT, _MESSAGING),
    Rule("messages-answered-team", CARERS,         ADD,       _SENT,                _TEAM,     TREATMENT, _MESSAGING),
    Rule("messages-at-the-desk",   DESK,           LOOK | ADD,    _SENT,                _ORG,      WORK,    _MESSAGING),
    Rule("attachments-at-the-desk", DESK,          LOOK,          _ATTACHED,              _ORG,      WORK, _MESSAGING),
    Rule("messages-privacy",       OFFICER,        LOOK | ADD,    _SENT,             _LABELLED, OPERATIONS, _MESSAGING),
    Rule("messages-privacy",       OFFICER,        LOOK,          IDENTIFYING,       _LABELLED, OPERATIONS, _MESSAGING),
    Rule("messages-privacy",       OFFICER,        LOOK | KEEP,   _TASK,             _LABELLED, OPERATIONS, _MESSAGING),
    Rule("inbox",                  _OTHERS,        LOOK | KEEP,   _TASK,                  _ORG,      WORK,    _INBOX),
    # Documents and results: which documents the desk may see is `documents.listing.mind`
    Rule("documents-sent",         DESK | LABORATORY, LOOK | KEEP, _FILED,              _ORG,      WORK,    _SENDING),
    Rule("documents-to-match",     DESK | LABORATORY, LOOK | ADD, _TASK,                _ORG,      WORK,    _SENDING),
    Rule("documents-filed",        DESK,           LOOK, _FILED | _TASK, _ORG, WORK, _UNMATCHED | _HANDING | _FILING),
    Rule("documents-filed",        DESK,           KEEP,          _FILED | _TASK,       _ORG,      WORK,    _FILING),
    Rule("own-documents",          PERSONS,        KEEP,          _FILED,               _OWN,      REQUEST, _SENDING),
    Rule("own-documents-told",     PERSONS,        ADD,           _TASK,                _MATTER,   REQUEST, _SENDING),
    Rule("own-documents-back",     PERSONS,        KEEP, frozenset({"DocumentReference"}), _OWN, REQUEST, _RETRACTING),
    Rule("results-told",           LABORATORY,     LOOK | KEEP,   _TASK,                _ORG,    TREATMENT, _RESULTING),
    Rule("results-matched",        _NURSE,    KEEP, frozenset({"DiagnosticReport"}),    _ORG,    TREATMENT, _MATCHING),
    # The chart at work: what an operation adds to what the role may do anyway
    Rule("signing",                CARERS,         ADD,           _PROVENANCE,          _ORG,    TREATMENT, _SIGNING),
    Rule("signing-team",           CARERS,         ADD,           _PROVENANCE,          _TEAM,   TREATMENT, _SIGNING),
    # Medicines: a pharmacist sees what is asked for, a patient asks for more
    Rule("pharmacy-lists",         PHARMACY,       LOOK,          _LISTED,              _ORG,    TREATMENT, _LISTING),
    Rule("check-looks-further", CARERS | PHARMACY, LOOK,          _CHECKED,             _LABELLED, TREATMENT, _LOOKING),
    Rule("asks-refill",            PERSONS,        LOOK | ADD,    _TASK,                _MATTER,  REQUEST, _REFILLING),
    Rule("sees-refill",            PERSONS,        LOOK,          _TASK,                _MATTER,  REQUEST, _REFILLED),
    # Forms: the desk sends them, patients fill in their own, and somebody who treats looks at what they say
    Rule("forms-sent",             DESK,           LOOK | ADD,    _TASK,                _ORG,      WORK,    _SEND_FORM),
    Rule("own-forms",              PERSONS,        KEEP,          _FILLED,                _OWN,      REQUEST, _FILLING),
    Rule("own-forms-told",         PERSONS,        ADD,           _TASK,                  _MATTER,   REQUEST, _FILLING),
    # Video visits: a guest has nothing but the visit of their link, which each operation holds them to
    Rule("video-guest",            GUESTS,         LOOK,          _MET,                   _LABELLED, REQUEST, _VIDEO),
    Rule("video-guest-chat",       GUESTS,         ADD,           _SENT,                  _LABELLED, REQUEST, _SAYING),
    Rule("video-chat",             PERSONS,        ADD,           _SENT,                  _OWN,      REQUEST, _SAYING),
    Rule("video-chat-staff",       CARERS,         ADD,           _SENT,                  _ORG,    TREATMENT, _SAYING),
    Rule("video-chat-staff-team",  CARERS,         ADD,           _SENT,                  _TEAM,   TREATMENT, _SAYING),
    Rule("video-recorded",         PERSONS,        KEEP,          _CONSENT,               _OWN,    REQUEST, _ANSWERING),
    # Two records of one person: the desk and administrators put them together and see no more of them than who they are
    Rule("merging",                DESK | ADMINISTRATION, LOOK | KEEP, _PATIENT,          _ORG,      WORK,    _MERGING),
    # Destroying a key: who decides sees whose it is, counts, and what is open
    Rule("destruction",            OFFICER | ADMINISTRATION, _FOUND, _DECIDED,      _LABELLED, OPERATIONS, _DESTROYING),
    # Programs that bring records in
    Rule("import",                 _SERVICE,       ALL,           EVERY,                  _LABELLED, WORK),
    # Platform operators keep the machines; no row names them.
)  # fmt: skip
