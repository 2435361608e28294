"""
AWS Backup: every night and every month, locked against everybody, with copies in another region.

Beside this stand RDS's own way back to any second, and Meridian's own backups, which can be restored elsewhere
(docs/runbooks/backup.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_backup as backup
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from constructs import Construct

if TYPE_CHECKING:
    from aws_cdk import aws_s3 as s3
    from aws_cdk import aws_sns as sns

    from infra.environment import Environment
    from infra.keys import Keys

SHORTEST = Duration.days(35)
MONTHLY_KEPT = Duration.days(2192)
REGRET = Duration.days(3)
"""Until then the lock can still be taken off; afterwards by nobody, Amazon included."""
MANAGED = (
    "service-role/AWSBackupServiceRolePolicyForBackup",
    "service-role/AWSBackupServiceRolePolicyForRestores",
    "AWSBackupServiceRolePolicyForS3Backup",
    "AWSBackupServiceRolePolicyForS3Restore",
)
"""What AWS Backup needs changes with each service it learns; Amazon's own policies are what it documents."""


def vault(
    scope: Construct, name: str, *, environment: Environment, keys: Keys, topic: sns.ITopic | None
) -> backup.BackupVault:
    """A vault named for the edition, in whose region it stands, that nobody can empty."""
    return backup.BackupVault(
        scope, name, backup_vault_name=environment.edition, encryption_key=keys["vault"],
        block_recovery_point_deletion=False, removal_policy=RemovalPolicy.RETAIN, notification_topic=topic,
        lock_configuration=backup.LockConfiguration(min_retention=SHORTEST, changeable_for=REGRET),
    )  # fmt: skip


class Backup(Construct):
    """
    The plan, and what it is for: whatever bears the tag `backup`, the database, and buckets.

    Args:
        buckets: Versioned buckets.
        database: ARN of the database server.
        anchors: ARN of the file system of checkpoints.
    """

    def __init__(
        self, scope: Construct, name: str, *,
        environment: Environment, keys: Keys, buckets: list[s3.Bucket], database: str, anchors: str, topic: sns.ITopic,
    ) -> None:  # fmt: skip
        super().__init__(scope, name)
        here = vault(self, "Vault", environment=environment, keys=keys, topic=topic)
        far = environment.arn("backup", f"backup-vault:{environment.edition}", region=environment.recovery_region)
        there = backup.BackupVault.from_backup_vault_arn(self, "Recovery", far)
        plan = backup.BackupPlan(self, "Plan", backup_plan_name=environment.edition, backup_vault=here)
        for called, when, kept in (
            ("nightly", events.Schedule.cron(hour="5", minute="0"), SHORTEST),
            ("monthly", events.Schedule.cron(day="1", hour="6", minute="0"), MONTHLY_KEPT),
        ):
            plan.add_rule(
                backup.BackupPlanRule(
                    rule_name=called,
                    schedule_expression=when,
                    delete_after=kept,
                    copy_actions=[backup.BackupPlanCopyActionProps(destination_backup_vault=there, delete_after=kept)],
                )
            )
        plan.add_selection(
            "Selection",
            backup_selection_name=environment.edition,
            resources=[
                backup.BackupResource.from_tag("backup", environment.edition),
                *(backup.BackupResource.from_arn(arn) for arn in (database, anchors)),
                *(backup.BackupResource.from_arn(bucket.bucket_arn) for bucket in buckets),
            ],
            role=self._role(environment),
            disable_default_backup_policy=True,
        )

    def _role(self, environment: Environment) -> iam.Role:
        return iam.Role(
            self, "Role", role_name=f"{environment.edition}-backup",
            assumed_by=iam.ServicePrincipal(
                "backup.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": environment.account}}
            ),
            managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name(name) for name in MANAGED],
        )  # fmt: skip
