"""What an archive keeps, in a folder and in a bucket with Object Lock."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from meridian import clock
from meridian.faults import Conflict, Unavailable
from meridian.files.archive import Archive, FolderArchive
from meridian.files.bucket import Place
from meridian.files.locked import LockedBucket
from meridian.files.shelf import Missing
from meridian.testing.amazon import ACCOUNT, PrivateAmazon

pytestmark = pytest.mark.anyio

YEARS = 6 * 366 * 24 * 3600 * 1000


@pytest.fixture
def locked(amazon: PrivateAmazon) -> Place:
    """A bucket as `infra` makes it for the archive."""
    client = amazon.client("s3")
    client.create_bucket(Bucket="archive", ObjectLockEnabledForBucket=True)
    client.close()
    return Place("archive", "us-east-1", ACCOUNT, "alias/archive", amazon.address)


@pytest.fixture(params=["folder", "s3"])
async def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Archive:
    made: Archive = (
        FolderArchive(tmp_path / "archive")
        if request.param == "folder"
        else LockedBucket(request.getfixturevalue("locked"))
    )
    await made.check()
    return made


async def test_what_is_put_is_there(archive: Archive) -> None:
    await archive.put("audit/1/tile/0/000.p/17", b"hashes", clock.now() + YEARS)

    assert await archive.get("audit/1/tile/0/000.p/17") == b"hashes"


async def test_the_same_may_be_put_again(archive: Archive) -> None:
    for _ in range(2):
        await archive.put("a/b", b"one", clock.now() + YEARS)

    assert await archive.get("a/b") == b"one"


async def test_another_thing_does_not_take_its_place(archive: Archive) -> None:
    await archive.put("a/b", b"one", clock.now() + YEARS)

    with pytest.raises(Conflict):
        await archive.put("a/b", b"two", clock.now() + YEARS)

    assert await archive.get("a/b") == b"one"


async def test_what_is_not_there_is_missing(archive: Archive) -> None:
    with pytest.raises(Missing):
        await archive.get("a/none")


async def test_names_come_in_order_from_where_one_asks(archive: Archive) -> None:
    for name in ("a/2", "a/1", "b/1", "a/10"):
        await archive.put(name, b"x", clock.now() + YEARS)

    assert [name async for name in archive.names("a/")] == ["a/1", "a/10", "a/2"]
    assert [name async for name in archive.names("a/", "a/1")] == ["a/10", "a/2"]
    assert [name async for name in archive.names("c/")] == []


@pytest.mark.parametrize("name", ["../a", "a//b", "/a", "A", ".a", "a/.b", ""])
async def test_a_name_leads_nowhere_else(archive: Archive, name: str) -> None:
    with pytest.raises(ValueError, match="name in the archive"):
        await archive.put(name, b"x", clock.now())


async def test_files_of_the_folder_cannot_be_written(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path / "archive")
    await archive.put("a/b", b"one", clock.now())

    assert (tmp_path / "archive" / "a" / "b").stat().st_mode & 0o777 == 0o400
    assert [one.name for one in (tmp_path / "archive" / "a").iterdir()] == ["b"]


async def test_a_bucket_without_a_lock_is_refused(amazon: PrivateAmazon) -> None:
    client = amazon.client("s3")
    client.create_bucket(Bucket="plain")
    client.close()

    with pytest.raises(Unavailable):
        await LockedBucket(Place("plain", "us-east-1", ACCOUNT, "alias/x", amazon.address)).check()


async def test_objects_are_locked_for_the_time_that_was_asked(locked: Place, amazon: PrivateAmazon) -> None:
    until = clock.now() + YEARS
    archive = LockedBucket(locked)
    asked = watched(archive)
    await archive.put("a/b", b"one", until)

    client = amazon.client("s3")
    head = client.head_object(Bucket="archive", Key="a/b")
    with pytest.raises(client.exceptions.ClientError, match="AccessDenied"):
        client.delete_object(Bucket="archive", Key="a/b", VersionId=head["VersionId"])
    client.close()
    [put] = asked
    assert put["ObjectLockMode"] == "COMPLIANCE"
    assert put["ObjectLockRetainUntilDate"] == datetime.fromtimestamp(until / 1000, UTC)
    assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", "alias/archive")


def watched(archive: LockedBucket) -> list[dict[str, Any]]:
    """What is asked of S3, as it is asked."""
    asked: list[dict[str, Any]] = []
    events = archive._client().meta.events
    events.register("provide-client-params.s3", lambda params, **_: asked.append(dict(params)))
    return asked


async def test_every_request_names_the_bucket_owner_and_writes_only_what_is_new(
    locked: Place,
) -> None:
    archive = LockedBucket(locked)
    asked = watched(archive)

    await archive.check()
    await archive.put("a/b", b"one", clock.now() + YEARS)
    await archive.get("a/b")
    assert [name async for name in archive.names("a/")] == ["a/b"]

    assert {one["ExpectedBucketOwner"] for one in asked} == {ACCOUNT}
    assert [one["IfNoneMatch"] for one in asked if "Body" in one] == ["*"]
