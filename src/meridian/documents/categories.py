"""What documents are filed under, in our own code system: no published one fits what a clinic is sent."""

from typing import Any, Final

from meridian.fhir.ours import CODES

SYSTEM: Final = CODES + "/document-category"
CATEGORIES: Final = {
    "lab-result": "Laboratory result",
    "imaging": "Imaging",
    "prescription": "Prescription",
    "form": "Form",
    "letter": "Letter",
    "insurance": "Insurance",
    "photo": "Photo",
    "other": "Other",
}
"""Codes, each with its name."""


def concept(code: str) -> dict[str, Any]:
    """A category as FHIR has it."""
    name = CATEGORIES[code]
    return {"coding": [{"system": SYSTEM, "code": code, "display": name}], "text": name}


def code_of(document: dict[str, Any]) -> str:
    """
    The category of a DocumentReference; `other` when it is none of ours.

    >>> code_of({"category": [concept("form")]})
    'form'
    """
    codings = (one for kind in document.get("category", ()) for one in kind.get("coding", ()))
    return next((one["code"] for one in codings if one.get("system") == SYSTEM and one["code"] in CATEGORIES), "other")
