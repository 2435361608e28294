"""What a message costs the database: each statement is a round trip to the server."""

from collections.abc import Callable
from typing import Any

import pytest

from meridian.access.chart import Chart
from meridian.messaging import writing
from meridian.messaging.letters import Draft
from meridian.store.plan import Change, Many, Plan, Query
from meridian.testing.clinic import Clinic

pytestmark = pytest.mark.anyio

MOST = 24
"""Statements of one answer; what a group of writes adds for all of them is not among them."""


def counted(plan: Callable[[], Plan[Any]], sent: list[str]) -> Callable[[], Plan[Any]]:
    """The same plan, which notes its statements in *sent*."""

    def watched() -> Plan[Any]:
        going, answer = plan(), None
        try:
            while True:
                step = going.send(answer)
                if isinstance(step, Query | Change) or (isinstance(step, Many) and step.rows):
                    sent.append(step.sql)
                answer = yield step
        except StopIteration as end:
            return end.value

    return watched


async def test_an_answer_is_few_statements_and_asks_once_whose_it_is(
    ann: Chart, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = await writing.start(ann, Draft("My knee hurts", "begin-0123456789"), subject="Knee", about="health")
    sent: list[str] = []
    write = clinic.engine.write
    monkeypatch.setattr(clinic.engine, "write", lambda plan: write(counted(plan, sent)))

    await writing.answer(ann, thread, Draft("It is better", "again-0123456789"))

    assert len([one for one in sent if "FROM merge" in one]) == 1
    assert len([one for one in sent if "seen" in one]) == 2
    assert len(sent) <= MOST, "\n".join(sent)
