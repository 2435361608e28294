"""Who restarts a process and who sends it requests ask two things."""

import asyncio
from typing import Any

import pytest

from meridian.web import health
from meridian.web.health import FRESH, Readiness

pytestmark = pytest.mark.anyio


class Part:
    """Answers, or not."""

    def __init__(self) -> None:
        self.is_there, self.asked = True, 0

    async def __call__(self) -> Any:
        self.asked += 1
        if not self.is_there:
            raise ConnectionError("db.internal refused meridian")


async def test_it_is_ready_while_everything_it_needs_answers() -> None:
    assert (await Readiness({"records": Part(), "audit": Part()}).answer()).status == 200


async def test_what_it_lacks_is_said_by_name_and_not_why() -> None:
    records, audit = Part(), Part()
    records.is_there = False

    answer = await Readiness({"records": records, "audit": audit}).answer()

    assert (answer.status, answer.body) == (503, b'{"status":"unavailable","lacks":["records"]}')


async def test_what_does_not_answer_in_time_is_lacking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "PATIENCE", 0.01)

    assert (await Readiness({"records": asyncio.Event().wait}).answer()).status == 503


async def test_who_asks_without_end_costs_one_look_a_second() -> None:
    part, now = Part(), [0.0]
    ready = Readiness({"records": part}, lambda: now[0])

    await asyncio.gather(*(ready.answer() for _ in range(100)))
    assert part.asked == 1
    part.is_there, now[0] = False, FRESH

    assert (await ready.answer()).status == 503
    assert part.asked == 2


async def test_who_is_leaving_is_not_ready_whatever_answers() -> None:
    ready = Readiness({"records": Part()})
    ready.is_leaving = True

    assert (await ready.answer()).body == b'{"status":"draining"}'
