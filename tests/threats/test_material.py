"""People that were written down are those that are read, with where the deployment's other parts are."""

import stat
from pathlib import Path

import pytest

from meridian.threats.material import Login, Material, load

WHOLE = Material(
    {"patient": Login("p@verification.invalid", "made up", "JBSWY3DP", "Patient/1", "word", {"Binary": "2"})},
    {"genuine": "a.b.c"},
    {"metrics": "http://127.0.0.1:9"},
    {"metrics": "also made up"},
)


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    WHOLE.save(tmp_path / "people.json")

    assert load(tmp_path / "people.json") == WHOLE


def test_it_is_its_owners_alone_and_takes_nobodys_place(tmp_path: Path) -> None:
    WHOLE.save(tmp_path / "people.json")

    assert stat.S_IMODE((tmp_path / "people.json").stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        WHOLE.save(tmp_path / "people.json")
