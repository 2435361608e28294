"""Which queue takes which topics is said where functions are, and where the worker hands out: they agree."""

import tomllib
from pathlib import Path

import pytest

from meridian.jobs.handing import QUEUES, Handed, queue_of
from meridian.jobs.sqs import sqs
from meridian.settings import BadSettings, Queue

FUNCTIONS = Path(__file__).resolve().parents[2] / "functions"


def test_the_queues_of_the_functions_take_the_topics_that_are_handed_to_them() -> None:
    said = [tomllib.loads(path.read_text(encoding="utf-8")) for path in FUNCTIONS.glob("*/function.toml")]

    assert {one["queue"]: tuple(one["topics"]) for one in said if "queue" in one} == dict(QUEUES)


def test_no_topic_has_two_queues() -> None:
    topics = [topic for some in QUEUES.values() for topic in some]

    assert len(topics) == len(set(topics))
    assert [queue_of(topic) for topic in ("document-scan", "nothing of ours")] == ["documents", ""]


def test_what_is_handed_out_is_read_as_it_was_said() -> None:
    said = Handed(17, 1, "document-scan", "DocumentReference/ä-4")

    assert Handed.read(said.body()) == Handed.read(said.body().encode()) == said


def test_a_queue_is_its_accounts_and_its_editions_and_a_setting_that_names_none_is_refused() -> None:
    made = sqs(Queue("eu-central-1", "123456789012", queues=("notices",)), "careconnect360")

    assert made._addresses == {"notices": "https://sqs.eu-central-1.amazonaws.com/123456789012/careconnect360-notices"}
    assert made.topics == frozenset(QUEUES["notices"])
    with pytest.raises(BadSettings, match="notes"):
        sqs(Queue("eu-central-1", "123456789012", queues=("notes",)), "careconnect360")
