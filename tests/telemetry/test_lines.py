"""What gets into the log: our own sentences, and of everything else where it came from."""

import json
import logging
import re
import sys
import threading
import warnings
from collections.abc import Iterator

import pytest

from meridian.telemetry import lines as forms
from meridian.telemetry import logs, trace
from meridian.testing.lines import Lines

CANARY = "Zebedee Canary"


@pytest.fixture
def lines() -> Iterator[Lines]:
    with Lines() as caught:
        yield caught


def test_every_line_says_who_where_and_in_which_story(lines: Lines) -> None:
    trace.current.set(trace.begun("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "r-1"))
    logging.getLogger("meridian.web").warning("job %d", 7)
    trace.current.set(None)

    [line] = lines.of("meridian.app")
    assert (line["message"], line["log.level"], line["log"]["logger"]) == ("job 7", "warning", "meridian.web")
    assert line["trace"]["id"] == "0af7651916cd43dd8448eb211c80319c"
    assert line["parent"]["id"] == "b7ad6b7169203331"
    assert line["http"]["request"]["id"] == "r-1"
    assert line["service"]["name"] == "meridian"
    assert line["ecs.version"] == "8.11.0"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", line["@timestamp"])


def test_an_exception_is_its_type_and_places(lines: Lines) -> None:
    try:
        raise ValueError(CANARY)  # noqa: TRY301  # it is to be caught here
    except ValueError:
        logging.getLogger("meridian.web").exception("crashed")
    logging.getLogger("meridian.web").error("why: %s", ValueError(CANARY))

    first, second = lines.of("meridian.app")
    assert first["error"]["type"] == "ValueError"
    assert "test_lines.py" in first["error"]["stack_trace"]
    assert second["message"] == "why: ValueError"
    assert CANARY not in lines.text


def test_a_library_that_has_a_log_of_its_own_writes_into_ours(capsys: pytest.CaptureFixture[str]) -> None:
    library = logging.getLogger("talkative")
    library.addHandler(logging.StreamHandler())
    library.propagate = False

    with Lines() as said:
        library.error("cannot read %s", CANARY)

    assert len(said.of("meridian.app")) == 1
    assert CANARY not in capsys.readouterr().err + said.text


@pytest.mark.parametrize("name", ["uvicorn.error", "sqlalchemy.engine", "meridianish", "root"])
def test_of_what_libraries_say_only_the_place_is_kept(lines: Lines, name: str) -> None:
    logging.getLogger(name).error("cannot read %s of %s", CANARY, CANARY, extra={"patient": CANARY})

    [line] = lines.of("meridian.app")
    assert line["message"] == f"{name}, line {line['message'].split()[2]} of test_lines"
    assert CANARY not in lines.text


def test_warnings_threads_and_what_nobody_can_catch_go_the_same_way(lines: Lines) -> None:
    class Broken:
        def __del__(self) -> None:
            raise ValueError(CANARY)

    def crash() -> None:
        raise ValueError(CANARY)

    with warnings.catch_warnings():
        warnings.simplefilter("default")
        logging.captureWarnings(capture=False)  # left on by an earlier test it would not see pytest's own taking
        logging.captureWarnings(capture=True)
        warnings.warn(CANARY, stacklevel=1)
    thread = threading.Thread(target=crash)
    thread.start()
    thread.join()
    Broken()

    assert len(lines.of("meridian.app")) == 3
    assert CANARY not in lines.text


def test_a_sentence_whose_arguments_do_not_fit_is_its_place() -> None:
    record = logging.LogRecord("meridian.web", logging.ERROR, __file__, 7, "%d things", (CANARY,), None)

    message, _ = forms.of_record(record)

    assert message == "meridian.web, line 7 of test_lines"


def test_no_text_forges_a_line(lines: Lines) -> None:
    logging.getLogger("meridian.web").error("it is %s", 'x\n{"message": "forged"}\r\n\x1b[31m\u2028')

    assert lines.text.count("\n") == 1
    assert json.loads(lines.text)["message"].isprintable()


def test_for_people_a_line_is_a_line_too() -> None:
    with Lines(text=True) as lines:
        logging.getLogger("meridian.web").error("it is %s", "x\nforged")
        logs.requested("GET", "/fhir/R4/{type}", "fhir", status=200, nanoseconds=1_500_000, request="r-1")

    assert [line[9:] for line in lines.text.splitlines()] == [
        "✗ web          it is x\N{REPLACEMENT CHARACTER}forged",
        "  access       GET /fhir/R4/{type} 200 1.5 ms  (r-1)",
    ]


def test_nothing_is_written_before_it_begins_and_after_it_ends(capsys: pytest.CaptureFixture[str]) -> None:
    with Lines() as lines:
        pass

    logs.requested("GET", "/", "fhir", status=200, nanoseconds=1, request="r-1")
    logs.partner("medtrack", "ok", 1, "r-1")

    assert lines.text == capsys.readouterr().out == ""
    assert threading.excepthook is threading.__excepthook__
    assert sys.unraisablehook is sys.__unraisablehook__


def test_a_partners_line_names_the_partner_and_why(lines: Lines) -> None:
    logs.partner("medtrack", "unreachable", 5_000_000, "7d0e")

    [line] = lines.of("meridian.partner")
    assert line["service"]["target"]["name"] == "medtrack"
    assert (line["event"]["outcome"], line["event"]["reason"]) == ("failure", "unreachable")
    assert line["http"]["request"]["id"] == "7d0e"
