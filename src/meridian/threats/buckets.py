"""
A bucket of documents, asked by somebody without rights, and what its owner has set (DATA-01).

With rights (the machine's role) an object is found to ask for; without them it is asked for as a stranger would.
"""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx

from meridian.faults import Unavailable
from meridian.files.bucket import Place, client
from meridian.settings import Settings
from meridian.threats.attack import Exchange, NotRun

Keep = Callable[[Exchange], None]
MOST = 50
"""Objects that are looked at."""
BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
SHORT = 1
"""Seconds that a signature is good for which is then waited out."""


def place(said: Settings) -> Place:
    """
    Which bucket.

    Raises:
        NotRun: If there is none.
    """
    if said.s3 is None:
        raise NotRun("documents do not lie in a bucket")
    name = said.s3.bucket or said.edition.document_bucket
    return Place(name, said.s3.region, said.s3.account, said.s3.kms_key, said.s3.endpoint)


def _asked(where: Place) -> Any:
    try:
        return client(where)
    except Unavailable as wrong:
        raise NotRun(f"the bucket cannot be asked: {wrong}") from wrong


def objects(said: Settings) -> list[tuple[str, bytes]]:
    """
    The newest objects, with their bytes.

    Raises:
        NotRun: If the bucket does not answer.
    """
    where = place(said)
    s3 = _asked(where)
    try:
        listed = s3.list_objects_v2(Bucket=where.bucket, ExpectedBucketOwner=where.account).get("Contents", [])
        newest = sorted(listed, key=lambda one: one["LastModified"], reverse=True)[:MOST]
        return [(one["Key"], s3.get_object(Bucket=where.bucket, Key=one["Key"])["Body"].read()) for one in newest]
    except Exception as wrong:
        raise NotRun(f"the bucket does not answer: {type(wrong).__name__}") from wrong


def read_without_rights(said: Settings, keep: Keep) -> str | None:
    """
    What somebody without rights got of the bucket; `None`: nothing.

    Raises:
        NotRun: If nobody can be shown to get anything.
    """
    where = place(said)
    s3, held = _asked(where), objects(said)
    if not held:
        raise NotRun("nothing lies in the bucket")
    asked = {"Bucket": where.bucket, "Key": held[0][0]}
    good = s3.generate_presigned_url("get_object", asked, ExpiresIn=60)
    if not _given(good, keep, "signed"):
        raise NotRun("the bucket gives nothing to whoever signs either")
    for what, address in _wrong(s3, where, asked, good).items():
        if _given(address, keep, what):
            return f"the bucket answered a request that was {what}"
    return None


def _wrong(s3: Any, where: Place, asked: dict[str, str], good: str) -> dict[str, str]:
    parts = urlsplit(good)
    plain = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    root = plain.removesuffix(asked["Key"])
    altered = good[:-1] + ("0" if good[-1] != "0" else "1")
    over = s3.generate_presigned_url("get_object", asked, ExpiresIn=SHORT)
    time.sleep(2 * SHORT)
    other = good.replace(asked["Key"], "files/" + "0" * 32)
    made = {
        "unsigned": plain,
        "an unsigned list": f"{root}?list-type=2",
        "an unsigned question for the policy": f"{root}?policy",
        "signed wrongly": altered,
        "signed for a time that is over": over,
        "signed for another object": other,
    }
    if not where.endpoint:
        made["not over TLS"] = good.replace("https://", "http://", 1)
    return made


def _given(address: str, keep: Keep, what: str) -> bool:
    try:
        answer = httpx.get(address, timeout=10, follow_redirects=False)
    except httpx.HTTPError as wrong:
        keep(Exchange(f"GET of the bucket, {what}", type(wrong).__name__))
        return False
    keep(Exchange(f"GET of the bucket, {what}", str(answer.status_code)))
    return answer.status_code == httpx.codes.OK


def lax(said: Settings, keep: Keep) -> str | None:
    """
    What in the bucket's settings lets the public in, lets bytes travel or lie open; `None`: nothing.

    Raises:
        NotRun: If the bucket does not say.
    """
    where = place(said)
    s3, asked = _asked(where), {"Bucket": where.bucket, "ExpectedBucketOwner": where.account}
    try:
        blocked = s3.get_public_access_block(**asked)["PublicAccessBlockConfiguration"]
        rules = s3.get_bucket_encryption(**asked)["ServerSideEncryptionConfiguration"]["Rules"]
        grants = s3.get_bucket_acl(**asked)["Grants"]
        policy = s3.get_bucket_policy(**asked)["Policy"]
    except Exception as wrong:
        missing = getattr(wrong, "response", {}).get("Error", {}).get("Code", "")
        if missing in {"NoSuchPublicAccessBlockConfiguration", "NoSuchBucketPolicy"}:
            return f"the bucket has none: {missing}"
        raise NotRun(f"the bucket does not say how it is set: {type(wrong).__name__}") from wrong
    keep(Exchange("the bucket's settings", f"{blocked} {policy[:200]}"))
    return next(filter(None, (_open(blocked), _unsealed(rules), _shared(grants), _untransported(policy))), None)


def _open(blocked: dict[str, bool]) -> str:
    off = [name for name in BLOCKS if not blocked.get(name)]
    return f"{', '.join(off)} is off" if off else ""


def _unsealed(rules: list[dict[str, Any]]) -> str:
    kinds = {rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] for rule in rules}
    return "" if kinds == {"aws:kms"} else "what is put there is not sealed by a KMS key"


def _shared(grants: list[dict[str, Any]]) -> str:
    everybody = [one for one in grants if "URI" in one["Grantee"]]
    return "an ACL lets groups in" if everybody else ""


def _untransported(policy: str) -> str:
    said = policy.replace(" ", "").replace('["false"]', '"false"')
    closed = '"aws:SecureTransport":"false"' in said or '"aws:SecureTransport":false' in said
    return "" if closed and '"Deny"' in said else "its policy does not refuse requests without TLS"
