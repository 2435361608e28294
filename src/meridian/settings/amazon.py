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
