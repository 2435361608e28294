"""Two servers, many hands, the same records: no update is lost, none is done twice, and what must be one is one."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from meridian.testing.served import FHIR, Line, Served, Site
from meridian.testing.standing import look
from meridian.testing.storm import patient, transaction

Start: TypeAlias = Callable[[Site], Served]

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

HANDS, TURNS = 12, 12


def counting(name: str, count: int) -> dict[str, Any]:
    return patient(name) | {"multipleBirthInteger": count}


async def add_one(line: Line, what: str) -> None:
    """Read, add one, write under If-Match; again until nobody came between."""
    for _ in range(300):
        read = await line.ask("GET", f"{FHIR}/{what}")
        body = read.json
        body["multipleBirthInteger"] += 1
        wrote = await line.ask("PUT", f"{FHIR}/{what}", json.dumps(body).encode(), If_Match=read.headers["etag"])
        if wrote.status == 200:
            return
        assert wrote.status == 412, wrote.body
    raise AssertionError("Others always came between")


async def cross(line: Line, first: str, second: str, mark: str) -> int:
    """Change two records in one transaction, in an order that another hand takes the other way round."""
    entries = [
        {"resource": patient(mark) | {"id": what.split("/")[1]}, "request": {"method": "PUT", "url": what}}
        for what in (first, second)
    ]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    return (await line.ask("POST", FHIR, json.dumps(bundle).encode())).status


async def test_many_hands_on_few_records_through_two_servers(site: Site, start: Start) -> None:
    servers = [start(site), start(site)]
    made = [servers[0].fhir("POST", "/Patient", counting(f"c{n}", 0)).json["id"] for n in range(4)]
    counters = [f"Patient/{one}" for one in made[:2]]
    pair = [f"Patient/{one}" for one in made[2:]]
    created: Counter[str] = Counter()
    crossed: Counter[int] = Counter()

    async def hand(number: int) -> None:
        line = Line(servers[number % 2])
        for turn in range(TURNS):
            await add_one(line, counters[turn % 2])
            once = patient(f"once-{turn}")
            answer = await line.ask(
                "POST", f"{FHIR}/Patient", json.dumps(once).encode(),
                If_None_Exist=f"identifier=urn:example:storm|once-{turn}",
            )  # fmt: skip
            created[answer.json["id"] if answer.status in {200, 201} else str(answer.status)] += 1
            first, second = pair if number % 4 < 2 else reversed(pair)
            crossed[await cross(line, first, second, f"x-{number}-{turn}")] += 1
        line.close()

    await asyncio.gather(*(hand(number) for number in range(HANDS)))
    counts = [servers[1].fhir("GET", f"/{one}").json["multipleBirthInteger"] for one in counters]
    both = [servers[n].fhir("GET", f"/{one}").json["name"][0]["family"] for n, one in enumerate(pair)]
    for server in servers:
        server.stop()

    assert sum(counts) == HANDS * TURNS
    assert len(created) == TURNS, "each was made once, and found by all the others"
    assert set(created.values()) == {HANDS}
    assert crossed == {200: HANDS * TURNS}
    assert both[0] == both[1]
    standing = await look(site)
    assert [one for one in standing.wrong if "is recorded" not in one] == []  # transactions update here
    assert "Not whole" not in site.command("audit", "verify")


async def test_a_transaction_that_fails_at_its_end_leaves_nothing(sqlite_site: Site, start: Start) -> None:
    server = start(sqlite_site)
    bundle = transaction("halved")
    bundle["entry"].append({"resource": {**patient("x"), "id": "y"}, "request": {"method": "PUT", "url": "Patient/y",
                            "ifMatch": 'W/"7"'}})  # fmt: skip

    refused = server.fhir("POST", "", bundle)

    assert refused.status == 412
    assert "Bundle.entry[4]" in refused.problems
    server.stop()
    standing = await look(sqlite_site)
    assert standing.wrong == []
    assert [what for what in standing.bodies if not what.startswith("Organization")] == []
