"""Keys are changed by command, and what they seal stays readable; an old key alone opens nothing any more."""

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from meridian.cli import main
from meridian.vault.master import open_master
from meridian.vault.secrets import Secrets
from meridian.vault.unreadable import Unreadable


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "clinic"
    assert run("org", "add", "Harbor", "--data", folder).exit_code == 0
    return folder


def sound(data: Path) -> bool:
    """Records, accounts and logs can be read: what is written next needs every key."""
    added = run("user", "token", "program", "--org", "Harbor", "--data", data)
    return added.exit_code == 0 and run("audit", "verify", "--data", data).exit_code == 0


def test_a_new_master_key_opens_all_that_the_old_one_did(data: Path) -> None:
    assert run("key", "rotate", "--data", data).exit_code == 0

    assert sound(data)
    assert open_master(data / "master.key").generation == 2


def test_once_retired_the_old_master_key_opens_nothing(data: Path) -> None:
    old = Path(shutil.copy(data / "master.key", data.parent / "old.key"))
    run("key", "rotate", "--data", data)

    assert run("key", "retire", "--data", data).exit_code == 0

    assert sound(data)
    with pytest.raises(Unreadable):
        Secrets(data / "secrets.sealed", open_master(old)).names()


def test_an_organisation_gets_a_new_key(data: Path) -> None:
    told = run("key", "rotate", "--org", "Harbor", "--data", data)

    assert "Harbor has a new key" in told.output
    assert sound(data)


def test_keys_of_no_meridian_are_not_changed(tmp_path: Path) -> None:
    told = run("key", "rotate", "--data", tmp_path)

    assert told.exit_code == 3
    assert not (tmp_path / "master.key").exists()


def test_the_master_key_comes_back_from_its_shares(data: Path, tmp_path: Path) -> None:
    assert run("key", "split", tmp_path / "shares", "--shares", "4", "--needed", "2", "--data", data).exit_code == 0
    pages = sorted((tmp_path / "shares").iterdir())
    lines = [re.findall("<code>(.*)</code>", page.read_text())[0] for page in pages]
    key = (data / "master.key").read_bytes()
    (data / "master.key").unlink()

    mistyped = lines[0][:-1] + ("0" if lines[0][-1] != "0" else "1")
    said = CliRunner().invoke(
        main, ["key", "join", "--data", str(data)], input=f"{mistyped}\n{lines[3]}\n{lines[3]}\n{lines[1]}\n"
    )

    assert said.exit_code == 0, said.output
    assert (data / "master.key").read_bytes() == key
    assert [page.stat().st_mode & 0o077 for page in pages] == [0] * 4
    assert all("<svg" in page.read_text() for page in pages)
    assert sound(data)
    assert run("key", "join", "--data", data).exit_code == 1, "a key that is there is left as it is"


def test_a_key_with_older_ones_beside_it_is_not_split(data: Path, tmp_path: Path) -> None:
    run("key", "rotate", "--data", data)

    said = run("key", "split", tmp_path / "shares", "--data", data)

    assert said.exit_code == 3
    assert "key retire" in said.output
