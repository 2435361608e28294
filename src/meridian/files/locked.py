"""
An archive in an S3 bucket with Object Lock: nobody takes away what is there before its time, not even the account.

Each object is put in compliance mode with the date until which it is kept, a SHA-256 checksum, SSE-KMS, and on the
condition that nothing has its name (`If-None-Match: *`). `check` refuses a bucket that has no lock.

Source: docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html, .../conditional-writes.html.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from meridian.faults import Unavailable
from meridian.files import bucket
from meridian.files.archive import missing, named, taken

T = TypeVar("T")

_GONE = frozenset({"NoSuchKey", "404", "NotFound"})
_THERE = frozenset({"PreconditionFailed", "412", "ConditionalRequestConflict", "409"})


class LockedBucket:
    """An `Archive` in the bucket of *place*."""

    def __init__(self, place: bucket.Place) -> None:
        self._place = place
        self._known: Any = None

    async def check(self) -> None:
        """
        Refuse a bucket from which things could be taken away.

        Raises:
            Unavailable: If it has no lock.
        """
        said = await self._call(lambda: self._client().get_object_lock_configuration(**self._owned()))
        if said.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") != "Enabled":
            raise Unavailable("The bucket of the archive has no Object Lock")

    async def put(self, name: str, content: bytes, until: int) -> None:
        """Keep *content* in compliance mode."""
        wanted = {
            "Key": named(name),
            "Body": content,
            "ObjectLockMode": "COMPLIANCE",
            "ObjectLockRetainUntilDate": datetime.fromtimestamp(until / 1000, UTC),
            "ServerSideEncryption": "aws:kms",
            "SSEKMSKeyId": self._place.kms_key,
            "BucketKeyEnabled": True,
            "ChecksumAlgorithm": "SHA256",
            "ContentType": "application/octet-stream",
            "IfNoneMatch": "*",
        }
        try:
            await self._call(lambda: self._client().put_object(**self._owned(), **wanted))
        except _ThereAlready:
            if await self.get(name) != content:
                raise taken(name) from None

    async def get(self, name: str) -> bytes:
        """What is there, its checksum looked at."""
        key = named(name)

        def read() -> bytes:
            body: bytes = self._client().get_object(**self._owned(), Key=key, ChecksumMode="ENABLED")["Body"].read()
            return body

        try:
            return await self._call(read)
        except _NotThere:
            raise missing(name) from None

    async def names(self, prefix: str, after: str = "") -> AsyncIterator[str]:
        """Every key that begins so."""
        start = {"StartAfter": after} if after else {}
        while True:
            page = await self._call(self._page(prefix, start))
            for one in page.get("Contents", ()):
                yield str(one["Key"])
            if not (token := page.get("NextContinuationToken", "")):
                return
            start = {"ContinuationToken": token}

    def _page(self, prefix: str, start: dict[str, str]) -> Callable[[], Any]:
        return lambda: self._client().list_objects_v2(**self._owned(), Prefix=prefix, **start)

    def _owned(self) -> dict[str, str]:
        return {"Bucket": self._place.bucket, "ExpectedBucketOwner": self._place.account}

    def _client(self) -> Any:
        if self._known is None:
            self._known = bucket.client(self._place)
        return self._known

    async def _call(self, run: Callable[[], T]) -> T:
        try:
            return await asyncio.to_thread(run)
        except Exception as wrong:
            code = bucket.code(wrong)
            if code in _GONE:
                raise _NotThere from None
            if code in _THERE:
                raise _ThereAlready from None
            raise Unavailable("The archive does not answer") from wrong


class _NotThere(Exception):
    """There is no such object."""


class _ThereAlready(Exception):
    """There is such an object."""
