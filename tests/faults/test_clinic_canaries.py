"""
A word that stands in everything somebody has in a clinic, looked for wherever the clinic's work leaves something.

Names and short texts stand in the index rows of searches. Beyond that nothing holds the word in clear: no account, no
job that waits or has failed for good, no feed, no thread, no log, no mail, no file's name.
"""

import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from meridian.jobs.worker import TRIES, Job, Worker
from meridian.testing.neighbours import Neighbours, canary, neighbours

pytestmark = [pytest.mark.anyio, pytest.mark.slow, pytest.mark.timeout(240)]

WORD = canary("ann")
FOUND_BY = {"index_text", "index_name", "index_token", "index_pair"}
"""Rows by which records are found; they rely on the database's own encryption (docs/store.md)."""
PAGES = (
    "/api/own/ann/record", "/api/own/ann/record/print", "/api/medications/patients/ann/print",
    "/api/medications/prescriptions/ann-prescription/print", "/api/charting/encounters/ann-encounter/summary",
)  # fmt: skip


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def around(tmp_path_factory: pytest.TempPathFactory, anyio_backend: str) -> AsyncIterator[Neighbours]:
    del anyio_backend
    async with neighbours(tmp_path_factory.mktemp("canaries")) as made:
        yield made


def holding(data: Path) -> set[str]:
    """The tables in which the word stands in clear."""
    found = set()
    with closing(sqlite3.connect(data / "meridian.db")) as database:
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in database.execute(f'SELECT * FROM "{table}"'):  # noqa: S608  # the database's own names
                if any(WORD.lower() in _text(value).lower() for value in row):
                    found.add(table)
    return found


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def said(file: Path) -> bytes:
    """What stands in a file; in a mail, beside whom it is to."""
    if file.suffix != ".eml":
        return file.read_bytes()
    mail = message_from_bytes(file.read_bytes(), policy=default)
    return f"{mail['Subject']}\n{mail.get_content()}".encode()


async def test_the_word_stands_where_records_are_found_by_it_and_nowhere_else_in_the_database(
    around: Neighbours,
) -> None:
    found = holding(around.house.settings.data)

    assert "index_text" in found, "and the canary sings"
    assert found <= FOUND_BY


async def test_no_file_beside_the_database_holds_the_word_or_is_named_by_it(around: Neighbours) -> None:
    data = around.house.settings.data
    files = [one for one in data.rglob("*") if one.is_file() and not one.name.startswith("meridian.db")]

    assert any("outbox" in one.parts for one in files)
    assert any("files" in one.parts for one in files)
    assert [one for one in files if WORD.lower() in str(one.relative_to(data)).lower()] == []
    assert [one for one in files if WORD.lower().encode() in said(one).lower()] == []


async def test_what_is_taken_along_is_named_by_what_it_is_and_not_by_whose(around: Neighbours) -> None:
    async with around.client(around.sign_in("patient")) as client:
        answers = [await client.get(page) for page in PAGES]

    assert {answer.status_code for answer in answers} == {200}
    assert [answer.headers for answer in answers if WORD.lower() in repr(answer.headers).lower()] == []


async def test_a_job_that_fails_for_good_and_its_log_hold_no_word(
    around: Neighbours, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with around.client(around.sign_in("patient")) as client:
        first = {"key": "canary-0123456789", "patient": "ann", "subject": WORD, "text": WORD, "about": "health"}
        assert (await client.post("/api/messages/threads", json=first)).status_code == 201

    async def fails(job: Job) -> None:
        raise RuntimeError(f"{WORD} {job}")

    topics = around.house.worker.handlers
    now = around.house.worker.clock()
    for turn in range(TRIES + 1):
        worker = Worker(around.house.engine, dict.fromkeys(topics, fails), clock=lambda turn=turn: now + turn * 10**8)  # type: ignore[misc]  # a default binds it
        await worker.until_idle()

    with closing(sqlite3.connect(around.house.settings.data / "meridian.db")) as database:
        assert database.execute("SELECT count(*) FROM outbox WHERE state = 1").fetchone()[0] > 0
    assert "failed, try" in caplog.text
    assert WORD not in caplog.text
    assert holding(around.house.settings.data) <= FOUND_BY


async def test_an_import_says_where_it_is_wrong_and_not_what_stood_there(
    around: Neighbours, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = f'{{"resourceType": "Patient", "gender": "{WORD}", "birthDate": "{WORD}", "name": [{{"family": {{}}}}]}}'
    table = f"family,given,birthDate\n{WORD},{WORD},{WORD}\n"
    async with around.client(around.sign_in("administrator")) as client:
        answers = [
            await client.post(f"/api/imports?name={name}&dryRun=true", content=body)
            for name, body in (("x.ndjson", wrong), ("x.csv", table), ("x.json", wrong[:-3]))
        ]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [answer.text.count('"troubles":[{') for answer in answers] == [1, 1, 1]
    assert [answer.text for answer in answers if WORD in answer.text] == []
    assert WORD not in caplog.text
