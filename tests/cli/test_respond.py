"""An incident from its opening to its close at the command line, and a tabletop that leaves signed evidence."""

import csv
import json
import re
import subprocess
from pathlib import Path

from click.testing import CliRunner

from meridian.cli import main
from meridian.cli.tabletop import NURSE, scratch
from meridian.ops import evidence
from meridian.ops.respond.tabletop import scenarios

VERIFY = "openssl pkeyutl -verify -pubin -inkey KEY.pem -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig"


def meridian(data: Path, *words: str, code: int = 0) -> str:
    done = CliRunner().invoke(main, [*words, "--data", str(data)], prog_name="meridian", catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done.output


def test_an_incident_is_answered_and_its_record_says_how(tmp_path: Path) -> None:
    with scratch() as (data, places):
        respond = ("respond",)
        assert "Incident 1 is open" in meridian(data, *respond, "open", "Ann's tablet", "--kind", "lost-device")
        listed = tmp_path / "list.csv"
        said = meridian(
            data, *respond, "affected", "--account", NURSE, "--csv", str(listed), "--names", "--incident", "1"
        )
        meridian(data, *respond, "freeze", NURSE, "--incident", "1")
        meridian(data, *respond, "isolate", "medtrack", "--incident", "1")
        status = meridian(data, *respond, "status")
        kept = tmp_path / "evidence"
        meridian(data, *respond, "preserve", str(kept), "--incident", "1")
        meridian(data, *respond, "isolate", "medtrack", "--incident", "2", code=1)

        assert said.startswith("3 patients")
        rows = list(csv.DictReader(listed.read_text(encoding="utf-8").splitlines()))
        assert sorted((row["name"], row["state"], row["types"]) for row in rows) == [
            (f"MADE-UP {number}, Ann", "CA", "Patient") for number in range(3)
        ]
        assert listed.stat().st_mode & 0o777 == 0o600
        assert [line.split()[0] for line in status.splitlines()] == ["frozen", "isolated", "incident"]
        _is_whole(kept)
        shown = meridian(data, *respond, "show", "1")
        assert re.findall(r"  (opened|affected|freeze|isolate|preserve)", shown) == [
            "opened", "affected", "freeze", "isolate", "preserve",
        ]  # fmt: skip
        sealed = (data / "incidents" / "1.sealed").read_bytes()
        assert b"tablet" not in sealed
        meridian(data, *respond, "clock", "1", "--affected", "501", "--state", "CA=501")
        meridian(data, *respond, "close", "1", "Found")
        meridian(data, *respond, "note", "1", "too late", code=1)
        closed = evidence.newest(data, evidence.Kind.INCIDENT)
        assert closed is not None
        assert closed.standing is evidence.Standing.SIGNED
        assert [one["section"] for one in closed.content["duties"]] == [
            "45 CFR 164.404(b)", "45 CFR 164.406", "45 CFR 164.408(b)",
        ]  # fmt: skip
        assert "tablet" not in json.dumps(closed.content)
        assert "whole" in meridian(data, "audit", "verify")
        for path in (kept, *kept.rglob("*")):
            path.chmod(0o700)
        assert places["N"] == "1"


def _is_whole(kept: Path) -> None:
    """As anybody sees it without us: every sum right, the list signed, nothing to be written, no secret in it."""
    for command in ("sha256sum -c --quiet SHA256SUMS", VERIFY):
        done = subprocess.run(command.split(), cwd=kept, check=False, capture_output=True)  # noqa: S603  # the machine's
        assert done.returncode == 0, done.stderr
    assert all(path.stat().st_mode & 0o222 == 0 for path in (kept, *kept.rglob("*")))
    names = {path.name for path in kept.rglob("*")}
    assert {"checkpoint", "versions.json", "configuration.toml", "1.sealed"} <= names
    assert not {"master.key", "secrets.sealed", "meridian.db"} & names


def test_a_tabletop_runs_the_runbook_on_a_scratch_house_and_is_kept_signed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    meridian(data, "org", "add", "Real Clinic")
    before = (data / "meridian.db").read_bytes()

    meridian(data, "respond", "tabletop", "--scenario", "insider", code=1)
    meridian(data, "respond", "tabletop", "--scenario", "flood", "--yes", code=1)
    assert (data / "meridian.db").read_bytes() == before
    typed = "\n".join(["call the officer", *[""] * 8, "the list took long", "", "Amy: practise again", "", ""])
    words = ["respond", "tabletop", "--scenario", "insider", "--participant", "Olu, officer", "--data", str(data)]
    done = CliRunner().invoke(main, words, input=typed, prog_name="meridian", catch_exceptions=False)
    assert done.exit_code == 0, done.output

    kept = evidence.newest(data, evidence.Kind.TABLETOP)
    assert kept is not None
    assert (kept.standing, kept.content["participants"]) == (evidence.Standing.SIGNED, ["Olu, officer"])
    steps = kept.content["steps"]
    assert [step["asked"] for step in steps] == [step.ask for step in scenarios()["insider"].step]
    assert [step["exit"] for step in steps] == [0] * len(steps)
    assert steps[0]["decided"] == "call the officer"
    assert not (data / "incidents").exists(), "the practice left nothing in the real house"
    assert "insider" in meridian(data, "respond", "tabletop", "--list")
