"""
Alarms: what somebody is told of by itself, and why each is one.

They stand beside the rules of `deploy/prometheus`, which see more, for these need nothing of ours to be alive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.settings import BACKUPS
from infra.words import BACKED_UP, pattern

if TYPE_CHECKING:
    from aws_cdk import aws_sqs as sqs

    from infra.backing_up import BackingUp
    from infra.environment import Environment
    from infra.functions import Functions
    from infra.keys import Keys

FIVE_MINUTES = Duration.minutes(5)
A_DAY = Duration.days(1)
OLDEST = 26
"""Hours after which the last backup of our own is too old, as `meridian doctor` has it."""


@dataclass(frozen=True, slots=True)
class Watched:
    """
    Lines of a log that are counted.

    Args:
        where: Name of the group, without the edition.
        pattern: As CloudWatch has it.
        most: In five minutes, before somebody is told.
        why: The alarm's own words.
    """

    where: str
    pattern: str
    most: int
    why: str


AUTH = '$.event.dataset = "meridian.auth"'
WATCHED = {
    "SignInFailures": Watched("api", f'{{ {AUTH} && $.event.action = "sign-in-failed" }}', 20,
                              "AUTH-04: many sign-ins fail"),
    "Detected": Watched("api", f'{{ {AUTH} && $.event.kind = "alert" }}', 0, "AUTH-04: a detector raised an alert"),
    "TokensRefused": Watched("api", f'{{ {AUTH} && $.event.action = "token-refused" && $.event.reason = "algorithm" }}',
                             0, "AUTH-01: a token with an unexpected algorithm"),
    "RecordsRefused": Watched("api", f'{{ {AUTH} && $.event.action = "record-refused" }}', 50,
                              "API-01: somebody asks for what is not theirs"),
    "RootUsed": Watched("trail", '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && '
                                 '$.eventType != "AwsServiceEvent" }', 0, "The account's root was used"),
    "WithoutSecondFactor": Watched("trail", '{ $.eventName = "ConsoleLogin" && '
                                            '$.additionalEventData.MFAUsed != "Yes" && '
                                            '$.responseElements.ConsoleLogin = "Success" && '
                                            '$.userIdentity.type = "IAMUser" }', 0, "A sign-in with one factor"),
    "TrailTouched": Watched("trail", '{ $.eventSource = "cloudtrail.amazonaws.com" && ($.eventName = "StopLogging" || '
                                     '$.eventName = "DeleteTrail" || $.eventName = "UpdateTrail" || '
                                     '$.eventName = "PutEventSelectors") }', 0, "The trail was changed or stopped"),
    "KeyEnding": Watched("trail", '{ $.eventSource = "kms.amazonaws.com" && ($.eventName = "ScheduleKeyDeletion" || '
                                  '$.eventName = "DisableKey" || $.eventName = "PutKeyPolicy") }', 0,
                         "A key is to be deleted, was switched off, or has another policy"),
    "BucketOpened": Watched("trail", '{ $.eventSource = "s3.amazonaws.com" && ($.eventName = "PutBucketPolicy" || '
                                     '$.eventName = "DeleteBucketPolicy" || $.eventName = "PutBucketAcl" || '
                                     '$.eventName = "PutBucketPublicAccessBlock" || '
                                     '$.eventName = "DeleteBucketPublicAccessBlock" || '
                                     '$.eventName = "PutAccountPublicAccessBlock" || '
                                     '$.eventName = "DeleteAccountPublicAccessBlock") }', 0,
                            "DATA-01: who may reach a bucket was changed"),
    "RightsChanged": Watched("trail", '{ $.eventSource = "iam.amazonaws.com" && ($.eventName = "PutRolePolicy" || '
                                      '$.eventName = "AttachRolePolicy" || $.eventName = "UpdateAssumeRolePolicy" || '
                                      '$.eventName = "CreateUser" || $.eventName = "CreateAccessKey") }', 0,
                             "INFRA-01: rights were changed"),
    "SecretRead": Watched("trail", '{ $.eventSource = "secretsmanager.amazonaws.com" && '
                                   '$.errorCode = "AccessDenied*" }', 0,
                          "DATA-02: somebody asked for a secret that is not theirs"),
}  # fmt: skip


class AlarmTopic(Construct):
    """Where alarms go; a topic that only this account and Amazon's watchers may speak to, by TLS."""

    def __init__(self, scope: Construct, name: str, *, environment: Environment, keys: Keys) -> None:
        super().__init__(scope, name)
        self.topic = sns.Topic(
            self, "Topic", topic_name=f"{environment.edition}-alarms", master_key=keys["alarms"], enforce_ssl=True
        )
        self.topic.add_subscription(subscriptions.EmailSubscription(environment.alarm_mail))
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="Watchers",
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                conditions={"StringEquals": {"aws:SourceAccount": environment.account}},
            )
        )


class Alarms(Construct):
    """The alarms of one edition."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        environment: Environment,
        topic: sns.ITopic,
        functions: Functions,
        backups: BackingUp,
        balancer: elb.ApplicationLoadBalancer,
        groups: dict[str, logs.ILogGroup],
    ) -> None:
        super().__init__(scope, name)
        self._environment = environment
        self._action = actions.SnsAction(topic)
        for queue in (*functions.dead, backups.dead):
            self._dead_letters(queue)
        for queue in functions.queues:
            self._lag(queue)
        for called, function in functions.functions.items():
            self._alarm(f"Errors-{called}", function.metric_errors(period=FIVE_MINUTES), 0, f"{called} fails")
        self._audit_lag(functions)
        self._backup_age()
        self._own_backup_age(groups[BACKUPS])
        self._answers(balancer)
        for called, watched in WATCHED.items():
            self._watch(called, watched, groups[watched.where])

    def _alarm(
        self, name: str, metric: cloudwatch.IMetric, most: float, why: str, *, fewest: bool = False, times: int = 1
    ) -> None:
        """An alarm above *most*; with *fewest*, below it or when nothing is said."""
        compared, missing = cloudwatch.ComparisonOperator, cloudwatch.TreatMissingData
        alarm = cloudwatch.Alarm(
            self,
            name,
            alarm_name=f"{self._environment.edition}-{name.lower().replace('_', '-')}",
            alarm_description=why,
            metric=metric,
            threshold=most,
            evaluation_periods=times,
            comparison_operator=compared.LESS_THAN_THRESHOLD if fewest else compared.GREATER_THAN_THRESHOLD,
            treat_missing_data=missing.BREACHING if fewest else missing.NOT_BREACHING,
        )
        alarm.add_alarm_action(self._action)
        alarm.add_ok_action(self._action)

    def _dead_letters(self, queue: sqs.Queue) -> None:
        name = queue.node.path.split("/")[-2]
        metric = queue.metric_approximate_number_of_messages_visible(period=FIVE_MINUTES, statistic="Maximum")
        self._alarm(f"Dead-{name}", metric, 0, f"Something of {name} failed too often: docs/functions.md")

    def _lag(self, queue: sqs.Queue) -> None:
        name = queue.node.path.split("/")[-2]
        metric = queue.metric_approximate_age_of_oldest_message(period=FIVE_MINUTES, statistic="Maximum")
        self._alarm(f"Lag-{name}", metric, 900, f"What {name} is to do waits for a quarter of an hour")

    def _audit_lag(self, functions: Functions) -> None:
        archiving = functions.functions["audit_archive"].metric_invocations(period=Duration.hours(1), statistic="Sum")
        self._alarm(
            "AuditLag", archiving, 1, "Checkpoints of the audit logs were not kept for three hours",
            fewest=True, times=3,
        )  # fmt: skip

    def _backup_age(self) -> None:
        done = cloudwatch.Metric(
            namespace="AWS/Backup", metric_name="NumberOfBackupJobsCompleted", statistic="Sum", period=A_DAY,
            dimensions_map={"BackupVaultName": self._environment.edition},
        )  # fmt: skip
        failed = cloudwatch.Metric(
            namespace="AWS/Backup", metric_name="NumberOfBackupJobsFailed", statistic="Sum", period=FIVE_MINUTES,
            dimensions_map={"BackupVaultName": self._environment.edition},
        )  # fmt: skip
        self._alarm("BackupAge", done, 1, "No backup was completed for a day", fewest=True)
        self._alarm("BackupFailed", failed, 0, "A backup failed")

    def _own_backup_age(self, group: logs.ILogGroup) -> None:
        """A task that fails or never runs says nothing, and so this rings."""
        counted = logs.MetricFilter(
            self, "OwnBackupCounted", log_group=group, filter_pattern=logs.FilterPattern.literal(pattern(BACKED_UP)),
            metric_namespace=self._environment.edition, metric_name="OwnBackup", metric_value="1",
        )  # fmt: skip
        self._alarm(
            "OwnBackupAge", counted.metric(period=Duration.hours(1), statistic="Sum"), 1,
            f"Meridian made no backup of its own for {OLDEST} hours: docs/runbooks/backup.md",
            fewest=True, times=OLDEST,
        )  # fmt: skip

    def _answers(self, balancer: elb.ApplicationLoadBalancer) -> None:
        metrics = balancer.metrics
        for name, metric in (
            ("Target5xx", metrics.http_code_target(elb.HttpCodeTarget.TARGET_5XX_COUNT, period=FIVE_MINUTES)),
            ("Balancer5xx", metrics.http_code_elb(elb.HttpCodeElb.ELB_5XX_COUNT, period=FIVE_MINUTES)),
        ):
            self._alarm(name, metric, 10, "More than ten requests failed in five minutes")
        slow = metrics.target_response_time(period=FIVE_MINUTES, statistic="p95")
        self._alarm("Slow", slow, 2, "One request in twenty takes more than two seconds", times=3)

    def _watch(self, name: str, watched: Watched, group: logs.ILogGroup) -> None:
        counted = logs.MetricFilter(
            self, f"{name}Counted", log_group=group, filter_pattern=logs.FilterPattern.literal(watched.pattern),
            metric_namespace=self._environment.edition, metric_name=name, metric_value="1", default_value=0,
        )  # fmt: skip
        self._alarm(name, counted.metric(period=FIVE_MINUTES, statistic="Sum"), watched.most, watched.why)
