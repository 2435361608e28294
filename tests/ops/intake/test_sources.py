import gzip
import io
import lzma
import tarfile
from pathlib import Path

import pytest

from meridian.faults import Malformed
from meridian.ops.intake.sources import Meter, documents, files


def read(*paths: Path) -> dict[str, bytes]:
    return {document.name: document.stream.read() for document in documents(files(list(paths)), Meter())}


def archive(path: Path, mode: str, content: dict[str, bytes]) -> Path:
    with tarfile.open(path, mode) as made:  # type: ignore[call-overload]  # the mode is a parameter of the test
        for name, body in content.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            made.addfile(entry, io.BytesIO(body))
    return path


def test_a_folder_is_read_in_the_order_of_its_names(tmp_path: Path) -> None:
    for name in ("b.json", "a.ndjson", "deep/c.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())

    assert list(read(tmp_path).values()) == [b"a.ndjson", b"b.json", b"deep/c.json"]


def test_what_does_not_look_like_fhir_is_left_in_the_folder(tmp_path: Path) -> None:
    for name in ("notes.txt", ".hidden.json", "a.json"):
        (tmp_path / name).write_bytes(b"{}")

    assert [path.name for path in files([tmp_path])] == ["a.json"]


def test_a_file_that_is_named_is_always_taken(tmp_path: Path) -> None:
    (tmp_path / "bundle").write_bytes(b"{}")

    assert list(read(tmp_path / "bundle").values()) == [b"{}"]


@pytest.mark.parametrize(("name", "mode"), [("x.tar", "w"), ("x.tar.gz", "w:gz"), ("x.tar.xz", "w:xz")])
def test_an_archive_is_read_member_by_member(tmp_path: Path, name: str, mode: str) -> None:
    path = archive(tmp_path / name, mode, {"in/a.json": b"1", "in/b.txt": b"2", "in/c.ndjson": b"3"})

    assert read(path) == {f"{path}!in/a.json": b"1", f"{path}!in/c.ndjson": b"3"}


def test_packed_files_are_unpacked_as_they_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.ndjson.gz").write_bytes(gzip.compress(b"one"))
    (tmp_path / "b.json.xz").write_bytes(lzma.compress(b"two"))

    found = {Path(name).name: body for name, body in read(tmp_path).items()}

    assert found == {"a.ndjson.gz": b"one", "b.json.xz": b"two"}


@pytest.mark.parametrize("name", ["x.tar.xz", "x.tgz", "x.tar"])
def test_a_damaged_archive_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x1f\x8b\xfd7zXZ no such thing" * 40)

    with pytest.raises(Malformed, match=name):
        read(tmp_path / name)


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Malformed, match="missing"):
        files([tmp_path / "missing"])


def test_progress_counts_bytes_on_disk(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.tar.gz", "w:gz", {"a.json": b"1" * 100_000})
    meter = Meter(path.stat().st_size)

    for document in documents([path], meter):
        document.stream.read()

    assert meter.read == meter.total
