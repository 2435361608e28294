"""The settings that `infra/` lays down are settings that Meridian reads; no CDK is needed to see that."""

import sys
from pathlib import Path

import pytest

from meridian.app.functions import places
from meridian.cli.backup import said
from meridian.ops.backup.keeping import Backup
from meridian.settings import load

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from infra import environment as environments  # noqa: E402  # from the checkout
from infra.settings import ANCHORS, BACKUPS, Places, settings  # noqa: E402  # likewise
from infra.words import BACKED_UP  # noqa: E402  # likewise

STANDING = Places(
    database="db.example.us-east-1.rds.amazonaws.com", cache="cache.example.amazonaws.com",
    balancer=("10.70.0.0/24", "10.70.1.0/24"), pool="us-east-1_AbCdEf123", client="our-client",
    master_key="arn:aws:kms:us-east-1:000000000000:key/1", document_key="arn:aws:kms:us-east-1:000000000000:key/2",
    export_key="arn:aws:kms:us-east-1:000000000000:key/3", archive_key="arn:aws:kms:us-east-1:000000000000:key/4",
    backup_key="arn:aws:kms:us-east-1:000000000000:key/5",
)  # fmt: skip


@pytest.mark.parametrize("edition", environments.EDITIONS)
@pytest.mark.parametrize("role", ["api", "realtime", "worker"])
def test_a_services_settings_are_read(tmp_path: Path, edition: str, role: str) -> None:
    (tmp_path / "settings.toml").write_text(settings(environments.load(edition), STANDING, role=role))

    read = load(tmp_path)

    assert read.edition.name == edition
    assert read.mariadb is not None
    assert read.redis is not None
    assert read.redis.url.startswith("rediss://")
    assert read.s3 is not None
    assert read.s3.bucket == f"{edition}-patient-docs"
    assert read.kms is not None
    assert read.secrets is not None
    assert read.cognito is not None
    assert read.queue is not None
    assert read.proxies == ("127.0.0.1", "10.70.0.0/24", "10.70.1.0/24")
    assert str(read.anchors_folder) == ANCHORS
    assert read.host == "127.0.0.1"


@pytest.mark.parametrize("edition", environments.EDITIONS)
def test_a_functions_settings_are_read_from_its_environment(monkeypatch: pytest.MonkeyPatch, edition: str) -> None:
    text = settings(environments.load(edition), STANDING)
    monkeypatch.setenv(places.TEXT, text)

    read = places.settings()

    assert read.edition.name == edition
    assert read.redis is None  # none of them may read its password
    assert read.archive is not None
    assert read.exports is not None
    assert read.backups is not None
    assert len(text.encode()) < 4096  # what Lambda takes


@pytest.mark.parametrize("edition", environments.EDITIONS)
def test_the_settings_of_the_task_that_makes_backups_are_read(tmp_path: Path, edition: str) -> None:
    (tmp_path / "settings.toml").write_text(settings(environments.load(edition), STANDING, role=BACKUPS))

    read = load(tmp_path)

    assert read.redis is None  # it may not read its password
    assert str(read.anchors_folder) == ANCHORS
    assert read.backups is not None
    assert read.backups.bucket == f"{edition}-backups"
    assert read.backups.method == "rows"


def test_an_alarm_waits_for_what_is_said_of_a_backup() -> None:
    made = Backup("2" * 32, 7, 1_790_000_000_000, 12_000, 90_000_000, 900_000, full=False, engine="rows")

    assert [word for word in BACKED_UP if word not in said(made)] == []
