import json
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any, TypeAlias

import pytest

from meridian.audit import search
from meridian.audit.entry import Entry
from meridian.faults import Malformed, NotFound, Unsupported
from meridian.store.engine import Engine

Write: TypeAlias = Callable[[Sequence[Entry]], Coroutine[Any, Any, None]]

pytestmark = pytest.mark.anyio

DAY = 86_400_000
COUNT = 700
"""Two full blocks and a part of a third."""


def entry(at: int) -> Entry:
    """Each entry is a minute after the one before it; what it is of goes round in cycles."""
    return Entry(
        org=1,
        time=20_000 * DAY + at * 60_000,
        action=("read", "search-type", "create", "sign-in-failed")[at % 4],
        outcome="refused" if at % 50 == 3 else "ok",
        who=f"Practitioner/d{at % 7}",
        patient=f"p{at % 90}",
        what=f"Observation/o{at % 300}",
        seen=("Patient/shown",) if at == 17 else (),
        address=f"10.0.0.{at % 9}",
    )


ENTRIES = [entry(at) for at in range(COUNT)]


@pytest.fixture
async def log(write: Write) -> None:
    await write(ENTRIES)
    await write([Entry(org=2, time=5, action="read", patient="p1")])


async def find(engine: Engine, *parameters: tuple[str, str], org: int = 1) -> list[int]:
    """The places of all matches, page after page."""
    found: list[int] = []
    cursor: list[tuple[str, str]] = []
    while True:
        asked = search.parse([*parameters, *cursor])
        page = await engine.read(partial(search.run, org, asked))
        found += [int(one.partition("-")[2]) for one, _ in page.events]
        if not page.next:
            return found
        cursor = [("_cursor", page.next)]


def those(fits: Callable[[Entry], bool]) -> list[int]:
    """Newest first."""
    return [at for at in reversed(range(COUNT)) if fits(ENTRIES[at])]


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize(
    ("parameters", "fits"),
    [
        ([], lambda _: True),
        ([("patient", "p7")], lambda e: e.patient == "p7"),
        ([("patient", "Patient/p7,Patient/p8")], lambda e: e.patient in {"p7", "p8"}),
        ([("patient:Patient", "p7")], lambda e: e.patient == "p7"),
        ([("patient", "http://x/fhir/R4/Patient/p7")], lambda e: e.patient == "p7"),
        ([("patient", "shown")], lambda e: bool(e.seen)),
        ([("agent", "Practitioner/d3")], lambda e: e.who == "Practitioner/d3"),
        ([("agent", "d3"), ("patient", "p10")], lambda e: e.who == "Practitioner/d3" and e.patient == "p10"),
        ([("entity", "Observation/o299")], lambda e: e.what == "Observation/o299"),
        ([("entity", "Patient/shown")], lambda e: bool(e.seen)),
        ([("entity", "Patient/shown,Observation/o5")], lambda e: bool(e.seen) or e.what == "Observation/o5"),
        ([("action", "R")], lambda e: e.action == "read"),
        ([("action", "R,C")], lambda e: e.action in {"read", "create"}),
        ([("action", "E")], lambda e: e.action in {"search-type", "sign-in-failed"}),
        ([("action", "D")], lambda _: False),
        ([("outcome", "4")], lambda e: e.outcome == "refused"),
        (
            [("outcome", "http://terminology.hl7.org/CodeSystem/audit-event-outcome|4"), ("action", "E")],
            lambda e: e.outcome == "refused" and e.action in {"search-type", "sign-in-failed"},
        ),
        ([("type", "110114")], lambda e: e.action == "sign-in-failed"),
        ([("subtype", "search-type")], lambda e: e.action == "search-type"),
        (
            [("address", "10.0.0.4"), ("type", "rest")],
            lambda e: e.address == "10.0.0.4" and e.action != "sign-in-failed",
        ),
        ([("date", "2024-10-04")], lambda _: True),
        ([("date", "lt2024-10-04")], lambda _: False),
        (
            [("date", "ge2024-10-04T05:00:00Z"), ("date", "lt2024-10-04T06:00:00Z")],
            lambda e: 300 <= (e.time - 20_000 * DAY) // 60_000 < 360,
        ),
        (
            [("date", "gt2024-10-04T05:00Z"), ("patient", "p45")],
            lambda e: e.time - 20_000 * DAY >= 301 * 60_000 and e.patient == "p45",
        ),
        ([("date", "2024-10-04T00:17,2024-10-04T11:39")], lambda e: (e.time - 20_000 * DAY) // 60_000 in {17, 699}),
        ([("_id", "1-5,1-600,2-0,1-9999")], lambda _: False),
    ],
)
async def test_a_search_finds_what_fits_and_nothing_else_newest_first(
    logged: Engine, parameters: list[tuple[str, str]], fits: Callable[[Entry], bool]
) -> None:
    expected = [5, 600] if parameters and parameters[0][0] == "_id" else those(fits)

    for count in (3, 100) if len(expected) < 50 else (100,):
        assert await find(logged, *parameters, ("_count", str(count))) == expected
    if parameters and parameters[0][0] != "_id":
        assert await find(logged, *parameters, ("_sort", "date"), ("_count", "50")) == expected[::-1]


@pytest.mark.usefixtures("log")
async def test_a_page_of_none_is_empty(logged: Engine) -> None:
    assert await find(logged, ("_count", "0")) == []


@pytest.mark.usefixtures("log")
async def test_entries_written_meanwhile_neither_repeat_nor_lose_any(logged: Engine, write: Write) -> None:
    first = await logged.read(lambda: search.run(1, search.parse([("_count", "50")])))
    await write([entry(at) for at in range(300)])
    rest = await find(logged, ("_cursor", first.next), ("_count", "100"))

    assert [int(one.partition("-")[2]) for one, _ in first.events] + rest == list(reversed(range(COUNT)))


@pytest.mark.usefixtures("log")
async def test_one_organisation_never_sees_anothers_log(logged: Engine) -> None:
    assert await find(logged, org=2) == [0]
    assert await find(logged, org=3) == []
    assert json.loads(await logged.read(lambda: search.read(2, "2-0")))["id"] == "2-0"
    for logical_id in ("1-5", "2-1", "2-", "x", "2-00", "-1-0", "2-9999999999999999999999"):
        with pytest.raises(NotFound):
            await logged.read(partial(search.read, 2, logical_id))


@pytest.mark.usefixtures("log")
async def test_a_page_that_looked_at_enough_blocks_says_where_to_go_on(
    logged: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "BLOCKS", 1)

    assert await find(logged, ("type", "110114"), ("_count", "100")) == those(lambda e: e.action == "sign-in-failed")
    assert await find(logged, ("patient", "shown")) == [17]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("patient", ""),
        ("patient", "Practitioner/x"),
        ("patient", "a b"),
        ("entity", "o1"),
        ("date", "yesterday"),
        ("date", "ge"),
        ("_count", "-1"),
        ("_count", "x"),
        ("_cursor", "1 OR 1=1"),
        ("agent", ",".join("abcdefghijklmnopqrstuvwxyz")),
    ],
)
async def test_a_value_that_cannot_be_read_is_refused_by_its_parameters_name(name: str, value: str) -> None:
    with pytest.raises(Malformed, match=name):
        search.parse([(name, value)])


@pytest.mark.parametrize(
    ("name", "value"),
    [("nonsense", "1"), ("patient:missing", "true"), ("outcome:not", "4"), ("_sort", "patient"), ("date", "ap2024")],
)
async def test_what_is_not_offered_is_refused(name: str, value: str) -> None:
    with pytest.raises(Unsupported):
        search.parse([(name, value)])
