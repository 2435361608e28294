"""Secrets are seen where they are: by their shape in a checkout and its history, by their value in every writing."""

import asyncio
import base64
import subprocess
from pathlib import Path

import httpx
import pytest

from meridian.testing import trees
from meridian.testing.weaknesses import of_checkouts
from meridian.threats import leaks
from meridian.threats.attack import NotRun, Try
from meridian.threats.attacker import Attacker
from meridian.threats.attacks import data_02
from meridian.threats.material import Material

NOWHERE = "http://localhost:1"


def attacker(source: Path | None = None, data: Path | None = None) -> Attacker:
    return Attacker(NOWHERE, Material({}, {}), source=source, data=data)


def came_of(attack: Try, whoever: Attacker) -> str | None:
    async def work() -> str | None:
        return await attack(whoever)

    return asyncio.run(work())


def git(folder: Path, *words: str) -> None:
    said = ("-c", "user.name=t", "-c", "user.email=t@t.invalid", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *said, *words], check=True, capture_output=True)  # noqa: S603, S607  # ours


@pytest.mark.parametrize("weakness", [name for name in of_checkouts() if name.startswith("data-02/")])
def test_a_key_that_lies_in_a_checkout_is_found(weakness: str, tmp_path: Path) -> None:
    source = trees.checkout(tmp_path / "source")
    whole = came_of(data_02.code, attacker(source))
    of_checkouts()[weakness](source)

    assert whole is None
    assert "a private key stands in the code" in str(came_of(data_02.code, attacker(source)))


@pytest.mark.parametrize("kind", sorted(data_02.samples()))
def test_what_was_struck_out_again_is_found_in_the_history(kind: str, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    for text in (data_02.samples()[kind], "nothing"):
        (tmp_path / "notes.txt").write_text(text, encoding="utf-8")
        git(tmp_path, "add", "notes.txt")
        git(tmp_path, "commit", "--quiet", "--message", "notes: more")

    assert came_of(data_02.code, attacker(tmp_path)) is None
    assert f"{kind} stands in the history" in str(came_of(data_02.old_code, attacker(tmp_path)))


def test_a_value_is_found_in_every_writing_of_it_and_told_by_its_name() -> None:
    key = bytes(range(32))
    known = leaks.Known({"the key": leaks.forms(base64.b64encode(key).decode())})

    for writing in (key, key.hex().encode(), key.hex().upper().encode(), base64.b64encode(key)):
        assert known.within(b"before" + writing + b"after") == "the key"
    assert known.within(b"nothing of it") == ""


def test_parts_of_a_secret_that_is_json_are_secrets() -> None:
    known = leaks.Known({"the login": leaks.forms('{"user": "meridian", "password": "a made-up one"}')})

    assert known.within(b"password=a made-up one") == "the login"


@pytest.mark.parametrize(
    "text",
    [
        'password = "correct-horse-battery-staple"',
        'token: "0000000000000000000000000000"',
        "-----BEGIN " + "PRIVATE KEY-----",
        "AKIA" + "IOSFODNN7EXAMPLE",
        "mariadb://meridian@db.example/clinic",
        'secret = "meridian-pms/scriptguard/apikey"',
    ],
)
def test_what_only_looks_like_a_secret_is_left_alone(text: str) -> None:
    assert list(leaks.found(text.encode())) == []


def test_a_link_that_works_for_a_minute_is_struck_out_of_the_evidence() -> None:
    whoever, where = attacker(), "/api/documents/content/kZ9-a_link_of_a_minute"
    asked = httpx.Request("GET", f"{NOWHERE}{where}?download=true")

    whoever.remember(httpx.Response(307, json={"url": where}, headers={"location": f"{NOWHERE}{where}"}, request=asked))

    [kept] = whoever.evidence()
    assert "kZ9" not in repr(kept)
    assert kept.asked == "GET /api/documents/content/…?download=true"
    assert kept.answered.count("/api/documents/content/…") == 2


def test_where_nothing_is_at_hand_nothing_is_taken_for_clean(tmp_path: Path) -> None:
    for attack in (data_02.code, data_02.old_code, data_02.environment, data_02.own_code, data_02.database):
        with pytest.raises(NotRun):
            came_of(attack, attacker())
    with pytest.raises(NotRun, match="no process"):
        came_of(data_02.core, attacker(data=tmp_path))
