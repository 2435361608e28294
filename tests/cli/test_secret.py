"""Secrets are made up and given to programs without ever being shown."""

from pathlib import Path

from click.testing import CliRunner, Result

from meridian.cli import main


def run(*words: object, answer: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], input=answer)


def test_a_secret_that_is_made_up_stays(tmp_path: Path) -> None:
    data, conf = tmp_path / "data", tmp_path / "conf"
    conf.write_text("secret=@secret:turn/secret@\n")
    assert run("secret", "make", "turn/secret", "janus/admin-key", "--data", data).exit_code == 0
    run("secret", "fill", conf, tmp_path / "first", "--data", data)

    again = run("secret", "make", "turn/secret", "--data", data)
    said = run("secret", "fill", conf, tmp_path / "second", "--data", data)

    made = (tmp_path / "first").read_text()
    assert "there already" in again.output
    assert (tmp_path / "second").read_text() == made
    assert len(made) == len("secret=\n") + 64
    assert made.partition("=")[2].strip() not in said.output


def test_a_secret_that_is_lacking_is_named(tmp_path: Path) -> None:
    run("secret", "make", "turn/secret", "--data", tmp_path / "data")
    (tmp_path / "conf").write_text("@secret:janus/admin-key@")

    said = run("secret", "fill", tmp_path / "conf", tmp_path / "copy", "--data", tmp_path / "data")

    assert said.exit_code == 1
    assert "janus/admin-key" in said.output
    assert not (tmp_path / "copy").exists()


def test_nobody_can_be_given_a_copy_who_is_not_there(tmp_path: Path) -> None:
    run("secret", "make", "turn/secret", "--data", tmp_path / "data")
    (tmp_path / "conf").write_text("x")

    said = run(
        "secret", "fill", tmp_path / "conf", tmp_path / "copy", "--owner", "no-such-one", "--data", tmp_path / "data"
    )

    assert said.exit_code == 1
    assert "no-such-one" in said.output
