"""
One contract for both ways that jobs are done: by the worker itself, and by whoever takes the message from SQS.

What is put into the outbox is done at least once, whoever dies in between; what comes twice is done once more at most
while it is not done. moto plays SQS over HTTP, with its leases ("visibility") and its dead letters.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from meridian.faults import Malformed, Unavailable
from meridian.jobs.bus import bus
from meridian.jobs.handing import QUEUES, Handed, handed
from meridian.jobs.sqs import sqs
from meridian.jobs.worker import ANNOUNCE, HANDED_FOR, LEASE, TRIES, Busy, Job, Later, Worker, pause
from meridian.settings import Events, Queue
from meridian.store import outbox
from meridian.store.engine import Engine
from meridian.store.plan import Plan
from meridian.testing.amazon import ACCOUNT, REGION, PrivateAmazon

pytestmark = pytest.mark.anyio
NOON = 1_800_000_000_000
SCAN = "document-scan"
UNSEEN = 30
"""Seconds for which a message that was taken is nobody else's."""


def put(what: str, due: int = NOON) -> Plan[None]:
    return outbox.put(1, SCAN, what, due, {"code": "x"})


class Told:
    """A handler that keeps what it was told, and raises what it is given."""

    def __init__(self, *wrong: BaseException | None) -> None:
        self.jobs: list[Job] = []
        self.wrong = list(wrong)

    async def __call__(self, job: Job) -> None:
        self.jobs.append(job)
        if self.wrong and (wrong := self.wrong.pop(0)) is not None:
            raise wrong

    @property
    def what(self) -> list[str]:
        return [job.what for job in self.jobs]


class Killed(BaseException):
    """The process ends here."""


@dataclass
class InProcess:
    """The worker does it."""

    engine: Engine
    now: int = NOON

    def worker(self, handler: Callable[[Job], Awaitable[None]], **more: Any) -> Worker:
        return Worker(self.engine, {SCAN: handler, **more.pop("handlers", {})}, clock=lambda: self.now, **more)

    async def work(self, handler: Callable[[Job], Awaitable[None]], **more: Any) -> None:
        """What happens by itself now."""
        await self.worker(handler, **more).until_idle()

    def later(self, milliseconds: int) -> None:
        self.now += milliseconds


@dataclass
class Queued(InProcess):
    """The worker hands it out by SQS, and a function does it."""

    amazon: PrivateAmazon = field(default_factory=PrivateAmazon)

    def __post_init__(self) -> None:
        self.client = self.amazon.client("sqs")
        for queue in QUEUES:
            self.client.create_queue(QueueName=f"test-{queue}", Attributes={"VisibilityTimeout": str(UNSEEN)})
        self.place = Queue(REGION, ACCOUNT, self.amazon.address, "test")
        self.address = f"{self.amazon.address}/{ACCOUNT}/test-documents"

    def messages(self) -> list[Any]:
        answer = self.client.receive_message(QueueUrl=self.address, MaxNumberOfMessages=10, WaitTimeSeconds=0)
        return list(answer.get("Messages", ()))

    async def hand_out(self, **more: Any) -> None:
        await self.worker(Told(), hands=sqs(self.place, "test"), **more).until_idle()

    async def perform(self, handler: Callable[[Job], Awaitable[None]], **more: Any) -> None:
        """What a function does with its batch: what fails stays on the queue."""
        for message in self.messages():
            try:
                await self.worker(handler, **more).perform(Handed.read(message["Body"]))
            except Exception:  # noqa: BLE001  # as a batch's item that failed
                self.client.change_message_visibility(
                    QueueUrl=self.address, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
                )
            else:
                self.client.delete_message(QueueUrl=self.address, ReceiptHandle=message["ReceiptHandle"])

    async def work(self, handler: Callable[[Job], Awaitable[None]], **more: Any) -> None:
        await self.hand_out(**more)
        await self.perform(handler, **more)


@pytest.fixture(params=["in process", "sqs"])
def way(request: pytest.FixtureRequest, engine: Engine) -> InProcess:
    return (
        InProcess(engine) if request.param == "in process" else Queued(engine, amazon=request.getfixturevalue("amazon"))
    )


@pytest.fixture
def queued(engine: Engine, amazon: PrivateAmazon) -> Queued:
    return Queued(engine, amazon=amazon)


async def waiting(engine: Engine, now: int = NOON + 10**9) -> outbox.Standing:
    return await engine.read(lambda: outbox.standing(now))


async def test_what_is_due_is_done_with_what_was_said_and_is_gone(way: InProcess) -> None:
    told = Told()
    await way.engine.write(lambda: put("DocumentReference/1"))

    await way.work(told)
    await way.work(told)

    assert [(job.org, job.what, job.said) for job in told.jobs] == [(1, "DocumentReference/1", {"code": "x"})]
    assert await waiting(way.engine) == outbox.Standing(0, 0, 0)


async def test_what_is_not_due_waits(way: InProcess) -> None:
    told = Told()
    await way.engine.write(lambda: put("DocumentReference/1", NOON + 1))
    await way.work(told)
    assert told.jobs == []

    way.later(1)
    await way.work(told)

    assert told.what == ["DocumentReference/1"]


async def test_what_fails_is_done_again(way: InProcess) -> None:
    told = Told(ValueError("x"))
    await way.engine.write(lambda: put("DocumentReference/1"))
    await way.work(told)

    way.later(pause(1))
    await way.work(told)

    assert [job.tries for job in told.jobs] == [0, 1]
    assert (await waiting(way.engine)).due == 0


async def test_what_fails_always_is_kept_aside_in_the_end(way: InProcess) -> None:
    told = Told(*[ValueError("x")] * 99)
    await way.engine.write(lambda: put("DocumentReference/1"))

    for tries in range(1, TRIES + 3):
        await way.work(told)
        way.later(pause(tries))

    assert len(told.jobs) == TRIES
    [kept] = await way.engine.read(outbox.failed)
    assert (kept.what, kept.tries) == ("DocumentReference/1", TRIES)


async def test_what_is_put_off_is_done_at_its_time_and_does_not_count_as_failed(way: InProcess) -> None:
    told = Told(Later(NOON + 500))
    await way.engine.write(lambda: put("DocumentReference/1"))
    await way.work(told)
    way.later(499)
    await way.work(told)
    assert len(told.jobs) == 1

    way.later(1)
    await way.work(told)

    assert [job.tries for job in told.jobs] == [0, 0]


async def test_what_is_withdrawn_is_not_done(way: InProcess) -> None:
    told = Told()
    await way.engine.write(lambda: put("DocumentReference/1"))
    if isinstance(way, Queued):
        await way.hand_out()
    await way.engine.write(lambda: outbox.withdraw(1, SCAN, "DocumentReference/1"))

    await way.work(told)

    assert told.jobs == []


async def test_whoever_dies_while_at_work_has_it_done_by_another(way: InProcess) -> None:
    told = Told(Killed())
    await way.engine.write(lambda: put("DocumentReference/1"))
    with pytest.raises(Killed):
        await way.work(told)

    way.later(LEASE)
    await way.work(told)

    assert len(told.jobs) == 2
    assert (await waiting(way.engine)).due == 0


async def test_others_hear_what_was_done_and_only_that(way: InProcess) -> None:
    told, heard = Told(ValueError("x")), Told()
    await way.engine.write(lambda: put("DocumentReference/1"))
    more: dict[str, Any] = {"announced": (SCAN,), "handlers": {ANNOUNCE: heard}}
    await way.work(told, **more)
    await way.work(told, **more)
    assert heard.jobs == []

    way.later(pause(1))
    await way.work(told, **more)
    await way.work(told, **more)

    assert [(job.what, job.said["topic"]) for job in heard.jobs] == [("DocumentReference/1", SCAN)]


# --- what only a queue has


async def test_a_message_has_ids_and_codes_and_nothing_that_was_said(queued: Queued) -> None:
    await queued.engine.write(lambda: outbox.put(1, SCAN, "DocumentReference/1", NOON, {"phone": "+14155550123"}))

    await queued.hand_out()

    [message] = queued.messages()
    body = json.loads(message["Body"])
    assert body == {"job": body["job"], "org": 1, "topic": SCAN, "what": "DocumentReference/1"}


async def test_what_comes_twice_is_done_once(queued: Queued) -> None:
    told = Told()
    await queued.engine.write(lambda: put("DocumentReference/1"))
    [job] = await queued.engine.write(lambda: outbox.take(NOON, NOON + LEASE, 5, [SCAN]))

    for _ in range(3):
        await queued.worker(told).perform(handed(job))

    assert len(told.jobs) == 1


async def test_what_comes_twice_at_once_is_done_by_one_and_the_other_hears_that_it_is_being_done(
    queued: Queued,
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(_: Job) -> None:
        begun.set()
        await go_on.wait()

    await queued.engine.write(lambda: put("DocumentReference/1"))
    [job] = await queued.engine.write(lambda: outbox.take(NOON, NOON + LEASE, 5, [SCAN]))
    first = asyncio.create_task(queued.worker(slow).perform(handed(job)))
    await begun.wait()

    with pytest.raises(Busy):
        await queued.worker(Told()).perform(handed(job))

    go_on.set()
    await first
    told = Told()
    await queued.worker(told).perform(handed(job))
    assert told.jobs == []


async def test_what_is_done_is_what_the_outbox_says_and_not_what_the_message_says(queued: Queued) -> None:
    told = Told()
    await queued.engine.write(lambda: put("DocumentReference/1"))
    [job] = await queued.engine.write(lambda: outbox.take(NOON, NOON + LEASE, 5, [SCAN]))

    await queued.worker(told).perform(Handed(job.no, 2, "post", "Patient/7"))
    await queued.worker(told).perform(Handed(job.no + 1, 1, SCAN, "DocumentReference/2"))

    assert told.what == ["DocumentReference/1"]


@pytest.mark.parametrize("body", ["", "{}", "[]", '{"job": 1}', '{"job":"1","org":1,"topic":"x","what":"y"}',
                                  '{"job":1,"org":1,"topic":"x","what":"y","run":"z"}', b"\xff"])  # fmt: skip
def test_a_message_that_is_none_of_ours_is_refused(body: str | bytes) -> None:
    with pytest.raises(Malformed):
        Handed.read(body)


async def test_a_message_that_is_lost_is_sent_again(queued: Queued) -> None:
    told = Told()
    await queued.engine.write(lambda: put("DocumentReference/1"))
    await queued.hand_out()
    queued.client.purge_queue(QueueUrl=queued.address)
    queued.later(HANDED_FOR - 1)
    await queued.work(told)
    assert told.jobs == []

    queued.later(1)
    await queued.work(told)

    assert told.what == ["DocumentReference/1"]


async def test_a_process_killed_before_it_sent_or_before_it_wrote_that_down_loses_nothing(queued: Queued) -> None:
    told = Told()
    for what in ("DocumentReference/1", "DocumentReference/2"):
        await queued.engine.write(lambda what=what: put(what))  # type: ignore[misc]  # a default binds it
    [_, second] = await queued.engine.write(lambda: outbox.take(NOON, NOON + LEASE, 5, [SCAN]))
    await sqs(queued.place, "test").send([second])  # and it is killed: nobody wrote that down, and one was not sent

    await queued.perform(told)
    assert told.what == ["DocumentReference/2"]
    queued.later(LEASE)
    await queued.work(told)

    assert told.what == ["DocumentReference/2", "DocumentReference/1"]


async def test_while_the_queue_is_away_jobs_wait_and_do_not_count_as_failed(
    queued: Queued, caplog: pytest.LogCaptureFixture
) -> None:
    told = Told()
    await queued.engine.write(lambda: put("DocumentReference/1"))

    with queued.amazon.away(), caplog.at_level(logging.ERROR):
        await queued.hand_out()
    assert "the queue documents takes nothing" in caplog.text
    queued.later(pause(1))
    await queued.work(told)

    assert [job.tries for job in told.jobs] == [0]


async def test_a_queue_that_takes_some_of_a_batch_gets_the_rest_later(queued: Queued) -> None:
    class Choosy:
        topics = frozenset({SCAN})

        async def send(self, jobs: Any) -> frozenset[int]:
            return frozenset(job.no for job in jobs[:1])

    for number in range(3):
        await queued.engine.write(lambda number=number: put(f"DocumentReference/{number}"))  # type: ignore[misc]

    await queued.worker(Told(), hands=Choosy()).once()
    queued.later(pause(1))

    assert [job.what for job in await queued.engine.write(lambda: outbox.take(queued.now, queued.now + LEASE, 9))] == [
        "DocumentReference/1",
        "DocumentReference/2",
    ]


async def test_topics_of_queues_that_are_not_used_stay_with_the_worker(queued: Queued) -> None:
    told = Told()
    await queued.engine.write(lambda: put("DocumentReference/1"))
    others = Queue(REGION, ACCOUNT, queued.amazon.address, "test", ("notices",))

    await queued.worker(told, hands=sqs(others, "test")).until_idle()

    assert told.what == ["DocumentReference/1"]


async def test_what_failed_too_often_on_the_queue_lands_among_the_dead_letters(queued: Queued) -> None:
    dead = queued.client.create_queue(QueueName="test-dead")["QueueUrl"]
    arn = queued.client.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": "3"})
    queued.client.set_queue_attributes(QueueUrl=queued.address, Attributes={"RedrivePolicy": policy})
    await queued.engine.write(lambda: put("DocumentReference/1"))
    told = Told(*[ValueError("x")] * 9)
    await queued.hand_out()

    for _ in range(5):
        await queued.perform(told)

    assert len(told.jobs) == 3
    assert len(queued.client.receive_message(QueueUrl=dead).get("Messages", ())) == 1
    queued.later(HANDED_FOR)  # and the outbox has not forgotten it
    good = Told()
    await queued.work(good)
    assert [job.tries for job in good.jobs] == [3]


# --- events


async def test_an_event_has_ids_and_codes_and_reaches_who_listens(engine: Engine, amazon: PrivateAmazon) -> None:
    events, queues = amazon.client("events"), amazon.client("sqs")
    address = queues.create_queue(QueueName="listener")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=address, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.create_event_bus(Name="clinic")
    events.put_rule(Name="ours", EventBusName="clinic", EventPattern=json.dumps({"source": ["meridian.meridian-pms"]}))
    events.put_targets(Rule="ours", EventBusName="clinic", Targets=[{"Id": "1", "Arn": arn}])
    worker = Worker(
        engine,
        {SCAN: Told(), ANNOUNCE: bus(Events(REGION, "clinic", amazon.address), "meridian-pms")},
        clock=lambda: NOON,
        announced=(SCAN,),
    )
    await engine.write(lambda: put("DocumentReference/1"))

    await worker.until_idle()

    [message] = queues.receive_message(QueueUrl=address)["Messages"]
    event = json.loads(message["Body"])
    assert (event["source"], event["detail-type"]) == ("meridian.meridian-pms", SCAN)
    assert event["detail"] == {"org": 1, "what": "DocumentReference/1"}


async def test_while_the_bus_is_away_the_work_is_done_and_announced_later(
    engine: Engine, amazon: PrivateAmazon
) -> None:
    told, now = Told(), [NOON]
    amazon.client("events").create_event_bus(Name="clinic")
    announces = bus(Events(REGION, "clinic", amazon.address), "meridian-pms")
    worker = Worker(engine, {SCAN: told, ANNOUNCE: announces}, clock=lambda: now[0], announced=(SCAN,))
    await engine.write(lambda: put("DocumentReference/1"))

    with amazon.away():
        await worker.until_idle()
    assert (len(told.jobs), (await waiting(engine)).due) == (1, 1)
    now[0] += pause(1)
    await worker.until_idle()

    assert (len(told.jobs), (await waiting(engine)).due) == (1, 0)
    with pytest.raises(Unavailable), amazon.away():
        await announces(Job(1, 1, ANNOUNCE, "x", 0, 0, {"topic": SCAN}))
