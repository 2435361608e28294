"""
The two documents that the register answers: what each calls things, and what they say besides the register.

Their mapping to the Security Rule and their dated actions stand here as they wrote them, with what is so now.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Document:
    """
    One of them.

    Args:
        edition: Whose it is, as `careconnect360`.
        title: The product's name in it.
        partner, partner_host, partner_secret: The medication-safety partner, where it is, and the name of its key.
        bucket, turn, origin: Names of the documents' bucket, of the relay, and of the portal.
        classification: Who may read it.
        categories: How it spells the categories of STRIDE that it shortens.
    """

    edition: str
    title: str
    partner: str
    partner_host: str
    partner_secret: str
    bucket: str
    turn: str
    origin: str
    classification: str
    categories: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Requirement:
    """A row of the mapping to 45 CFR: how it was, what was lacking, and how it is `now`; `by` carries it."""

    requirement: str
    section: str
    state: str
    gap: str
    now: str
    threats: tuple[str, ...]
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """One of the dated actions, and what became of it."""

    when: str
    what: str
    now: str
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone of trust, from 0 to 100; *added*: it is not in the documents."""

    id: str
    name: str
    trust: int
    added: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """
    What stands in a zone.

    Args:
        id, name: As the documents' diagram has them; `{partner}` stands for the partner's name.
        zone: Where.
        ours: What stands there now.
        threats: Ids of what threatens it.
        store: Whether it keeps data.
        added: Whether it is not in their diagram.
    """

    id: str
    name: str
    zone: str
    ours: str = ""
    threats: tuple[str, ...] = ()
    store: bool = False
    added: bool = False


@dataclass(frozen=True, slots=True)
class Documents:
    """All that they say besides the register."""

    editions: Mapping[str, Document]
    requirements: tuple[Requirement, ...]
    actions: tuple[Action, ...]
    zones: tuple[Zone, ...]
    parts: tuple[Part, ...]
    flows: tuple[tuple[str, str], ...]


@cache
def load() -> Documents:
    """What ships with the program."""
    table = tomllib.loads((files("meridian.threats") / "documents.toml").read_text(encoding="utf-8"))
    return Documents(
        {row["edition"]: Document(**row) for row in table["document"]},
        tuple(Requirement(**_frozen(row)) for row in table["hipaa"]),
        tuple(Action(**_frozen(row)) for row in table["action"]),
        tuple(Zone(**row) for row in table["zone"]),
        tuple(Part(**_frozen(row)) for row in table["part"]),
        tuple((source, sink) for source, sink in table["flows"]),
    )


def _frozen(row: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
