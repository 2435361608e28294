"""
Keys of KMS: one for each purpose, renewed every year, usable by this account only and only for its purpose.

A key's policy lets the account look after it, and lets it be used through the service that the key is for; whoever uses
one needs a policy of its own besides. `master` is the exception: Meridian asks KMS itself, to wrap the keys of
organisations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

if TYPE_CHECKING:
    from infra.environment import Environment

LOOKING_AFTER = [
    f"kms:{action}"
    for action in (
        "CancelKeyDeletion", "CreateAlias", "DeleteAlias", "DescribeKey", "DisableKey", "EnableKey",
        "EnableKeyRotation", "GetKeyPolicy", "GetKeyRotationStatus", "ListGrants", "ListKeyPolicies",
        "ListKeyRotations", "ListResourceTags", "PutKeyPolicy", "RevokeGrant", "RotateKeyOnDemand",
        "ScheduleKeyDeletion", "TagResource", "UntagResource", "UpdateAlias", "UpdateKeyDescription",
    )
]  # fmt: skip
USING = [
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
]


@dataclass(frozen=True, slots=True)
class Purpose:
    """
    What a key is for.

    Args:
        says: A sentence for whoever reads the list of keys.
        through: Services that use it for somebody of this account; empty: whoever may asks KMS itself.
        grants: Whether those services keep a grant, as for disks.
        services: Services that use it for themselves, each with the condition on what.
    """

    says: str
    through: tuple[str, ...] = ()
    grants: bool = False
    services: tuple[str, ...] = ()


PURPOSES = {
    "master": Purpose("Wraps the keys of organisations"),
    "secrets": Purpose("Seals the secrets in Secrets Manager", ("secretsmanager",)),
    "documents": Purpose("Seals the bytes of documents", ("s3",)),
    "archive": Purpose("Seals checkpoints and tiles of the audit logs", ("s3",)),
    "exports": Purpose("Seals files of exports", ("s3",)),
    "backups": Purpose("Seals the platform's own backups", ("s3",)),
    "database": Purpose("Seals the database's disks and snapshots", ("rds", "secretsmanager"), grants=True),
    "anchors": Purpose("Seals the folder of checkpoints", ("elasticfilesystem",), grants=True),
    "cache": Purpose("Seals what Redis keeps", ("elasticache",), grants=True),
    "disks": Purpose("Seals the disks of hosts", ("ec2",), grants=True),
    "images": Purpose("Seals container images", ("ecr",), grants=True),
    "vault": Purpose("Seals AWS Backup's vault", ("backup", "rds", "s3"), grants=True),
    "queues": Purpose("Seals messages in queues", ("sqs",)),
    "alarms": Purpose("Seals what alarms say", ("sns",), services=("cloudwatch", "events")),
    "logs": Purpose("Seals logs", services=("logs",)),
    "trail": Purpose("Seals the trail of API calls", ("s3",), services=("cloudtrail",)),
}


class Keys(Construct):
    """A key for each of *purposes*, with the alias `<edition>/<purpose>`."""

    def __init__(
        self, scope: Construct, name: str, *, environment: Environment, region: str, purposes: dict[str, Purpose]
    ) -> None:
        super().__init__(scope, name)
        self._environment = environment
        self._region = region
        self._keys = {name: self._make(name, purpose) for name, purpose in purposes.items()}

    def __getitem__(self, purpose: str) -> kms.Key:
        return self._keys[purpose]

    def _make(self, name: str, purpose: Purpose) -> kms.Key:
        return kms.Key(
            self,
            name.capitalize(),
            alias=f"{self._environment.edition}/{name}",
            description=f"{self._environment.edition}: {purpose.says}",
            enable_key_rotation=True,
            rotation_period=Duration.days(365),
            pending_window=Duration.days(30),
            removal_policy=RemovalPolicy.RETAIN,
            policy=iam.PolicyDocument(statements=self._statements(purpose)),
        )

    def _statements(self, purpose: Purpose) -> list[iam.PolicyStatement]:
        whole_account = [iam.AccountPrincipal(self._environment.account)]
        statements = [_say("LookAfter", whole_account, LOOKING_AFTER, {})]
        if purpose.through or not purpose.services:
            statements.append(_say("Use", whole_account, USING, self._through(purpose)))
        if purpose.grants:
            for_services = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
            statements.append(_say("Grant", whole_account, ["kms:CreateGrant"], self._through(purpose) | for_services))
        statements += [self._service(service) for service in purpose.services]
        return statements

    def _through(self, purpose: Purpose) -> dict[str, object]:
        ours: dict[str, object] = {"kms:CallerAccount": self._environment.account}
        if purpose.through:
            ours["kms:ViaService"] = [f"{service}.{self._region}.amazonaws.com" for service in purpose.through]
        return {"StringEquals": ours}

    def _service(self, service: str) -> iam.PolicyStatement:
        """Use by a service for itself, only for what belongs to this account."""
        account, edition = self._environment.account, self._environment.edition
        condition: dict[str, object] = {"StringEquals": {"aws:SourceAccount": account}}
        host = f"{service}.amazonaws.com"
        if service == "logs":
            group = f"arn:aws:logs:{self._region}:{account}:log-group:*"
            condition = {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": group}}
            host = f"logs.{self._region}.amazonaws.com"
        if service == "cloudtrail":
            trail = f"arn:aws:cloudtrail:{self._region}:{account}:trail/{edition}"
            condition = {"StringEquals": {"aws:SourceArn": trail}}
        actions = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"]
        return _say(f"Service{service.capitalize()}", [iam.ServicePrincipal(host)], actions, condition)


def _say(
    sid: str, who: list[iam.AccountPrincipal] | list[iam.ServicePrincipal], actions: list[str], when: dict[str, object]
) -> iam.PolicyStatement:
    return iam.PolicyStatement(sid=sid, principals=list(who), actions=actions, resources=["*"], conditions=when)
