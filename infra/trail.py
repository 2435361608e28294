"""
CloudTrail: every call to Amazon's API in every region, every invocation of a function and every access to a bucket.

Its files are signed (log file validation) and lie in a bucket that nobody can change them in for six years.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import RemovalPolicy
from aws_cdk import aws_cloudtrail as cloudtrail
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.grants import role, writes_log
from infra.logs import log_group
from infra.storage import SIX_YEARS, only_ours

if TYPE_CHECKING:
    from infra.environment import Environment
    from infra.keys import Keys
    from infra.storage import Storage


class Trail(Construct):
    """The trail, its bucket, and its group of logs, which alarms watch."""

    def __init__(self, scope: Construct, name: str, *, environment: Environment, keys: Keys, storage: Storage) -> None:
        super().__init__(scope, name)
        self._environment = environment
        self._arn = environment.arn("cloudtrail", f"trail/{environment.edition}")
        bucket = self._bucket(keys, storage)
        self.log = log_group(self, "Log", called=f"/{environment.edition}/trail", key=keys["logs"])
        self.trail = cloudtrail.CfnTrail(
            self,
            "Trail",
            trail_name=environment.edition,
            is_logging=True,
            is_multi_region_trail=True,
            include_global_service_events=True,
            enable_log_file_validation=True,
            s3_bucket_name=bucket.bucket_name,
            kms_key_id=keys["trail"].key_arn,
            cloud_watch_logs_log_group_arn=self.log.log_group_arn,
            cloud_watch_logs_role_arn=self._writer().role_arn,
            advanced_event_selectors=[
                _select("Management", "Management"),
                _select("Functions", "Data", "AWS::Lambda::Function"),
                _select("Objects", "Data", "AWS::S3::Object", [each.bucket_arn for each in storage.buckets.values()]),
            ],
        )
        self.trail.node.add_dependency(bucket)
        self.trail.node.add_dependency(self.log)

    def _writer(self) -> iam.IRole:
        return role(
            self, "Writer", called=f"{self._environment.edition}-trail",
            trusts=iam.ServicePrincipal(
                "cloudtrail.amazonaws.com", conditions={"StringEquals": {"aws:SourceArn": self._arn}}
            ),
            statements=[writes_log(self._environment, f"/{self._environment.edition}/trail")],
        )  # fmt: skip

    def _bucket(self, keys: Keys, storage: Storage) -> s3.Bucket:
        account = self._environment.account
        bucket = s3.Bucket(
            self,
            "Files",
            bucket_name=f"{self._environment.edition}-trail",
            encryption=s3.BucketEncryption.KMS,
            encryption_key=keys["trail"],
            bucket_key_enabled=True,
            versioned=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            object_lock_enabled=True,
            object_lock_default_retention=s3.ObjectLockRetention.compliance(SIX_YEARS),
            server_access_logs_bucket=storage.logs,
            server_access_logs_prefix="s3/trail/",
            removal_policy=RemovalPolicy.RETAIN,
        )
        only_ours(bucket, account)
        trail = iam.ServicePrincipal("cloudtrail.amazonaws.com")
        only_this = {"StringEquals": {"aws:SourceArn": self._arn}}
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="TrailLooks",
                principals=[trail],
                actions=["s3:GetBucketAcl"],
                resources=[bucket.bucket_arn],
                conditions=only_this,
            )
        )
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="TrailWrites",
                principals=[trail],
                actions=["s3:PutObject"],
                resources=[bucket.arn_for_objects(f"AWSLogs/{account}/*")],
                conditions=only_this,
            )
        )
        return bucket


def _select(
    name: str, category: str, kind: str = "", within: list[str] | None = None
) -> cloudtrail.CfnTrail.AdvancedEventSelectorProperty:
    """Events of a *category*, of a *kind* of resource, and of those whose ARN starts with one of *within*."""
    field = cloudtrail.CfnTrail.AdvancedFieldSelectorProperty
    fields = [field(field="eventCategory", equal_to=[category])]
    if kind:
        fields.append(field(field="resources.type", equal_to=[kind]))
    if within:
        fields.append(field(field="resources.ARN", starts_with=[f"{arn}/" for arn in within]))
    return cloudtrail.CfnTrail.AdvancedEventSelectorProperty(name=name, field_selectors=fields)
