"""
What this server says it can do, written from what it does: the routes, the kept types, their search parameters.

Source: hl7.org/fhir/R4/capabilitystatement.html. A test calls everything that is claimed here.
"""

from typing import Any

from meridian import __version__
from meridian.access.kinds import LOG
from meridian.access.log import PARAMETERS as LOG_PARAMETERS
from meridian.fhir.codec import encode
from meridian.fhir.search import Parameter, parameters
from meridian.fhir.types import RELEASE, TYPES
from meridian.web.fhir.offering import Operations
from meridian.web.fhir.routing import INTERACTIONS

RELEASED = "2026-01-01"
"""Date of the statement; it changes with the code, not with the clock."""
_BULK = "http://hl7.org/fhir/uv/bulkdata"
EVERYTHING = (
    ("Patient", "$everything", "http://hl7.org/fhir/OperationDefinition/Patient-everything"),
    ("Patient", "$export", f"{_BULK}/OperationDefinition/patient-export"),
    ("Group", "$export", f"{_BULK}/OperationDefinition/group-export"),
)
"""Operations that are routes of their own."""
EXPORT = {"name": "export", "definition": f"{_BULK}/OperationDefinition/export"}
"""That of the whole organisation."""
READ_ONLY = frozenset({"read", "search-type"})


def statement(base: str, operations: Operations) -> bytes:
    """The CapabilityStatement of the API at *base* that offers *operations*."""
    said = {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": RELEASED,
        "kind": "instance",
        "instantiates": [f"{_BULK}/CapabilityStatement/bulk-data"],
        "software": {"name": "Meridian", "version": __version__},
        "implementation": {"description": "Meridian", "url": base},
        "fhirVersion": RELEASE,
        "format": ["json"],
        "patchFormat": ["application/json-patch+json"],
        "rest": [
            {
                "mode": "server",
                "security": {"cors": False, "description": "A bearer token, or the portal's session cookie."},
                "resource": [_resource(name, operations) for name in TYPES],
                "interaction": [{"code": "batch"}, {"code": "transaction"}],
                "operation": [EXPORT],
            }
        ],
    }
    return encode(said)


def _resource(name: str, operations: Operations) -> dict[str, Any]:
    offered = [code for code in INTERACTIONS.values() if name not in LOG or code in READ_ONLY]
    said: dict[str, Any] = {"type": name, "interaction": [{"code": code} for code in offered]}
    if name not in LOG:
        said |= {
            "versioning": "versioned-update",
            "readHistory": True,
            "updateCreate": True,
            "conditionalCreate": True,
            "conditionalRead": "full-support",
            "conditionalUpdate": True,
            "conditionalDelete": "single",
        }
    asked = [p for p in parameters(name).values() if name not in LOG or p.code in LOG_PARAMETERS]
    if name not in LOG:
        said["searchInclude"] = [f"{name}:*", *(f"{name}:{p.code}" for p in asked if p.kind == "reference")]
    said["searchParam"] = [_parameter(p) for p in asked]
    named = [*EVERYTHING, *((kind, called, one.definition) for (kind, called), one in operations.items())]
    offers = [{"name": called[1:], "definition": definition} for kind, called, definition in named if kind == name]
    return said | ({"operation": offers} if offers else {})


def _parameter(parameter: Parameter) -> dict[str, str]:
    kind = "string" if parameter.kind == "phonetic" else parameter.kind
    return {"name": parameter.code, "type": kind}
