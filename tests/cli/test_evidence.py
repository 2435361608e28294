"""`meridian evidence`: a pack that is read and verified without Meridian, and holds no patient."""

import hashlib
import json
import re
import sqlite3
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from meridian.cli import main
from meridian.hipaa import register
from meridian.ops import pack

CANARY = "Zaphkiel-Xylophone"
STAFF = "rosa.okafor@clinic.example"


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clinic with an officer, a patient who can sign in, and a program."""
    data = tmp_path_factory.mktemp("evidence") / "data"
    words = tmp_path_factory.mktemp("records") / "patient.json"
    words.write_text(json.dumps({"resourceType": "Patient", "id": "p", "name": [{"family": CANARY}]}))
    for command in (
        ("org", "add", "Clinic"),
        ("import", words),
        ("user", "invite", STAFF, "--role", "security-officer"),
        ("user", "invite", f"{CANARY}@home.example", "--role", "patient", "--patient", "p", "--name", CANARY),
        ("user", "token", "Lab interface"),
    ):
        said = run(*command, "--data", data)
        assert said.exit_code == 0, said.output
    return data


@pytest.fixture(scope="module")
def taken(clinic: Path) -> Path:
    out = clinic.parent / "pack"
    run("evidence", "access-review", "--by", "R. Okafor", "--note", "all well", "--data", clinic)
    said = run("evidence", "--out", out, "--data", clinic)
    assert said.exit_code == 0, said.output
    return out


def test_every_file_is_listed_and_the_list_is_signed(taken: Path) -> None:
    lines = [line.split("  ") for line in (taken / pack.SUMS).read_text().splitlines()]
    sums = {path: digest for digest, path in lines}
    files = {path.relative_to(taken).as_posix() for path in taken.rglob("*") if path.is_file()}

    assert files - set(sums) == {pack.SUMS, pack.SIGNATURE}
    assert all(hashlib.sha256((taken / path).read_bytes()).hexdigest() == digest for path, digest in sums.items())
    assert _openssl(taken, pack.SUMS, pack.SIGNATURE) == 0


def test_a_changed_list_is_not_the_one_that_was_signed(taken: Path, tmp_path: Path) -> None:
    for name in (pack.SUMS, pack.SIGNATURE, pack.KEY):
        (tmp_path / name).write_bytes((taken / name).read_bytes())
    (tmp_path / pack.SUMS).write_bytes((taken / pack.SUMS).read_bytes().replace(b"  hipaa", b"  other", 1))

    assert _openssl(tmp_path, pack.SUMS, pack.SIGNATURE) != 0


def _openssl(folder: Path, name: str, signature: str) -> int:
    words = [
        "openssl",
        "pkeyutl",
        "-verify",
        "-pubin",
        "-inkey",
        pack.KEY,
        "-rawin",
        "-in",
        name,
        "-sigfile",
        signature,
    ]
    return subprocess.run(words, cwd=folder, check=False, capture_output=True).returncode  # noqa: S603  # of this test


def test_it_holds_what_an_auditor_asks_for(taken: Path) -> None:
    index = json.loads((taken / "index.json").read_text())

    assert {"hipaa.html", "status.json", "versions.json", "sbom.cdx.json", "settings.json"} <= set(index["files"])
    assert {"threat-model-meridian-pms.md", "threat-model.otm.json", "threats.html"} <= set(index["files"])
    assert {"log/0.json", "log/1.json", "log/1.checkpoint", "log/1.anchors", "access/now.html"} <= set(index["files"])
    kinds = {path.split("/")[1] for path in index["files"] if path.count("/") == 2}
    assert kinds == {"doctor", "access-review"}
    assert json.loads((taken / "log/1.json").read_text())["whole"] is True
    assert any(
        part["name"] == "cryptography" for part in json.loads((taken / "sbom.cdx.json").read_text())["components"]
    )
    assert set(index["sections"]) <= {*register.load().sections, *register.load().rows}
    assert "164.308(a)(4)(ii)(C)" in index["sections"]


def test_what_was_kept_is_verified_by_the_same_key(taken: Path) -> None:
    for path in (taken / "evidence").rglob("*.json"):
        name = path.relative_to(taken).as_posix()
        assert _openssl(taken, name, f"{name}.sig") == 0, name


def test_no_page_of_it_loads_or_runs_anything(taken: Path) -> None:
    for path in taken.rglob("*.html"):
        assert not re.search(r"<script|<link|<img|(src|href)=.?https?:|\son\w+=", path.read_text()), path


def test_no_patient_is_in_it(taken: Path, clinic: Path) -> None:
    for path in taken.rglob("*"):
        if path.is_file():
            assert CANARY.lower().encode() not in path.read_bytes().lower(), path

    assert STAFF in (taken / "access/now.html").read_text()
    with sqlite3.connect(clinic / "meridian.db") as records:
        assert records.execute("SELECT COUNT(*) FROM membership WHERE role = 'patient'").fetchone() == (1,)
    records.close()


def test_no_secret_is_in_it(taken: Path, clinic: Path) -> None:
    from meridian.app import adapters  # noqa: PLC0415  # only here
    from meridian.settings import load  # noqa: PLC0415  # likewise

    vault = adapters.secrets_alone(load(clinic))
    secrets = [vault.get(name).reveal().encode() for name in vault.names() if "public" not in name]
    whole = b"".join(path.read_bytes() for path in taken.rglob("*") if path.is_file())

    assert secrets
    assert not any(secret in whole for secret in secrets)


def test_a_pack_is_not_laid_over_anything(taken: Path, clinic: Path) -> None:
    said = run("evidence", "--out", taken, "--data", clinic)

    assert said.exit_code == 1
    assert "is not empty" in said.output


def test_where_it_is_to_go_is_asked(clinic: Path) -> None:
    assert run("evidence", "--data", clinic).exit_code == 1


@pytest.mark.usefixtures("taken")
def test_what_is_due_is_said_and_ends_with_one(clinic: Path) -> None:
    said = run("evidence", "status", "--data", clinic)

    assert said.exit_code == 1
    assert re.search(r"DUE\s+drill\s+never", said.output)
    assert re.search(r"^\s+access-review\s+kept .* signed .* every 90 days, 1 kept", said.output, re.MULTILINE)


@pytest.mark.usefixtures("taken")
def test_a_review_that_nobody_has_gone_through_is_not_kept(clinic: Path) -> None:
    said = run("evidence", "access-review", "--org", "Clinic", "--data", clinic)

    assert said.exit_code == 0
    assert "Nothing was kept" in said.output
    assert "Lab interface" in said.output
    assert len(list((clinic / "evidence" / "access-review").glob("*.json"))) == 1


def test_parts_lie_within_the_pack_and_apart() -> None:
    from meridian.audit.checkpoint import Ed25519  # noqa: PLC0415  # only here

    for path in ("../out.json", "/etc/out.json", "twice"):
        parts = [pack.Part(path, b"", "", ()), pack.Part("twice", b"", "", ())]
        with pytest.raises(ValueError, match="paths of their own"):
            pack.bound(parts, name="", at=0, signer=Ed25519(b"\x05" * 32), titles={})


def test_it_is_one_file_too() -> None:
    with zipfile.ZipFile(BytesIO(pack.zipped({"a/b.json": b"{}"}))) as archive:
        assert archive.read("a/b.json") == b"{}"
