"""A store of documents that is not Amazon's: the files that set it up, on one that speaks the same protocol."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from meridian.app.adapters import shelf
from meridian.settings import load
from meridian.testing import placed
from meridian.testing.amazon import ACCOUNT, RIGHTS, PrivateAmazon

BUCKET = "meridian-pms-patient-docs"
NAME = "0" * 32


def laid(amazon: PrivateAmazon, folder: Path) -> None:
    """The files of the place where *amazon* stands."""
    there = {"s3": f"127.0.0.1:{amazon.port}", "s3_account": ACCOUNT, "s3_key": "alias/documents"}
    placed.fill("s3", folder, dict(placed.CLINIC) | there)
    text = (folder / "settings.toml").read_text("utf-8")
    assert f"https://127.0.0.1:{amazon.port}" in text
    (folder / "settings.toml").write_text(text.replace("https://", "http://"), encoding="utf-8")  # it has no TLS


@pytest.fixture
def store(amazon: PrivateAmazon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a Meridian whose documents lie in a bucket that was set up with the files."""
    for name, value in RIGHTS.items():
        monkeypatch.setenv(name, value)
    laid(amazon, tmp_path)
    client = amazon.client("s3")
    client.create_bucket(Bucket=BUCKET)
    shut = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    client.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration=dict.fromkeys(shut, True))
    sealed = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/documents"}}
    client.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration={"Rules": [sealed]})
    client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    rules = json.loads((tmp_path / "lifecycle.json").read_text("utf-8"))
    client.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration=rules)
    client.close()
    return tmp_path


async def pieces() -> AsyncIterator[bytes]:
    yield b"a sealed "
    yield b"document"


@pytest.mark.anyio
async def test_documents_lie_where_the_settings_say(store: Path) -> None:
    where = shelf(load(store))
    await where.check()
    await where.put(NAME, pieces())

    assert await where.get(NAME, 0, 100) == b"a sealed document"


def test_the_policy_lets_meridian_in_and_nobody_without_tls(amazon: PrivateAmazon, tmp_path: Path) -> None:
    laid(amazon, tmp_path)
    said = json.loads((tmp_path / "policy.json").read_text("utf-8"))
    refused, *allowed = said["Statement"]

    assert refused["Effect"] == "Deny"
    assert refused["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert {one["Effect"] for one in allowed} == {"Allow"}
    assert {str(one["Principal"]) for one in allowed} == {str({"AWS": [f"arn:aws:iam::{ACCOUNT}:user/meridian"]})}
    assert not any("*" in action for one in allowed for action in one["Action"])
    client = amazon.client("s3")
    client.create_bucket(Bucket="elsewhere")
    client.put_bucket_policy(Bucket="elsewhere", Policy=json.dumps(said))
    client.close()
