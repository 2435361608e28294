"""
A town: a clinic's house on MariaDB, its keys, secrets and files in moto's AWS, and functions that work for it.

The house is the servers' (it migrates, signs, puts jobs into the outbox); a function is a process of Lambda's own
client, which has the same settings as text and nothing else.
"""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from meridian.access.chart import Chart
from meridian.app.house import House
from meridian.audit.entry import Entry
from meridian.audit.leaf import open_body
from meridian.jobs.handing import Handed, queue_of
from meridian.settings import load
from meridian.store import outbox
from meridian.store.database import MariadbServer
from meridian.store.outbox import Job
from meridian.store.plan import Plan, Query
from meridian.testing import lambdas
from meridian.testing.amazon import ACCOUNT, REGION, RIGHTS, PrivateAmazon
from meridian.testing.lambdas import Run

ROOT = Path(__file__).resolve().parents[2]
EVENTS = Path(__file__).parent / "events"
BUCKETS = {"s3": "documents", "exports": "exports", "archive": "archive", "backups": "backups"}


def event(name: str, **changes: Any) -> dict[str, Any]:
    """A recorded event, with some fields changed."""
    found: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))
    return found | changes


def batch(*bodies: str) -> dict[str, Any]:
    """A recorded batch of SQS with these bodies; messages are named by their places."""
    [one] = event("sqs")["Records"]
    return {"Records": [one | {"messageId": str(place), "body": body} for place, body in enumerate(bodies)]}


@dataclass
class Town:
    """
    The house, and what a function of it is given.

    Args:
        house: Open, and not at work on its outbox.
        amazon: Where its keys, secrets and files are.
        settings: Text of the settings.
        folder: Of this test.
        org: The clinic's number.
    """

    house: House
    amazon: PrivateAmazon
    settings: str
    folder: Path
    org: int

    def call(self, name: str, *events: Any, package: Path = ROOT, **more: str) -> Run:
        """Call the function *name* with each of the *events*, in one process of Lambda."""
        place = self.folder / "lambda"
        place.mkdir(exist_ok=True)
        environment = {"MERIDIAN_SETTINGS": self.settings, "TMPDIR": str(place), **RIGHTS, **more}
        if package == ROOT:
            environment["PYTHONPATH"] = f"{ROOT / 'src'}"
        return lambdas.run(f"functions.{name}.handler.handler", events, package=package, environment=environment)

    async def chart(self) -> Chart:
        """The door for the platform itself, in the one organisation."""
        return await self.house.servant(self.org)

    async def jobs(self, *topics: str) -> list[Job]:
        """What waits of those topics; whatever the house was still counting has let go of its rows by then."""
        await self.house.alarms.settle()

        def plan() -> Plan[list[Job]]:
            rows = yield Query("SELECT no, org, topic, what, due, tries, said FROM outbox ORDER BY no", ())
            return [outbox._job(row) for row in rows]

        return [one for one in await self.house.engine.read(plan) if one.topic in topics]

    async def log(self, org: int) -> list[Entry]:
        """The log of an organisation, oldest first."""

        def plan() -> Plan[list[Entry]]:
            rows = yield Query("SELECT body FROM audit_entry WHERE org = ? ORDER BY seq", (org,))
            return [open_body(row[0]) for row in rows]

        return await self.house.engine.read(plan)

    async def handed(self, *topics: str) -> list[str]:
        """The bodies of messages about what waits of those topics."""
        found = await self.jobs(*topics)
        assert all(queue_of(one.topic) for one in found)
        return [Handed(one.no, one.org, one.topic, one.what).body() for one in found]


def sections(server: MariadbServer, amazon: PrivateAmazon, key: str) -> str:
    """Settings as `infra` lays them, of places that are here."""
    at = f'region = "{REGION}"\nendpoint = "{amazon.address}"\n'
    buckets = "".join(
        f'[{section}]\n{at}account = "{ACCOUNT}"\nkms_key = "alias/{name}"\nbucket = "{name}"\n'
        for section, name in BUCKETS.items()
        if section != "backups"
    )
    return (
        'edition = "meridian-pms"\norigin = "https://clinic.example"\nclamd = "none"\n'
        f'[mariadb]\nhost = "127.0.0.1"\nport = {server.port}\nuser = "{server.user}"\n'
        f'database = "{server.database}"\n'
        f'[kms]\n{at}key = "{key}"\n[secrets]\n{at}[post]\n{at}{buckets}'
    )


@pytest.fixture
async def town(mariadb_database: MariadbServer, amazon: PrivateAmazon, tmp_path: Path) -> AsyncIterator[Town]:
    """A town with one clinic."""
    key = _laid(amazon, mariadb_database)
    text = sections(mariadb_database, amazon, key)
    data = tmp_path / "server"
    data.mkdir(mode=0o700)
    (data / "settings.toml").write_text(text)
    house = House(load(data))
    await house.open(at_work=False)
    org = await house.identity.administration.create_organisation("clinic", "Clinic")
    chart = await house.servant(org)
    await chart.update("Organization", "clinic", {"resourceType": "Organization", "id": "clinic", "name": "Clinic"})
    yield Town(house, amazon, text, tmp_path, org)
    await house.close()


def _laid(amazon: PrivateAmazon, server: MariadbServer) -> str:
    """What `infra` makes: keys, buckets, the password; gives the master key."""
    kms, s3, secrets = amazon.client("kms"), amazon.client("s3"), amazon.client("secretsmanager")
    for name in BUCKETS.values():
        s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=name == "archive")
        _sealed(s3, name)
    secrets.create_secret(Name="meridian-pms/mariadb/password", SecretString=server.password)
    amazon.client("sesv2").create_email_identity(EmailIdentity="no-reply@meridian-pms.example")
    key: str = kms.create_key()["KeyMetadata"]["Arn"]
    return key


def _sealed(s3: Any, name: str) -> None:
    blocks = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=dict.fromkeys(blocks, True))
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": f"alias/{name}"}}
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})


def answers(run: Run) -> Sequence[Any]:
    """What each call gave; an error fails the test with the log."""
    assert {one.kind for one in run.answers} == {"response"}, run.log
    return [one.said for one in run.answers]
