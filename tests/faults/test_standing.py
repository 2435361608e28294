"""The look at what stands sees what is halved: without that, the other tests here would prove nothing."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import TypeAlias

import pytest

from meridian.testing.served import Served, Site
from meridian.testing.standing import look
from meridian.testing.storm import patient

Start: TypeAlias = Callable[[Site], Served]

pytestmark = pytest.mark.anyio

HALVED = {
    "an index row that is missing": "DELETE FROM index_date WHERE rid = (SELECT max(rid) FROM resource)",
    "an index row too many": "UPDATE index_date SET low = low - 1, high = high + 1",
    "a version that is missing": "DELETE FROM history",
    "an entry that is missing": "DELETE FROM audit_entry WHERE seq = (SELECT max(seq) FROM audit_entry WHERE org = 1)",
    "a record that is missing": "DELETE FROM resource WHERE version = 1 AND rid > 1",
}


@pytest.mark.parametrize("damage", HALVED.values(), ids=HALVED)
async def test_what_is_halved_is_seen(sqlite_site: Site, start: Start, damage: str) -> None:
    server = start(sqlite_site)
    one = server.fhir("POST", "/Patient", patient("a")).json
    server.fhir("PUT", f"/Patient/{one['id']}", patient("b") | {"id": one["id"]})
    server.fhir("POST", "/Patient", patient("c"))
    server.stop()
    assert (await look(sqlite_site)).wrong == []

    with closing(sqlite3.connect(sqlite_site.data / "meridian.db")) as database, database:
        assert database.execute(damage).rowcount > 0

    assert (await look(sqlite_site)).wrong != []
