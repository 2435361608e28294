"""What browsers report of their calls: counted once, and of nobody."""

from typing import Any

import pytest
from prometheus_client import generate_latest

from meridian.testing.hall import Hall
from meridian.testing.surgery import VISIT

pytestmark = pytest.mark.anyio

REPORT: dict[str, Any] = {
    "mode": "p2p", "level": "good", "relayed": True, "loss": 0.5, "rtt": 31, "available": 900_000,
    "framesDecoded": 200, "connectMs": 430, "firstFrameMs": 1400, "restarts": 1, "rebuilds": 0,
    "failures": [{"code": 701, "transport": "tcp"}],
}  # fmt: skip

FOUND: dict[str, Any] = {
    "camera": "ok", "microphone": "weak", "socket": "ok", "udp": "failed", "tcp": "weak", "tls": "skipped",
}  # fmt: skip


def value(hall: Hall, name: str, **labels: str) -> float | None:
    return hall.figures.get_sample_value(f"meridian_visit_{name}", labels)


async def test_a_call_is_counted_once_however_often_it_reports(hall: Hall) -> None:
    _, pat = await hall.call_of_two()

    for restarts in (1, 1, 3):
        said = await pat.say("call.quality", visit=VISIT, **REPORT | {"restarts": restarts})
        assert said["ok"]

    assert value(hall, "connections_total", mode="p2p", path="relay") == 1
    assert value(hall, "first_frame_seconds_count") == value(hall, "connect_seconds_count") == 1
    assert value(hall, "first_frame_seconds_sum") == 1.4
    assert value(hall, "relay_failures_total", code="701", transport="tcp") == 1
    assert value(hall, "reconnects_total", kind="restart") == 3
    assert value(hall, "joins_total", mode="p2p") == 2


async def test_whoever_waited_for_others_took_no_time_to_join(hall: Hall) -> None:
    ann, _ = await hall.call_of_two()

    await ann.say("call.quality", visit=VISIT, **REPORT)

    assert value(hall, "first_frame_seconds_count") == 0
    assert value(hall, "connections_total", mode="p2p", path="relay") == 1


async def test_a_connection_that_never_came_about_is_a_join_that_failed(hall: Hall) -> None:
    _, pat = await hall.call_of_two()
    never = REPORT | {"connectMs": None, "firstFrameMs": None, "relayed": None, "rebuilds": 2}

    await pat.say("call.quality", visit=VISIT, **never)
    await pat.say("call.quality", visit=VISIT, **never)

    assert value(hall, "join_failures_total", step="connect") == 1
    assert value(hall, "reconnects_total", kind="rebuild") == 2


async def test_a_device_test_is_counted_by_step(relayed_hall: Hall) -> None:
    pat = await relayed_hall.pat()

    said = await pat.say("visit.device_report", visit=VISIT, **FOUND)

    assert said["ok"]
    counted = {step: value(relayed_hall, "device_tests_total", step=step, result=FOUND[step]) for step in FOUND}
    assert counted == dict.fromkeys(FOUND, 1)


async def test_where_there_is_no_relay_none_has_failed(hall: Hall) -> None:
    pat = await hall.pat()

    await pat.say("visit.device_report", visit=VISIT, **FOUND)

    assert value(hall, "device_tests_total", step="udp", result="failed") == 0
    assert value(hall, "device_tests_total", step="udp", result="skipped") == 1
    assert value(hall, "device_tests_total", step="microphone", result="weak") == 1


async def test_who_has_no_part_in_a_visit_counts_for_nothing(hall: Hall) -> None:
    await hall.call_of_two()
    pia = await hall.socket(hall.sign_in("patient", "Patient/pia", ["pia"]))

    await pia.say("call.quality", visit=VISIT, **REPORT)
    refused = await pia.say("visit.device_report", visit=VISIT, **FOUND)

    assert refused["error"]["code"] == "not-found"
    assert value(hall, "connections_total", mode="p2p", path="relay") == 0
    assert value(hall, "device_tests_total", step="microphone", result="weak") == 0


async def test_no_figure_names_anybody(hall: Hall) -> None:
    ann, pat, ira = await hall.call_of_three()
    for one in (ann, pat, ira):
        await one.say("call.quality", visit=VISIT, **REPORT)

    text = generate_latest(hall.figures).decode()

    for word in (VISIT, "ann", "Patient", "Guest", "org1", *(hall.me(one) for one in (ann, pat, ira))):
        assert f'"{word}' not in text
