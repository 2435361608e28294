"""
The threat model as Open Threat Model 0.2.0.

Scales are OTM's, 0 to 100; OWASP's go from 0 to 9. What OTM has no word for (risk rating, HIPAA, attacks) stands in
`attributes`. Source: github.com/iriusrisk/OpenThreatModel, otm_schema.json.
"""

from typing import Any

from meridian.threats import documents
from meridian.threats.documents import Part
from meridian.threats.rating import LARGEST_FACTOR
from meridian.threats.register import Asset, Register, Threat, load

VERSION = "0.2.0"
STATES = {"Addressed": "mitigate", "Partial": "expose", "Not Addressed": "expose"}
"""OTM's words for how far a threat is answered."""
DONE = "implemented"
_LEVELS = {"Critical": 100, "High": 75, "Sensitive": 75}
"""How much it would hurt, by what stands in a classification; the first that does."""


def model() -> dict[str, Any]:
    """All of it."""
    register, said = load(), documents.load()
    return {
        "otmVersion": VERSION,
        "project": {
            "name": "Meridian",
            "id": "meridian",
            "description": " and ".join(one.title for one in said.editions.values()) + ": patient management",
            "tags": list(said.editions),
        },
        "representations": [{"name": "Architecture", "id": "architecture", "type": "diagram"}],
        "assets": [_asset(one) for one in register.assets.values()],
        "trustZones": [
            {"id": one.id, "name": one.name, "type": one.id, "risk": {"trustRating": one.trust}} for one in said.zones
        ],
        "components": [_component(one, register) for one in said.parts],
        "dataflows": [
            {"id": f"{source}-{sink}", "name": f"{source} to {sink}", "source": source, "destination": sink}
            for source, sink in said.flows
        ],
        "threats": [_threat(one) for one in register.threats.values()],
        "mitigations": [one for threat in register.threats.values() for one in _mitigations(threat)],
    }


def _asset(asset: Asset) -> dict[str, Any]:
    level = next((value for word, value in _LEVELS.items() if word in asset.classification), 50)
    return {
        "name": asset.name,
        "id": _slug(asset.name),
        "description": asset.description,
        "risk": {"confidentiality": level, "integrity": level, "availability": level, "comment": asset.classification},
        "attributes": {"owner": asset.owner, "stored": asset.stored},
    }


def _component(part: Part, register: Register) -> dict[str, Any]:
    partners = " or ".join(one.partner for one in documents.load().editions.values())
    threats = [register.threats[name] for name in part.threats]
    assets = dict.fromkeys(_slug(name) for threat in threats for name in threat.assets)
    return {
        "id": part.id,
        "name": part.name.format(partner=partners),
        "type": "data-store" if part.store else "generic-component",
        "description": part.ours or None,
        "parent": {"trustZone": part.zone},
        "assets": {"stored" if part.store else "processed": list(assets)},
        "threats": [
            {
                "threat": threat.id,
                "state": STATES[threat.status],
                "mitigations": [{"mitigation": one["id"], "state": DONE} for one in _mitigations(threat)],
            }
            for threat in threats
        ],
    }


def _threat(threat: Threat) -> dict[str, Any]:
    return {
        "id": threat.id,
        "name": threat.threat,
        "description": threat.said.format(partner="the partner's") or threat.threat,
        "categories": [threat.category],
        "cwes": list(threat.cwe),
        "risk": {
            "likelihood": _hundred(threat.likelihood.mean),
            "impact": _hundred(threat.impact.mean),
            "impactComment": f"{threat.risk} ({threat.severity} by OWASP's table)",
        },
        "tags": ["implied"] if threat.implied else [],
        "attributes": {
            "status": threat.status,
            "hipaa": list(threat.hipaa),
            "owasp": list(threat.owasp),
            "asvs": list(threat.asvs),
            "controls": list(threat.controls),
            "attacks": list(threat.attacks),
            "left": threat.left,
        },
    }


def _mitigations(threat: Threat) -> list[dict[str, Any]]:
    return [
        {
            "id": f"{threat.id}-M{no}",
            "name": one.text,
            "riskReduction": round(100 / len(threat.mitigations)),
            "attributes": {"by": list(one.by), "of": list(one.of)},
        }
        for no, one in enumerate(threat.mitigations, 1)
    ]


def _hundred(mean: float) -> int:
    return round(100 * mean / LARGEST_FACTOR)


def _slug(name: str) -> str:
    return name.lower().replace(" ", "-")
