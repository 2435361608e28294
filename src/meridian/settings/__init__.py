"""
Settings: frozen, read once, secrets only by reference.

Three layers, the later over the earlier: the edition's file, `settings.toml` in the data folder, and what the command
line says. A password, key or token never stands in any of them: the vault is asked for it by name.
"""

from meridian.settings.amazon import S3, Events, Kms, Post, Queue, SecretsManager
from meridian.settings.backups import Backups
from meridian.settings.cognito import Cognito
from meridian.settings.databases import MariaDB, Redis
from meridian.settings.downtime import Downtime
from meridian.settings.edition import EDITIONS, Edition, edition
from meridian.settings.loading import load
from meridian.settings.partners import Partners
from meridian.settings.roles import Role
from meridian.settings.video import LONGEST_RELAY, Janus, Turn
from meridian.settings.watching import Logs, Metrics, Tracing
from meridian.settings.whole import MOST_API_REQUESTS, Settings
from meridian.settings.wrong import BadSettings

__all__ = [
    "EDITIONS",
    "LONGEST_RELAY",
    "MOST_API_REQUESTS",
    "S3",
    "Backups",
    "BadSettings",
    "Cognito",
    "Downtime",
    "Edition",
    "Events",
    "Janus",
    "Kms",
    "Logs",
    "MariaDB",
    "Metrics",
    "Partners",
    "Post",
    "Queue",
    "Redis",
    "Role",
    "SecretsManager",
    "Settings",
    "Tracing",
    "Turn",
    "edition",
    "load",
]
