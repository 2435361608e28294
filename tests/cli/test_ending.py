import errno
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from meridian.cli import main
from meridian.cli.ending import FULL, NOT_NOW, REFUSED, USAGE, stop
from meridian.faults import Invalid, Issue, Unavailable
from meridian.settings import BadSettings


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_in_use_is_said_before_anything_is_made(command: str, taken: int, tmp_path: Path) -> None:
    said = run(command, "--port", taken, "--data", tmp_path / "data")

    assert said.exit_code == NOT_NOW
    assert f"Port {taken} is in use" in said.output
    assert f"--port {taken + 1}" in said.output
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("words", [("user", "list"), ("org", "list"), ("audit", "verify"), ("migrate",)])
def test_a_folder_without_a_meridian_says_how_to_begin(words: tuple[str, ...], tmp_path: Path) -> None:
    said = run(*words, "--data", tmp_path / "nothing")

    assert said.exit_code == NOT_NOW
    assert "meridian org add" in said.output
    assert not (tmp_path / "nothing").exists()


def test_an_unreadable_key_is_named(tmp_path: Path) -> None:
    run("org", "add", "Clinic", "--data", tmp_path / "data")
    (tmp_path / "data" / "master.key").chmod(0o644)

    said = run("org", "list", "--data", tmp_path / "data")

    assert said.exit_code == NOT_NOW
    assert "master.key" in said.output


def test_another_key_is_a_clear_fault(tmp_path: Path) -> None:
    for name in ("a", "b"):
        run("org", "add", "Clinic", "--data", tmp_path / name)
    (tmp_path / "a" / "master.key").write_bytes((tmp_path / "b" / "master.key").read_bytes())

    said = run("org", "list", "--data", tmp_path / "a")

    assert said.exit_code == NOT_NOW
    assert "key" in said.output
    assert "Traceback" not in said.output


def test_a_file_that_is_no_database_is_a_clear_fault(tmp_path: Path) -> None:
    run("org", "add", "Clinic", "--data", tmp_path / "data")
    (tmp_path / "data" / "meridian.db").write_bytes(b"nonsense" * 1000)

    said = run("org", "list", "--data", tmp_path / "data")

    assert said.exit_code == NOT_NOW
    assert "database" in said.output


def test_settings_that_cannot_be_read_are_a_matter_of_usage(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("colour = 'green'")

    said = run("serve", "--data", tmp_path)

    assert said.exit_code == USAGE
    assert "colour" in said.output


def test_a_password_on_the_command_line_is_refused(tmp_path: Path) -> None:
    said = run("serve", "--data", tmp_path, "--database", "mariadb://me:secret@db.example/clinic")

    assert said.exit_code == USAGE
    assert "secret" not in said.output


@pytest.mark.parametrize("wrong", [OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), Unavailable("disk is full")])
def test_a_full_disk_says_so(wrong: Exception) -> None:
    end = stop(wrong)

    assert end is not None
    assert (end.message, end.exit_code) == (FULL, NOT_NOW)


def test_a_full_disk_is_known_by_its_cause() -> None:
    fault = Unavailable("The database does not answer")
    fault.__cause__ = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    end = stop(fault)

    assert end is not None
    assert end.message == FULL


def test_a_fault_shows_its_places() -> None:
    end = stop(Invalid("Cannot be done", issues=(Issue("value", "is no date", "Patient.birthDate"),)))

    assert end is not None
    assert "Patient.birthDate is no date" in end.message
    assert end.exit_code == REFUSED


def test_what_nobody_expected_keeps_its_trace() -> None:
    assert stop(ZeroDivisionError()) is None


def test_bad_settings_are_usage() -> None:
    end = stop(BadSettings("no"))

    assert end is not None
    assert end.exit_code == USAGE
