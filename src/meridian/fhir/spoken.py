"""The languages somebody speaks, as their record says them."""

from collections.abc import Mapping
from typing import Any


def spoken(person: Mapping[str, Any]) -> list[str]:
    """
    BCP 47 tags, the preferred one first. A Patient's are in BackboneElements, a Practitioner's are concepts.

    >>> spanish = {"language": {"coding": [{"code": "es-MX"}]}, "preferred": True}
    >>> spoken({"communication": [{"language": {"coding": [{"code": "en"}]}}, spanish]})
    ['es-MX', 'en']
    """
    preferred = sorted(person.get("communication", ()), key=lambda one: not one.get("preferred", False))
    concepts = [one.get("language", one) for one in preferred]
    return [coding["code"] for concept in concepts for coding in concept.get("coding", ()) if "code" in coding]
