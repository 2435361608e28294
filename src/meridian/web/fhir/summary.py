"""
Shortened resources: `_summary` and `_elements`, marked SUBSETTED so that nobody writes one back.

Source: hl7.org/fhir/R4/search.html#summary, #elements.
"""

from functools import cache
from typing import Any

from meridian.fhir.definitions import Element, elements

SUBSETTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}
_ALWAYS = frozenset({"resourceType", "id", "meta"})


def shortened(resource: dict[str, Any], summary: str, wanted: tuple[str, ...] = ()) -> dict[str, Any]:
    """
    *resource* with what `_summary` (`true`, `text` or `data`) leaves of it, or else the elements *wanted*.

    >>> shortened({"resourceType": "Patient", "id": "1", "photo": [{}], "gender": "other"}, "true")["gender"]
    'other'
    """
    structure = resource["resourceType"]
    if wanted and not summary:
        kept = _chosen(resource, structure, _ALWAYS | required(structure) | {name.split(".")[0] for name in wanted})
    elif summary == "text":
        kept = _chosen(resource, structure, _ALWAYS | required(structure) | {"text"})
    elif summary == "data":
        kept = {name: value for name, value in resource.items() if name != "text"}
    else:
        kept = {name: value for name, value in resource.items() if name in _ALWAYS} | _summarised(resource, structure)
    return _marked(kept)


def _chosen(resource: dict[str, Any], structure: str, names: frozenset[str]) -> dict[str, Any]:
    spelled = spellings(structure)
    return {
        name: value
        for name, value in resource.items()
        if name in names or ((element := spelled.get(name.lstrip("_"))) is not None and element.name in names)
    }


def _summarised(value: dict[str, Any], structure: str) -> dict[str, Any]:
    """The elements of *value* that belong to the summary, and within backbone elements theirs."""
    spelled = spellings(structure)
    kept: dict[str, Any] = {}
    for name, inner in value.items():
        element = spelled.get(name.lstrip("_"))
        if element is not None and (element.summary or element.least):
            kept[name] = _inner(inner, element.types[0].code)
    return kept


def _inner(value: Any, code: str) -> Any:
    if "." not in code:
        return value
    if isinstance(value, list):
        return [_summarised(one, code) for one in value]
    return _summarised(value, code)


def _marked(resource: dict[str, Any]) -> dict[str, Any]:
    meta = dict(resource.get("meta", {}))
    meta["tag"] = [*meta.get("tag", []), SUBSETTED]
    return resource | {"meta": meta}


@cache
def required(structure: str) -> frozenset[str]:
    """Names of the elements that a resource must have."""
    return frozenset(element.name for element in elements(structure).values() if element.least)


@cache
def spellings(structure: str) -> dict[str, Element]:
    """The elements by the properties that spell them in JSON."""
    return {spelling: element for element in elements(structure).values() for spelling in element.spellings()}
