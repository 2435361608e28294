import io
import json
from collections.abc import Iterator
from typing import Any

import pytest

from meridian.audit.entry import Entry
from meridian.audit.reporting import report
from meridian.telemetry import figures
from meridian.testing.lines import Lines


@pytest.fixture
def lines() -> Iterator[Lines]:
    with Lines() as caught:
        yield caught


def failed(**changes: Any) -> Entry:
    said: dict[str, Any] = {"outcome": "failed", "rule": "password", "address": "203.0.113.9", "agent": "Test/1.0"}
    return Entry(org=0, time=1, action="sign-in-failed", request="r-1", **{**said, **changes})


def test_the_fields_of_the_seeds_are_all_there(lines: Lines) -> None:
    report([failed()])

    [line] = lines.of("meridian.auth")
    assert line["labels"]["type"] == "AUTH_EVENT"
    assert (line["event"]["action"], line["event"]["outcome"]) == ("sign-in-failed", "failure")
    assert line["event"]["category"] == ["authentication"]
    assert line["event"]["reason"] == "password"
    assert line["user"]["id"] == "unknown"
    assert line["source"]["ip"] == "203.0.113.9"
    assert line["user_agent"]["original"] == "Test/1.0"
    assert line["@timestamp"].endswith("Z")
    assert line["http"]["request"]["id"] == "r-1"


def test_a_success_has_no_reason(lines: Lines) -> None:
    report([Entry(org=2, time=1, action="sign-in", account="a-1", role="clinician", rule="pwd otp")])

    [line] = lines.of("meridian.auth")
    assert (line["user"], line["event"]["outcome"]) == ({"id": "a-1", "roles": ["clinician"]}, "success")
    assert "reason" not in line["event"]
    assert line["log.level"] == "info"


def test_an_alert_is_one(lines: Lines) -> None:
    report([Entry(org=0, time=1, action="alert-sign-in-failures", address="203.0.113.9")])

    [line] = lines.of("meridian.auth")
    assert (line["event"]["kind"], line["event"]["category"]) == ("alert", ["intrusion_detection"])
    assert line["log.level"] == "warning"


def test_a_record_that_is_refused_is_said_without_its_id(lines: Lines) -> None:
    before = figures.REFUSED.lines[("record",)]

    report([Entry(org=2, time=1, action="read", outcome="refused", rule="NotFound", account="a-1",
                  what="Patient/canary-id", purpose="TREAT")])  # fmt: skip

    [line] = lines.of("meridian.auth")
    assert (line["event"]["action"], line["user"]["id"]) == ("record-refused", "a-1")
    assert "canary-id" not in lines.text
    assert figures.REFUSED.lines[("record",)] == before + 1


def test_what_is_read_is_not_said(lines: Lines) -> None:
    report([Entry(org=2, time=1, action="read", what="Patient/p1", account="a-1", purpose="TREAT")])

    assert lines.text == ""


def test_a_browser_that_calls_itself_a_line_of_the_log_forges_none(lines: Lines) -> None:
    agent = 'Mozilla\n{"event":{"dataset":"meridian.auth","action":"sign-in"}}\r\x1b[2J'

    report([failed(agent=agent)])

    assert lines.text.count("\n") == 1
    [line] = [json.loads(one) for one in io.StringIO(lines.text)]
    assert line["event"]["action"] == "sign-in-failed"
    assert line["user_agent"]["original"].isprintable()


@pytest.mark.parametrize(("rule", "counted"), [("password", "password"), ("anything else", "other")])
def test_failures_are_counted_by_reasons_that_are_known(rule: str, counted: str) -> None:
    before = dict(figures.SIGN_IN_FAILURES.lines)

    report([failed(rule=rule)])

    assert figures.SIGN_IN_FAILURES.lines[counted,] == before[counted,] + 1
    assert set(figures.SIGN_IN_FAILURES.lines) == set(before)
