"""Every command against a Meridian of its own."""

import json
import shutil
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from meridian.audit import verifier
from meridian.cli import main
from meridian.cli.org import slug

PASSWORD = "four quiet words here"
PATIENT = {"resourceType": "Patient", "id": "p", "name": [{"family": "Ek"}]}


def run(*words: object, answer: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], input=answer)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("begun") / "data"
    assert run("org", "add", "Clinic", "--data", folder).exit_code == 0
    return folder


@pytest.fixture
def data(begun: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(begun, tmp_path / "data"))


def test_an_organisation_is_there_once_it_is_added(data: Path) -> None:
    assert "Clinic" in run("org", "list", "--data", data).output


def test_the_same_organisation_twice_is_refused(data: Path) -> None:
    assert run("org", "add", "Clinic", "--data", data).exit_code == 1


def test_an_invitation_prints_its_link_and_leaves_a_mail(data: Path) -> None:
    said = run("user", "invite", "ann@clinic.example", "--role", "administrator", "--data", data)

    assert said.exit_code == 0
    assert "http://localhost:8360/" in said.output
    assert len(list((data / "outbox").glob("*.eml"))) == 1


def test_an_account_is_listed_with_its_role(data: Path) -> None:
    words = ("user", "add", "bo@clinic.example", "--role", "nurse", "--name", "Bo Ek", "--password", PASSWORD)

    assert run(*words, "--data", data).exit_code == 0

    [line] = run("user", "list", "--data", data).output.splitlines()
    assert line.split()[:3] == ["bo@clinic.example", "nurse", "active"]


def test_a_disabled_account_is_listed_as_such_and_can_be_enabled(data: Path) -> None:
    words = (
        "user",
        "add",
        "bo@clinic.example",
        "--role",
        "nurse",
        "--name",
        "Bo",
        "--password",
        "four quiet words here",
    )
    run(*words, "--data", data)

    run("user", "disable", "bo@clinic.example", "--data", data)
    assert "disabled" in run("user", "list", "--data", data).output
    run("user", "disable", "bo@clinic.example", "--undo", "--data", data)

    assert "disabled" not in run("user", "list", "--data", data).output


def test_a_weak_password_is_refused(data: Path) -> None:
    words = ("user", "add", "bo@clinic.example", "--role", "nurse", "--name", "Bo", "--password", "password1234567")

    assert run(*words, "--data", data).exit_code == 1


def test_the_second_factor_of_nobody_cannot_be_reset(data: Path) -> None:
    assert run("user", "reset-factor", "nobody@clinic.example", "--data", data).exit_code == 1


def test_a_program_is_given_its_secret_once(data: Path) -> None:
    said = run("user", "token", "Lab interface", "--data", data)

    assert said.exit_code == 0
    assert "client secret" in said.output


def test_which_organisation_is_asked_when_there_are_several(data: Path) -> None:
    run("org", "add", "Other", "--data", data)

    said = run("user", "token", "Lab", "--data", data)

    assert said.exit_code == 1
    assert "--org" in said.output
    assert "Other" in said.output


def test_an_import_writes_and_tells(data: Path, tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text(json.dumps(PATIENT))

    said = run("import", tmp_path / "p.json", "--data", data, "--errors", tmp_path / "errors.ndjson")

    assert said.exit_code == 0
    assert "created 1" in said.output
    assert not (tmp_path / "errors.ndjson").exists()


def test_what_an_import_refuses_stands_in_the_error_file(data: Path, tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text(json.dumps({**PATIENT, "gender": "robot"}))

    said = run("import", tmp_path / "p.json", "--data", data, "--errors", tmp_path / "errors.ndjson")

    assert said.exit_code == 1
    [line] = (tmp_path / "errors.ndjson").read_text().splitlines()
    assert set(json.loads(line)) == {"file", "entry", "element", "problem"}
    assert json.loads(line)["element"] == "Patient.gender"


def test_a_rehearsal_needs_no_meridian(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text(json.dumps(PATIENT))

    said = run("import", tmp_path / "p.json", "--dry-run", "--data", tmp_path / "nothing")

    assert said.exit_code == 0
    assert "nothing was written" in said.output
    assert not (tmp_path / "nothing").exists()


def test_an_empty_folder_is_nothing_to_import(data: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    assert run("import", tmp_path / "empty", "--data", data).exit_code == 1


def test_a_sound_log_verifies(data: Path) -> None:
    said = run("audit", "verify", "--data", data)

    assert said.exit_code == 0
    assert "the log is whole" in said.output


def test_a_log_verifies_though_the_port_has_changed(data: Path) -> None:
    assert run("doctor", "--data", data, "--port", 65_001).exit_code in {0, 1}
    run("org", "add", "Other", "--data", data)

    assert run("audit", "verify", "--data", data).exit_code == 0


def test_an_export_verifies_by_itself(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "export"

    said = run("audit", "export", folder, "--data", data)

    assert said.exit_code == 0
    assert (folder / "verifier.py").is_file()
    assert verifier.main([str(folder)]) == 0


def test_a_database_that_is_up_to_date_stays_so(data: Path) -> None:
    assert "as it was" in run("migrate", "--data", data).output


def test_the_doctor_finds_nothing_wrong_with_a_new_one_but_an_unbuilt_portal(data: Path) -> None:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]

    said = run("doctor", "--data", data, "--port", port)

    assert [line for line in said.output.splitlines() if line.startswith("FAIL") and "Portal" not in line] == []
    assert "Audit log" in said.output
    seen = {tuple(line.split()[:2]) for line in said.output.splitlines()}
    assert {("OK", "Files"), ("WARN", "Partners"), ("OK", "Diary"), ("OK", "Jobs")} <= seen


def test_the_doctor_knows_files_that_others_can_read(data: Path) -> None:
    folder = data / "files"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)

    said = run("doctor", "--data", data, "--port", 65_001)

    folder.chmod(0o700)
    assert any(line.startswith("FAIL") and "Files" in line and "0700" in line for line in said.output.splitlines())
    assert said.exit_code == 1


def test_the_doctor_of_nothing_says_how_to_begin(tmp_path: Path) -> None:
    said = run("doctor", "--data", tmp_path / "nothing")

    assert "The first `meridian serve` makes it." in said.output
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize(
    ("name", "identity"), [("Lakeside", "lakeside"), ("  ", "organisation"), ("王", "organisation")]
)
def test_an_id_is_made_from_a_name(name: str, identity: str) -> None:
    assert slug(name) == identity
