"""Services of Amazon's, used with the rights of the machine's role."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Post:
    """
    Amazon's mail (SES) and text messages (SNS), with the rights of the machine's role.

    Args:
        region: As `us-east-1`.
        endpoint: Another address of both services, as of a private endpoint; empty: Amazon's.
        configuration_set: Of SES; empty for none.
    """

    region: str
    endpoint: str = ""
    configuration_set: str = ""


@dataclass(frozen=True, slots=True)
class S3:
    """
    A bucket for the bytes of documents, with the rights of the machine's role.

    Args:
        region: As `us-east-1`.
        account: The AWS account that must own the bucket.
        kms_key: ARN or alias of the key that seals what is in it.
        bucket: Its name; empty: the edition's.
        endpoint: Another address than Amazon's, as of a private endpoint; empty: Amazon's.
    """

    region: str
    account: str
    kms_key: str
    bucket: str = ""
    endpoint: str = ""


@dataclass(frozen=True, slots=True)
class Kms:
    """
    The master key in KMS.

    Args:
        key: ARN or alias of the key that wraps.
        region: As `us-east-1`.
        endpoint: Another address than Amazon's, as of a private endpoint; empty: Amazon's.
        before: The keys that wrapped before, oldest first; an empty one was struck out.
    """

    key: str
    region: str
    endpoint: str = ""
    before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SecretsManager:
    """
    Secrets in Secrets Manager.

    Args:
        region: As `us-east-1`.
        endpoint: Another address than Amazon's, as of a private endpoint; empty: Amazon's.
        prefix: First part of every name there; empty: the edition's.
        kms_key: Wraps secrets that Meridian makes; empty: the account's usual one.
        ttl: Seconds for which what was read is not read again.
    """

    region: str
    endpoint: str = ""
    prefix: str = ""
    kms_key: str = ""
    ttl: int = 300


@dataclass(frozen=True, slots=True)
class Queue:
    """
    Queues (SQS) by which functions get what they do; without them the worker does it all.

    Args:
        region: As `us-east-1`.
        account: The AWS account that owns them.
        endpoint: Another address than Amazon's, as of a private endpoint; empty: Amazon's.
        prefix: First part of every queue's name; empty: the edition's.
        queues: Which of `jobs.handing.QUEUES` are used; the worker does what belongs to the others.
    """

    region: str
    account: str
    endpoint: str = ""
    prefix: str = ""
    queues: tuple[str, ...] = ("documents", "exports", "notices", "rechecks")


@dataclass(frozen=True, slots=True)
class Events:
    """
    A bus (EventBridge) on which other systems hear, in ids and codes, that something was done.

    Args:
        region: As `us-east-1`.
        bus: Its name.
        endpoint: Another address than Amazon's, as of a private endpoint; empty: Amazon's.
        topics: Of which jobs.
    """

    region: str
    bus: str
    endpoint: str = ""
    topics: tuple[str, ...] = ("appointment-freed", "document-scan", "medication-recheck", "result-release")
