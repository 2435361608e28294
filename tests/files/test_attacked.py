"""
The attacks on a bucket (DATA-01) see what is wrong with one.

moto tells whoever asks what lies in a bucket, which makes it the twin of one that anybody may list.
"""

import json
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from meridian.files.bucket import Place
from meridian.settings import S3, Settings, edition
from meridian.testing.amazon import PrivateAmazon
from meridian.threats import buckets
from meridian.threats.attack import Exchange, NotRun

TLS_ONLY = {
    "Version": "2012-10-17",
    "Statement": [{
        "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::files/*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }],
}  # fmt: skip


@pytest.fixture
def said(place: Place, amazon: PrivateAmazon, tmp_path: Path) -> Settings:
    """Settings of a deployment whose documents lie in a bucket."""
    client = amazon.client("s3")
    client.put_object(Bucket="files", Key=f"files/{'a' * 32}", Body=b"sealed")
    client.close()
    s3 = S3(place.region, place.account, place.kms_key, place.bucket, place.endpoint)
    return Settings(edition("meridian-pms"), tmp_path, s3=s3)


@pytest.fixture
def closed(said: Settings, amazon: PrivateAmazon) -> Settings:
    """Of one whose bucket is as `infra` makes it; moto knows no conditions and refuses all that the policy names."""
    client = amazon.client("s3")
    client.put_bucket_policy(Bucket="files", Policy=json.dumps(TLS_ONLY))
    client.close()
    return said


def nothing(_: Exchange) -> None:
    return None


def test_a_bucket_that_everybody_may_list_is_found_out(said: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)

    assert buckets.read_without_rights(said, nothing) == "the bucket answered a request that was an unsigned list"


def test_a_bucket_that_answers_those_who_sign_is_left_alone(said: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(address: str, **_: Any) -> httpx.Response:
        asked.append(address)
        return httpx.Response(200 if len(asked) == 1 else 403)

    monkeypatch.setattr(httpx, "get", answer)
    monkeypatch.setattr(time, "sleep", lambda _: None)

    assert buckets.read_without_rights(said, nothing) is None
    assert "X-Amz-Signature=" in asked[0]
    assert "?" not in asked[1]
    assert len(set(asked)) == 7


def test_a_bucket_that_answers_nobody_shows_nothing(said: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(httpx, "get", lambda *_, **__: httpx.Response(403))

    with pytest.raises(NotRun, match="whoever signs"):
        buckets.read_without_rights(said, nothing)


def test_a_bucket_as_infra_makes_it_is_closed(closed: Settings) -> None:
    assert buckets.lax(closed, nothing) is None


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("open", "RestrictPublicBuckets is off"),
        ("unsealed", "not sealed by a KMS key"),
        ("unencrypted", "without TLS"),
        ("shared", "an ACL lets groups in"),
        ("unblocked", "NoSuchPublicAccessBlock"),
    ],
)
def test_a_setting_that_lets_somebody_in_is_found(
    closed: Settings, amazon: PrivateAmazon, what: str, says: str
) -> None:
    client = amazon.client("s3")
    match what:
        case "open":
            blocked = dict.fromkeys(buckets.BLOCKS[:3], True)
            client.put_public_access_block(Bucket="files", PublicAccessBlockConfiguration=blocked)
        case "unblocked":
            client.delete_public_access_block(Bucket="files")
        case "unsealed":
            rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
            client.put_bucket_encryption(Bucket="files", ServerSideEncryptionConfiguration={"Rules": [rule]})
        case "unencrypted":
            allowed = json.dumps(TLS_ONLY).replace("aws:SecureTransport", "aws:Something")
            client.put_bucket_policy(Bucket="files", Policy=allowed)
        case "shared":
            client.put_bucket_acl(Bucket="files", ACL="public-read")
    client.close()

    assert says in str(buckets.lax(closed, nothing))


def test_objects_are_those_that_lie_there(said: Settings) -> None:
    assert buckets.objects(said) == [(f"files/{'a' * 32}", b"sealed")]
