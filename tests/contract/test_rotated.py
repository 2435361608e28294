"""The database's password is changed under a server that serves: it goes on as if nothing had happened."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from meridian.faults import Unavailable
from meridian.store.database import MariadbServer
from meridian.store.mariadb import Mariadb
from meridian.store.plan import Plan, Query
from meridian.testing.amazon import PrivateAmazon
from meridian.testing.mariadb import PrivateServer
from meridian.vault.manager import SOONEST, ManagedSecrets

pytestmark = [pytest.mark.anyio, pytest.mark.mariadb]
NAME = "mariadb/password"


def count() -> Plan[int]:
    [(found,)] = yield Query("SELECT COUNT(*) FROM outbox")
    return int(found)


@pytest.fixture
async def user(mariadb_server: PrivateServer, mariadb_database: MariadbServer) -> AsyncIterator[str]:
    sql = mariadb_server.root
    sql("CREATE OR REPLACE USER rotated@'127.0.0.1' IDENTIFIED BY 'old'")
    sql(f"GRANT ALL ON {mariadb_database.database}.* TO rotated@'127.0.0.1'")
    yield "rotated"
    sql("DROP USER rotated@'127.0.0.1'")


async def test_a_password_that_was_rotated_under_us_is_nothing_but_a_hiccup(
    user: str, mariadb_server: PrivateServer, mariadb_database: MariadbServer, amazon: PrivateAmazon
) -> None:
    now = [0.0]
    vault = ManagedSecrets("test", lambda: amazon.client("secretsmanager"), clock=lambda: now[0])
    vault.put(NAME, "old")

    def login(is_fresh: bool, /) -> tuple[str, str]:  # noqa: FBT001  # the one thing it is told
        found = vault.login(NAME, user, fresh=is_fresh)
        return found.user, found.password.reveal()

    engine = Mariadb(replace(mariadb_database, login=login))
    await engine.open()
    assert await engine.read(count) == 0

    mariadb_server.root("ALTER USER rotated@'127.0.0.1' IDENTIFIED BY 'new'")
    ManagedSecrets("test", lambda: amazon.client("secretsmanager")).put(NAME, "new")
    now[0] += SOONEST
    mariadb_server.root("KILL USER rotated")  # every connection has to be made anew

    assert await asyncio.gather(*(engine.read(count) for _ in range(12)), engine.write(count)) == [0] * 13
    await engine.close()


async def test_who_is_refused_with_the_fresh_password_as_well_says_so_and_does_not_go_on_trying(
    user: str, mariadb_database: MariadbServer
) -> None:
    asked: list[bool] = []

    def login(is_fresh: bool, /) -> tuple[str, str]:  # noqa: FBT001  # as above
        asked.append(is_fresh)
        return user, "wrong" if is_fresh else "old and wrong"

    with pytest.raises(Unavailable, match="cannot be reached"):
        await Mariadb(replace(mariadb_database, login=login)).open()

    assert asked == [False, True]
