"""A whole Meridian on Amazon's services, as its settings name them: no key and no secret lies in its folder."""

import asyncio
import json
import re
from pathlib import Path

import pytest

from meridian.jobs.handing import QUEUES
from meridian.store.database import MariadbServer
from meridian.testing.amazon import ACCOUNT, REGION, PrivateAmazon
from meridian.testing.mariadb import PrivateServer
from meridian.testing.redis import PASSWORD, PrivateRedis, missing
from meridian.testing.resources import minimal
from meridian.testing.served import Served, Site

pytestmark = [pytest.mark.anyio, pytest.mark.slow, pytest.mark.mariadb]
EDITION = "careconnect360"


def lay(amazon: PrivateAmazon, server: MariadbServer) -> str:
    """What `infra` lays down; gives the ARN of the master key."""
    keys, secrets, files, queues = (amazon.client(name) for name in ("kms", "secretsmanager", "s3", "sqs"))
    key: str = keys.create_key()["KeyMetadata"]["Arn"]
    login = {"username": server.user, "password": server.password}
    secrets.create_secret(Name=f"{EDITION}/mariadb/prod", SecretString=json.dumps(login), KmsKeyId=key)
    secrets.create_secret(Name=f"{EDITION}/redis/password", SecretString=PASSWORD, KmsKeyId=key)
    files.create_bucket(Bucket=f"{EDITION}-patient-docs")
    files.put_public_access_block(
        Bucket=f"{EDITION}-patient-docs",
        PublicAccessBlockConfiguration=dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
        ),
    )
    sealed = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    files.put_bucket_encryption(Bucket=f"{EDITION}-patient-docs", ServerSideEncryptionConfiguration={"Rules": [sealed]})
    for queue in QUEUES:
        queues.create_queue(QueueName=f"{EDITION}-{queue}")
    return key


def settings(amazon: PrivateAmazon, server: MariadbServer, redis: PrivateRedis, key: str) -> str:
    service = f'region = "{REGION}"\nendpoint = "{amazon.address}"'
    return f"""
edition = "{EDITION}"
origin = "http://localhost:1"
[mariadb]
host = "127.0.0.1"
port = {server.port}
user = "whoever the secret says"
password = "mariadb/prod/password"
database = "{server.database}"
[redis]
url = "{redis.place.url}"
password = "redis/password"
[kms]
key = "{key}"
{service}
[secrets]
{service}
[s3]
account = "{ACCOUNT}"
kms_key = "{key}"
{service}
[queue]
account = "{ACCOUNT}"
{service}
"""


async def test_it_runs_on_what_the_settings_name_and_keeps_no_key_of_its_own(
    amazon: PrivateAmazon, mariadb_server: PrivateServer, tmp_path: Path
) -> None:
    if reason := missing():
        pytest.skip(reason)
    redis, server = PrivateRedis().start(), mariadb_server.database("on_amazon")
    data = tmp_path / "data"
    data.mkdir()
    text = settings(amazon, server, redis, lay(amazon, server))
    (data / "settings.toml").write_text(text, encoding="utf-8")
    site = Site(data)

    def run() -> None:
        site.command("org", "add", "Harbor Clinic")
        at_work = Site(data, (), site.program("tester"))
        api = Served(Site(data, ("--role", "api"), at_work.client), tmp_path / "log").start()
        try:
            assert api.fhir("PUT", "/Patient/ann", minimal("Patient", "ann")).status == 201
        finally:
            api.stop()
        again = Served(at_work, tmp_path / "again").start()  # all keys come from KMS once more
        try:
            assert again.fhir("GET", "/Patient/ann").status == 200
            with amazon.away():  # and nothing that was opened is asked for again
                assert again.fhir("GET", "/Patient/ann").status == 200
                assert again.fhir("PUT", "/Patient/ben", minimal("Patient", "ben")).status == 201
        finally:
            again.stop()

    try:
        await asyncio.to_thread(run)
    finally:
        redis.close()

    assert not {"master.key", "secrets.sealed", "meridian.db"} & {one.name for one in data.iterdir()}
    names = {one["Name"] for one in amazon.client("secretsmanager").list_secrets()["SecretList"]}
    assert {f"{EDITION}/platform/key", f"{EDITION}/audit/signing-key"} <= names
    assert "platform/key" in site.command("secret", "list")
    assert re.search(r"OK +Master key +in KMS", site.command("doctor", "--port", "1998"))
