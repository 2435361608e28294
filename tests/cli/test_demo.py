import re
from pathlib import Path

from click.testing import CliRunner, Result

from meridian.cli import main
from meridian.ops.demo.accounts import PASSWORD


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_a_code_is_six_digits() -> None:
    assert re.fullmatch(r"\d{6}\n", run("demo", "code", "okafor@harbor.example").output)


def test_a_phone_is_shown_a_picture_and_the_address_in_it() -> None:
    said = run("demo", "code", "okafor@harbor.example", "--phone")

    assert "otpauth://totp/" in said.output


def test_somebody_unknown_has_no_code() -> None:
    said = run("demo", "code", "nobody@harbor.example")

    assert said.exit_code == 1
    assert "meridian demo accounts" in said.output


def test_somebody_without_a_second_factor_is_told_so() -> None:
    assert "password is enough" in run("demo", "code", "elena-rossi@mail.example").output


def test_the_list_shows_everybody_and_the_password() -> None:
    said = run("demo", "accounts")

    assert PASSWORD in said.output
    assert "platform operator" in said.output


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")

    said = run("demo", "--no-serve", "--data", tmp_path, "--port", 1 + 8360)

    assert said.exit_code == 1
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_to_begin_anew_is_refused_where_there_is_something_else(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")

    said = run("demo", "--no-serve", "--anew", "--data", tmp_path)

    assert said.exit_code == 1
    assert (tmp_path / "thesis.txt").exists()


def test_a_clinic_whose_making_was_interrupted_is_made_anew_and_then_kept(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "demo-unfinished").touch()
    (tmp_path / "demo" / "meridian.db").write_bytes(b"half a database")

    first = run("demo", "--no-serve", "--data", tmp_path / "demo")
    second = run("demo", "--no-serve", "--data", tmp_path / "demo")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "Made the demo clinic" in first.output
    assert second.output == ""
