"""
Which resource types this server keeps. Adding one is adding its name here and running `scripts/compact_definitions.py`.

The order is the order of need (a clinic cannot open without the first block), and tables that list types keep it.
"""

RELEASE = "4.0.1"
"""The FHIR release of every resource here. Source: hl7.org/fhir/R4/history.html."""

TYPES: tuple[str, ...] = (
    # what a clinic cannot open without
    "Organization",
    "Location",
    "Practitioner",
    "PractitionerRole",
    "HealthcareService",
    "Patient",
    "RelatedPerson",
    "Person",
    "Schedule",
    "Slot",
    "Appointment",
    "Encounter",
    "Condition",
    "AllergyIntolerance",
    "MedicationRequest",
    "MedicationStatement",
    "Medication",
    "Observation",
    "DocumentReference",
    "Binary",
    "Communication",
    "Task",
    "DetectedIssue",
    "Consent",
    "AuditEvent",
    "Provenance",
    # US Core and daily clinical depth
    "Immunization",
    "Procedure",
    "DiagnosticReport",
    "ServiceRequest",
    "Specimen",
    "CarePlan",
    "CareTeam",
    "Goal",
    "Device",
    "Coverage",
    "MedicationDispense",
    "Questionnaire",
    "QuestionnaireResponse",
    "Flag",
    "Group",
    "Subscription",
    # what imported records bring along
    "MedicationAdministration",
    "ImagingStudy",
    "Claim",
    "ExplanationOfBenefit",
)

SUPPORTED: frozenset[str] = frozenset(TYPES)
"""`TYPES` for asking whether a type is kept."""
