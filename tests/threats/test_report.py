"""A report: verified by tools that are not ours, with nothing in it that a page would run."""

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from meridian.threats.attack import Attack, Exchange, Outcome, Result
from meridian.threats.attacker import Attacker
from meridian.threats.findings import Finding, Run
from meridian.threats.register import load
from meridian.threats.report import made_key, read_key, write

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&"


async def never(attacker: Attacker) -> str | None:
    raise AssertionError(attacker)


def run(*results: Result) -> Run:
    seen = tuple(Exchange(f"GET /{HOSTILE}", HOSTILE, "r", HOSTILE) for _ in range(9))
    found = [
        Finding(Attack("AUTH-03", f"auth-03/{no}", HOSTILE, never), Outcome(result, HOSTILE, seen))
        for no, result in enumerate(results)
    ]
    return Run(f"https://clinic.example/{HOSTILE}", "careconnect360", "0.1.0", 0, 60_000, tuple(found), (HOSTILE,))


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes.update(name for name, _ in attrs)


def openssl(*words: str, folder: Path) -> int:
    program = shutil.which("openssl") or pytest.skip("openssl is not installed")
    return subprocess.run([program, *words], cwd=folder, capture_output=True, check=False).returncode  # noqa: S603  # the system's own


def verifies(folder: Path, name: str) -> bool:
    words = (
        "pkeyutl",
        "-verify",
        "-pubin",
        "-inkey",
        "public-key.pem",
        "-rawin",
        "-in",
        name,
        "-sigfile",
        f"{name}.sig",
    )
    return openssl(*words, folder=folder) == 0


@pytest.mark.parametrize("name", ["report.html", "report.json"])
def test_openssl_verifies_what_was_written_and_nothing_else(tmp_path: Path, name: str) -> None:
    write(tmp_path, run(Result.REFUSED), load(), made_key())

    assert verifies(tmp_path, name)
    (tmp_path / name).write_bytes((tmp_path / name).read_bytes().replace(b"refused", b"succeed", 1))
    assert not verifies(tmp_path, name)


def test_a_key_that_is_named_signs(tmp_path: Path) -> None:
    assert openssl("genpkey", "-algorithm", "ed25519", "-out", "key.pem", folder=tmp_path) == 0

    write(tmp_path, run(Result.REFUSED), load(), read_key(tmp_path / "key.pem"))

    assert openssl("pkey", "-in", "key.pem", "-pubout", "-out", "own.pem", folder=tmp_path) == 0
    assert (tmp_path / "own.pem").read_bytes() == (tmp_path / "public-key.pem").read_bytes()


def test_what_is_no_such_key_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("none", encoding="ascii")

    with pytest.raises(ValueError, match=r".+"):
        read_key(tmp_path / "key.pem")


def test_a_page_loads_and_runs_nothing_whatever_was_said(tmp_path: Path) -> None:
    write(tmp_path, run(Result.SUCCEEDED, Result.REFUSED), load(), made_key())
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    tags = Tags(text)

    assert not tags.seen & {"script", "img", "link", "iframe", "object", "a", "form", "base"}
    assert not {name for name in tags.attributes if name.startswith("on") or name in {"src", "href", "style"}}
    assert "default-src &#x27;none&#x27;" in text
    assert re.search(r"&lt;script&gt;alert\(1\)", text)


def test_what_was_refused_is_shown_shortly_and_what_was_not_wholly(tmp_path: Path) -> None:
    write(tmp_path, run(Result.SUCCEEDED, Result.REFUSED), load(), made_key())

    [threat] = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["threats"]

    assert [len(one["evidence"]) for one in threat["attacks"]] == [9, 3]
    assert (threat["result"], threat["tried"], threat["refused"], threat["succeeded"]) == ("succeeded", 2, 1, 1)


def test_a_threat_of_which_something_was_not_run_is_not_refused() -> None:
    assert run(Result.REFUSED, Result.NOT_RUN).tally().word == "not run"
    assert run(Result.REFUSED, Result.SUCCEEDED, Result.NOT_RUN).tally().word == "succeeded"
    assert run(Result.REFUSED).tally().word == "refused"
