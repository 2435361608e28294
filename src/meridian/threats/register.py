"""
The register: assets and threats as data, read once and checked against the code.

A control is a module that must exist; an attack belongs to a threat that must exist, and a threat has at least one.
What carries a mitigation (a module, a file, a test of that name) must exist too.
"""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from meridian.threats import documents
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
class Mitigation:
    """
    What stands against a threat.

    Args:
        text: In a sentence.
        of: Editions whose document recommends it; none: it is ours.
        by: What carries it: a module, or a file or folder of the tree, or `file::test`.
    """

    text: str
    of: tuple[str, ...]
    by: tuple[str, ...]


class Words(NamedTuple):
    """A threat as one of the documents says it."""

    threat: str
    category: str
    component: str


@dataclass(frozen=True, slots=True)
class Threat:
    """
    One threat of the register.

    Args:
        id: As `AUTH-01`.
        category: Of STRIDE.
        threat: In our words.
        component: In the threat models'.
        assets: Names of what it threatens.
        risk: The threat models' word.
        because: Keys of `REASONS`; none for a medium risk.
        likelihood, impact: OWASP's factors.
        controls: Modules or folders of the tree that stand in its way.
        hipaa: Sections of 45 CFR.
        cwe, owasp, asvs: What others call it; ASVS is 5.0.0.
        found, status: Whether it was addressed when the documents were written, and whether it is now.
        attacks: Names of what tries it, or `auth-01/*` for all that begin so.
        left: What remains a risk.
        mitigations: What stands against it, of both documents.
        said: The documents' own sentence, with `{partner}` where they differ; empty for what they do not have.
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
    left: str
    mitigations: tuple[Mitigation, ...]
    said: str = ""
    implied: bool = False

    @property
    def severity(self) -> Severity:
        """By OWASP's table."""
        return severity(self.likelihood, self.impact)

    def words(self, edition: str) -> Words:
        """As that edition's document says it."""
        document = documents.load().editions[edition]
        said = self.said.format(partner=document.partner) or self.threat
        return Words(said, document.categories.get(self.category, self.category), self.component)


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
    shipped = files("meridian.threats")
    return read(*((shipped / name).read_text(encoding="utf-8") for name in ("register.toml", "mitigations.toml")))


def read(text: str, mitigations: str) -> Register:
    """
    A register from its TOML, and that of its *mitigations*.

    Raises:
        BadRegister: If something is missing, unknown or contradicts another part; the message names it.
    """
    table = tomllib.loads(text)
    assets = {row["name"]: Asset(**row) for row in table["asset"]}
    names = [row["id"] for row in table["threat"]]
    if len(set(names)) != len(names):
        raise BadRegister("A threat stands in the register twice")
    against = _against(mitigations)
    threats = {row["id"]: _threat(row | {"mitigations": against.pop(row["id"], ())}, assets) for row in table["threat"]}
    if against:
        raise BadRegister(f"There are mitigations of what is no threat: {', '.join(against)}")
    return Register(assets, threats)


def _against(text: str) -> dict[str, tuple[Mitigation, ...]]:
    found: dict[str, tuple[Mitigation, ...]] = {}
    for row in tomllib.loads(text)["mitigation"]:
        one = Mitigation(row["text"], tuple(row["of"]), tuple(row["by"]))
        found[row["threat"]] = (*found.get(row["threat"], ()), one)
    return found


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
        *(["nothing is said against it"] if not threat.mitigations else []),
        *([] if threat.implied or threat.said else ["the documents' sentence is lacking"]),
    ]


def unresolved(names: Collection[str], root: Path | None = None) -> list[str]:
    """
    Those of the *names* of controls, and of what carries mitigations, that are nowhere.

    Args:
        names: Modules, or files and folders of the tree, or `file::test`.
        root: The checkout; without one only modules are looked for.
    """
    return [name for name in names if not _is_there(name, root)]


def _is_there(name: str, root: Path | None) -> bool:
    if name.startswith("meridian."):
        return find_spec(name) is not None
    place, _, test = name.partition("::")
    if root is None:
        return True
    if not test:
        return (root / place).exists()
    return (root / place).is_file() and f"def {test}(" in (root / place).read_text(encoding="utf-8")


def untried(threat: Threat, attacks: Collection[str]) -> list[str]:
    """The attacks that the register promises of a *threat* and that are none of the names in *attacks*."""
    return [one for one in threat.attacks if not any(fnmatchcase(name, one) for name in attacks)]
