"""
What looks for trouble by itself: GuardDuty, IAM Access Analyzer, and no public bucket in the whole account.

What they find goes to whoever hears of alarms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import CfnResource, Duration
from aws_cdk import aws_accessanalyzer as analyzer
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_guardduty as guardduty
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra import ROOT
from infra.functions import RUNTIME
from infra.grants import role, writes_log
from infra.logs import log_group

if TYPE_CHECKING:
    from aws_cdk import aws_sns as sns

    from infra.environment import Environment
    from infra.keys import Keys

FEATURES = ("S3_DATA_EVENTS", "EBS_MALWARE_PROTECTION", "LAMBDA_NETWORK_LOGS", "RUNTIME_MONITORING")
UNUSED_AFTER = 90
"""Days after which a right that nobody used is reported; the threat models ask for a review each quarter."""
GRAVE = 4
"""GuardDuty's severity from which somebody is told: medium."""
PUBLIC_ACCESS = ROOT / "infra" / "handlers" / "public_access.py"


class Guard(Construct):
    """Detectors, analysers, and the account's block."""

    def __init__(self, scope: Construct, name: str, *, environment: Environment, keys: Keys, topic: sns.Topic) -> None:
        super().__init__(scope, name)
        self._environment = environment
        feature = guardduty.CfnDetector.CFNFeatureConfigurationProperty
        guardduty.CfnDetector(
            self, "Detector", enable=True, finding_publishing_frequency="FIFTEEN_MINUTES",
            features=[feature(name=each, status="ENABLED") for each in FEATURES],
        )  # fmt: skip
        analyzer.CfnAnalyzer(self, "Shared", type="ACCOUNT", analyzer_name=f"{environment.edition}-shared")
        analyzer.CfnAnalyzer(
            self, "Unused", type="ACCOUNT_UNUSED_ACCESS", analyzer_name=f"{environment.edition}-unused",
            analyzer_configuration=analyzer.CfnAnalyzer.AnalyzerConfigurationProperty(
                unused_access_configuration=analyzer.CfnAnalyzer.UnusedAccessConfigurationProperty(
                    unused_access_age=UNUSED_AFTER
                )
            ),
        )  # fmt: skip
        self._tell("GuardDuty", "aws.guardduty", {"severity": [{"numeric": [">=", GRAVE]}]}, topic)
        self._tell("AccessAnalyzer", "aws.access-analyzer", {"status": ["ACTIVE"]}, topic)
        self._no_public_bucket(keys)

    def _tell(self, name: str, source: str, detail: dict[str, object], topic: sns.Topic) -> None:
        pattern = events.EventPattern(source=[source], detail=detail, account=[self._environment.account])
        events.Rule(
            self, f"{name}Finds", rule_name=f"{self._environment.edition}-{name.lower()}", event_pattern=pattern,
            targets=[targets.SnsTopic(topic)],
        )  # fmt: skip

    def _no_public_bucket(self, keys: Keys) -> None:
        """The account's own Block Public Access, put by a function that may do this and nothing else."""
        environment = self._environment
        called = f"{environment.edition}-public-access-block"
        log = log_group(self, "BlockLog", called=f"/aws/lambda/{called}", key=keys["logs"])
        blocker = lambda_.Function(
            self,
            "Blocker",
            function_name=called,
            description="Blocks public access to every bucket of the account",
            runtime=RUNTIME,
            architecture=lambda_.Architecture.ARM_64,
            handler="index.handler",
            code=lambda_.Code.from_inline(PUBLIC_ACCESS.read_text(encoding="utf-8")),
            timeout=Duration.seconds(60),
            memory_size=256,
            reserved_concurrent_executions=1,
            log_group=log,
            role=role(
                self, "BlockerRole", called=called, trusts=iam.ServicePrincipal("lambda.amazonaws.com"),
                statements=[
                    iam.PolicyStatement(actions=["s3:PutAccountPublicAccessBlock"], resources=["*"]),
                    writes_log(environment, f"/aws/lambda/{called}"),
                ],
            ),
        )  # fmt: skip
        CfnResource(
            self, "AccountBlock", type="Custom::AccountPublicAccessBlock",
            properties={"ServiceToken": blocker.function_arn, "Account": environment.account},
        )  # fmt: skip
