"""What is due is said, and what was altered, failed or practised by nobody shows nothing."""

from pathlib import Path
from typing import Any

import pytest

from meridian.audit.checkpoint import Ed25519
from meridian.ops.evidence import Kind, keep
from meridian.ops.standing import DAY, DUE, Line, lines

SIGNER = Ed25519(b"\x05" * 32)
AT = 1_750_000_000_000


def line(data: Path, kind: Kind, now: int = AT) -> Line:
    return next(one for one in lines(data, now, SIGNER.public) if one.kind == kind)


def test_where_nothing_was_kept_everything_is_due(tmp_path: Path) -> None:
    assert {one.kind for one in lines(tmp_path, AT) if one.overdue and one.came == "never"} == set(DUE)


@pytest.mark.parametrize("kind", DUE)
def test_each_kind_is_due_again_after_its_days(tmp_path: Path, kind: Kind) -> None:
    keep(tmp_path, kind, {"passed": True}, SIGNER, AT)

    assert not line(tmp_path, kind, AT + DUE[kind] * DAY).overdue
    assert line(tmp_path, kind, AT + DUE[kind] * DAY + 1).overdue


@pytest.mark.parametrize(
    ("kind", "content", "came"),
    [
        (Kind.DRILL, {"passed": False}, "failed"),
        (Kind.VERIFY, {"tried": 9, "succeeded": 0}, "passed"),
        (Kind.VERIFY, {"tried": 9, "succeeded": 0, "leftOut": ["AUTH-01"]}, "failed"),
        (Kind.VERIFY, {"tried": 9, "succeeded": 1}, "failed"),
        (Kind.VERIFY, {"tried": 0, "succeeded": 0}, "failed"),
        (Kind.PROVE, {"twins": [{"caught": True}], "unproved": []}, "passed"),
        (Kind.PROVE, {"twins": [{"caught": False}], "unproved": []}, "failed"),
        (Kind.PROVE, {"twins": [{"caught": True}], "unproved": ["API-01"]}, "failed"),
        (Kind.TABLETOP, {"steps": [{"exit": 0}]}, "passed"),
        (Kind.TABLETOP, {"steps": [{"exit": 1}]}, "failed"),
        (Kind.ACCESS_REVIEW, {"by": "R. Okafor"}, "kept"),
    ],
)
def test_what_came_of_it_is_told(tmp_path: Path, kind: Kind, content: dict[str, Any], came: str) -> None:
    keep(tmp_path, kind, content, SIGNER, AT)

    assert (line(tmp_path, kind).came, line(tmp_path, kind).well) == (came, came != "failed")


def test_what_was_altered_is_due_and_has_failed(tmp_path: Path) -> None:
    path = keep(tmp_path, Kind.DRILL, {"passed": False}, SIGNER, AT)
    path.write_text(path.read_text().replace("false", "true"))

    found = line(tmp_path, Kind.DRILL)

    assert (found.came, found.standing, found.overdue) == ("failed", "altered", True)


def test_an_exercise_at_which_nobody_was_asked_is_none(tmp_path: Path) -> None:
    keep(tmp_path, Kind.TABLETOP, {"unattended": True, "steps": []}, SIGNER, AT)

    assert line(tmp_path, Kind.TABLETOP).came == "never"


def test_an_incident_is_due_at_no_time(tmp_path: Path) -> None:
    assert Kind.INCIDENT not in {one.kind for one in lines(tmp_path, AT)}
