"""
What the checkers find and we keep: `acknowledged.toml`, where each entry has its reason.

In `rule` and `on`, `…` is anything, and `{edition}`, `{account}`, `{region}` are the environment's. An entry that
nothing is found for any more is a fault, as is a finding without an entry.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infra import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from infra.environment import Environment

FILE = ROOT / "infra" / "acknowledged.toml"
TOOLS = ("nag", "validate", "cfn-lint", "checkov")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """What a *tool* says against something: a construct's path, or a logical id, both without the edition."""

    tool: str
    rule: str
    on: str


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A finding that we keep, on these things, for this *reason*."""

    tool: str
    rule: str
    on: tuple[str, ...]
    reason: str

    def explains(self, finding: Finding, environment: Environment) -> bool:
        """Whether this is about that *finding*."""
        return (
            self.tool == finding.tool
            and _like(self.rule, finding.rule, environment)
            and any(_like(on, finding.on, environment) for on in self.on)
        )


def _like(pattern: str, value: str, environment: Environment) -> bool:
    for name in ("edition", "account", "region"):
        pattern = pattern.replace(f"{{{name}}}", getattr(environment, name))
    return re.fullmatch(".*".join(map(re.escape, pattern.split("…"))), value) is not None


def read(path: Path = FILE) -> list[Acknowledgement]:
    """All acknowledgements of the file."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return [
        Acknowledgement(tool, entry["rule"], tuple(entry["on"]), entry["reason"])
        for tool, entries in tables.items()
        for entry in entries
    ]


def unexplained(findings: Iterable[Finding], known: list[Acknowledgement], environment: Environment) -> list[Finding]:
    """Findings that no acknowledgement explains."""
    return sorted(each for each in set(findings) if not any(one.explains(each, environment) for one in known))


def idle(
    findings: Iterable[Finding], known: list[Acknowledgement], environment: Environment
) -> list[tuple[str, str, str]]:
    """Tool, rule and place of each acknowledgement that explains nothing."""
    found = list(findings)
    return [
        (one.tool, one.rule, on)
        for one in known
        for on in one.on
        if not any(Acknowledgement(one.tool, one.rule, (on,), "").explains(each, environment) for each in found)
    ]
