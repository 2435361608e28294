"""
What other systems may want to hear, on Amazon EventBridge: that a job of some topics was done, in ids and codes.

    source       meridian.<edition>
    detail-type  the topic, as `document-scan`
    detail       {"org": 1, "what": "DocumentReference/17"}

Who hears it and wants more asks the API for it, as itself. An event may come twice.

Source: docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec

from meridian.faults import Unavailable
from meridian.settings import Events
from meridian.store.outbox import Job
from meridian.vault import amazon


class Bus:
    """
    The handler of `worker.ANNOUNCE`.

    Args:
        name: The bus.
        source: Who speaks.
        made: Makes the client, on the first call.
    """

    def __init__(self, name: str, source: str, made: Callable[[], Any]) -> None:
        self._name, self._source, self._made = name, source, made
        self._client: Any = None

    async def __call__(self, job: Job) -> None:
        """
        Announce what was done.

        Raises:
            Unavailable: If the bus did not take it; it is announced again later.
        """
        entry = {
            "EventBusName": self._name,
            "Source": self._source,
            "DetailType": str(job.said["topic"]),
            "Detail": msgspec.json.encode({"org": job.org, "what": job.what}).decode(),
        }
        try:
            answer = await asyncio.to_thread(lambda: self._service().put_events(Entries=[entry]))
        except Exception as wrong:
            raise Unavailable("The bus of events does not answer") from wrong
        if answer["FailedEntryCount"]:
            raise Unavailable("The bus of events did not take it")

    def _service(self) -> Any:
        if self._client is None:
            self._client = self._made()
        return self._client


def bus(place: Events, edition: str) -> Bus:
    """The bus that the settings name; nobody is asked yet."""
    return Bus(place.bus, f"meridian.{edition}", lambda: amazon.client("events", place.region, place.endpoint))
