"""Secrets reach programs that read files, and nobody else."""

from pathlib import Path

import pytest

from meridian.faults import Invalid, NotFound
from meridian.vault.filling import fill, filled
from meridian.vault.master import FileMaster
from meridian.vault.secrets import Secrets

LONG = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def vault(tmp_path: Path) -> Secrets:
    made = Secrets(tmp_path / "secrets", FileMaster({1: bytes(32)}))
    made.put("turn/secret", LONG)
    return made


def test_a_place_is_filled_and_all_else_is_left(vault: Secrets) -> None:
    assert filled("a@b\nsecret=@secret:turn/secret@\n# @x@", vault) == f"a@b\nsecret={LONG}\n# @x@"


def test_a_secret_that_is_not_there_leaves_no_copy(vault: Secrets, tmp_path: Path) -> None:
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "a").write_text("@secret:turn/secret@")
    (tmp_path / "conf" / "b").write_text("@secret:no/such@")

    with pytest.raises(NotFound, match="no/such"):
        fill(tmp_path / "conf", tmp_path / "run", vault)

    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("value", ["short", f'{LONG}"; admin = true; #', f"{LONG}\nno-auth", f"{LONG} x"])
def test_a_secret_that_could_say_more_than_itself_is_refused(vault: Secrets, value: str) -> None:
    vault.put("turn/secret", value)

    with pytest.raises(Invalid, match="turn/secret") as refused:
        filled("secret=@secret:turn/secret@", vault)

    assert value not in refused.value.detail


def test_copies_are_their_owners_alone(vault: Secrets, tmp_path: Path) -> None:
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "a").write_text("secret=@secret:turn/secret@")

    [written] = fill(tmp_path / "conf", tmp_path / "run" / "it", vault)

    assert written.read_text() == f"secret={LONG}"
    assert written.stat().st_mode & 0o777 == 0o600
    assert written.parent.stat().st_mode & 0o777 == 0o700


def test_a_copy_is_made_anew_when_the_secret_changed(vault: Secrets, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("@secret:turn/secret@")
    fill(tmp_path / "a", tmp_path / "b", vault)
    vault.put("turn/secret", LONG[::-1])

    fill(tmp_path / "a", tmp_path / "b", vault)

    assert (tmp_path / "b").read_text() == LONG[::-1]
