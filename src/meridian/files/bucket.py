"""
Objects in an S3 bucket.

What is put there is sealed already; the bucket seals it again under a KMS key (SSE-KMS). Each request names the account
that must own the bucket, so that a bucket of the same name in strange hands is neither written nor believed, carries a
SHA-256 checksum of what it sends, and goes over TLS. There are no presigned addresses and no ACLs: nobody reads the
bucket but the server. `check` refuses to work with one that the public could reach.

Sources: the threat model's DATA-01; docs.aws.amazon.com/AmazonS3/latest/userguide (bucket-owner-condition,
access-control-block-public-access, checking-object-integrity).
"""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from meridian.faults import Unavailable
from meridian.files.folder import NAME
from meridian.files.shelf import Kept, Missing

T = TypeVar("T")

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_ALGORITHM = "SHA256"
_SECONDS = 20
_GONE = frozenset({"NoSuchKey", "404", "NotFound"})


@dataclass(frozen=True, slots=True)
class Place:
    """
    Which bucket.

    Args:
        bucket: Its name.
        region: Where it is.
        account: The AWS account that must own it, twelve digits.
        kms_key: ARN or alias of the key that seals what is in it.
        endpoint: Address of an S3 that is not AWS's own; empty otherwise. Plain HTTP only on this machine.
    """

    bucket: str
    region: str
    account: str
    kms_key: str
    endpoint: str = ""


class Bucket:
    """A `Shelf` in the bucket of *place*."""

    kind = "s3"

    def __init__(self, place: Place) -> None:
        self._place = place
        self._known: Any = None

    async def check(self) -> None:
        """
        Refuse a bucket that the public could reach, or that does not seal by itself.

        Raises:
            Unavailable: Saying what is amiss.
        """
        await self._call(self._check)

    def _check(self) -> None:
        client, owned = self._client(), self._owned()
        blocked = client.get_public_access_block(**owned)["PublicAccessBlockConfiguration"]
        lax = [name for name in _BLOCKS if not blocked.get(name)]
        if lax:
            raise Unavailable(f"The bucket of files does not block public access: {', '.join(lax)} is off")
        rules = client.get_bucket_encryption(**owned)["ServerSideEncryptionConfiguration"]["Rules"]
        if not any(rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms" for rule in rules):
            raise Unavailable("The bucket of files does not seal what is put there with a KMS key")

    async def put(self, name: str, pieces: AsyncIterable[bytes]) -> None:
        """Keep *pieces*; S3 shows an object when all of it is there, and not before."""
        key, body = _key(name), bytearray()
        async for piece in pieces:
            body += piece
        await self._call(lambda: self._put(key, bytes(body)))

    def _put(self, key: str, body: bytes) -> None:
        self._client().put_object(
            **self._owned(),
            Key=key,
            Body=body,
            ServerSideEncryption="aws:kms",
            SSEKMSKeyId=self._place.kms_key,
            BucketKeyEnabled=True,
            ChecksumAlgorithm=_ALGORITHM,
            ContentType="application/octet-stream",
        )

    async def get(self, name: str, start: int, length: int) -> bytes:
        """*length* bytes from *start*."""
        key = _key(name)
        return await self._call(lambda: self._get(key, start, length))

    def _get(self, key: str, start: int, length: int) -> bytes:
        try:
            answer = self._client().get_object(
                **self._owned(), Key=key, Range=f"bytes={start}-{start + length - 1}", ChecksumMode="ENABLED"
            )
        except Exception as wrong:
            if code(wrong) == "InvalidRange":
                return b""
            raise
        body: bytes = answer["Body"].read()
        return body

    async def size(self, name: str) -> int:
        """Bytes of an object."""
        key = _key(name)
        answer = await self._call(lambda: self._client().head_object(**self._owned(), Key=key))
        return int(answer["ContentLength"])

    async def remove(self, name: str) -> None:
        """Let an object go; with versioning, as the bucket should have it, S3 keeps the version for a while."""
        key = _key(name)
        await self._call(lambda: self._client().delete_object(**self._owned(), Key=key))

    async def names(self) -> AsyncIterator[Kept]:
        """Every object."""
        token = ""
        while True:
            page = await self._call(self._page(token))
            for one in page.get("Contents", ()):
                yield Kept(one["Key"].rpartition("/")[2], int(one["LastModified"].timestamp() * 1000))
            token = page.get("NextContinuationToken", "")
            if not token:
                return

    def _page(self, token: str) -> Callable[[], Any]:
        more = {"ContinuationToken": token} if token else {}
        return lambda: self._client().list_objects_v2(**self._owned(), Prefix=_PREFIX, **more)

    def _owned(self) -> dict[str, str]:
        return {"Bucket": self._place.bucket, "ExpectedBucketOwner": self._place.account}

    def _client(self) -> Any:
        """Made once, on the first call; boto3 takes half a second to load."""
        if self._known is None:
            self._known = client(self._place)
        return self._known

    async def _call(self, run: Callable[[], T]) -> T:
        try:
            return await asyncio.to_thread(run)
        except Unavailable:
            raise
        except Exception as wrong:
            if code(wrong) in _GONE:
                raise Missing("The bytes of this file are not where they should be") from None
            raise Unavailable("The place where files are kept does not answer") from wrong


_PREFIX = "files/"
_BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def _key(name: str) -> str:
    if not NAME.fullmatch(name):
        raise ValueError("An object's name is 32 hexadecimal digits")
    return _PREFIX + name


def code(wrong: Exception) -> str:
    """The error code of an answer of S3; empty for what is none."""
    answer = getattr(wrong, "response", None)
    return str(answer.get("Error", {}).get("Code", "")) if isinstance(answer, dict) else ""


def client(place: Place) -> Any:
    """
    A client of S3 for that place.

    Raises:
        Unavailable: If boto3 is not installed, or the address is not over TLS.
    """
    try:
        import boto3  # noqa: PLC0415  # an extra, and slow to load
        from botocore.config import Config  # noqa: PLC0415  # likewise
    except ImportError as wrong:
        raise Unavailable("Files in S3 need the extra 'aws': install meridian[aws]") from wrong
    address = urlsplit(place.endpoint)
    if place.endpoint and address.scheme != "https" and address.hostname not in LOCAL:
        raise Unavailable("The bucket of files is to be reached over TLS")
    return boto3.session.Session().client(
        "s3",
        region_name=place.region,
        endpoint_url=place.endpoint or None,
        config=Config(
            signature_version="s3v4",
            connect_timeout=5,
            read_timeout=_SECONDS,
            retries={"mode": "standard", "max_attempts": 3},
            request_checksum_calculation="when_supported",
            response_checksum_validation="when_supported",
            s3={"addressing_style": "path" if place.endpoint else "virtual"},
        ),
    )
