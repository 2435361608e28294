"""What was found is kept, dated and signed, so that openssl alone can tell."""

import base64
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from meridian.audit.checkpoint import Ed25519
from meridian.ops.evidence import Kind, Standing, collected, held, keep, laid, newest, pem

AT = 1_750_000_000_000
SIGNER = Ed25519(b"\x05" * 32)


def test_what_is_kept_is_read_again_oldest_first(tmp_path: Path) -> None:
    keep(tmp_path, Kind.TABLETOP, {"scenario": "lost device"}, SIGNER, AT + 5)
    path = keep(tmp_path, Kind.TABLETOP, {"scenario": "ransomware"}, SIGNER, AT)

    found = held(tmp_path, Kind.TABLETOP)

    assert [one.content["scenario"] for one in found] == ["ransomware", "lost device"]
    assert [one.standing for one in found] == [Standing.SIGNED] * 2
    assert path.relative_to(tmp_path).as_posix() == "evidence/tabletop/20250615T150640.000Z.json"
    last = newest(tmp_path, Kind.TABLETOP)
    assert last is not None
    assert last.at == AT + 5


def test_nothing_was_ever_found(tmp_path: Path) -> None:
    assert newest(tmp_path, Kind.VERIFY) is None


def test_two_of_one_millisecond_are_both_kept(tmp_path: Path) -> None:
    for no in (1, 2, 3):
        keep(tmp_path, Kind.DOCTOR, {"no": no}, SIGNER, AT)

    assert sorted(one.content["no"] for one in held(tmp_path, Kind.DOCTOR)) == [1, 2, 3]


def test_an_altered_finding_is_not_as_it_was_signed(tmp_path: Path) -> None:
    path = keep(tmp_path, Kind.DRILL, {"passed": False}, SIGNER, AT)

    path.write_text(path.read_text().replace("false", "true"))

    assert [one.standing for one in held(tmp_path, Kind.DRILL)] == [Standing.ALTERED]


def test_a_finding_signed_by_a_stranger_is_not_ours(tmp_path: Path) -> None:
    keep(tmp_path, Kind.DRILL, {}, SIGNER, AT)
    path = keep(tmp_path / "elsewhere", Kind.DRILL, {}, Ed25519(b"\x06" * 32), AT + 1)
    for name in (path.name, f"{path.name}.sig"):
        shutil.copy(path.with_name(name), tmp_path / "evidence" / "drill" / name)

    assert [one.standing for one in held(tmp_path, Kind.DRILL)] == [Standing.SIGNED, Standing.ALTERED]


def test_a_key_that_was_put_beside_is_not_the_one_that_was_given(tmp_path: Path) -> None:
    keep(tmp_path, Kind.DRILL, {}, Ed25519(b"\x06" * 32), AT)

    assert held(tmp_path, Kind.DRILL)[0].standing is Standing.SIGNED
    assert held(tmp_path, Kind.DRILL, SIGNER.public)[0].standing is Standing.ALTERED


def test_a_finding_of_one_kind_does_not_pass_for_another(tmp_path: Path) -> None:
    path = keep(tmp_path, Kind.DOCTOR, {}, SIGNER, AT)
    shutil.copytree(path.parent, path.parent.with_name("verify"))

    assert [one.standing for one in held(tmp_path, Kind.VERIFY)] == [Standing.ALTERED]


@pytest.mark.parametrize("text", ["", "[]", '{"at": "2025-06-15T15:06:40.000Z", "content": 3}'])
def test_what_is_no_finding_at_all_is_altered(tmp_path: Path, text: str) -> None:
    path = keep(tmp_path, Kind.DRILL, {}, SIGNER, AT)
    path.write_text(text)

    [found] = held(tmp_path, Kind.DRILL)

    assert (found.standing, found.at, found.content) == (Standing.ALTERED, AT, {})


def test_a_process_without_the_key_keeps_what_it_found_unsigned(tmp_path: Path) -> None:
    path = keep(tmp_path, Kind.DRILL, {"passed": True}, None, AT)

    assert held(tmp_path, Kind.DRILL)[0].standing is Standing.UNSIGNED

    path.with_name(f"{path.name}.sig").write_bytes(b"x")
    assert held(tmp_path, Kind.DRILL)[0].standing is Standing.ALTERED


def test_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="gossip"):
        keep(tmp_path, "gossip", {}, SIGNER, AT)


def test_openssl_agrees(tmp_path: Path) -> None:
    path = keep(tmp_path, Kind.VERIFY, {"refused": 412}, SIGNER, AT)
    [key] = (tmp_path / "evidence" / "keys").iterdir()
    ask = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", str(key), "-rawin", "-in", str(path)]
    ask += ["-sigfile", f"{path}.sig"]

    assert _exit_of(ask) == 0

    path.write_bytes(path.read_bytes().replace(b"412", b"413"))
    assert _exit_of(ask) != 0


def _exit_of(ask: list[str]) -> int:
    return subprocess.run(ask, check=False, capture_output=True).returncode  # noqa: S603  # arguments of this test


def test_the_key_is_in_the_finding_and_beside_it(tmp_path: Path) -> None:
    path = keep(tmp_path, Kind.VERIFY, {}, SIGNER, AT)

    [beside] = (tmp_path / "evidence" / "keys").iterdir()
    public = Ed25519PrivateKey.from_private_bytes(b"\x05" * 32).public_key().public_bytes_raw()
    assert base64.b64decode(json.loads(path.read_text())["key"]) == public
    assert beside.read_bytes() == pem(public)


def test_what_was_collected_is_laid_elsewhere_and_still_holds(tmp_path: Path) -> None:
    keep(tmp_path / "here", Kind.DRILL, {"passed": True}, SIGNER, AT)
    (tmp_path / "here" / "evidence" / "backup.json").write_text("{}")

    laid(tmp_path / "there", collected(tmp_path / "here"))

    assert [one.standing for one in held(tmp_path / "there", Kind.DRILL)] == [Standing.SIGNED]
    assert sorted(path.split("/")[0] for path in collected(tmp_path / "there")) == ["drill", "drill", "keys"]


def test_what_is_no_evidence_is_laid_nowhere(tmp_path: Path) -> None:
    for name in ("../drill/20250615T150640.000Z.json", "drill/x.json", "backup.json"):
        with pytest.raises(ValueError, match="no file of evidence"):
            laid(tmp_path, {name: b"{}"})
