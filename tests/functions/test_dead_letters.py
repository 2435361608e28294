"""What fails again and again ends among the dead letters, and keeps none of the others."""

import json
from typing import Any

import pytest

from meridian.app.functions import feeding
from meridian.app.functions.standing import Standing
from meridian.testing.amazon import PrivateAmazon

from .conftest import event

TRIES = 5
"""As `infra/queues.py` has it."""


class Context:
    """Lambda's, with a minute left."""

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


class House:
    """Performs what it is handed; number 13 never works."""

    def __init__(self) -> None:
        self.worker = self
        self.done: list[int] = []

    async def perform(self, handed: Any, *, longest: float) -> None:
        assert 0 < longest < 60
        if handed.no == 13:
            raise LookupError("unlucky")
        self.done.append(handed.no)


def deliver(client: Any, queue: str, handler: feeding.Handler) -> None:
    """As Lambda's own poller: what did not fail is deleted, the rest comes again."""
    found = client.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    [shape] = event("sqs")["Records"]
    records = [shape | {"messageId": one["MessageId"], "body": one["Body"]} for one in found]
    if not records:
        return
    failed = {one["itemIdentifier"] for one in handler({"Records": records}, Context())["batchItemFailures"]}
    for one in found:
        if one["MessageId"] not in failed:
            client.delete_message(QueueUrl=queue, ReceiptHandle=one["ReceiptHandle"])


def test_poison_ends_among_the_dead_letters(amazon: PrivateAmazon, monkeypatch: pytest.MonkeyPatch) -> None:
    client, house = amazon.client("sqs"), House()
    dead = client.create_queue(QueueName="dead")["QueueUrl"]
    arn = client.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": str(TRIES)})
    queue = client.create_queue(QueueName="q", Attributes={"RedrivePolicy": redrive, "VisibilityTimeout": "0"})[
        "QueueUrl"
    ]
    said = {"org": 1, "topic": "document-scan", "what": "DocumentReference/1"}
    for body in ("none of ours", json.dumps({"job": 13, **said}), json.dumps({"job": 7, **said})):
        client.send_message(QueueUrl=queue, MessageBody=body)

    standings: set[Standing[Any]] = set()

    async def stood(standing: Standing[Any]) -> House:
        standings.add(standing)
        return house

    monkeypatch.setattr(Standing, "_stood", stood)
    handler = feeding.fed("tested", "documents")

    for _ in range(TRIES + 1):
        deliver(client, queue, handler)

    assert house.done == [7]
    left = client.receive_message(QueueUrl=dead, MaxNumberOfMessages=10)["Messages"]
    assert {one["Body"] for one in left} == {"none of ours", json.dumps({"job": 13, **said})}
    assert "Messages" not in client.receive_message(QueueUrl=queue)
    client.close()
    for one in standings:
        one.close()
