"""The command line on the server database, from an empty one to imported records."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from meridian.cli import main
from meridian.testing.mariadb import PrivateServer


def run(*words: object, answer: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], input=answer)


@pytest.fixture
def data(mariadb_server: PrivateServer, tmp_path: Path) -> Path:
    """A data folder whose settings say where the server is, and whose vault has the password."""
    server = mariadb_server.database(f"cli_{tmp_path.name[-24:].replace('-', '_')}")
    folder = tmp_path / "data"
    said = run("secret", "set", "mariadb/password", "--data", folder, answer=f"{server.password}\n")
    assert said.exit_code == 0
    (folder / "settings.toml").write_text(
        f'[mariadb]\nhost = "{server.host}"\nport = {server.port}\nuser = "{server.user}"\n'
        f'database = "{server.database}"\n'
    )
    return folder


@pytest.mark.mariadb
def test_records_are_imported_twice_and_stored_once(data: Path, tmp_path: Path) -> None:
    (tmp_path / "p.ndjson").write_text(json.dumps({"resourceType": "Patient", "id": "p", "gender": "female"}))
    assert run("org", "add", "Clinic", "--data", data).exit_code == 0

    first = run("import", tmp_path / "p.ndjson", "--data", data)
    second = run("import", tmp_path / "p.ndjson", "--data", data)

    assert "created 1" in first.output
    assert "unchanged 1" in second.output
    assert not (data / "meridian.db").exists()
    assert run("audit", "verify", "--data", data).exit_code == 0


@pytest.mark.mariadb
def test_a_wrong_password_is_a_clear_fault(data: Path) -> None:
    run("secret", "set", "mariadb/password", "--data", data, answer="another\n")

    said = run("org", "list", "--data", data)

    assert said.exit_code == 3
    assert "Traceback" not in said.output
    assert "another" not in said.output


def test_a_password_that_was_never_set_is_named(tmp_path: Path) -> None:
    said = run("migrate", "--data", tmp_path, "--database", "mariadb://me@127.0.0.1:1/clinic")

    assert said.exit_code == 3

    run("secret", "set", "other/secret", "--data", tmp_path, answer="x\n")
    said = run("migrate", "--data", tmp_path, "--database", "mariadb://me@127.0.0.1:1/clinic")

    assert "mariadb/password" in said.output


def test_no_secret_is_ever_shown(tmp_path: Path) -> None:
    kept = run("secret", "set", "mariadb/password", "--data", tmp_path, answer="a quiet value\n")
    listed = run("secret", "list", "--data", tmp_path)

    assert listed.output == "mariadb/password\n"
    assert "quiet" not in kept.output


def test_a_secrets_name_is_a_path(tmp_path: Path) -> None:
    assert run("secret", "set", "Not A Path", "--data", tmp_path, answer="x\n").exit_code == 1
