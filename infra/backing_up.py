"""
Meridian's own backups: a task that runs `meridian backup` every hour, with a role of its own, and ends.

They stand beside those of AWS Backup (`backup.py`): sealed by keys of ours, they can be taken to another account or
another house, and `restore_drill` shows that the newest one comes back. Documents stay in their bucket, of which AWS
Backup keeps copies; RDS itself goes back to any second in between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from infra.grants import Allow, role
from infra.queues import dead_letters
from infra.services import PLACES, SHARED, Service, opens, reads, seals
from infra.settings import BACKUPS

if TYPE_CHECKING:
    from aws_cdk import aws_ecs as ecs

    from infra.environment import Environment
    from infra.keys import Keys
    from infra.network import Network
    from infra.services import Services
    from infra.walls import Walls

HOURLY = "cron(20 * * * ? *)"
"""Not on the hour, when functions begin; the restore drill is one of them."""
READ = ("mariadb/password", "platform/key", "audit/signing-key", "audit/public-key", "backup/naming-key")
TASK = Service("meridian", 1024, 2048, 0, (
    reads(*READ), opens("secrets"), seals("master", "backups"), SHARED, PLACES,
    Allow(("s3:GetBucketPublicAccessBlock", "s3:GetEncryptionConfiguration", "s3:ListBucket"), ("backups",)),
    Allow(("s3:DeleteObject", "s3:GetObject", "s3:PutObject"), ("backups:files/*",)),
))  # fmt: skip
"""What is let go by the rule of retention stays a version for 35 days, and in the locked vault."""


class BackingUp(Construct):
    """The task, what starts it, and where a start goes that failed too often."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        environment: Environment,
        network: Network,
        walls: Walls,
        keys: Keys,
        services: Services,
    ) -> None:
        super().__init__(scope, name)
        self.dead = dead_letters(self, "Dead", called=f"{BACKUPS}-dead", environment=environment, keys=keys)
        task = services.errand(BACKUPS, TASK, ["backup"])
        cluster = services.cluster.cluster_arn
        scheduler.CfnSchedule(
            self,
            "Schedule",
            name=f"{environment.edition}-{BACKUPS}",
            schedule_expression=HOURLY,
            schedule_expression_timezone="UTC",
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=cluster,
                role_arn=self._starter(environment, keys, task, cluster).role_arn,
                ecs_parameters=self._placed(task, network, walls),
                dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(arn=self.dead.queue_arn),
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_event_age_in_seconds=3600, maximum_retry_attempts=3
                ),
            ),
        )

    def _starter(
        self, environment: Environment, keys: Keys, task: ecs.FargateTaskDefinition, cluster: str
    ) -> iam.IRole:
        """Whom the schedule starts the task as: it may run that task in that cluster, with its two roles."""
        only_ours = {"StringEquals": {"aws:SourceAccount": environment.account}}
        own = [task.task_role.role_arn, task.obtain_execution_role().role_arn]
        return role(
            self,
            "Starter",
            called=f"{environment.edition}-{BACKUPS}-schedule",
            trusts=iam.ServicePrincipal("scheduler.amazonaws.com", conditions=only_ours),
            statements=[
                iam.PolicyStatement(
                    actions=["ecs:RunTask"],
                    resources=[task.task_definition_arn],
                    conditions={"ArnEquals": {"ecs:cluster": cluster}},
                ),
                iam.PolicyStatement(
                    actions=["iam:PassRole"],
                    resources=own,
                    conditions={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
                ),
                iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[self.dead.queue_arn]),
                iam.PolicyStatement(actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[keys["queues"].key_arn]),
            ],
        )

    def _placed(
        self, task: ecs.FargateTaskDefinition, network: Network, walls: Walls
    ) -> scheduler.CfnSchedule.EcsParametersProperty:
        within = scheduler.CfnSchedule.AwsVpcConfigurationProperty(
            subnets=[subnet.subnet_id for subnet in network.tier("app")],
            security_groups=[walls[BACKUPS].security_group_id],
            assign_public_ip="DISABLED",
        )
        return scheduler.CfnSchedule.EcsParametersProperty(
            task_definition_arn=task.task_definition_arn,
            launch_type="FARGATE",
            platform_version="LATEST",
            task_count=1,
            enable_execute_command=False,
            network_configuration=scheduler.CfnSchedule.NetworkConfigurationProperty(awsvpc_configuration=within),
        )
