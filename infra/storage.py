"""
Buckets: nobody's but this account's, by TLS only, sealed, versioned, and every access written down.

The statements DenyInsecureTransport and DenyPublicAccess are those of the threat models (DATA-01). `archive` keeps what
proves the audit logs: for six years nobody can change or delete it, whoever they are (Object Lock, COMPLIANCE).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

if TYPE_CHECKING:
    from infra.environment import Environment
    from infra.keys import Keys

SIX_YEARS = Duration.days(2192)
"""With the leap days that six years may have (45 CFR 164.316(b)(2))."""
COLD = s3.StorageClass.GLACIER_INSTANT_RETRIEVAL


def _kept(**how: object) -> s3.LifecycleRule:
    return s3.LifecycleRule(abort_incomplete_multipart_upload_after=Duration.days(7), **how)  # type: ignore[arg-type]  # keywords of one dataclass


LIFECYCLES = {
    "documents": _kept(noncurrent_version_expiration=Duration.days(365)),
    "archive": _kept(transitions=[s3.Transition(storage_class=COLD, transition_after=Duration.days(90))]),
    "exports": _kept(expiration=Duration.days(7), noncurrent_version_expiration=Duration.days(1)),
    "backups": _kept(noncurrent_version_expiration=Duration.days(35)),
}


class Storage(Construct):
    """The buckets `documents`, `archive`, `exports`, `backups`, and `logs` of accesses to them and to the balancer."""

    def __init__(self, scope: Construct, name: str, *, environment: Environment, keys: Keys) -> None:
        super().__init__(scope, name)
        self._environment = environment
        self.logs = self._logs()
        self.buckets = {purpose: self._sealed(purpose, keys) for purpose in LIFECYCLES}

    def __getitem__(self, purpose: str) -> s3.Bucket:
        return self.buckets[purpose]

    def _sealed(self, purpose: str, keys: Keys) -> s3.Bucket:
        archive = purpose == "archive"
        bucket = s3.Bucket(
            self,
            purpose.capitalize(),
            bucket_name=self._environment.bucket(purpose),
            encryption=s3.BucketEncryption.KMS,
            encryption_key=keys[purpose],
            bucket_key_enabled=True,
            versioned=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            object_lock_enabled=archive or None,
            object_lock_default_retention=s3.ObjectLockRetention.compliance(SIX_YEARS) if archive else None,
            server_access_logs_bucket=self.logs,
            server_access_logs_prefix=f"s3/{purpose}/",
            lifecycle_rules=[LIFECYCLES[purpose]],
            removal_policy=RemovalPolicy.RETAIN,
        )
        only_ours(bucket, self._environment.account)
        return bucket

    def _logs(self) -> s3.Bucket:
        """Logs of accesses; the services that write them know no key of ours, so S3 seals them with its own."""
        bucket = s3.Bucket(
            self,
            "Logs",
            bucket_name=f"{self._environment.edition}-access-logs",
            encryption=s3.BucketEncryption.S3_MANAGED,
            versioned=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            lifecycle_rules=[_kept(expiration=SIX_YEARS, noncurrent_version_expiration=Duration.days(30))],
            removal_policy=RemovalPolicy.RETAIN,
        )
        only_ours(bucket, self._environment.account)
        return bucket


def only_ours(bucket: s3.Bucket, account: str) -> None:
    """Refuse whoever comes without TLS, and whoever reads and is not of this *account*."""
    bucket.add_to_resource_policy(
        iam.PolicyStatement(
            sid="DenyInsecureTransport",
            effect=iam.Effect.DENY,
            principals=[iam.StarPrincipal()],
            actions=["s3:*"],
            resources=[bucket.bucket_arn, bucket.arn_for_objects("*")],
            conditions={"Bool": {"aws:SecureTransport": "false"}},
        )
    )
    bucket.add_to_resource_policy(
        iam.PolicyStatement(
            sid="DenyPublicAccess",
            effect=iam.Effect.DENY,
            principals=[iam.StarPrincipal()],
            actions=["s3:GetObject"],
            resources=[bucket.arn_for_objects("*")],
            conditions={"StringNotEquals": {"aws:PrincipalAccount": account}},
        )
    )
