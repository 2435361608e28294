"""
Resource types by what they hold, as the policy groups them.

A type that stands in no group is seen by nobody but a service that imports it; a test asks that each supported type
stands in one.
"""

SHARED = frozenset(
    {"Organization", "Practitioner", "PractitionerRole", "Location", "HealthcareService", "Medication", "Questionnaire"}
)
"""About the clinic and the world, not about a patient."""

IDENTIFYING = frozenset({"Patient", "RelatedPerson"})
"""Who the patient is."""

SCHEDULING = frozenset({"Schedule", "Slot", "Appointment"})

BILLING = frozenset({"Coverage", "Claim", "ExplanationOfBenefit"})

ORDERS = frozenset({"MedicationRequest", "ServiceRequest"})
"""What only a clinician asks for."""

JUDGEMENTS = frozenset({"Condition", "DiagnosticReport", "ImagingStudy"})
"""What only a clinician (or, for reports, a laboratory) concludes."""

FINDINGS = frozenset(
    {
        "AllergyIntolerance", "CarePlan", "CareTeam", "DetectedIssue", "Device", "Encounter", "Flag", "Goal",
        "Immunization", "MedicationAdministration", "MedicationDispense", "MedicationStatement", "Observation",
        "Procedure", "QuestionnaireResponse", "Specimen",
    }
)  # fmt: skip
"""What is seen, done and given at the bedside."""

PAPERS = frozenset({"DocumentReference", "Binary", "Communication", "Task"})

CLINICAL = ORDERS | JUDGEMENTS | FINDINGS | PAPERS

OPENABLE = (CLINICAL | {"Patient"}) - {"Communication", "Task", "DetectedIssue"}
"""What a patient can let another organisation read: who they are and what is known, not what is said and to be done."""

ACCOUNT = frozenset({"Consent", "Provenance"})
"""Who agreed to what, and where a record came from."""

COHORTS = frozenset({"Group"})
"""Several patients in one resource, so never a patient's own."""

LOG = frozenset({"AuditEvent"})
"""Kept by `audit`, never written by anybody."""

PLUMBING = frozenset({"Person", "Subscription"})
"""Joins and wiring, for services."""

EVERY = SHARED | IDENTIFYING | SCHEDULING | BILLING | CLINICAL | ACCOUNT | COHORTS | PLUMBING
"""All that can be kept, which the log is not: it is written by `audit` alone."""
