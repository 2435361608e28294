"""Groups of logs: sealed, and kept for six years where they say who did what (45 CFR 164.316(b)(2))."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import RemovalPolicy
from aws_cdk import aws_logs as logs

if TYPE_CHECKING:
    from aws_cdk import aws_kms as kms
    from constructs import Construct

EVIDENCE = logs.RetentionDays.SIX_YEARS
OPERATION = logs.RetentionDays.THIRTEEN_MONTHS


def log_group(
    scope: Construct, name: str, *, called: str, key: kms.IKey, kept: logs.RetentionDays = EVIDENCE
) -> logs.LogGroup:
    """A group *called* so, which outlives its stack."""
    return logs.LogGroup(
        scope, name, log_group_name=called, encryption_key=key, retention=kept, removal_policy=RemovalPolicy.RETAIN
    )
