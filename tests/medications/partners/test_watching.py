"""Every request to a partner is counted, timed and one line of the log; what was asked is not."""

import pytest

from meridian.medications.findings import Why
from meridian.medications.partners.breaker import FAILURES, Breaker
from meridian.medications.partners.port import Call, Failed
from meridian.medications.partners.watching import standing, watched
from meridian.telemetry import figures, trace
from meridian.testing.lines import Lines


def test_a_good_answer_is_a_line_with_the_request_the_partner_got() -> None:
    calls: list[Call] = []
    before = figures.PARTNER_CALLS.lines.get(("medtrack", "ok"), 0)
    trace.current.set(trace.begun("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))

    with Lines() as lines, watched("medtrack", calls):
        calls.append(Call("medtrack", "7d0e", "ok"))
    trace.current.set(None)

    [line] = lines.of("meridian.partner")
    assert (line["event"]["outcome"], line["http"]["request"]["id"]) == ("success", "7d0e")
    assert line["trace"]["id"] == "0af7651916cd43dd8448eb211c80319c"
    assert figures.PARTNER_CALLS.lines["medtrack", "ok"] == before + 1


def test_a_failure_says_why_and_nothing_of_the_question() -> None:
    calls: list[Call] = []

    def ask() -> None:
        with watched("medtrack", calls):
            calls.append(Call("medtrack", "7d0e", "ok"))
            raise Failed(Why.UNREACHABLE)

    with Lines() as lines, pytest.raises(Failed):
        ask()

    [line] = lines.of("meridian.partner")
    assert (line["event"]["reason"], line["log.level"]) == (Why.UNREACHABLE.value, "warning")


def test_a_request_that_was_not_made_leaves_nothing() -> None:
    with Lines() as lines, pytest.raises(Failed), watched("medtrack", []):
        raise Failed(Why.NOT_SET_UP)

    assert lines.text == ""


def test_a_partner_that_is_left_alone_is_a_figure_until_it_answers() -> None:
    breaker = Breaker()
    for _ in range(FAILURES):
        breaker.failed()
    standing("scriptguard", breaker)
    assert figures.BREAKER_OPEN.get("scriptguard") == 1

    breaker.succeeded()
    standing("scriptguard", breaker)
    assert figures.BREAKER_OPEN.get("scriptguard") == 0
