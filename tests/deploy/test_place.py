"""The program that fills files in for a place: what it takes, and what it refuses."""

import re
import tomllib
from pathlib import Path

import pytest

from meridian.testing import placed
from meridian.testing.placed import CLINIC, DEPLOY, NotPlaced

USUAL = tomllib.loads((DEPLOY / "place.toml").read_text(encoding="utf-8"))


def filled(tmp_path: Path, text: str, place: placed.Place = CLINIC) -> str:
    (tmp_path / "source").write_text(text, encoding="utf-8")
    placed.fill(tmp_path / "source", tmp_path / "target", place)
    return (tmp_path / "target").read_text(encoding="utf-8")


def test_values_stand_where_they_are_named(tmp_path: Path) -> None:
    text = filled(tmp_path, "listen @here:https_port@;\nserver @each:api@;\nname @here:host@;\n")

    assert text == "listen 443;\nserver 127.0.0.1:8361;\nserver 127.0.0.1:8362;\nname clinic.example;\n"


def test_an_empty_list_leaves_no_line(tmp_path: Path) -> None:
    assert filled(tmp_path, "a\n  - @each:exporters@\nb\n") == "a\nb\n"


@pytest.mark.parametrize(
    "value",
    ["a; return 200", "a\nb", 'a"b', "a'b", "a{b", "a}b", "a$b", "a\\b", "a#b", "a`b", " a", "a<b"],
)
def test_a_value_is_a_value_and_nothing_more(tmp_path: Path, value: str) -> None:
    with pytest.raises(NotPlaced):
        filled(tmp_path, "@here:host@", {"host": value.replace("\n", "\\n")} if "'" not in value else {"host": [value]})


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("@here:nothing@", CLINIC),
        ("@here:host@", {}),
        ("@each:host@", CLINIC),
        ("@here:api@", CLINIC),
        ("", {"no_such_name": "x"}),
        ("", {"https_port": "443"}),
        ("", {"api": "127.0.0.1:1"}),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(tmp_path: Path, text: str, place: placed.Place) -> None:
    with pytest.raises(NotPlaced):
        filled(tmp_path, text, place)

    assert not (tmp_path / "target").exists()


def test_every_name_is_used_and_every_use_has_a_name() -> None:
    files = [path for path in DEPLOY.rglob("*") if path.is_file() and path.name not in {"place.py", "place.toml"}]
    used = {name for path in files for name in re.findall(r"@(?:here|each):([a-z0-9_]+)@", path.read_text("utf-8"))}

    assert used == USUAL.keys()


def test_what_a_place_has_to_say_is_no_more_than_is_listed() -> None:
    assert {name for name, value in USUAL.items() if value == ""} == {*CLINIC, "s3", "s3_account", "s3_key"}


def test_no_usual_value_is_a_test_s_or_open_to_the_world() -> None:
    values = [str(one) for value in USUAL.values() for one in (value if isinstance(value, list) else [value])]

    assert [value for value in values if placed.OF_A_TEST.search(value) or value.startswith("0.0.0.0")] == []  # noqa: S104  # what is looked for
