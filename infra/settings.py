"""
The settings that Meridian reads here (`settings.toml`): places and names, and no secret.

Every service and function has the same, so that what one writes another finds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infra.environment import Environment

METRICS_PORT = 9464
ANCHORS = "/var/lib/meridian-anchors"
"""Where the folder that services share is mounted."""
BACKUPS = "backups"
"""The task that makes backups: it has the shared folder, listens nowhere, and hears of nobody."""


@dataclass(frozen=True, slots=True)
class Places:
    """
    What is known only once it stands: addresses and ids, as tokens of CDK.

    *balancer* is the networks that the load balancer speaks from, whose word for who comes is believed.
    """

    database: str
    cache: str
    balancer: tuple[str, ...]
    pool: str
    client: str
    master_key: str
    document_key: str
    export_key: str
    archive_key: str
    backup_key: str


def settings(environment: Environment, places: Places, *, role: str = "") -> str:
    """
    The text of `settings.toml`.

    Args:
        environment: Names.
        places: Addresses.
        role: Of a service, which listens and gives figures; or `BACKUPS`; empty for a function.
    """
    region, account = environment.region, environment.account
    serves = role not in ("", BACKUPS)
    shared = f'anchors = "{ANCHORS}"\n' if role else ""
    proxies = ", ".join(f'"{each}"' for each in ("127.0.0.1", *places.balancer))
    serving = f"""
host = "127.0.0.1"
port = 8360
proxies = [{proxies}]
metrics_port = {METRICS_PORT}
""" if serves else ""  # fmt: skip
    together = f"""
[redis]
url = "rediss://{places.cache}:6379/0"
password = "redis/password"
""" if serves else ""  # fmt: skip
    bucket = f'region = "{region}"\naccount = "{account}"'
    return f"""edition = "{environment.edition}"
origin = "https://{environment.domain}"
clamd = "scanner.{environment.edition}.internal:3310"
{shared}{serving}
[mariadb]
host = "{places.database}"
tls_ca = "/opt/meridian/rds-ca.pem"
{together}
[secrets]
region = "{region}"

[kms]
region = "{region}"
key = "{places.master_key}"

[cognito]
region = "{region}"
user_pool = "{places.pool}"
client = "{places.client}"

[queue]
region = "{region}"
account = "{account}"

[s3]
{bucket}
kms_key = "{places.document_key}"
bucket = "{environment.bucket("documents")}"

[exports]
{bucket}
kms_key = "{places.export_key}"
bucket = "{environment.bucket("exports")}"

[archive]
{bucket}
kms_key = "{places.archive_key}"
bucket = "{environment.bucket("archive")}"

[backups]
{bucket}
kms_key = "{places.backup_key}"
bucket = "{environment.bucket("backups")}"
method = "rows"
drill_database = "meridian_drill"

[post]
region = "{region}"

[turn]
hosts = ["turn.{environment.domain}"]

[janus]
url = "https://gateway.{environment.domain}/janus"
"""
