"""The two shelves: a folder, and a bucket of moto's S3 over HTTP."""

from pathlib import Path

import pytest

from meridian.files.bucket import Bucket, Place
from meridian.files.folder import Folder
from meridian.files.shelf import Shelf
from meridian.testing.amazon import ACCOUNT, PrivateAmazon

KEY = "alias/meridian-files"


@pytest.fixture
def place(amazon: PrivateAmazon) -> Place:
    """A bucket as `infra` makes it: public access blocked, sealed by a KMS key."""
    client = amazon.client("s3")
    client.create_bucket(Bucket="files")
    client.put_public_access_block(
        Bucket="files",
        PublicAccessBlockConfiguration=dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
        ),
    )
    client.put_bucket_encryption(
        Bucket="files",
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY}}]
        },
    )
    client.close()
    return Place("files", "us-east-1", ACCOUNT, KEY, amazon.address)


@pytest.fixture(params=["folder", "s3"])
async def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    """Each shelf in turn, empty and checked."""
    found: Shelf = Folder(tmp_path / "files") if request.param == "folder" else Bucket(request.getfixturevalue("place"))
    await found.check()
    return found
