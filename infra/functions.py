"""
Lambda functions, each as its `functions/<name>/function.toml` says, with a role of its own that may do no more.

Besides what the file allows, a function may write its own log, put what failed into its own queue of dead letters, and
have Lambda place it in the network; the last is denied to the function's own code (`lambda:SourceFunctionArn`).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import Duration, Size
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra import ROOT
from infra.grants import Allow, Names, role, writes_log
from infra.logs import log_group
from infra.queues import dead_letters, fed

if TYPE_CHECKING:
    from pathlib import Path

    from aws_cdk import aws_sqs as sqs

    from infra.environment import Environment
    from infra.keys import Keys
    from infra.network import Network
    from infra.walls import Walls

FOLDER = ROOT / "functions"
RUNTIME = lambda_.Runtime.PYTHON_3_14
AT_ONCE = 10
"""Of a function that a queue feeds; the database's connections are the limit. Scheduled ones never overlap."""
PLACING = (
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
)
LOOKING = ("ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:DescribeSecurityGroups", "ec2:DescribeVpcs")
ROTATED_EVERY = {"mariadb/password": 30}
"""Days; 90 for every other."""


@dataclass(frozen=True, slots=True)
class Function:
    """One `function.toml`; times in seconds, sizes in MB."""

    name: str
    summary: str
    timeout: int
    memory: int
    allow: tuple[Allow, ...]
    network: bool = False
    storage: int = 512
    schedule: str = ""
    queue: str = ""
    topics: tuple[str, ...] = ()
    rotates: tuple[str, ...] = ()


def read_functions(folder: Path = FOLDER) -> list[Function]:
    """Every function of the *folder*, by name."""
    return [_read(path) for path in sorted(folder.glob("*/function.toml"))]


def _read(path: Path) -> Function:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    allow = tuple(Allow.of(said) for said in table.pop("allow", []))
    topics, rotates = tuple(table.pop("topics", ())), tuple(table.pop("rotates", ()))
    return Function(name=path.parent.name, allow=allow, topics=topics, rotates=rotates, **table)


class Functions(Construct):
    """
    All functions, their queues, schedules and rotations.

    Args:
        package: Folder with what `functions/` and Meridian need at run time, as Lambda is to have it.
        settings: Text of their settings; holds no secret.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        environment: Environment,
        network: Network,
        walls: Walls,
        keys: Keys,
        names: Names,
        package: Path,
        settings: str,
    ) -> None:
        super().__init__(scope, name)
        self._environment, self._network, self._walls, self._keys = environment, network, walls, keys
        self._names, self._settings = names, settings
        self._code = lambda_.Code.from_asset(str(package))
        self.queues: list[sqs.Queue] = []
        self.dead: list[sqs.Queue] = []
        self.functions = {function.name: self._make(function) for function in read_functions()}

    def _make(self, function: Function) -> lambda_.Function:
        place = Construct(self, function.name)
        called = f"{self._environment.edition}-{function.name.replace('_', '-')}"
        dead = dead_letters(
            place,
            "Dead",
            called=f"{function.name.replace('_', '-')}-dead",
            environment=self._environment,
            keys=self._keys,
        )
        self.dead.append(dead)
        log = log_group(place, "Log", called=f"/aws/lambda/{called}", key=self._keys["logs"])
        made = lambda_.Function(
            place,
            "Function",
            function_name=called,
            description=function.summary,
            runtime=RUNTIME,
            architecture=lambda_.Architecture.ARM_64,
            handler=f"functions.{function.name}.handler.handler",
            code=self._code,
            role=self._role(place, function, called, dead),
            timeout=Duration.seconds(function.timeout),
            memory_size=function.memory,
            ephemeral_storage_size=Size.mebibytes(function.storage),
            reserved_concurrent_executions=AT_ONCE if function.queue else 1,
            vpc=self._network.vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_group_name="app"),
            security_groups=[self._walls["functions"]],
            dead_letter_queue=dead,
            log_group=log,
            logging_format=lambda_.LoggingFormat.JSON,
            environment={"MERIDIAN_SETTINGS": self._settings},
        )
        if function.queue:
            self._feed(place, function, made, dead)
        if function.schedule:
            self._schedule(place, function, called, made, dead)
        for secret in function.rotates:
            self._rotate(place, secret, made)
        return made

    # --- what it may do ---

    def _role(self, place: Construct, function: Function, called: str, dead: sqs.Queue) -> iam.IRole:
        arn = self._environment.arn("lambda", f"function:{called}")
        statements = [
            *self._names.statements(function.allow),
            writes_log(self._environment, f"/aws/lambda/{called}"),
            iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[dead.queue_arn]),
            iam.PolicyStatement(
                actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[self._keys["queues"].key_arn]
            ),
            *self._placing(arn),
        ]
        return role(
            place, "Role", called=called, trusts=iam.ServicePrincipal("lambda.amazonaws.com"), statements=statements
        )

    def _placing(self, function: str) -> list[iam.PolicyStatement]:
        """Lambda's own placing of the function in the network, which the function's code may not do."""
        environment = self._environment
        subnets = [environment.arn("ec2", f"subnet/{subnet.subnet_id}") for subnet in self._network.tier("app")]
        group = environment.arn("ec2", f"security-group/{self._walls['functions'].security_group_id}")
        interfaces = environment.arn("ec2", "network-interface/*")
        return [
            iam.PolicyStatement(actions=list(PLACING), resources=[interfaces, *subnets, group]),
            iam.PolicyStatement(actions=list(LOOKING), resources=["*"]),
            iam.PolicyStatement(
                effect=iam.Effect.DENY,
                actions=[*PLACING, *LOOKING],
                resources=["*"],
                conditions={"ArnEquals": {"lambda:SourceFunctionArn": function}},
            ),
        ]

    # --- what starts it ---

    def _feed(self, place: Construct, function: Function, made: lambda_.Function, dead: sqs.Queue) -> None:
        queue = fed(
            place, "Queue", called=function.queue, environment=self._environment, keys=self._keys, dead=dead,
            longest=Duration.seconds(function.timeout),
        )  # fmt: skip
        self.queues.append(queue)
        lambda_.CfnEventSourceMapping(
            place,
            "Feed",
            function_name=made.function_arn,
            event_source_arn=queue.queue_arn,
            batch_size=10,
            function_response_types=["ReportBatchItemFailures"],
            scaling_config=lambda_.CfnEventSourceMapping.ScalingConfigProperty(maximum_concurrency=AT_ONCE),
        )

    def _schedule(
        self, place: Construct, function: Function, called: str, made: lambda_.Function, dead: sqs.Queue
    ) -> None:
        environment = self._environment
        only_ours = {"StringEquals": {"aws:SourceAccount": environment.account}}
        starter = role(
            place,
            "Starter",
            called=f"{called}-start",
            trusts=iam.ServicePrincipal("scheduler.amazonaws.com", conditions=only_ours),
            statements=[
                iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[made.function_arn]),
                iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[dead.queue_arn]),
                iam.PolicyStatement(
                    actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[self._keys["queues"].key_arn]
                ),
            ],
        )
        scheduler.CfnSchedule(
            place,
            "Schedule",
            name=called,
            schedule_expression=function.schedule,
            schedule_expression_timezone="UTC",
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=made.function_arn,
                role_arn=starter.role_arn,
                dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(arn=dead.queue_arn),
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_event_age_in_seconds=3600, maximum_retry_attempts=3
                ),
            ),
        )

    def _rotate(self, place: Construct, secret: str, made: lambda_.Function) -> None:
        environment = self._environment
        called = "".join(part.capitalize() for part in secret.replace("-", "/").split("/"))
        entry = environment.arn("secretsmanager", f"secret:{environment.edition}/{secret}-??????")
        permission = lambda_.CfnPermission(
            place, f"Rotate{called}Permission", function_name=made.function_arn, action="lambda:InvokeFunction",
            principal="secretsmanager.amazonaws.com", source_account=environment.account, source_arn=entry,
        )  # fmt: skip
        schedule = secretsmanager.CfnRotationSchedule(
            place, f"Rotate{called}", secret_id=f"{environment.edition}/{secret}",
            rotation_lambda_arn=made.function_arn, rotate_immediately_on_update=False,
            rotation_rules=secretsmanager.CfnRotationSchedule.RotationRulesProperty(
                automatically_after_days=ROTATED_EVERY.get(secret, 90)
            ),
        )  # fmt: skip
        schedule.add_resource_dependency(permission)
