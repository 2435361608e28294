"""What the index holds after writes, new versions and deletions."""

from typing import Any

import pytest

from meridian.store import index
from meridian.store.engine import Engine
from meridian.store.index import names
from meridian.store.index.tables import TABLES, distinct, present
from meridian.store.plan import Plan, Query

pytestmark = pytest.mark.anyio

KEY = b"k" * 32
ORG = 7


def patient(**changes: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "name": [{"family": "Müller", "given": ["Anna"]}]} | changes


def counted(rid: int) -> Plan[list[int]]:
    held = yield from present(rid)
    return [len(rows) for rows in held]


def all_rows(rid: int) -> Plan[list[Any]]:
    held = yield from present(rid)
    return [sorted(rows) for rows in held]


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


async def test_rows_of_every_kind_are_read_back_as_they_were_written(engine: Engine) -> None:
    everything = {
        "resourceType": "Observation",
        "status": "final",
        "identifier": [{"system": "urn:x", "value": "1"}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "8302-2"}], "text": "Körpergröße"},
        "subject": {"reference": "Patient/1"},
        "effectiveDateTime": "2024-02-29T10:00:00Z",
        "valueQuantity": {"value": 170.5, "unit": "cm", "system": "http://unitsofmeasure.org", "code": "cm"},
        "component": [{"code": {"coding": [{"code": "a"}]}, "valueString": "high"}],
    }
    written = index.rows_of(everything, KEY)
    await engine.write(lambda: index.write(ORG, 1, 3, everything, KEY))

    held = await engine.read(lambda: present(1))

    assert held == [{(*row, 3) for row in distinct(written, table)} for table in TABLES]
    assert all(held)


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
