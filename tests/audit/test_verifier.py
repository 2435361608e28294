import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from meridian.audit import merkle, verifier
from meridian.testing import logs

LENGTH = 40
LOG = logs.bodies(LENGTH)
LEAVES = logs.hashes(LOG)
POINTS = logs.checkpoints(LOG, 7, 8, 20, LENGTH)

places = st.integers(0, LENGTH - 1)


def other(body: bytes) -> bytes:
    return body.replace(b'"read"', b'"vread"')


def anew(log: list[bytes]) -> list[bytes]:
    """Hashes made anew by whoever changed the log."""
    return logs.hashes(log)


def found(log: list[bytes], claims: list[bytes]) -> verifier.Finding:
    finding = logs.finding(log, claims, POINTS)
    assert finding is not None
    return finding


def test_a_whole_log_is_found_whole() -> None:
    assert logs.finding(LOG, LEAVES, POINTS) is None


@given(places)
def test_a_changed_entry_is_named(place: int) -> None:
    log = [*LOG[:place], other(LOG[place]), *LOG[place + 1 :]]

    finding = found(log, LEAVES)

    assert (finding.kind, finding.first) == ("changed", place)
    assert finding.expected == LEAVES[place].hex()


@given(places)
def test_a_changed_entry_is_named_though_its_hash_was_made_anew(place: int) -> None:
    log = [*LOG[:place], other(LOG[place]), *LOG[place + 1 :]]

    finding = found(log, anew(log))

    assert finding.first <= place <= finding.last
    assert finding.kind == "changed" or place == LENGTH - 1


@given(places)
def test_a_missing_entry_is_named(place: int) -> None:
    log = LOG[:place] + LOG[place + 1 :]

    finding = found(log, LEAVES)

    assert finding.first == place
    assert finding.kind == ("missing" if place < LENGTH - 1 else "cut-off")


@given(places)
def test_a_missing_entry_is_named_though_all_hashes_were_made_anew(place: int) -> None:
    log = LOG[:place] + LOG[place + 1 :]

    finding = found(log, anew(log))

    assert finding.first == place
    assert finding.kind == ("missing" if place < LENGTH - 1 else "cut-off")


@given(places)
def test_an_inserted_entry_is_named(place: int) -> None:
    log = [*LOG[:place], other(LOG[place]), *LOG[place:]]

    finding = found(log, LEAVES)

    assert (finding.kind, finding.first, finding.last) == ("inserted", place, place)


@given(places)
def test_an_inserted_entry_is_named_though_all_hashes_were_made_anew(place: int) -> None:
    log = [*LOG[:place], other(LOG[place]), *LOG[place:]]

    finding = found(log, anew(log))

    assert (finding.kind, finding.first, finding.last) == ("inserted", place, place)


@given(st.lists(places, min_size=2, max_size=2, unique=True).map(sorted))
def test_reordered_entries_are_named(two: list[int]) -> None:
    one, another = two
    log = list(LOG)
    log[one], log[another] = log[another], log[one]

    for claims in (LEAVES, anew(log)):
        finding = found(log, claims)
        assert (finding.kind, finding.first) == ("reordered", one)


@given(places)
def test_a_cut_tail_is_seen_against_the_newest_checkpoint(length: int) -> None:
    finding = found(LOG[:length], LEAVES[:length])

    assert (finding.kind, finding.first, finding.last) == ("cut-off", length, LENGTH - 1)


@given(places)
def test_a_log_written_anew_from_some_entry_on_is_found_between_two_checkpoints(place: int) -> None:
    log = LOG[:place]
    last = LEAVES[place - 1] if place else b""
    for seq in range(place, LENGTH):
        prev = verifier.link(last) if last else b""
        log.append(b'{"seq":%d,"prev":"%b","org":1,"time":0,"action":"forged"}' % (seq, prev))
        last = merkle.leaf_hash(log[-1])

    finding = found(log, anew(log))

    assert finding.kind == "rewritten"
    assert finding.first <= place <= finding.last


@given(places)
def test_a_wrong_hash_beside_a_whole_entry_is_told_from_a_changed_entry(place: int) -> None:
    claims = [*LEAVES[:place], merkle.leaf_hash(b"wrong"), *LEAVES[place + 1 :]]

    finding = found(LOG, claims)

    assert (finding.kind, finding.first) == ("hash", place)


@given(st.data())
def test_any_change_whatever_is_found(data: st.DataObject) -> None:
    log = list(LOG)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, max(len(log) - 1, 0)))
        match data.draw(st.sampled_from(["drop", "insert", "change", "move"])):
            case "drop":
                del log[place : place + 1]
            case "insert":
                log.insert(place, data.draw(st.sampled_from(LOG)))
            case "change":
                log[place : place + 1] = [data.draw(st.binary(max_size=60))]
            case _:
                log.insert(data.draw(st.integers(0, len(log))), log.pop(place)) if log else None
    same = log == LOG
    first = next((at for at, body in enumerate(LOG) if log[at : at + 1] != [body]), LENGTH)

    by_claims = logs.finding(log, LEAVES, POINTS)
    by_links = logs.finding(log, anew(log), POINTS)

    assert (by_claims is None, by_links is None) == (same, same)
    if by_claims is not None and by_links is not None:
        assert by_claims.first == first
        assert by_links.first <= first


def test_entries_under_no_checkpoint_are_told_unless_the_log_is_live() -> None:
    points = logs.checkpoints(LOG, 7, 30)

    finding = logs.finding(LOG, LEAVES, points)

    assert finding is not None
    assert (finding.kind, finding.first, finding.last) == ("unsigned", 30, LENGTH - 1)
    assert logs.finding(LOG, LEAVES, points, open_end=True) is None


def test_a_change_after_the_newest_checkpoint_of_a_live_log_is_named() -> None:
    log = [*LOG[:35], other(LOG[35]), *LOG[36:]]

    finding = logs.finding(log, anew(log), logs.checkpoints(LOG, 30), open_end=True)

    assert finding is not None
    assert (finding.kind, finding.first) == ("changed", 35)


def test_two_signed_roots_of_one_size_show_a_fork() -> None:
    fork = verifier.Checkpoint(LENGTH, logs.root(LOG[:-1]), logs.ORIGIN)

    finding = logs.finding(LOG, LEAVES, [*POINTS, fork])

    assert finding is not None
    assert finding.kind == "rewritten"


# ---------------------------------------------------------------- signed notes


def test_a_checkpoint_is_read_once_its_signature_holds() -> None:
    opened = verifier.open_note(logs.note(LENGTH, logs.root(LOG)), [logs.KEY])

    assert opened == POINTS[-1]


def test_a_key_is_read_back_as_it_was_written() -> None:
    assert verifier.Key.parse(str(logs.KEY)) == logs.KEY


def test_the_published_example_of_a_signed_note_has_the_shape_we_read() -> None:
    # From c2sp.org/tlog-checkpoint; its public key is not published, so only the text is read.
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

    assert verifier.read_checkpoint(text).size == 20852163


NOTE = logs.note(LENGTH, logs.root(LOG))
STRANGER = Ed25519PrivateKey.from_private_bytes(b"\x08" * 32)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (NOTE.replace("\n40\n", "\n39\n"), "wrong"),
        (logs.note(LENGTH, logs.root(LOG), STRANGER), "no known key"),
        (NOTE.partition("\n\n")[0] + "\n", "not a signed note"),
        (NOTE.replace("\u2014", "-"), "misshapen"),
        (NOTE.replace("\n40\n", "\n040\n"), "wrong"),
        (logs.note(1, b"short"), "not a hash"),
        (NOTE.replace("example", "exa\x00mple"), "not a signed note"),
        ("", "not a signed note"),
        ("x" * 20_000, "not a signed note"),
    ],
)
def test_a_note_that_does_not_hold_is_refused(wrong: str, why: str) -> None:
    with pytest.raises(verifier.Refused, match=why):
        verifier.open_note(wrong, [logs.KEY])


def test_a_signature_of_a_known_key_that_fails_spoils_the_note_though_another_holds() -> None:
    spoilt = NOTE + logs.note(1, logs.root(LOG)).split("\n\n")[1]

    with pytest.raises(verifier.Refused, match="wrong"):
        verifier.open_note(spoilt, [logs.KEY])


def test_an_unknown_signature_beside_a_good_one_is_passed_over() -> None:
    cosigned = NOTE + logs.note(LENGTH, logs.root(LOG), STRANGER).split("\n\n")[1]

    assert verifier.open_note(cosigned, [logs.KEY]).size == LENGTH


@pytest.mark.parametrize("text", ["", "name", "name+00000000+AAAA", str(logs.KEY).replace("+", "+0", 1), "a+b+c"])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(verifier.Refused):
        verifier.Key.parse(text)


# ---------------------------------------------------------------- exports

LONG = logs.bodies(600)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    logs.export(tmp_path, LONG, [1, 255, 256, 400, 600])
    return tmp_path


def broken(folder: Path, *anchors: Path) -> verifier.Finding:
    report = verifier.verify_export(folder, [logs.KEY], anchors)
    assert not report.whole
    return report.findings[0]


def rewrite(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))


def test_a_whole_export_is_found_whole(folder: Path) -> None:
    report = verifier.verify_export(folder, [logs.KEY])

    assert report.whole
    assert (report.entries, report.signed, report.checkpoints) == (600, 600, 5)
    assert report.root == logs.root(LONG).hex()


def test_an_export_of_nothing_is_whole(tmp_path: Path) -> None:
    logs.export(tmp_path, [], [])

    assert verifier.verify_export(tmp_path, [logs.KEY]).whole


def test_one_changed_octet_in_a_bundle_is_named(folder: Path) -> None:
    rewrite(folder / "tile/entries/001", b'"Patient/p300"', b'"Patient/p3O0"')

    finding = broken(folder)

    assert (finding.kind, finding.first) == ("changed", 300)


def test_a_bundle_that_is_gone_is_named(folder: Path) -> None:
    (folder / "tile/entries/001").unlink()

    finding = broken(folder)

    assert (finding.kind, finding.first, finding.last) == ("missing", 256, 511)


def test_a_bundle_cut_in_the_middle_of_an_entry_is_named(folder: Path) -> None:
    path = folder / "tile/entries/002.p/88"
    path.write_bytes(path.read_bytes()[:-5])

    finding = broken(folder)

    assert (finding.kind, finding.first) == ("changed", 599)


def test_a_wrong_hash_in_an_upper_tile_is_named(folder: Path) -> None:
    path = folder / "tile/1/000.p/2"
    path.write_bytes(path.read_bytes()[:32] + b"\x00" * 32)

    finding = broken(folder)

    assert (finding.kind, finding.first, finding.last) == ("tile", 256, 511)


def test_a_tail_cut_together_with_its_checkpoints_is_seen_against_an_anchor(tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    for folder, length in ((whole, 600), (cut, 400)):
        folder.mkdir()
        logs.export(folder, LONG[:length], [255, length])

    finding = broken(cut, whole / "checkpoints")

    assert verifier.verify_export(cut, [logs.KEY]).whole
    assert (finding.kind, finding.first, finding.last) == ("cut-off", 400, 599)


def test_a_checkpoint_signed_by_a_stranger_is_told(folder: Path) -> None:
    (folder / "checkpoint").write_text(logs.note(600, logs.root(LONG), STRANGER))

    assert broken(folder).kind == "forged"


def test_an_anchor_file_that_goes_back_is_told(folder: Path) -> None:
    path = folder / "checkpoints"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines, lines[1]]))

    finding = broken(folder)

    assert (finding.kind, finding.first) == ("rolled-back", 255)


def test_half_a_line_left_by_a_crash_is_a_note_and_no_finding(folder: Path) -> None:
    path = folder / "checkpoints"
    path.write_text(path.read_text() + '"clinic.exa')

    report = verifier.verify_export(folder, [logs.KEY])

    assert report.whole
    assert report.notes


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_an_export_holds_it_is_judged_and_nothing_crashes(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("hostile")
    logs.export(folder, LONG[:300], [1, 200, 300])
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "key")
    path = data.draw(st.sampled_from(files))
    before = path.read_bytes()
    at = data.draw(st.integers(0, len(before) - 1))
    piece = data.draw(st.binary(max_size=50) | st.sampled_from([b"[" * 40_000, b"\xff\xff", b'"\\ud800"\n', b"\n" * 9]))

    path.write_bytes(before[:at] + piece + before[at + data.draw(st.integers(0, 50)) :])
    (folder / "tile" / "entries" / "stray.p").mkdir()
    (folder / "tile" / "entries" / "stray.p" / "x").touch()
    report = verifier.verify_export(folder, [logs.KEY])

    assert verifier.describe(report)
    assert not report.whole or path.read_bytes() == before or path.name == "checkpoints"


def alone(*arguments: object) -> "subprocess.CompletedProcess[str]":
    """The verifier's file alone, in an interpreter that sees no package of ours."""
    command = [sys.executable, "-I", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - our file


def test_the_file_alone_verifies_an_export_without_the_package(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    away = tmp_path_factory.mktemp("away")
    program = shutil.copy(verifier.__file__, away / "verifier.py")

    done = alone(program, folder, "--key", logs.KEY)

    assert (done.returncode, done.stderr) == (0, "")
    assert "the log is whole" in done.stdout


def test_the_verifier_imports_only_the_standard_library_and_the_signature_check() -> None:
    tree = ast.parse(Path(verifier.__file__).read_text())
    plain = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    named = [node.module or "." for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]

    assert {name.partition(".")[0] for name in plain + named} - sys.stdlib_module_names == {"cryptography"}


def test_the_file_alone_names_the_first_bad_entry(folder: Path) -> None:
    rewrite(folder / "tile/entries/000", b'"Patient/p3"', b'"Patient/pX"')

    done = alone(verifier.__file__, folder, "--key", logs.KEY)

    assert done.returncode == 1
    assert "BROKEN       changed: entry 3 is changed" in done.stdout


def test_the_file_alone_says_what_it_cannot_read(tmp_path: Path) -> None:
    done = alone(verifier.__file__, tmp_path / "nothing", "--key", "nonsense")

    assert done.returncode == 2
    assert "cannot be read" in done.stderr


def test_the_verifier_says_when_the_key_came_with_the_export(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verifier.main([str(folder)]) == 0
    assert "the key came with the export" in capsys.readouterr().out


@pytest.mark.parametrize(("index", "path"), [(0, "000"), (999, "999"), (1000, "x001/000"), (1234067, "x001/x234/067")])
def test_tiles_lie_where_the_specification_puts_them(index: int, path: str) -> None:
    assert verifier.tile_path(index) == path
