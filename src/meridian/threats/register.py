"""
The register: assets and threats as data, read once and checked against the code.

A control is a module that must exist; an attack belongs to a threat that must exist, and a threat has at least one.
"""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from typing import Any

from meridian.threats.rating import Impact, Level, Likelihood, Severity, as_the_seed_says, severity

CATEGORIES = (
    "Spoofing",
    "Tampering",
    "Repudiation",
    "Information Disclosure",
    "Denial of Service",
    "Elevation of Privilege",
)
"""STRIDE."""
REASONS = {
    "exploitable": "a stranger of little skill can do it to a part that faces the internet",
    "exposes_phi": "it exposes patients' data directly",
    "bypasses_primary_control": "it gets round authentication, authorisation or encryption",
}
"""Why a risk is high, as the second threat model says; none of them makes it medium."""

STATES = ("Not Addressed", "Partial", "Addressed")
"""How far a threat is answered, in the threat models' words."""


class BadRegister(Exception):
    """The register contradicts itself or the code; the message says where."""


@dataclass(frozen=True, slots=True)
class Asset:
    """What is worth protecting; words are the threat models'."""

    name: str
    description: str
    classification: str
    owner: str
    stored: str


@dataclass(frozen=True, slots=True)
class Threat:
    """
    One threat of the register.

    Args:
        id: As `AUTH-01`.
        category: Of STRIDE.
        threat, component: As the threat models say it.
        assets: Names of what it threatens.
        risk: The threat models' word.
        because: Keys of `REASONS`; none for a medium risk.
        likelihood, impact: OWASP's factors.
        controls: Modules or folders of the tree that stand in its way.
        hipaa: Sections of 45 CFR.
        cwe, owasp, asvs: What others call it; ASVS is 5.0.0.
        found, status: Whether it was addressed when the documents were written, and whether it is now.
        attacks: Names of what tries it, or `auth-01/*` for all that begin so.
        implied: Whether it is of the same kind as the documents' and not in them.
    """

    id: str
    category: str
    threat: str
    component: str
    assets: tuple[str, ...]
    risk: Level
    because: tuple[str, ...]
    likelihood: Likelihood
    impact: Impact
    controls: tuple[str, ...]
    hipaa: tuple[str, ...]
    cwe: tuple[str, ...]
    owasp: tuple[str, ...]
    asvs: tuple[str, ...]
    found: str
    status: str
    attacks: tuple[str, ...]
    implied: bool = False

    @property
    def severity(self) -> Severity:
        """By OWASP's table."""
        return severity(self.likelihood, self.impact)


@dataclass(frozen=True, slots=True)
class Register:
    """Everything, in the order of the file."""

    assets: Mapping[str, Asset]
    threats: Mapping[str, Threat]


@cache
def load() -> Register:
    """
    The register that ships with the program.

    Raises:
        BadRegister: If it contradicts itself.
    """
    return read((files("meridian.threats") / "register.toml").read_text(encoding="utf-8"))


def read(text: str) -> Register:
    """
    A register from its TOML.

    Raises:
        BadRegister: If something is missing, unknown or contradicts another part; the message names it.
    """
    table = tomllib.loads(text)
    assets = {row["name"]: Asset(**row) for row in table["asset"]}
    threats = {row["id"]: _threat(row, assets) for row in table["threat"]}
    if len(threats) != len(table["threat"]):
        raise BadRegister("A threat stands in the register twice")
    return Register(assets, threats)


def _threat(row: dict[str, Any], assets: Mapping[str, Asset]) -> Threat:
    try:
        plain: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in row.items()
        }
        plain["risk"] = Level(row["risk"])
        plain["likelihood"], plain["impact"] = Likelihood(**row["likelihood"]), Impact(**row["impact"])
        found = Threat(**plain)
    except (TypeError, ValueError, KeyError) as wrong:
        raise BadRegister(f"{row.get('id')}: {wrong}") from wrong
    for trouble in _troubles(found, assets):
        raise BadRegister(f"{found.id}: {trouble}")
    return found


def _troubles(threat: Threat, assets: Mapping[str, Asset]) -> list[str]:
    said, found = threat.risk, as_the_seed_says(threat.severity)
    return [
        *([f"{threat.category} is not of STRIDE"] if threat.category not in CATEGORIES else []),
        *(f"there is no asset {name}" for name in threat.assets if name not in assets),
        *(f"there is no reason {name}" for name in threat.because if name not in REASONS),
        *([f"its factors make it {found}, and it says {said}"] if found is not said else []),
        *(["a risk is high for a reason, and only then"] if (said is Level.HIGH) != bool(threat.because) else []),
        *(["nothing stands in its way"] if not threat.controls else []),
        *(f"{state} is no state" for state in (threat.found, threat.status) if state not in STATES),
        *(["nothing tries it"] if not threat.attacks else []),
    ]


def unresolved(threat: Threat) -> list[str]:
    """The controls of a *threat* that are no module of ours; folders of the tree are for its tests to look at."""
    return [name for name in threat.controls if name.startswith("meridian.") and find_spec(name) is None]


def untried(threat: Threat, attacks: Collection[str]) -> list[str]:
    """The attacks that the register promises of a *threat* and that are none of the names in *attacks*."""
    return [one for one in threat.attacks if not any(fnmatchcase(name, one) for name in attacks)]
