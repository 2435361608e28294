"""Every command of every runbook exists as it stands there, and the scenarios practise what the runbooks say."""

import re
import shlex
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import click
import pytest
from tests.conftest import ROOT

from meridian.cli import incidents, main
from meridian.ops.respond.incidents import KINDS
from meridian.ops.respond.tabletop import filled, scenarios

RUNBOOKS = ROOT / "docs" / "runbooks"
INCIDENTS = KINDS[:-1]
FILLED = {
    "EMAIL": "a@b.example", "ORG": "clinic", "CLIENT": "c1", "PARTNER": "medtrack", "N": "1", "SINCE": "2026-11-20",
    "FOLDER": "/nowhere/folder", "FILE": "/nowhere/file.csv", "ID": "s1", "ADDRESS": "192.0.2.7", "REQUEST": "r1",
}  # fmt: skip


def lines(path: Path) -> Iterator[str]:
    """Commands of ours in fenced blocks."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    for block in re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        yield from (line.partition("  #")[0].strip() for line in block.splitlines() if line.startswith("meridian "))


def mentioned(path: Path) -> Iterator[str]:
    """Commands of ours that the text speaks of, perhaps without what belongs to them."""
    yield from (one for one in re.findall(r"`(meridian [^`]+)`", path.read_text(encoding="utf-8")) if "…" not in one)


def parsed(command: str) -> None:
    """Raise unless the command line is one that the program understands; nothing is done."""
    _, *words = shlex.split(filled(command, FILLED))
    present: click.Command = main
    context = click.Context(main, info_name="meridian")
    while isinstance(present, click.Group) and words:
        found = present.get_command(context, words[0])
        assert found is not None, f"{command}: there is no {words[0]}"
        present, context, words = found, click.Context(found, info_name=words[0], parent=context), words[1:]
    if not isinstance(present, click.Group):
        present.make_context(present.name, words)


@pytest.mark.parametrize("path", sorted(RUNBOOKS.glob("*.md")), ids=lambda path: path.stem)
def test_every_command_of_a_runbook_exists(path: Path) -> None:
    for command in lines(path):
        parsed(command)
    for command in mentioned(path):
        with suppress(click.MissingParameter):
            parsed(command)


@pytest.mark.parametrize("command", ["meridian respond unplug", "meridian respond freeze", "meridian shred --now"])
def test_a_command_that_does_not_exist_would_be_seen(command: str) -> None:
    with pytest.raises((AssertionError, click.UsageError)):
        parsed(command)


@pytest.mark.parametrize("name", INCIDENTS)
def test_what_is_practised_stands_in_the_runbook_word_for_word(name: str) -> None:
    told = set(lines(RUNBOOKS / f"{name}.md"))

    assert {step.run for step in scenarios()[name].step} <= told


def test_each_kind_of_incident_has_a_runbook_and_a_scenario() -> None:
    assert list(scenarios()) == list(INCIDENTS)
    assert list(incidents.KINDS.choices) == list(KINDS)
