import threading
from pathlib import Path

import pytest

from meridian.vault.master import FileMaster, create_master, open_master, retire_master, rotate_master
from meridian.vault.unreadable import Unreadable


def test_the_first_start_makes_a_key_that_only_its_owner_reads(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "master.key"

    wrapped = create_master(path).wrap(b"small", b"context")

    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["master.key"]
    assert create_master(path).unwrap(wrapped, b"context") == b"small"


def test_two_first_starts_agree_on_one_key(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    made: list[FileMaster] = []
    threads = [threading.Thread(target=lambda: made.append(create_master(path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 8
    assert {open_master(path).unwrap(one.wrap(b"x", b""), b"") for one in made} == {b"x"}
    assert [file.name for file in tmp_path.iterdir()] == ["master.key"]


def test_a_rotated_key_opens_old_and_new_until_the_old_is_retired(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    old = create_master(path).wrap(b"old", b"")

    rotated = rotate_master(path)
    new = rotated.wrap(b"new", b"")

    assert rotated.generation == 2
    assert [rotated.unwrap(one, b"") for one in (old, new)] == [b"old", b"new"]
    retired = retire_master(path)
    assert retired.unwrap(new, b"") == b"new"
    with pytest.raises(Unreadable, match="not here"):
        retired.unwrap(old, b"")


def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    create_master(path)
    path.chmod(0o640)

    with pytest.raises(Unreadable, match="0600"):
        open_master(path)


@pytest.mark.parametrize("text", ["", "1", "one AAAA", "1 AAAA", "1 !!!!", "\xff"])
def test_a_damaged_key_file_is_refused_and_not_shown(tmp_path: Path, text: str) -> None:
    path = tmp_path / "master.key"
    path.write_text(text, encoding="latin-1")
    path.chmod(0o600)

    with pytest.raises(Unreadable, match=r"master\.key"):
        open_master(path)


def test_a_lost_key_file_is_refused_and_not_made_anew(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        open_master(tmp_path / "master.key")
    assert not (tmp_path / "master.key").exists()
