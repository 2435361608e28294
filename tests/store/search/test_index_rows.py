"""What the index holds after writes, new versions and deletions."""

from typing import Any

import pytest

from meridian.store import index
from meridian.store.engine import Engine
from meridian.store.index import names
from meridian.store.index.tables import TABLES
from meridian.store.plan import Plan, Query

pytestmark = pytest.mark.anyio

KEY = b"k" * 32
ORG = 7


def patient(**changes: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "name": [{"family": "Müller", "given": ["Anna"]}]} | changes


def counted(rid: int) -> Plan[list[int]]:
    found = []
    for table in TABLES:
        rows = yield Query(table.select, (rid,))
        found.append(len(rows))
    return found


def all_rows(rid: int) -> Plan[list[Any]]:
    found = []
    for table in TABLES:
        rows = yield Query(table.select, (rid,))
        found.append(sorted(map(tuple, rows)))
    return found


def all_names() -> Plan[set[str]]:
    rows = yield Query("SELECT value FROM index_name WHERE org = ? AND gram = ''", (ORG,))
    return {value for (value,) in rows}


def grams_of(value: str) -> Plan[set[str]]:
    rows = yield Query("SELECT gram FROM index_name WHERE org = ? AND value = ?", (ORG, value))
    return {gram for (gram,) in rows}


async def test_a_rewritten_resource_has_the_rows_of_a_fresh_one(engine: Engine) -> None:
    first = patient(birthDate="1980-02-29", gender="female", identifier=[{"system": "urn:x", "value": "1"}])
    second = patient(birthDate="1980-02", active=True, name=[{"family": "Muller", "given": ["Anna"]}])
    await engine.write(lambda: index.write(ORG, 1, 1, first, KEY))
    await engine.write(lambda: index.write(ORG, 2, 2, second, KEY))

    await engine.write(lambda: index.rewrite(ORG, 1, 2, second, KEY))

    assert await engine.read(lambda: all_rows(1)) == await engine.read(lambda: all_rows(2))


async def test_an_erased_resource_has_no_rows(engine: Engine) -> None:
    await engine.write(lambda: index.write(ORG, 1, 1, patient(birthDate="1980"), KEY))

    await engine.write(lambda: index.erase(ORG, 1, "Patient"))

    assert set(await engine.read(lambda: counted(1))) == {0}


async def test_an_identifier_stands_in_no_row(engine: Engine) -> None:
    secret = patient(identifier=[{"system": "urn:x", "value": "999-55-2827"}])

    await engine.write(lambda: index.write(ORG, 1, 1, secret, KEY))

    assert "999-55" not in str(await engine.read(lambda: all_rows(1)))


async def test_a_name_is_kept_in_parts_while_anybody_bears_it(engine: Engine) -> None:
    await engine.write(lambda: index.write(ORG, 1, 1, patient(), KEY))
    await engine.write(lambda: index.write(ORG, 2, 2, patient(name=[{"family": "MULLER"}]), KEY))

    await engine.write(lambda: index.erase(ORG, 1, "Patient"))

    assert await engine.read(all_names) == {"muller"}
    assert await engine.read(lambda: grams_of("muller")) == names.grams("muller")

    await engine.write(lambda: index.rewrite(ORG, 2, 2, patient(name=[{"family": "Weiß"}]), KEY))

    assert await engine.read(all_names) == {"weiss"}


async def test_the_same_row_twice_is_one(engine: Engine) -> None:
    twice = patient(name=[{"family": "Li"}, {"family": "Li"}])

    await engine.write(lambda: index.write(ORG, 1, 1, twice, KEY))

    rows = await engine.read(lambda: all_rows(1))
    assert len(rows[0]) == 3  # name, family and phonetic
