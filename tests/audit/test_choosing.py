"""Chosen entries with their proofs, and either kind of export verified where nothing of ours is installed."""

import io
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from meridian.audit import checkpoint, choosing, merkle, verifier
from meridian.audit.anchors import Anchors
from meridian.audit.archiving import Archivist
from meridian.audit.checkpoint import Checkpointer, Ed25519
from meridian.audit.entry import Entry
from meridian.faults import Unavailable
from meridian.files.archive import FolderArchive
from meridian.store.engine import Engine
from meridian.testing import logs

Write: TypeAlias = Callable[[Sequence[Entry]], Coroutine[Any, Any, None]]
pytestmark = pytest.mark.anyio
PLACES = [0, 7, 255, 256, 299, 300, 580]


def entries(count: int) -> list[Entry]:
    return [Entry(org=1, time=at, action="read", what=f"Patient/p{at}", patient=f"p{at}") for at in range(count)]


@pytest.fixture
def key(signer: Ed25519) -> verifier.Key:
    return checkpoint.key(signer, checkpoint.origin("clinic.example", 1))


async def test_chosen_entries_are_exported_with_what_shows_that_they_are_in_the_log(  # noqa: PLR0917  # fixtures
    logged: Engine,
    write: Write,
    checkpointer: Checkpointer,
    signer: Ed25519,
    anchors: Anchors,
    key: verifier.Key,
    tmp_path: Path,
) -> None:
    with pytest.raises(Unavailable):
        await choosing.head(logged, 1, anchors)
    await write(entries(300))
    await checkpointer.once()
    older = anchors.newest_note(1)
    await write(entries(300))
    await checkpointer.once()
    top = (await choosing.head(logged, 1, anchors))._replace(anchored=older)

    pieces = [one async for one in choosing.archive(logged, 1, PLACES, top, signer=signer, asked="patient=p7")]
    zipfile.ZipFile(io.BytesIO(b"".join(pieces))).extractall(tmp_path / "out")

    report = verifier.verify_selection(tmp_path / "out", [key])
    assert (report.findings, report.entries, report.signed, report.checkpoints) == ([], len(PLACES), 600, 2)
    assert len(pieces) > len(PLACES)
    assert (tmp_path / "out" / "consistency" / "300-600").is_file()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both kinds of export of one log of 600 entries, and the verifier's file beside them; nothing else."""
    away, log = tmp_path_factory.mktemp("away"), logs.bodies(600)
    logs.export(away / "whole", log, [300, 600])
    (away / "whole" / "anchors").write_text((away / "whole" / "checkpoints").read_text())
    _chosen(away / "chosen", log)
    shutil.copy(verifier.__file__, away / "verifier.py")
    return away


def _chosen(folder: Path, log: list[bytes]) -> None:
    leaves = logs.hashes(log)
    (folder / "entries").mkdir(parents=True)
    (folder / "consistency").mkdir()
    note = logs.note(600, logs.root(log))
    for place in PLACES:
        (folder / "entries" / f"{place}.json").write_bytes(log[place])
        proof = logs.folded(merkle.inclusion(place, 600), leaves)
        (folder / "entries" / f"{place}.tlog-proof").write_text(
            f"c2sp.org/tlog-proof@v1\nindex {place}\n{proof}\n{note}"
        )
    (folder / "checkpoint").write_text(note)
    (folder / "anchors").write_text(logs.line(logs.note(300, logs.root(log[:300]))))
    (folder / "consistency" / "300-600").write_text(logs.folded(merkle.consistency(300, 600), leaves))
    signer = Ed25519(b"\x07" * 32)
    chosen = choosing.selection(signer, logs.ORIGIN, [leaves[place] for place in PLACES], "patient=p7")
    (folder / "selection").write_text(chosen)


@pytest.fixture
def away(made: Path, tmp_path: Path) -> Path:
    """A copy that may be tampered with."""
    return Path(shutil.copytree(made, tmp_path / "away"))


def bare(away: Path, folder: str, *more: str) -> "subprocess.CompletedProcess[str]":
    """Python as it comes, without any package: neither ours nor `cryptography` can be imported."""
    python = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    command = [str(python), "-I", "-S", "verifier.py", folder, "--key", str(logs.KEY), *more]
    return subprocess.run(command, cwd=away, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603  # ours


def test_a_bare_python_has_nothing_of_ours_to_import() -> None:
    python = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    for name in ("meridian", "cryptography", "msgspec"):
        command = [str(python), "-I", "-S", "-c", f"import {name}"]
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, timeout=60)  # noqa: S603  # ours
        assert f"No module named '{name}'" in done.stderr


@pytest.mark.parametrize(
    ("folder", "said"), [("whole", "the log is whole"), ("chosen", "every entry is in the log, as it was written")]
)
def test_a_bare_python_and_one_file_verify_an_export(made: Path, folder: str, said: str) -> None:
    done = bare(made, folder)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(f"{said}\n")


def edit(path: str, old: bytes, new: bytes) -> Callable[[Path], None]:
    def tamper(away: Path) -> None:
        content = (away / path).read_bytes()
        assert old in content
        (away / path).write_bytes(content.replace(old, new, 1))

    return tamper


def bundle(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Path], None]:
    def tamper(away: Path) -> None:
        path = away / "whole/tile/entries/001"
        path.write_bytes(
            b"".join(len(one).to_bytes(2, "big") + one for one in change(list(verifier.split(path.read_bytes()))))
        )

    return tamper


def anew(log: list[bytes], *sizes: int) -> Callable[[Path], None]:
    """The whole export is made anew, hashes, tiles and all, but the checkpoints cannot be signed."""

    def tamper(away: Path) -> None:
        whole = away / "whole"
        kept = {name: (whole / name).read_text() for name in ("checkpoint", "checkpoints", "anchors")}
        shutil.rmtree(whole)
        logs.export(whole, log, [])
        for name, text in kept.items():
            (whole / name).write_text(text)
        if sizes:
            keep = "".join(line + "\n" for line in kept["checkpoints"].splitlines()[: len(sizes)])
            (whole / "checkpoints").write_text(keep)
            (whole / "checkpoint").write_text(logs.note(sizes[-1], logs.root(log)))

    return tamper


def tile(path: str, at: int) -> Callable[[Path], None]:
    def tamper(away: Path) -> None:
        content = bytearray((away / path).read_bytes())
        content[at] ^= 1
        (away / path).write_bytes(content)

    return tamper


def turned(away: Path) -> None:
    path = away / "whole/anchors"
    path.write_text("".join(reversed(path.read_text().splitlines(keepends=True))))


def removed(*paths: str) -> Callable[[Path], None]:
    def tamper(away: Path) -> None:
        for path in paths:
            (away / path).unlink()

    return tamper


def moved(away: Path) -> None:
    one, other = (away / f"chosen/entries/{place}.json" for place in (7, 255))
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


LOG = logs.bodies(600)
REWRITTEN = [*LOG[:400], *(body.replace(b'"read"', b'"vread"') for body in LOG[400:])]
TAMPERINGS: dict[str, tuple[str, Callable[[Path], None], str]] = {
    "changed": ("whole", edit("whole/tile/entries/000", b'"Patient/p3"', b'"Patient/pX"'), "changed: entry 3 "),
    "missing": ("whole", bundle(lambda log: log[:5] + log[6:]), "missing: "),
    "inserted": ("whole", bundle(lambda log: [*log[:5], log[4].replace(b'"read"', b'"vread"'), *log[5:]]), "inserted:"),
    "reordered": ("whole", bundle(lambda log: [log[1], log[0], *log[2:]]), "reordered: "),
    "cut off": ("whole", anew(LOG[:300], 300), "cut-off: "),
    "rewritten": ("whole", anew(REWRITTEN), "BROKEN"),
    "hash": ("whole", tile("whole/tile/0/001", 40), "hash: "),
    "tile": ("whole", tile("whole/tile/1/000.p/2", 40), "tile: "),
    "forged": ("whole", edit("whole/checkpoint", b"600", b"601"), "forged: "),
    "rolled back": ("whole", turned, "rolled-back: "),
    "chosen, changed": ("chosen", edit("chosen/entries/7.json", b'"read"', b'"vread"'), "changed: entry 7 "),
    "chosen, proof changed": ("chosen", edit("chosen/entries/7.tlog-proof", b"index 7", b"index 8"), "reordered: "),
    "chosen, moved": ("chosen", moved, "reordered: "),
    "chosen, half taken out": ("chosen", removed("chosen/entries/7.json"), "missing: the entry of place 7"),
    "chosen, taken out": (
        "chosen",
        removed("chosen/entries/7.json", "chosen/entries/7.tlog-proof"),
        "missing: 7 entries were exported, here are 6",
    ),
    "chosen, list changed": ("chosen", edit("chosen/selection", b"entries 7", b"entries 6"), "forged: "),
    "chosen, forged": ("chosen", edit("chosen/checkpoint", b"600", b"601"), "forged: "),
    "chosen, no continuation": ("chosen", tile("chosen/consistency/300-600", 3), "rewritten: "),
    "chosen, no proof of it": ("chosen", removed("chosen/consistency/300-600"), "unproven: "),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_whatever_was_done_to_an_export_is_named_there_too(away: Path, name: str) -> None:
    folder, tamper, said = TAMPERINGS[name]
    tamper(away)

    done = bare(away, folder)

    assert done.returncode == 1, done.stdout + done.stderr
    assert said in done.stdout


async def test_a_bare_python_verifies_what_is_archived_and_passes_over_what_is_not_signed_there_yet(
    logged: Engine, write: Write, checkpointer: Checkpointer, signer: Ed25519, tmp_path: Path
) -> None:
    archivist = Archivist(logged, FolderArchive(tmp_path / "archive"), signer.public)
    for _ in range(2):
        await write(entries(300))
        await checkpointer.once()
        await archivist.one(1, 1)
    shutil.copy(verifier.__file__, tmp_path)
    kept = tmp_path / "archive" / "audit" / "1"
    later = kept / "tile" / "entries" / "002.p" / "90"
    shutil.copy(kept / "tile" / "entries" / "002.p" / "88", later)
    checkpoints = sorted((kept / "checkpoint").iterdir())

    whole = bare(tmp_path, "archive/audit/1")
    checkpoints[-1].unlink()
    shorter = bare(tmp_path, "archive/audit/1")
    (kept / "tile" / "entries" / "000").unlink()
    broken = bare(tmp_path, "archive/audit/1")

    assert (whole.returncode, whole.stderr) == (0, "")
    assert "600, of which 600 are" in whole.stdout
    assert "300, of which 300 are" in shorter.stdout
    assert (broken.returncode, "BROKEN       missing" in broken.stdout) == (1, True)


def test_a_log_cut_off_before_what_somebody_kept_is_told(away: Path) -> None:
    newer = logs.bodies(700)
    (away / "kept").write_text(logs.line(logs.note(700, logs.root(newer))))

    done = bare(away, "chosen", "--anchors", "kept")

    assert done.returncode == 1
    assert "cut-off: the export ends at 600 entries, and 700 are anchored" in done.stdout


@pytest.mark.parametrize("octet", [0, 20, 31, 32, 50, 63])
def test_signatures_are_checked_without_any_package_as_with_one(octet: int) -> None:
    for text in (b"", b"a text", b"\xff" * 300):
        signature = bytearray(logs.SECRET.sign(text))
        assert verifier.signed_by(logs.KEY.public, bytes(signature), text)
        signature[octet] ^= 1
        assert not verifier.signed_by(logs.KEY.public, bytes(signature), text)


def test_a_signature_whose_number_is_too_large_is_none() -> None:
    signature = logs.SECRET.sign(b"x")
    larger = int.from_bytes(signature[32:], "little") + verifier.ORDER

    assert not verifier.signed_by(logs.KEY.public, signature[:32] + larger.to_bytes(32, "little"), b"x")
    assert not verifier.signed_by(b"\xff" * 32, signature, b"x")
    assert not verifier.signed_by(b"\x02" + bytes(31), signature, b"x")
    assert not verifier.signed_by(logs.KEY.public, signature[:40], b"x")
