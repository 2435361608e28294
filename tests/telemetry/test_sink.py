import stat
from pathlib import Path

import pytest

from meridian.settings import BadSettings, Logs
from meridian.telemetry import logs
from meridian.telemetry.sink import Sink


def test_what_may_wait_is_written_with_what_may_not(tmp_path: Path) -> None:
    path = tmp_path / "log" / "meridian.json"
    sink = Sink(path, 1000, 3)

    sink.write(b"one\n", later=True)
    assert path.read_bytes() == b""
    sink.write(b"two\n")

    assert path.read_bytes() == b"one\ntwo\n"
    sink.close()


def test_what_waits_is_written_at_the_end_and_when_it_is_much(tmp_path: Path) -> None:
    sink = Sink(tmp_path / "a", 10**6, 3)
    sink.write(b"x" * 70_000, later=True)
    assert (tmp_path / "a").stat().st_size == 70_000

    sink.write(b"last", later=True)
    sink.close()

    assert (tmp_path / "a").read_bytes().endswith(b"last")


def test_a_file_that_has_grown_is_put_aside_and_the_oldest_dropped(tmp_path: Path) -> None:
    sink = Sink(tmp_path / "a", 10, 2)
    for number in range(5):
        sink.write(b"%d-------\n" % number)
    sink.close()

    kept = {path.name: path.read_bytes()[:1] for path in tmp_path.iterdir()}
    assert kept == {"a": b"4", "a.1": b"3", "a.2": b"2"}


def test_only_we_and_the_group_can_read_it(tmp_path: Path) -> None:
    Sink(tmp_path / "a", 10, 2).close()

    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) & 0o137 == 0


def test_a_full_disk_stops_nobody() -> None:
    sink = Sink(Path("/dev/full"), 10**6, 2)

    sink.write(b"lost\n")
    sink.close()


def test_each_process_has_a_file_of_its_own(tmp_path: Path) -> None:
    said = Logs(file=str(tmp_path / "{role}-{port}.json"))

    log = logs.begin(said, edition="meridian-pms", role="api", version="0", port=8361)
    logs.requested("GET", "/", "portal", status=200, nanoseconds=1, request="r")
    logs.end()

    assert not log.text
    assert b'"GET / 200"' in (tmp_path / "api-8361.json").read_bytes()


@pytest.mark.parametrize("wrong", [{"form": "xml"}, {"level": "loud"}, {"largest": 0}, {"kept": 0}])
def test_settings_that_cannot_be_are_said(wrong: dict[str, object]) -> None:
    with pytest.raises(BadSettings, match=r"\[logs\]"):
        Logs(**wrong)  # type: ignore[arg-type]  # on purpose
