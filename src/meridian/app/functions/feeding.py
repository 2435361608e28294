"""
Messages of a queue: each is done, or given back by itself while the others stand.

Which of them failed is what Lambda is answered (`ReportBatchItemFailures`); SQS gives those out again, and puts what
failed too often among the dead letters. What is done twice does nothing twice: the outbox's row says what is still to
be done (`jobs.handing`), so that no other memory of messages is kept.
"""

import asyncio
import logging
from collections.abc import Callable, Collection
from typing import Any, Final, TypeAlias

from aws_lambda_powertools.utilities.batch import AsyncBatchProcessor, EventType
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from meridian.app.functions.standing import SPARE, Context, Failed, house
from meridian.app.house import House
from meridian.faults import Malformed
from meridian.jobs.handing import QUEUES, Handed

Event: TypeAlias = dict[str, Any]
Handler: TypeAlias = Callable[[Event, Context], dict[str, Any]]

SAVED: Final = 2 * SPARE
"""Seconds of a call that a job does not have: to say that it failed takes some."""

_log = logging.getLogger("meridian.functions")


class _Batch(AsyncBatchProcessor):
    """Powertools' own, whose `async_process` would run on another loop than the house's."""

    async def all(self) -> None:
        """Work on every message, together."""
        await asyncio.gather(*(self._async_process_record(record) for record in self.records))


def fed(name: str, queue: str) -> Handler:
    """The handler of the function *name*, which performs the jobs that come by *queue*."""
    standing, topics = house(name), frozenset(QUEUES[queue])

    def handler(event: Event, context: Context) -> dict[str, Any]:
        async def done(house: House) -> None:
            longest = context.get_remaining_time_in_millis() / 1000 - SAVED

            async def perform(record: SQSRecord) -> None:
                await performed(house, record.body, topics, longest)

            with _Batch(EventType.SQS, raise_on_entire_batch_failure=False)(event["Records"], perform) as batch:
                await batch.all()
                answers.append(batch)

        answers: list[_Batch] = []
        standing.run(done, context)
        return dict(answers[0].response())

    return handler


async def performed(house: House, body: str, topics: Collection[str], longest: float) -> None:
    """
    Perform what one message says.

    Raises:
        Failed: If it is to come again, or is none of ours.
    """
    try:
        handed = _ours(body, topics)
        await house.worker.perform(handed, longest=longest)
    except Exception as wrong:  # noqa: BLE001  # its message may hold patient data, and Powertools keeps it
        kind = type(wrong).__name__
        _log.warning("a message was not done: %s", kind)
    else:
        return
    raise Failed(kind)


def _ours(body: str, topics: Collection[str]) -> Handed:
    handed = Handed.read(body)
    if handed.topic not in topics:
        raise Malformed("The message is another function's")
    return handed
