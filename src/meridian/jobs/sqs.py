"""
Jobs on Amazon SQS: one queue for each kind of function, as `handing.QUEUES` has them.

A queue is found by the account that owns it, the edition and its name, so that nobody else's is written to. Messages
are ids and codes, and the queue is sealed by KMS all the same.

Source: docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from meridian.jobs.handing import QUEUES, handed, queue_of
from meridian.settings import BadSettings, Queue
from meridian.store.outbox import Job
from meridian.vault import amazon

MOST = 10
"""Messages of one request."""

_log = logging.getLogger("meridian.jobs")


class Sqs:
    """
    `handing.Hands` on SQS.

    Args:
        addresses: URL of each queue that is used, by name.
        made: Makes the client, on the first call.
    """

    def __init__(self, addresses: Mapping[str, str], made: Callable[[], Any]) -> None:
        self._addresses = dict(addresses)
        self.topics = frozenset(topic for queue in addresses for topic in QUEUES[queue])
        self._made = made
        self._client: Any = None

    async def send(self, jobs: Sequence[Job]) -> frozenset[int]:
        """Put jobs onto their queues; the numbers of those that arrived."""
        batches: dict[str, list[Job]] = {}
        for job in jobs:
            batches.setdefault(queue_of(job.topic), []).append(job)
        arrived = [
            self._sent(queue, some[first : first + MOST])
            for queue, some in batches.items()
            for first in range(0, len(some), MOST)
        ]
        return frozenset().union(*await asyncio.gather(*arrived))

    async def _sent(self, queue: str, jobs: Sequence[Job]) -> frozenset[int]:
        entries = [{"Id": str(job.no), "MessageBody": handed(job).body()} for job in jobs]
        try:
            answer = await asyncio.to_thread(
                lambda: self._service().send_message_batch(QueueUrl=self._addresses[queue], Entries=entries)
            )
        except Exception as wrong:  # noqa: BLE001  # whatever it is, the jobs are not lost: they are handed out again
            _log.error("the queue %s takes nothing: %s", queue, amazon.code(wrong) or type(wrong).__name__)
            return frozenset()
        for one in answer.get("Failed", ()):
            _log.warning("job %s was not taken by the queue %s: %s", one["Id"], queue, one["Code"])
        return frozenset(int(one["Id"]) for one in answer.get("Successful", ()))

    def _service(self) -> Any:
        if self._client is None:
            self._client = self._made()
        return self._client


def sqs(place: Queue, prefix: str) -> Sqs:
    """
    The queues that the settings name; nobody is asked yet.

    Raises:
        BadSettings: If there is no such queue.
    """
    if unknown := set(place.queues) - set(QUEUES):
        raise BadSettings(f"settings.toml, [queue]: there is no queue {min(unknown)!r}; choose of: {', '.join(QUEUES)}")
    base = place.endpoint.rstrip("/") or f"https://sqs.{place.region}.amazonaws.com"
    addresses = {name: f"{base}/{place.account}/{place.prefix or prefix}-{name}" for name in place.queues}
    return Sqs(addresses, lambda: amazon.client("sqs", place.region, place.endpoint))
