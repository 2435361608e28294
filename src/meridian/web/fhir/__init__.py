"""The RESTful API of FHIR R4 under `/fhir/R4`: plain handlers, because there every 0.1 ms counts."""
