"""Security labels of what is not to be seen yet: by its patient (`NOPAT`), or by anybody (quarantine)."""

from typing import Any, Final, TypeAlias

from meridian.fhir.ours import CODES

Resource: TypeAlias = dict[str, Any]

WITHHELD: Final = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
    "code": "NOPAT",
    "display": "no disclosure to patient, family or caregivers without attending provider's authorization",
}
"""Source: terminology.hl7.org/CodeSystem-v3-ActCode.html; the store keeps what bears it from its patient."""
QUARANTINE: Final = {"system": CODES + "/label", "code": "quarantine", "display": "Not scanned, or refused"}


def with_label(resource: Resource, label: Resource) -> Resource:
    """*resource*, bearing *label*."""
    return resource if has(resource, label) else _labelled(resource, [*_labels(resource), dict(label)])


def without(resource: Resource, *labels: Resource) -> Resource:
    """*resource*, bearing none of *labels*."""
    gone = {(one["system"], one["code"]) for one in labels}
    return _labelled(resource, [one for one in _labels(resource) if (one.get("system"), one.get("code")) not in gone])


def has(resource: Resource, label: Resource) -> bool:
    """Whether it bears *label*."""
    return any(one.get("system") == label["system"] and one.get("code") == label["code"] for one in _labels(resource))


def _labels(resource: Resource) -> list[Resource]:
    found: list[Resource] = resource.get("meta", {}).get("security", [])
    return found


def _labelled(resource: Resource, labels: list[Resource]) -> Resource:
    meta = {name: value for name, value in resource.get("meta", {}).items() if name != "security"}
    if labels:
        meta["security"] = labels
    return {**{name: value for name, value in resource.items() if name != "meta"}, **({"meta": meta} if meta else {})}
