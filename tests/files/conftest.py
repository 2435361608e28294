"""The two shelves: a folder, and a bucket of moto's S3 over HTTP."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from moto.server import ThreadedMotoServer

from meridian.files.bucket import Bucket, Place
from meridian.files.folder import Folder
from meridian.files.shelf import Shelf

ACCOUNT, KEY = "123456789012", "alias/meridian-files"


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """The address of an S3 of one's own."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture
def place(s3: str, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A bucket as `infra` makes it: public access blocked, sealed by a KMS key."""
    for name, value in (("AWS_ACCESS_KEY_ID", "tests"), ("AWS_SECRET_ACCESS_KEY", "tests")):
        monkeypatch.setenv(name, value)  # moto wants some; a real machine has a role
    client: Any = boto3.client("s3", endpoint_url=s3, region_name="us-east-1")
    reset(s3)
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
    return Place("files", "us-east-1", ACCOUNT, KEY, s3)


def reset(address: str) -> None:
    assert httpx.post(f"{address}/moto-api/reset").is_success


@pytest.fixture(params=["folder", "s3"])
async def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    """Each shelf in turn, empty and checked."""
    found: Shelf = Folder(tmp_path / "files") if request.param == "folder" else Bucket(request.getfixturevalue("place"))
    await found.check()
    return found
