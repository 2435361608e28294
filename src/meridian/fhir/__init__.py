"""The FHIR R4 (4.0.1) standard, pure: types, validation, search grammar, extraction, patch, bundles."""
