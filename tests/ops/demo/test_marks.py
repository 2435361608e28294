from datetime import date
from pathlib import Path

from meridian.ops.demo import marks

DAY = date(2026, 11, 20)


def test_a_folder_is_no_clinic_until_the_end(tmp_path: Path) -> None:
    folder = tmp_path / "demo"

    marks.begin(folder)

    assert not marks.is_made(folder)
    assert marks.is_unfinished(folder)


def test_a_finished_clinic_says_for_which_day(tmp_path: Path) -> None:
    marks.begin(tmp_path)

    marks.end(tmp_path, DAY)

    assert marks.is_made(tmp_path)
    assert marks.fresh_on(tmp_path) == DAY


def test_a_clinic_whose_making_began_again_is_none(tmp_path: Path) -> None:
    marks.begin(tmp_path)
    marks.end(tmp_path, DAY)

    marks.begin(tmp_path)

    assert not marks.is_made(tmp_path)
