"""
The starter formulary: common medicines that can be chosen rather than typed, and names in tall-man letters.

Its data are the two files beside this module; `scripts/formulary.py` holds every code against the data it is from.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from meridian.fhir import ours
from meridian.medications.dosage.forms import SHAPES, Form

RXNORM: Final = "http://www.nlm.nih.gov/research/umls/rxnorm"
OWN: Final = ours.CODES + "/formulary"
"""Our own codes of what is on the starter formulary; every line has one."""
ADDED: Final = ours.CODES + "/clinic-formulary"
"""Codes of what a clinic has added, which mean nothing elsewhere and which no partner is asked by."""
_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Medicine:
    """
    One line of the formulary.

    Args:
        name: Substance, strength and form.
        strength: In one unit of dose, as on the label.
        form: What it comes in.
        ingredients: Substances, in lower case.
        rxnorm, display: RxNorm code and its words; empty where none is verified.
        pack: Units of dose in a pack.
        route: How it is given, where not as usual for the form.
        added: Whether a clinic has added it.
    """

    name: str
    strength: str
    form: Form
    ingredients: tuple[str, ...]
    rxnorm: str = ""
    display: str = ""
    pack: int | None = None
    route: str = ""
    added: bool = False

    @property
    def id(self) -> str:
        """Its code in `OWN`, or in `ADDED`."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")[:64].rstrip("-")

    @property
    def way(self) -> str:
        """How it is given, in words."""
        return self.route or SHAPES[self.form].route

    @property
    def concept(self) -> dict[str, Any]:
        """The medicine as a CodeableConcept; patients read it, so tall-man letters are put on where staff read it."""
        own = {"system": ADDED if self.added else OWN, "code": self.id, "display": self.name}
        published = [{"system": RXNORM, "code": self.rxnorm, "display": self.display}] if self.rxnorm else []
        return {"coding": [*published, own], "text": self.name[:1].upper() + self.name[1:] + self._besides}

    @property
    def _besides(self) -> str:
        """Substances of an added line that its name does not say: a check looks for them in the words."""
        unsaid = [one for one in self.ingredients if self.added and one.lower() not in self.name.lower()]
        return f" ({', '.join(unsaid)})" if unsaid else ""


@cache
def medicines() -> tuple[Medicine, ...]:
    """All of it, in the order of names."""
    table = tomllib.loads((_FOLDER / "medicines.toml").read_text(encoding="utf-8"))
    return tuple(_medicine(line) for line in table["medicine"])


def _medicine(line: dict[str, Any]) -> Medicine:
    return Medicine(**line | {"form": Form(line["form"]), "ingredients": tuple(line["ingredients"])})


@cache
def _by_code() -> dict[tuple[str, str], Medicine]:
    own = {(OWN, one.id): one for one in medicines()}
    return own | {(RXNORM, one.rxnorm): one for one in medicines() if one.rxnorm}


def of_concept(concept: dict[str, Any]) -> Medicine | None:
    """The line that a CodeableConcept means, by any of its codes."""
    known = _by_code()
    keys = ((one.get("system", ""), one.get("code", "")) for one in concept.get("coding", []))
    return next((known[key] for key in keys if key in known), None)


def search(text: str, most: int | None = None) -> list[Medicine]:
    """
    Lines of the starter formulary that match.

    >>> [one.name for one in search("amlo")]
    ['amlodipine 5 mg tablet']
    """
    return matching(medicines(), text)[:most]


def matching(listed: Iterable[Medicine], text: str) -> list[Medicine]:
    """Those of which every word of *text* begins a word; those that begin with the first word come first."""
    words = text.lower().split()
    found = [one for one in listed if all(_begins(one, word) for word in words)]
    if words:
        found.sort(key=lambda one: (not one.name.lower().startswith(words[0]), one.name))
    return found


def _begins(medicine: Medicine, word: str) -> bool:
    parts = [*medicine.name.lower().split(), *(one.lower() for one in medicine.ingredients if medicine.added)]
    return any(part.startswith(word) for part in parts)


@cache
def _tall() -> dict[str, str]:
    lines = (_FOLDER / "tallman.txt").read_text(encoding="utf-8").splitlines()
    return {line.lower(): line for line in lines if line and not line.startswith("#")}


def tall_man(text: str) -> str:
    """
    *text* with look-alike names in tall-man letters.

    >>> tall_man("Metformin 500 mg tablet")
    'metFORMIN 500 mg tablet'

    Source: FDA and ISMP Lists of Look-Alike Drug Names with Recommended Tall Man Letters.
    """
    known = _tall()
    return re.sub(r"[^\W\d_]+", lambda word: known.get(word[0].lower(), word[0]), text)
