"""
The register: what HIPAA asks, how it is met, and what shows it; read once and checked against itself.

Whether the modules, pages, tests and commands that it names are there is a test's to say, since pages and tests are not
in a wheel.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

KINDS = {"standard": "standard", "R": "required", "A": "addressable"}
"""Kinds of rows, and how they are said. Source: 45 CFR 164.306(d)."""
DUTIES = {"product": "Meridian", "operator": "operator", "both": "both"}
CHECKED = ("text", "secondary", "no")
"""Against which words a citation was held: the regulation's own, what others say of it, none."""


class BadRegister(Exception):
    """The register contradicts itself; the message says where."""


@dataclass(frozen=True, slots=True)
class Section:
    """A section of 45 CFR, and against which sources its citations were checked."""

    cite: str
    title: str
    checked: str
    against: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """
    One standard or implementation specification.

    Args:
        cite: As `164.308(a)(1)(ii)(A)`.
        name: As the regulation calls it, or a heading of ours where it has none.
        kind: A key of `KINDS`.
        asks: What is asked, in a sentence of our own.
        duty: A key of `DUTIES`.
        met: How.
        by: Modules, or paths of the tree.
        evidence: Tests and commands that show it.
        checked: One of `CHECKED`; the section's, if it is empty.
    """

    cite: str
    name: str
    kind: str
    asks: str
    duty: str
    met: str
    by: tuple[str, ...]
    evidence: tuple[str, ...]
    checked: str = ""

    @property
    def section(self) -> str:
        """The section's citation."""
        return self.cite.partition("(")[0]


@dataclass(frozen=True, slots=True)
class Seed:
    """A row of both threat models' mapping, the gap they found, and how it was closed."""

    requirement: str
    reference: str
    gap: str
    closed: str
    by: tuple[str, ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """A dated action of both threat models, and how it was closed."""

    when: str
    due: date
    asks: str
    closed: str
    by: tuple[str, ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Register:
    """Everything, in the order of the file; sources are title by id."""

    sources: Mapping[str, str]
    sections: Mapping[str, Section]
    rows: Mapping[str, Row]
    seeds: tuple[Seed, ...]
    actions: tuple[Action, ...]

    def of(self, section: str) -> list[Row]:
        """The rows of a section."""
        return [row for row in self.rows.values() if row.section == section]

    def everything(self) -> Iterator[Row | Seed | Action]:
        """Whatever names modules and evidence."""
        yield from self.seeds
        yield from self.actions
        yield from self.rows.values()

    def evidence(self) -> tuple[str, ...]:
        """Every test and command that is named, once, in order."""
        return tuple(dict.fromkeys(one for part in self.everything() for one in part.evidence))


@cache
def load() -> Register:
    """
    The register that ships with the program.

    Raises:
        BadRegister: If it contradicts itself.
    """
    return read((files("meridian.hipaa") / "register.toml").read_text(encoding="utf-8"))


def read(text: str) -> Register:
    """
    A register from its TOML.

    Raises:
        BadRegister: If something is missing, unknown or contradicts another part; the message names it.
    """
    table = tomllib.loads(text)
    try:
        register = Register(
            {row["id"]: row["title"] for row in table["source"]},
            {row["cite"]: Section(**_frozen(row)) for row in table["section"]},
            {row["cite"]: Row(**_frozen(row)) for row in table["row"]},
            tuple(Seed(**_frozen(row)) for row in table["seed"]),
            tuple(Action(**_frozen(row)) for row in table["action"]),
        )
    except (KeyError, TypeError) as wrong:
        raise BadRegister(f"A row lacks something, or has something unknown: {wrong}") from wrong
    if len(register.rows) != len(table["row"]):
        raise BadRegister("A citation stands in the register twice")
    for section in register.sections.values():
        _check_section(section, register)
    for row in register.rows.values():
        _check_row(row, register)
    return register


def _frozen(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}


def _check_section(section: Section, register: Register) -> None:
    if section.checked not in CHECKED or not set(section.against) <= set(register.sources):
        raise BadRegister(f"{section.cite}: it was checked against nothing that is listed")
    if section.checked == "text" and not section.against:
        raise BadRegister(f"{section.cite}: against which text was it checked?")


def _check_row(row: Row, register: Register) -> None:
    if row.kind not in KINDS or row.duty not in DUTIES or (row.checked and row.checked not in CHECKED):
        raise BadRegister(f"{row.cite}: its kind, duty or check is unknown")
    if row.section not in register.sections:
        raise BadRegister(f"{row.cite}: its section is not listed")
    if not row.by:
        raise BadRegister(f"{row.cite}: nothing meets it")
    if not row.evidence and row.duty == "product":
        raise BadRegister(f"{row.cite}: it is the product's, and nothing shows it")
