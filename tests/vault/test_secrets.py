from pathlib import Path

import pytest

from meridian.faults import NotFound
from meridian.vault.master import FileMaster
from meridian.vault.secrets import Secret, Secrets
from meridian.vault.unreadable import Unreadable

MASTER = FileMaster({1: bytes(32)})


def test_a_secret_is_kept_sealed_and_found_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "secrets"
    Secrets(path, MASTER).put("mariadb/password", "tr0ub4dor")
    Secrets(path, MASTER).put("another", "x")

    assert Secrets(path, MASTER).get("mariadb/password").reveal() == "tr0ub4dor"
    assert Secrets(path, MASTER).names() == ["another", "mariadb/password"]
    assert b"tr0ub4dor" not in path.read_bytes()
    assert b"mariadb" not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_secret_does_not_show_itself() -> None:
    secret = Secret("tr0ub4dor")

    assert "tr0ub4dor" not in f"{secret} {secret!r} {[secret]} %s" % secret  # every way of printing


def test_a_secret_that_is_not_there_is_said_by_name(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="nothing/here"):
        Secrets(tmp_path / "secrets", MASTER).get("nothing/here")


@pytest.mark.parametrize("name", ["", "Upper", "/a", "a/", "a//b", "a b", "../x", ".x"])
def test_a_name_is_a_path_in_lower_case(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="lower case"):
        Secrets(tmp_path / "secrets", MASTER).put(name, "x")


def test_another_master_key_or_an_altered_file_is_a_clear_fault(tmp_path: Path) -> None:
    path = tmp_path / "secrets"
    Secrets(path, MASTER).put("a", "x")

    with pytest.raises(Unreadable):
        Secrets(path, FileMaster({1: b"x" * 32})).get("a")
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(Unreadable):
        Secrets(path, MASTER).put("b", "y")


def test_secrets_move_to_a_new_master_key(tmp_path: Path) -> None:
    path = tmp_path / "secrets"
    Secrets(path, MASTER).put("a", "x")

    Secrets(path, FileMaster({1: bytes(32), 2: b"n" * 32})).reseal()

    assert Secrets(path, FileMaster({2: b"n" * 32})).get("a").reveal() == "x"
