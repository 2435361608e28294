from pathlib import Path

import pytest

from meridian.faults import Unavailable
from meridian.ops import doctor
from meridian.ops.doctor import Drilled, Level


@pytest.mark.parametrize(
    ("finding", "level"),
    [
        (doctor.python((3, 10, 14)), Level.FAIL),
        (doctor.python((3, 14, 0)), Level.OK),
        (doctor.sqlite((3, 31, 1)), Level.FAIL),
        (doctor.sqlite((3, 40, 1)), Level.OK),
        (doctor.disk(10 * 2**20), Level.FAIL),
        (doctor.disk(2**30), Level.WARN),
        (doctor.disk(2**40), Level.OK),
        (doctor.clock(1_000.0, 5_000.0), Level.FAIL),
        (doctor.clock(5_000.0, 1_000.0), Level.OK),
        (doctor.files(""), Level.OK),
        (doctor.files("The folder of files can be read by others"), Level.FAIL),
        (doctor.partners(["meridian-pms/medtrack/apikey"], 2), Level.WARN),
        (doctor.partners([], 2), Level.OK),
        (doctor.diary(0), Level.OK),
        (doctor.diary(2), Level.WARN),
        (doctor.relay("turn.example", ""), Level.OK),
        (doctor.relay("turn.example", "has another secret than the vault"), Level.FAIL),
        (doctor.gateway(""), Level.OK),
        (doctor.gateway("The gateway does not answer"), Level.FAIL),
        (doctor.recordings("/srv/media", [5.0]), Level.OK),
        (doctor.recordings("/srv/media", [5.0, 7200.0]), Level.FAIL),
        (doctor.recordings("/srv/media", [], writable=False), Level.FAIL),
        (doctor.backups(None, 26, None)[0], Level.WARN),
        (doctor.backups(3600.0, 26, None)[0], Level.OK),
        (doctor.backups(27 * 3600.0, 26, None)[0], Level.FAIL),
        (doctor.backups(60.0, 26, None)[1], Level.WARN),
        (doctor.backups(60.0, 26, Drilled(60.0, passed=True))[1], Level.OK),
        (doctor.backups(60.0, 26, Drilled(60.0, passed=False))[1], Level.FAIL),
        (doctor.backups(60.0, 26, Drilled(60.0, passed=True, untried=("http",)))[1], Level.WARN),
        (doctor.backups(60.0, 26, Drilled(60.0, passed=False, untried=("http",)))[1], Level.FAIL),
        (doctor.backups(60.0, 26, Drilled(40 * 86400.0, passed=True))[1], Level.WARN),
        (doctor.schema("", "0004"), Level.WARN),
        (doctor.schema("0003", "0004"), Level.WARN),
        (doctor.schema("0005", "0004"), Level.FAIL),
        (doctor.schema("0004", "0004"), Level.OK),
    ],
)
def test_facts_lead_to_findings(finding: doctor.Finding, level: Level) -> None:
    assert finding.level is level


def test_what_is_not_well_says_what_to_do(tmp_path: Path) -> None:
    findings = [*doctor.examine(tmp_path / "nothing", tmp_path), doctor.disk(0), doctor.schema("", "1")]

    assert all(finding.do for finding in findings if finding.level is not Level.OK)


def test_a_folder_that_others_can_enter_is_a_warning(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)

    assert doctor.folder(tmp_path).level is Level.WARN


def test_a_key_that_others_can_read_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "master.key").write_text("1 x")
    (tmp_path / "master.key").chmod(0o644)

    assert doctor.key(tmp_path / "master.key").level is Level.FAIL


def test_a_key_that_is_missing_from_a_folder_in_use_is_a_failure(tmp_path: Path) -> None:
    assert doctor.key(tmp_path / "master.key").level is Level.FAIL


def test_a_port_that_cannot_be_used_says_why() -> None:
    def listen() -> None:
        raise OSError(98, "Address already in use")

    assert "already in use" in doctor.port(8360, listen).found


def test_looking_changes_nothing(tmp_path: Path) -> None:
    list(doctor.examine(tmp_path / "nothing", tmp_path))

    assert not (tmp_path / "nothing").exists()


def test_a_key_service_is_asked_to_wrap_something_instead() -> None:
    def refuses() -> None:
        raise Unavailable("The key service does not answer")

    assert doctor.service(lambda: None).level is Level.OK
    assert (doctor.service(refuses).level, doctor.service(refuses).found) == (
        Level.FAIL,
        "The key service does not answer",
    )


def test_where_a_service_keeps_the_key_no_file_is_looked_for(tmp_path: Path) -> None:
    findings = [one for one in doctor.examine(tmp_path, tmp_path, lambda: None) if one.what == "Master key"]

    assert [one.level for one in findings] == [Level.OK]
