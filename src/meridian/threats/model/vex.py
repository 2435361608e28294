"""
The threats as CycloneDX 1.6 has vulnerabilities, each with its analysis (VEX): what stands in its way.

A threat is no published vulnerability; its id is our register's, and its source says so. Nothing in it depends on when
it was made. Source: cyclonedx.org/docs/1.6/json, `vulnerabilities`.
"""

from typing import Any

from meridian import __version__
from meridian.threats.register import Threat, load

REF = "meridian"
STATES = {"Addressed": "not_affected", "Partial": "exploitable", "Not Addressed": "exploitable"}
SOURCE = {"name": "Meridian's threat register"}


def model() -> dict[str, Any]:
    """All of it."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "bom-ref": REF, "name": "meridian", "version": __version__},
        },
        "vulnerabilities": [_vulnerability(one) for one in load().threats.values()],
    }


def _vulnerability(threat: Threat) -> dict[str, Any]:
    return {
        "bom-ref": threat.id,
        "id": threat.id,
        "source": SOURCE,
        "ratings": [
            {
                "source": SOURCE,
                "score": round(threat.likelihood.mean * threat.impact.mean, 2),
                "severity": threat.severity.value.lower() if threat.severity != "Note" else "info",
                "method": "OWASP",
                "justification": f"{threat.risk}: {threat.likelihood.mean:.2f} by {threat.impact.mean:.2f} of 9",
            }
        ],
        "cwes": [int(name.removeprefix("CWE-")) for name in threat.cwe],
        "description": threat.threat,
        "recommendation": "; ".join(one.text for one in threat.mitigations),
        "analysis": _analysis(threat),
        "affects": [{"ref": REF}],
        "properties": [
            {"name": f"meridian:{name}", "value": value}
            for name, values in (("hipaa", threat.hipaa), ("attack", threat.attacks), ("owasp", threat.owasp))
            for value in values
        ],
    }


def _analysis(threat: Threat) -> dict[str, Any]:
    state = STATES[threat.status]
    answered = {"justification": "protected_by_mitigating_control"} if state == "not_affected" else {}
    return {"state": state, **answered, "detail": f"Carried by {', '.join(threat.controls)}. Left: {threat.left}"}
