import os
import stat
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from meridian.faults import Unavailable
from meridian.files.folder import Folder

pytestmark = pytest.mark.anyio

NAME = "a" * 32


async def one(piece: bytes) -> AsyncIterator[bytes]:
    yield piece


async def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "files")
    await folder.check()
    await folder.put(NAME, one(b"x"))

    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "files").rglob("*")}

    assert modes == {0o700, 0o600}


async def test_a_folder_that_others_can_read_is_refused(tmp_path: Path) -> None:
    open_folder = tmp_path / "files"
    open_folder.mkdir()
    open_folder.chmod(0o755)  # that is what is refused

    with pytest.raises(Unavailable, match="0700"):
        await Folder(open_folder).check()


async def test_it_is_on_the_disk_before_it_has_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    real_sync, real_replace = os.fsync, Path.replace

    def sync(handle: int) -> None:
        seen.append("sync")
        real_sync(handle)

    def replace(path: Path, to: Path) -> Path:
        seen.append("name")
        return real_replace(path, to)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", replace)

    await Folder(tmp_path).put(NAME, one(b"x"))

    assert seen == ["sync", "name", "sync", "sync"]


async def test_half_written_ones_are_swept_when_they_are_old(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    await folder.put(NAME, one(b"kept"))
    half = tmp_path / NAME[:2] / f".{NAME}.{'0' * 12}"
    half.write_bytes(b"half")

    assert await folder.sweep(int(time.time() * 1000) - 60_000) == 0
    assert await folder.sweep(int(time.time() * 1000) + 60_000) == 1

    assert not half.exists()
    assert await folder.get(NAME, 0, 10) == b"kept"
