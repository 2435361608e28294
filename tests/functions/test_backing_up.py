"""`meridian backup` as its task on AWS runs it: what it asks Amazon for is what its role has, and nothing more."""

from pathlib import Path
from typing import Any

import pytest
from botocore.client import BaseClient
from tests.functions.conftest import ROOT, Town

from meridian.cli import backup
from meridian.ops.backup import keeping
from meridian.settings import load
from meridian.testing.amazon import ACCOUNT, REGION, RIGHTS

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

ACTIONS = {
    "HeadObject": "s3:GetObject", "GetObject": "s3:GetObject", "PutObject": "s3:PutObject",
    "DeleteObject": "s3:DeleteObject", "ListObjectsV2": "s3:ListBucket",
    "GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock", "GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "GetSecretValue": "secretsmanager:GetSecretValue", "Decrypt": "kms:Decrypt",
    "GenerateDataKey": "kms:GenerateDataKey",
}  # fmt: skip
"""The right that each call needs. Source: the service authorization reference."""
LATER = {("s3:DeleteObject", "backups:files/")}
"""What only a backup asks for by which older ones are let go."""


def granted() -> set[tuple[str, str]]:
    """(action, thing) of the task's role; of keys the master's only: S3 and Secrets Manager ask for the others."""
    found = set()
    for line in (ROOT / "infra" / "tests" / "rights.txt").read_text(encoding="utf-8").splitlines():
        role, _, rest = line.partition(" ")
        action, _, things = rest.strip().partition(" ")
        if role == "backups":
            found |= {(action, thing) for thing in things.strip().split(", ")}
    others = {("kms:Decrypt", "key:secrets"), ("kms:Decrypt", "key:backups"), ("kms:GenerateDataKey", "key:backups")}
    return {pair for pair in found - others if not pair[0].startswith("elasticfilesystem:")}


def asked(operation: str, said: dict[str, Any]) -> tuple[str, str]:
    """What a call would need."""
    action = ACTIONS.get(operation, operation)
    if "SecretId" in said:
        return action, f"secret:{said['SecretId'].removeprefix('meridian-pms/')}"
    if "Key" in said:
        return action, f"{said['Bucket']}:{said['Key'].partition('/')[0]}/"
    return action, said.get("Bucket", "key:master")


async def test_a_backup_asks_for_what_its_role_has_and_nothing_else(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in RIGHTS.items():
        monkeypatch.setenv(name, value)
    town.amazon.client("secretsmanager").create_secret(
        Name="meridian-pms/backup/naming-key", SecretString="bmFtaW5nIGtleSBuYW1pbmcga2V5IG5hbWluZyBrZXk="
    )
    data = tmp_path / "task"
    data.mkdir(mode=0o700)
    (data / "settings.toml").write_text(
        f'anchors = "{town.house.settings.anchors_folder}"\n{town.settings}'
        f'[backups]\nregion = "{REGION}"\nendpoint = "{town.amazon.address}"\naccount = "{ACCOUNT}"\n'
        'kms_key = "alias/backups"\nbucket = "backups"\nmethod = "rows"\n'
    )
    called, real = set(), BaseClient._make_api_call

    def recording(client: BaseClient, operation: str, said: dict[str, Any]) -> Any:
        called.add(asked(operation, said))
        return real(client, operation, said)

    monkeypatch.setattr(BaseClient, "_make_api_call", recording)
    for _ in range(2):
        made = await backup._taken(load(data), None, full=False)

    assert made.no == 2
    assert called == granted() - LATER
    last = keeping.last_backup(data)
    assert last is not None
    assert last.name == made.name
