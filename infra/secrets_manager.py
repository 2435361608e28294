"""
Secrets: made by Secrets Manager or put in by hand, never by a template, and never in an environment variable (DATA-02).

Which are renewed by themselves stands in `functions/secret_rotation/function.toml`; the others change by their runbook,
since two parties have to change at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import RemovalPolicy
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

if TYPE_CHECKING:
    from infra.environment import Environment
    from infra.keys import Keys

MADE = (
    "mariadb/password",
    "redis/password",
    "turn/secret",
    "janus/admin-key",
    "janus/token-secret",
    "metrics/password",
)
"""Drawn by Secrets Manager: 48 letters and digits."""
PUT_IN = (
    "platform/key", "audit/signing-key", "audit/public-key", "backup/naming-key", "cognito/client-secret",
    "medtrack/apikey", "medtrack/signing", "scriptguard/apikey", "scriptguard/signing",
)  # fmt: skip
"""Made by Meridian on its first start, copied from the user pool, or given by a partner."""


class Secrets(Construct):
    """An entry `<edition>/<name>` for each secret."""

    def __init__(self, scope: Construct, name: str, *, environment: Environment, keys: Keys) -> None:
        super().__init__(scope, name)
        self._environment = environment
        self._keys = keys
        self._made = {secret: self._make(secret) for secret in MADE}
        for secret in PUT_IN:
            self._leave_empty(secret)

    def __getitem__(self, secret: str) -> secretsmanager.Secret:
        return self._made[secret]

    def _make(self, secret: str) -> secretsmanager.Secret:
        return secretsmanager.Secret(
            self,
            _construct(secret),
            secret_name=f"{self._environment.edition}/{secret}",
            encryption_key=self._keys["secrets"],
            generate_secret_string=secretsmanager.SecretStringGenerator(password_length=48, exclude_punctuation=True),
            removal_policy=RemovalPolicy.RETAIN,
        )

    def _leave_empty(self, secret: str) -> None:
        entry = secretsmanager.CfnSecret(
            self, _construct(secret), name=f"{self._environment.edition}/{secret}",
            kms_key_id=self._keys["secrets"].key_arn,
        )  # fmt: skip
        entry.apply_removal_policy(RemovalPolicy.RETAIN)


def _construct(secret: str) -> str:
    return "".join(part.capitalize() for part in secret.replace("-", "/").split("/"))
