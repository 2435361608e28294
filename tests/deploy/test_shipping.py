"""Lines of the log as they are shipped: byte for byte, each once, and none lost while Elasticsearch is away."""

import json
import re
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from meridian.testing import placed, shipping
from meridian.testing.bulk import Bulk
from meridian.testing.ports import free_ports
from meridian.testing.shipping import PASSWORD, Shipping

BASIC = f"Basic {b64encode(f'meridian_log:{PASSWORD}'.encode()).decode()}"


@contextmanager
def laid(change: Callable[[str], str] = lambda text: text, *, journal: bool = False) -> Iterator[tuple[Shipping, int]]:
    if reason := shipping.missing():
        pytest.skip(reason)
    [port] = free_ports(1)
    made = Shipping(port, change, journal=journal)
    try:
        yield made, port
    finally:
        made.close()


@contextmanager
def there(made: Shipping, port: int) -> Iterator[Bulk]:
    """Elasticsearch's place is taken for a while."""
    server = Bulk(port, made.tls, BASIC)
    try:
        yield server
    finally:
        server.close()


def line(number: int, dataset: str = "meridian.access", message: str = "GET /health 200") -> bytes:
    said = {"@timestamp": f"2026-11-22T18:30:00.{number:03}Z", "message": message, "event": {"dataset": dataset}}
    return json.dumps(said, ensure_ascii=False).encode()


ODD = [
    line(1, message='two  spaces, a tab\\t, a "quote", a \\ and %msg% and $!x'),
    line(2, message="Müller, Łódź, 東京, 🩺"),
    line(3, message="x" * 60_000), line(4, "meridian.auth"), line(5, "meridian.partner"), b'{"not":"ours"}',
    b"no JSON at all",
]  # fmt: skip


def test_every_byte_arrives_in_the_stream_of_its_dataset() -> None:
    with laid() as (made, port), there(made, port) as elastic:
        made.write("api-8361.json", *ODD)
        made.start()
        arrived = elastic.until(len(ODD))
        streams = {one.line: one.stream for one in elastic.taken}

    assert sorted(arrived) == sorted(ODD)
    assert streams[ODD[3]] == "logs-meridian.auth-default"
    assert streams[ODD[5]] == streams[ODD[6]] == "logs-meridian.unread-default"


def test_nothing_is_lost_while_it_is_away_and_rsyslog_ends_twice() -> None:
    with laid() as (made, port):
        made.start()
        made.write("api-8361.json", *(line(n) for n in range(300)))
        with there(made, port) as elastic:
            elastic.until(300)
        made.write("api-8361.json", *(line(n) for n in range(300, 600)))
        made.stop()
        made.write("worker-0.json", *(line(n) for n in range(600, 700)))
        made.start()
        made.kill()
        made.start()
        with there(made, port) as elastic:
            after = set(elastic.until(700))  # another, which has nothing yet: all is read anew

    assert after == {line(n) for n in range(700)}


def test_what_it_has_no_room_for_is_sent_again() -> None:
    with laid() as (made, port), there(made, port) as elastic:
        elastic.full = True
        made.start()
        made.write("api-8361.json", line(1), line(2))
        made.write("edge.json", line(3, "meridian.edge"))
        elastic.until_refused(3)
        elastic.full = False
        elastic.until(3)

    assert {json.loads(one.line)["@timestamp"] for one in elastic.taken} == {one.id[:24] for one in elastic.taken}
    assert {one.stream for one in elastic.taken} == {"logs-meridian.access-default", "logs-meridian.edge-default"}


def test_a_line_that_is_sent_twice_has_one_name() -> None:
    with laid() as (made, port), there(made, port) as elastic:
        made.write("api-8361.json", line(1), line(2))
        made.write("worker-0.json", line(1))
        made.start()
        elastic.until(2)
        made.stop()

    names = {one.line: one.id for one in elastic.taken}
    assert len({one.id for one in elastic.taken}) == 2
    assert names[line(1)].startswith("2026-11-22T18:30:00.001Z-")


def test_an_rsyslog_that_did_not_read_anew_would_lose_what_it_had_in_hand() -> None:
    """Without a queue on the disk all of it; with one, whatever it was busy with."""
    forgetful = {'queue.saveOnShutdown="on"': 'queue.saveOnShutdown="off"', 'queue.filename="elasticsearch"': ""}

    def change(text: str) -> str:
        for here, instead in forgetful.items():
            text = text.replace(here, instead)
        return text

    with laid(change) as (made, port):
        made.write("api-8361.json", *(line(n) for n in range(50)))
        made.start()
        _read(made)
        made.kill()
        made.start(anew=False)
        with there(made, port) as elastic:
            made.write("api-8361.json", line(999))
            assert elastic.until(1) == [line(999)]


def _read(made: Shipping) -> None:
    """Until rsyslog has noted that it has read all there is."""
    end = time.monotonic() + 30
    size = (made.logs / "api-8361.json").stat().st_size
    while f'"curr_offs": {size}' not in "".join(path.read_text() for path in made.queue.glob("imfile-state*")):
        assert time.monotonic() < end
        time.sleep(0.05)


def test_nobody_else_s_server_is_told_anything() -> None:
    with laid() as (made, port), laid() as (other, _), there(other, port) as stranger:
        made.write("api-8361.json", line(1))
        made.start()
        end = time.monotonic() + 10
        while "certificate" not in (said := (made.folder / "said").read_text()) and time.monotonic() < end:
            time.sleep(0.05)

    assert "certificate" in said
    assert stranger.taken == []


# --- its files


@pytest.mark.parametrize("journal", [False, True], ids=["alone", "with-journal"])
def test_its_files_are_good(journal: bool) -> None:  # noqa: FBT001  # a parameter of the test
    with laid(journal=journal) as (made, _):
        done = made.check()

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("here", "instead"),
    [("bulkmode", "bulkmodes"), ("ruleset(name=", "rulset(name="), ('load="omelasticsearch"', 'load="omelastic"')],
)
def test_a_file_that_is_wrong_is_found_to_be(here: str, instead: str) -> None:
    with laid(lambda text: text.replace(here, instead)) as (made, _):
        assert made.check().returncode != 0


def test_production_s_files_have_nothing_of_a_test_and_no_secret(tmp_path: Path) -> None:
    placed.fill("logs/rsyslog", tmp_path, placed.CLINIC)

    text = "".join(path.read_text() for path in tmp_path.iterdir())
    assert placed.OF_A_TEST.findall(text) == []
    assert set(re.findall(r'pwd="(.*?)"', text)) == {"@secret:elastic/password@"}
    assert set(re.findall(r'usehttps="(.*?)"', text)) == {"on"}
