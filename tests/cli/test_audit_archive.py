"""`meridian audit archive` on a Meridian of its own."""

import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from meridian.cli import main


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    assert run("org", "add", "Clinic", "--data", folder).exit_code == 0
    return folder


def test_what_is_new_is_archived_once_and_is_whole(data: Path) -> None:
    first = run("audit", "archive", "--data", data)
    second = run("audit", "archive", "--whole", "--data", data)

    assert (first.exit_code, first.output) == (0, "log 1: 2 entries archived, 2 of them new\n")
    assert second.exit_code == 0
    assert "0 of them new" in second.output
    assert "the log is whole" in second.output
    assert (data / "archive" / "audit" / "1" / "checkpoint" / f"{2:020}").is_file()


def test_a_log_that_was_begun_anew_is_refused(data: Path) -> None:
    assert run("audit", "archive", "--data", data).exit_code == 0
    with sqlite3.connect(data / "meridian.db") as connection:
        for name in ("audit_entry", "audit_head", "audit_checkpoint"):
            connection.execute(f"DELETE FROM {name}")  # noqa: S608  # names that stand above
    connection.close()

    said = run("audit", "archive", "--data", data)

    assert said.exit_code == 1
    assert "has no checkpoint any more" in said.output
    assert (data / "archive" / "audit" / "1" / "checkpoint" / f"{2:020}").is_file()


def test_bytes_that_rotted_in_the_archive_are_told_of(data: Path) -> None:
    assert run("audit", "archive", "--data", data).exit_code == 0
    tile = data / "archive" / "audit" / "1" / "tile" / "entries" / "000.p" / "2"
    tile.chmod(0o600)
    tile.write_bytes(tile.read_bytes()[:-1] + b"?")

    said = run("audit", "archive", "--whole", "--data", data)

    assert said.exit_code == 1
    assert "BROKEN" in said.output
