"""
Which substances a medicine or an allergy is about, as far as codes and words tell.

A medicine of the formulary says so itself. Of anything else the words are looked through for substances that the local
rules or the formulary know, so that a rule may fire on free text too; not to find one there means nothing.
"""

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from meridian.medications import formulary
from meridian.medications.findings import Severity

RULES: Final = Path(__file__).parent / "local_rules"


@dataclass(frozen=True, slots=True)
class Class:
    """
    Substances of one kind.

    Args:
        id, title: Its name, and as people read it.
        members: Substances.
        names: What an allergy to all of it is called.
        codes: `system|code` of the same.
        allergy: What an allergy to one member means for another; `None` for little.
        twice: How serious it is to take two members; `None` where it is usual.
        cross: What an allergy to a member means for members of other classes.
    """

    id: str
    title: str
    members: frozenset[str]
    names: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    allergy: Severity | None = None
    twice: Severity | None = None
    cross: MappingProxyType[str, Severity] = field(default_factory=lambda: MappingProxyType({}))


@cache
def classes() -> tuple[Class, ...]:
    """All classes, as the file beside the rules says."""
    table = tomllib.loads((RULES / "classes.toml").read_text(encoding="utf-8"))
    return tuple(_class(line) for line in table["class"])


def _class(line: dict[str, Any]) -> Class:
    return Class(
        id=line["id"],
        title=line["title"],
        members=frozenset(line["members"]),
        names=tuple(line.get("names", ())),
        codes=tuple(line.get("codes", ())),
        allergy=Severity(line["allergy"]) if "allergy" in line else None,
        twice=Severity(line["twice"]) if "twice" in line else None,
        cross=MappingProxyType({name: Severity(severity) for name, severity in line.get("cross", {}).items()}),
    )


@cache
def known() -> frozenset[str]:
    """Every substance that is known by name."""
    listed = {one for medicine in formulary.medicines() for one in medicine.ingredients}
    return frozenset(listed | {one for each in classes() for one in each.members} | _of_pairs())


@cache
def pairs_file() -> dict[str, Any]:
    """The interactions as their file has them."""
    return tomllib.loads((RULES / "interactions.toml").read_text(encoding="utf-8"))


def _of_pairs() -> set[str]:
    file = pairs_file()
    sides = [side for pair in file["pair"] for side in (*pair["object"], *pair["precipitant"])]
    return {one for group in file["groups"].values() for one in group} | {one for one in sides if one[0] != "@"}


@cache
def _pattern() -> re.Pattern[str]:
    longest_first = sorted(known(), key=len, reverse=True)
    return re.compile(r"(?<![\w-])(?:" + "|".join(map(re.escape, longest_first)) + r")(?![\w-])", re.IGNORECASE)


def named(text: str) -> tuple[str, ...]:
    """
    Substances that *text* names.

    >>> named("Warfarin Sodium 5 MG Oral Tablet"), named("a blue pill")
    (('warfarin',), ())
    """
    found = _pattern().findall(text.replace("\u2019", "'").lower())
    return tuple(dict.fromkeys(found))


def of_concept(concept: dict[str, Any]) -> tuple[str, ...]:
    """Substances of a medicine's CodeableConcept: by its code, else by its words."""
    if medicine := formulary.of_concept(concept):
        return medicine.ingredients
    words = [str(one.get("display", "")) for one in concept.get("coding", [])]
    return named(" / ".join([str(concept.get("text", "")), *words]))


def classes_named(concept: dict[str, Any]) -> tuple[Class, ...]:
    """Classes that an allergy's CodeableConcept means as a whole, by code or name."""
    codes = {f"{one.get('system', '')}|{one.get('code', '')}" for one in concept.get("coding", [])}
    words = {str(concept.get("text", "")).strip().lower()}
    words |= {str(one.get("display", "")).strip().lower() for one in concept.get("coding", [])}
    return tuple(each for each in classes() if codes & set(each.codes) or words & set(each.names))
