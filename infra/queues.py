"""Queues of the outbox: sealed, by TLS only, each with a queue for the dead letters that somebody is told of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs

if TYPE_CHECKING:
    from constructs import Construct

    from infra.environment import Environment
    from infra.keys import Keys

TRIES = 5
DEAD_KEPT = Duration.days(14)


def dead_letters(scope: Construct, name: str, *, called: str, environment: Environment, keys: Keys) -> sqs.Queue:
    """Where a message goes that failed too often."""
    return _queue(scope, name, called=f"{environment.edition}-{called}", environment=environment, keys=keys)


def fed(
    scope: Construct,
    name: str,
    *,
    called: str,
    environment: Environment,
    keys: Keys,
    dead: sqs.Queue,
    longest: Duration,
) -> sqs.Queue:
    """A queue whose messages may take *longest* to be worked on."""
    return _queue(
        scope, name, called=f"{environment.edition}-{called}", environment=environment, keys=keys,
        dead=sqs.DeadLetterQueue(queue=dead, max_receive_count=TRIES),
        unseen=Duration.seconds(int(longest.to_seconds()) * 6),  # as Lambda's own documentation asks
    )  # fmt: skip


def _queue(
    scope: Construct,
    name: str,
    *,
    called: str,
    environment: Environment,
    keys: Keys,
    dead: sqs.DeadLetterQueue | None = None,
    unseen: Duration | None = None,
) -> sqs.Queue:
    queue = sqs.Queue(
        scope, name, queue_name=called, encryption=sqs.QueueEncryption.KMS, encryption_master_key=keys["queues"],
        data_key_reuse=Duration.minutes(5), dead_letter_queue=dead, visibility_timeout=unseen,
        retention_period=DEAD_KEPT, removal_policy=RemovalPolicy.RETAIN,
    )  # fmt: skip
    by_tls_only = iam.PolicyStatement(
        sid="DenyInsecureTransport", effect=iam.Effect.DENY, principals=[iam.StarPrincipal()], actions=["sqs:*"],
        resources=[queue.queue_arn], conditions={"Bool": {"aws:SecureTransport": "false"}},
    )  # fmt: skip
    stranger = iam.PolicyStatement(
        sid="DenyOtherAccounts", effect=iam.Effect.DENY, principals=[iam.StarPrincipal()], actions=["sqs:*"],
        resources=[queue.queue_arn],
        conditions={"StringNotEquals": {"aws:PrincipalAccount": environment.account},
                    "Bool": {"aws:PrincipalIsAWSService": "false"}},
    )  # fmt: skip
    queue.add_to_resource_policy(by_tls_only)
    queue.add_to_resource_policy(stranger)
    return queue
