"""What is known of drills is evidence: signed, and read however old it is."""

from pathlib import Path

import msgspec

from meridian.audit.checkpoint import Ed25519
from meridian.ops import evidence
from meridian.ops.backup import keeping
from meridian.ops.backup.keeping import Came, Check, Drill
from meridian.ops.evidence import Kind, Standing


def found(at: int, name: str, *, passed: bool) -> Drill:
    return Drill(at, name, 1, passed, [Check("rows", Came.PASSED, "")], 0, 0, 0)


def test_a_drill_is_signed_and_one_from_before_that_was_so_is_still_read(tmp_path: Path) -> None:
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "drill-1.json").write_bytes(msgspec.json.encode(found(1, "before", passed=True)))

    keeping.keep_drill(tmp_path, found(2, "now", passed=True), Ed25519(b"\x05" * 32))

    assert [one.backup for one in keeping.drills(tmp_path)] == ["before", "now"]
    assert [one.standing for one in evidence.held(tmp_path, Kind.DRILL)] == [Standing.SIGNED]


def test_an_altered_drill_shows_nothing(tmp_path: Path) -> None:
    path = keeping.keep_drill(tmp_path, found(1, "one", passed=False), Ed25519(b"\x05" * 32))

    path.write_text(path.read_text().replace("false", "true"))

    assert keeping.last_drill(tmp_path) is None
