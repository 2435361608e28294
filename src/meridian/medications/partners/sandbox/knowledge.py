"""What the sandbox's partners know of substances, and what they find in a list of them."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from meridian.medications import formulary, substances
from meridian.medications.findings import Kind, Severity


@dataclass(frozen=True, slots=True)
class Pair:
    """Two groups of substances, and what happens when one of each is taken."""

    one: frozenset[str]
    other: frozenset[str]
    severity: Severity
    title: str
    text: str

    def joins(self, first: Sequence[str], second: Sequence[str]) -> bool:
        """Whether a medicine of *first* and one of *second* meet here."""
        a, b = set(first), set(second)
        return bool((a & self.one and b & self.other) or (b & self.one and a & self.other))


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found between items, which are named as the caller names them."""

    kind: Kind
    severity: Severity
    title: str
    text: str
    items: tuple[str, ...]


@cache
def _file() -> tuple[str, tuple[Pair, ...]]:
    table = tomllib.loads((Path(__file__).parent / "knowledge.toml").read_text(encoding="utf-8"))

    def group(names: list[str]) -> frozenset[str]:
        return frozenset(one for name in names for one in (table["groups"][name[1:]] if name[0] == "@" else [name]))

    return table["version"], tuple(
        Pair(group(line["one"]), group(line["other"]), Severity(line["severity"]), line["title"], line["text"])
        for line in table["pair"]
    )


def version() -> str:
    """Of what is known."""
    return _file()[0]


def of_code(rxnorm: str) -> tuple[str, ...]:
    """Substances behind an RxNorm code; none for a code that is not known."""
    line = formulary.of_concept({"coding": [{"system": formulary.RXNORM, "code": rxnorm}]})
    return line.ingredients if line else ()


def of_allergy(concepts: Sequence[str]) -> frozenset[str]:
    """
    Substances that somebody with such an allergy may react to.

    Args:
        concepts: `system|code`, a substance, or a class's id.
    """
    found = {one for one in concepts if one in substances.known()}
    wide = {
        member
        for each in substances.classes()
        if each.id in concepts or set(each.codes) & set(concepts) or (each.allergy and each.members & found)
        for member in each.members
    }
    return frozenset(found | wide)


def hits(draft: tuple[str, Sequence[str]], others: Sequence[tuple[str, Sequence[str]]]) -> Iterator[Hit]:
    """What *draft* does with each of *others*; each is a name and its substances."""
    name, parts = draft
    for other, theirs in others:
        for pair in _file()[1]:
            if pair.joins(parts, theirs):
                yield Hit(Kind.INTERACTION, pair.severity, pair.title, pair.text, (name, other))
        if same := set(parts) & set(theirs):
            text = f"{' and '.join(sorted(same))} would be taken twice."
            yield Hit(Kind.DUPLICATE, Severity.MAJOR, "Same substance twice", text, (name, other))


def conflicts(draft: tuple[str, Sequence[str]], allergies: Sequence[tuple[str, frozenset[str]]]) -> Iterator[Hit]:
    """Which allergies *draft* may set off."""
    name, parts = draft
    for allergy, reacts in allergies:
        if met := set(parts) & reacts:
            text = f"The patient may react to {' and '.join(sorted(met))}."
            yield Hit(Kind.ALLERGY, Severity.CONTRAINDICATED, "Known allergy", text, (name, allergy))
