"""The four steps of Secrets Manager: with a checker that remembers, on a real MariaDB, with the partners' sandbox."""

import itertools
import json
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from meridian.faults import Conflict, Malformed, Unavailable
from meridian.medications.partners.allowed import Rules
from meridian.medications.partners.lines import _network, key_name, signing_name
from meridian.medications.partners.rotating import APIKEY, SIGNING, PartnerKey
from meridian.medications.partners.sandbox import serving
from meridian.medications.partners.sandbox.app import application
from meridian.medications.partners.transport import Line, Place
from meridian.settings import edition
from meridian.store.database import MariadbServer
from meridian.store.mariadb import Mariadb, connect
from meridian.store.own_password import OwnPassword
from meridian.store.plan import Plan, Query
from meridian.testing.amazon import PrivateAmazon
from meridian.testing.mariadb import PrivateServer
from meridian.vault.manager import SOONEST, ManagedSecrets
from meridian.vault.rotation import STEPS, Checker, fresh_value, rotate

pytestmark = pytest.mark.anyio
NAME = "mariadb/password"


@dataclass
class Door:
    """Takes one value; may be out of order."""

    takes_now: str = "old"
    told: list[str] = field(default_factory=list)
    is_away: bool = False
    _numbers: Any = field(default_factory=itertools.count)

    def next(self, current: str) -> str:
        return f"after {current} {next(self._numbers)}"

    async def tell(self, current: str, pending: str) -> None:
        if self.is_away or current != self.takes_now:
            raise Unavailable("No")
        self.takes_now = pending
        self.told.append(pending)

    async def takes(self, text: str) -> bool:
        if self.is_away:
            raise Unavailable("Nobody answers")
        return text == self.takes_now


class Secret:
    """A secret of Secrets Manager's, and its rotation by *checker*."""

    def __init__(self, amazon: PrivateAmazon, text: str = "old") -> None:
        self.client = amazon.client("secretsmanager")
        self.name = f"test/{NAME}"
        self.client.create_secret(Name=self.name, SecretString=text)

    async def step(self, step: str, token: str, checker: Checker) -> None:
        await rotate(self.client, self.name, token, step, checker)

    async def whole(self, checker: Checker) -> None:
        token = str(uuid.uuid4())
        for step in STEPS:
            await self.step(step, token, checker)

    def text(self, stage: str = "AWSCURRENT") -> str:
        return str(self.client.get_secret_value(SecretId=self.name, VersionStage=stage)["SecretString"])


@pytest.fixture
def secret(amazon: PrivateAmazon) -> Secret:
    return Secret(amazon)


async def test_after_four_steps_the_new_value_is_current_and_the_old_one_previous(secret: Secret) -> None:
    door = Door()

    await secret.whole(door)

    assert secret.text() == door.takes_now == "after old 0"
    assert secret.text("AWSPREVIOUS") == "old"


async def test_each_step_may_come_twice(secret: Secret) -> None:
    door, token = Door(), str(uuid.uuid4())

    for step in (*STEPS, *STEPS):
        await secret.step(step, token, door)
        await secret.step(step, token, door)

    assert (secret.text(), door.told) == ("after old 0", ["after old 0"])


async def test_one_rotation_comes_after_another(secret: Secret) -> None:
    door = Door()

    for _ in range(3):
        await secret.whole(door)

    assert secret.text() == door.takes_now == "after after after old 0 1 2"


async def test_nothing_is_current_that_is_not_taken(secret: Secret) -> None:
    door, token = Door(), str(uuid.uuid4())
    await secret.step("createSecret", token, door)

    with pytest.raises(Conflict, match="not taken"):
        await secret.step("testSecret", token, door)

    assert secret.text() == "old"


async def test_a_value_that_was_set_and_not_finished_is_taken_up_by_the_next_rotation(secret: Secret) -> None:
    door, token = Door(), str(uuid.uuid4())
    await secret.step("createSecret", token, door)
    await secret.step("setSecret", token, door)
    door.is_away = True
    with pytest.raises(Unavailable):
        await secret.step("testSecret", token, door)
    door.is_away = False

    await secret.whole(door)

    assert secret.text() == door.takes_now == "after old 0"


async def test_what_secrets_manager_does_not_rotate_is_left_alone(secret: Secret) -> None:
    door = Door()
    for step in STEPS[1:]:
        with pytest.raises(Conflict):
            await secret.step(step, str(uuid.uuid4()), door)
    with pytest.raises(Malformed):
        await secret.step("deleteSecret", str(uuid.uuid4()), door)

    assert (secret.text(), door.told) == ("old", [])


def test_values_made_here_are_long_and_never_the_same() -> None:
    made = {fresh_value() for _ in range(100)}

    assert len(made) == 100
    assert all(len(one) == 40 and one.isalnum() for one in made)


# --- a real MariaDB


def count() -> Plan[int]:
    [(found,)] = yield Query("SELECT COUNT(*) FROM outbox")
    return int(found)


@pytest.fixture
async def server(mariadb_server: PrivateServer, mariadb_database: MariadbServer) -> AsyncIterator[MariadbServer]:
    """The database for a user who may do nothing but use it."""
    mariadb_server.root("CREATE OR REPLACE USER app@'127.0.0.1' IDENTIFIED BY 'old'")
    mariadb_server.root(f"GRANT SELECT, INSERT ON {mariadb_database.database}.* TO app@'127.0.0.1'")
    yield replace(mariadb_database, user="app", password="old")
    mariadb_server.root("DROP USER app@'127.0.0.1'")


@pytest.mark.mariadb
@pytest.mark.parametrize("text", ["old", '{"username": "app", "password": "old", "port": 3306}'], ids=["plain", "json"])
async def test_the_databases_user_changes_its_own_password_without_any_privilege(
    amazon: PrivateAmazon, server: MariadbServer, text: str
) -> None:
    secret, checker = Secret(amazon, text), OwnPassword(replace(server, password=""))

    await secret.whole(checker)

    assert await checker.takes(secret.text())
    assert not await checker.takes(text)
    assert not text.startswith("{") or json.loads(secret.text()) | {"password": "old"} == json.loads(text)


@pytest.mark.mariadb
async def test_servers_work_at_every_moment_of_a_rotation(
    amazon: PrivateAmazon, server: MariadbServer, mariadb_server: PrivateServer
) -> None:
    secret, now, token = Secret(amazon), [0.0], str(uuid.uuid4())
    vault = ManagedSecrets("test", lambda: amazon.client("secretsmanager"), clock=lambda: now[0])

    def login(is_fresh: bool, /) -> tuple[str, str]:  # noqa: FBT001  # the one thing it is told
        found = vault.login(NAME, server.user, fresh=is_fresh)
        return found.user, found.password.reveal()

    engine = Mariadb(replace(server, login=login))
    await engine.open()

    for step in STEPS:
        await secret.step(step, token, OwnPassword(server))
        now[0] += SOONEST
        mariadb_server.root("KILL USER app")  # every connection has to be made anew
        assert await engine.read(count) == 0, step

    assert vault.fresh(NAME).reveal() == secret.text() != "old"
    await engine.close()


@pytest.mark.mariadb
async def test_a_database_that_does_not_answer_is_not_taken_for_one_that_refuses(server: MariadbServer) -> None:
    with pytest.raises(Unavailable):
        await OwnPassword(replace(server, port=1)).takes("old")
    with pytest.raises(Unavailable):
        await connect(replace(server, password="wrong"))


# --- the partners' sandbox

EDITION = edition("careconnect360")


@pytest.mark.parametrize("kind", [APIKEY, SIGNING])
async def test_a_partners_key_is_changed_by_itself_and_the_one_before_stays_good(
    amazon: PrivateAmazon, kind: Any
) -> None:
    vault = ManagedSecrets(EDITION.secret_prefix, lambda: amazon.client("secretsmanager"))
    serving.issue(EDITION, vault)
    names = key_name(EDITION, "medtrack"), signing_name(EDITION, "medtrack")
    credentials = serving.of_vault(EDITION, vault)("medtrack")
    client, name = amazon.client("secretsmanager"), names[kind == SIGNING]
    old = client.get_secret_value(SecretId=name, VersionStage="AWSCURRENT")["SecretString"]

    with serving.served(application(lambda partner: credentials if partner == "medtrack" else ())) as address:
        rules = Rules(frozenset({"127.0.0.1"}), (_network("127.0.0.1/32"),))
        checker = PartnerKey(Line(Place("medtrack", f"{address}/medtrack/v2", *names), vault, rules), kind)
        token = str(uuid.uuid4())
        for step in STEPS:
            await rotate(client, name, token, step, checker)
        new = client.get_secret_value(SecretId=name, VersionStage="AWSCURRENT")["SecretString"]

        assert new != old
        assert [await checker.takes(one) for one in (new, old, "another")] == [True, True, False]
        with pytest.raises(Unavailable, match="took no other"):
            await checker.tell("another", "mine")
        assert not await checker.takes("mine")
    with pytest.raises(Unavailable):
        await checker.takes(new)
