"""
What is handed out: jobs of some topics go to a queue, and whoever takes the message performs them.

A message says which row of the outbox it is about, in codes and ids only. The row stays until the job has been
performed, and what is done is read from the row and not from the message: one that comes twice, late or forged can do
nothing that is not to be done. A message that is lost is sent again when the row's lease ends.

    worker (`Worker.once`) ── take, HANDED ── Hands.send ──▶ queue ──▶ function ── Handed.read ── `Worker.perform`

Source of the topics of each queue: `functions/<name>/function.toml`; a test holds the two together.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, Protocol

import msgspec

from meridian.faults import Malformed
from meridian.store.outbox import Job

__all__ = ["QUEUES", "Handed", "Hands", "queue_of"]

QUEUES: Final[Mapping[str, tuple[str, ...]]] = {
    "documents": ("document-scan",),
    "exports": ("bulk-export",),
    "notices": ("notify", "post", "mail", "visit-guest"),
    "rechecks": ("medication-recheck",),
}
"""The topics of each queue."""


def queue_of(topic: str) -> str:
    """
    The queue of a topic; empty where the worker does it by itself.

    >>> queue_of("document-scan"), queue_of("appointment-freed")
    ('documents', '')
    """
    return next((queue for queue, topics in QUEUES.items() if topic in topics), "")


class _Message(msgspec.Struct, forbid_unknown_fields=True):
    """What is on the queue."""

    job: int
    org: int
    topic: str
    what: str


class Handed(NamedTuple):
    """
    What a message says.

    Args:
        no: Of the row in the outbox.
        org: The organisation's number.
        topic: Which handler.
        what: What about, as `DocumentReference/17`.
    """

    no: int
    org: int
    topic: str
    what: str

    @classmethod
    def read(cls, body: str | bytes) -> "Handed":
        """
        What the *body* of a message says.

        Raises:
            Malformed: If it is none of ours.
        """
        try:
            message = msgspec.json.decode(body, type=_Message)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Malformed("The message is none of a handed job") from None
        return cls(message.job, message.org, message.topic, message.what)

    def body(self) -> str:
        """
        The message.

        >>> Handed(17, 1, "document-scan", "DocumentReference/4").body()
        '{"job":17,"org":1,"topic":"document-scan","what":"DocumentReference/4"}'
        """
        return msgspec.json.encode(_Message(*self)).decode()


def handed(job: Job) -> Handed:
    """What is said of a job."""
    return Handed(job.no, job.org, job.topic, job.what)


class Hands(Protocol):
    """Takes jobs to those who perform them."""

    @property
    def topics(self) -> frozenset[str]:
        """What is handed out; the worker does the rest."""

    async def send(self, jobs: Sequence[Job]) -> frozenset[int]:
        """
        Hand out; the numbers of those that arrived.

        What fails is not raised: those that did not arrive are handed out later.
        """
