"""HTTP: the FHIR interface, the portal's API, the portal itself, and the faces of a fault."""
