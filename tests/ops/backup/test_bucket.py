"""Backups in a bucket, as the settings name it; moto's S3 over HTTP."""

from pathlib import Path

import pytest

from meridian.app import backups
from meridian.files.bucket import Bucket
from meridian.ops.backup import restoring, taking
from meridian.ops.backup.restoring import Order
from meridian.settings import Backups, load
from meridian.testing.amazon import ACCOUNT, PrivateAmazon
from meridian.testing.backed import ALWAYS, Practice

pytestmark = pytest.mark.anyio

KEY = "alias/meridian-backups"


@pytest.fixture
def bucket(amazon: PrivateAmazon) -> str:
    client = amazon.client("s3")
    client.create_bucket(Bucket="backups")
    client.put_public_access_block(
        Bucket="backups",
        PublicAccessBlockConfiguration=dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
        ),
    )
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY}}
    client.put_bucket_encryption(Bucket="backups", ServerSideEncryptionConfiguration={"Rules": [rule]})
    client.close()
    return "backups"


async def test_a_backup_in_a_bucket_is_restored_from_it(
    practice: Practice, amazon: PrivateAmazon, bucket: str, tmp_path: Path
) -> None:
    (practice.site.data / "settings.toml").write_text(
        f'[backups]\nbucket = "{bucket}"\nregion = "us-east-1"\naccount = "{ACCOUNT}"\nkms_key = "{KEY}"\n'
        f'endpoint = "{amazon.address}"\n'
    )
    await practice.add(active=True)
    settings = load(practice.site.data)
    assert isinstance(settings.backups, Backups)

    async with practice.house() as house:
        shelf, policy = backups.shelf(settings)
        first = await taking.take(backups.source(house), shelf, policy)
        second = await taking.take(backups.source(house), shelf, policy)
    restored = await restoring.restore(Order(shelf, practice.master, ALWAYS, tmp_path / "r"))

    assert isinstance(shelf, Bucket)
    assert second.sent < first.sent
    assert restored.found.no == 2
