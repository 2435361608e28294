import json
from typing import Any

import pytest

from meridian.faults import Gone, NotFound
from meridian.fhir.search import parse
from meridian.store import search
from meridian.store.engine import Engine
from meridian.store.plan import Change, Plan, Query
from meridian.store.records import Kit, Records, destroy_key
from meridian.store.rotation import rewrap_organisations, rotate_organisation
from meridian.store.scope import Reach, Scope
from meridian.testing import keys
from meridian.vault.keyring import Keyring
from meridian.vault.master import FileMaster
from meridian.vault.unreadable import Unreadable

pytestmark = pytest.mark.anyio

ALL = Scope(1, default=Reach(everyone=True, restricted=True))
PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "name": [{"family": "Featherstonehaugh"}],
    "identifier": [{"system": "urn:mrn", "value": "secret-7"}],
}
DOCTOR: dict[str, Any] = {"resourceType": "Practitioner", "name": [{"family": "Who"}]}


def query(sql: str, *args: Any) -> Plan[list[Any]]:
    rows: list[Any] = yield Query(sql, args)
    return rows


def change(sql: str, *args: Any) -> Plan[None]:
    yield Change(sql, args)


async def two(engine: Engine, records: Records) -> None:
    await engine.write(lambda: records.create(ALL, PATIENT, logical_id="p"))
    await engine.write(lambda: records.create(ALL, DOCTOR, logical_id="d"))


async def test_bodies_and_identifiers_stand_nowhere_in_clear(engine: Engine, records: Records) -> None:
    await two(engine, records)

    bodies = await engine.read(lambda: query("SELECT body FROM resource"))
    tokens = await engine.read(lambda: query("SELECT code FROM index_token"))

    assert not any(b"Featherstonehaugh" in body or b"secret-7" in body for (body,) in bodies)
    assert not any("secret-7" in code for (code,) in tokens)


async def test_a_body_moved_to_another_row_does_not_open(engine: Engine, records: Records) -> None:
    await two(engine, records)
    await engine.write(lambda: records.update(ALL, "p", PATIENT | {"active": True}))
    await engine.write(lambda: change("UPDATE resource SET body = (SELECT body FROM history) WHERE id = 'p'"))

    stored = await engine.read(lambda: records.read(ALL, "Patient", "p"))
    with pytest.raises(Unreadable):
        _ = stored.body


async def test_another_master_key_opens_nothing_and_says_so(engine: Engine, records: Records) -> None:
    await two(engine, records)
    stranger = Records(Kit(Keyring(FileMaster({1: b"x" * 32}))))

    for kind, name in (("Patient", "p"), ("Practitioner", "d")):
        with pytest.raises(Unreadable):
            await engine.read(lambda kind=kind, name=name: stranger.read(ALL, kind, name))  # type: ignore[misc]  # defaults bind them
    with pytest.raises(Unreadable):
        await engine.write(lambda: stranger.create(ALL, PATIENT))


async def test_destroying_a_key_destroys_the_record_and_only_it(engine: Engine, records: Records) -> None:
    await two(engine, records)
    observation = {"resourceType": "Observation", "status": "final", "code": {"text": "x"},
                   "subject": {"reference": "Patient/p"}}  # fmt: skip
    await engine.write(lambda: records.create(ALL, observation, logical_id="o"))
    await engine.write(lambda: records.update(ALL, "o", observation | {"status": "amended"}))
    kept = await engine.read(lambda: query("SELECT body FROM resource WHERE id = 'o'"))

    assert await engine.write(lambda: destroy_key(1, "p")) == 2

    for kind, name in (("Patient", "p"), ("Observation", "o")):
        with pytest.raises(Gone):
            await engine.read(lambda kind=kind, name=name: records.read(ALL, kind, name))  # type: ignore[misc]  # defaults bind them
    with pytest.raises(NotFound):
        await engine.read(lambda: records.vread(ALL, "Observation", "o", 1))
    for table in ("index_text", "index_token", "index_link", "index_name"):
        rows = await engine.read(lambda table=table: query(f"SELECT * FROM {table}"))  # type: ignore[misc]  # noqa: S608  # a default binds a constant
        assert not any("feather" in str(row) or "p" in row for row in rows), table
    assert json.loads((await engine.read(lambda: records.read(ALL, "Practitioner", "d"))).body)["id"] == "d"
    for plan in (
        lambda: records.create(ALL, observation),
        lambda: records.update(ALL, "p", PATIENT, upsert=True),
        lambda: records.update(ALL, "o", observation, upsert=True),
    ):
        with pytest.raises(Gone):
            await engine.write(plan)
    # a row from a backup comes back: without the key it is of no use
    await engine.write(lambda: change("UPDATE resource SET body = ?, deleted = 0 WHERE id = 'o'", kept[0][0]))
    with pytest.raises(Gone):
        await engine.read(lambda: records.read(ALL, "Observation", "o"))


async def test_rotation_of_the_organisations_key_rewrites_no_body(engine: Engine, records: Records) -> None:
    await two(engine, records)
    before = await engine.read(lambda: query("SELECT id, body FROM resource ORDER BY id"))
    wrapped = await engine.read(lambda: query("SELECT wrapped FROM patient ORDER BY no"))

    await rotate_organisation(engine, keys.keyring(), 1)

    assert await engine.read(lambda: query("SELECT id, body FROM resource ORDER BY id")) == before
    assert await engine.read(lambda: query("SELECT wrapped FROM patient ORDER BY no")) != wrapped
    assert await engine.read(lambda: query("SELECT generation FROM organisation_key")) == [(2,)]
    fresh = Records(keys.kit())
    for kind, name in (("Patient", "p"), ("Practitioner", "d")):
        stored = await engine.read(lambda kind=kind, name=name: fresh.read(ALL, kind, name))  # type: ignore[misc]  # defaults bind them
        assert json.loads(stored.body)["id"] == name
    found = await identified(engine, fresh)
    assert found == ["p"]


async def test_rotation_of_the_master_key_leaves_everything_readable(engine: Engine, records: Records) -> None:
    await two(engine, records)
    first, second = bytes(range(32)), b"y" * 32

    both = Keyring(FileMaster({1: first, 2: second}))
    assert await engine.write(lambda: rewrap_organisations(both)) == 1

    alone = Records(keys.kit()._replace(keyring=Keyring(FileMaster({2: second}))))
    assert (await engine.read(lambda: alone.read(ALL, "Patient", "p"))).body
    assert await identified(engine, alone) == ["p"]


async def identified(engine: Engine, records: Records) -> list[str]:
    asked = parse("Patient", [("identifier", "urn:mrn|secret-7")], lenient=False)

    def plan() -> Plan[list[str]]:
        key = yield from records.index_key(1)
        page = yield from search.run(ALL, asked, key)
        return [match.id for match in page.matches]

    return await engine.read(plan)
