"""What is to happen after a write: in its transaction, at least once, by one worker at a time, never lost."""

import logging
from collections.abc import Awaitable, Callable

import pytest

from meridian.faults import Invalid
from meridian.jobs.worker import TRIES, Job, Later, Worker, pause
from meridian.store import outbox
from meridian.store.engine import Engine
from meridian.store.plan import Plan

pytestmark = pytest.mark.anyio
NOON = 1_800_000_000_000


def put(what: str, due: int = NOON) -> Plan[None]:
    return outbox.put(1, "tell", what, due, {"code": "x"})


def worker(engine: Engine, handler: Callable[[Job], Awaitable[None]], now: int = NOON) -> Worker:
    return Worker(engine, {"tell": handler}, clock=lambda: now)


class Told:
    """A handler that keeps what it was told."""

    def __init__(self, wrong: Exception | None = None) -> None:
        self.jobs: list[Job] = []
        self.wrong = wrong

    async def __call__(self, job: Job) -> None:
        self.jobs.append(job)
        if self.wrong is not None:
            raise self.wrong


async def test_what_is_due_is_done_once_and_gone(engine: Engine) -> None:
    told = Told()
    for what in ("Appointment/1", "Appointment/2"):
        await engine.write(lambda what=what: put(what))  # type: ignore[misc]  # a default binds it

    await worker(engine, told).until_idle()

    assert [(job.what, job.said) for job in told.jobs] == [
        ("Appointment/1", {"code": "x"}),
        ("Appointment/2", {"code": "x"}),
    ]
    assert told.jobs[0].no < told.jobs[1].no
    assert await worker(engine, told).once() == 0


async def test_what_is_not_due_waits(engine: Engine) -> None:
    told = Told()
    await engine.write(lambda: put("Appointment/1", NOON + 1))

    assert await worker(engine, told).once() == 0
    assert await worker(engine, told, NOON + 1).once() == 1


async def test_nothing_is_to_be_done_when_the_write_failed(engine: Engine) -> None:
    told = Told()

    def fails() -> Plan[None]:
        yield from put("Appointment/1")
        raise Invalid("No")

    with pytest.raises(Invalid):
        await engine.write(fails)

    assert await worker(engine, told).once() == 0


async def test_what_is_withdrawn_is_not_done(engine: Engine) -> None:
    told = Told()
    await engine.write(lambda: put("Appointment/1"))
    await engine.write(lambda: outbox.withdraw(1, "tell", "Appointment/1"))

    assert await worker(engine, told).once() == 0


async def test_a_job_belongs_to_one_worker_until_its_lease_ends(engine: Engine) -> None:
    await engine.write(lambda: put("Appointment/1"))

    [job] = await engine.write(lambda: outbox.take(NOON, NOON + 1000, 5))

    assert await engine.write(lambda: outbox.take(NOON + 999, NOON + 2000, 5)) == []
    [again] = await engine.write(lambda: outbox.take(NOON + 1000, NOON + 2000, 5))
    assert again.no == job.no


async def test_what_fails_is_tried_again_later_and_in_the_end_kept_aside(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    told, now = Told(ValueError("Müller")), NOON
    await engine.write(lambda: put("Appointment/1"))

    with caplog.at_level(logging.WARNING):
        for tries in range(1, TRIES + 1):
            assert await worker(engine, told, now).once() == 1
            assert await worker(engine, told, now + pause(tries) - 1).once() == 0
            now += pause(tries)

    [kept] = await engine.read(outbox.failed)
    assert (kept.what, kept.tries) == ("Appointment/1", TRIES)
    assert "Müller" not in caplog.text
    assert await engine.write(outbox.retry) == 1
    assert await worker(engine, Told(), now).once() == 1


async def test_what_is_put_off_does_not_count_as_failed(engine: Engine) -> None:
    told = Told(Later(NOON + 500))
    await engine.write(lambda: put("Appointment/1"))

    await worker(engine, told).once()

    assert await worker(engine, told, NOON + 499).once() == 0
    await worker(engine, told, NOON + 500).once()
    assert [job.tries for job in told.jobs] == [0, 0]
