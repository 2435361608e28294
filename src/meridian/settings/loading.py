"""How settings are read: three layers, the later over the earlier."""

import tomllib
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar

from meridian.settings.amazon import S3, Events, Kms, Post, Queue, SecretsManager
from meridian.settings.backups import Backups
from meridian.settings.cognito import Cognito
from meridian.settings.databases import MariaDB, Redis
from meridian.settings.downtime import Downtime
from meridian.settings.edition import EDITIONS, edition, hashable
from meridian.settings.oversight import Oversight
from meridian.settings.partners import Partners
from meridian.settings.retention import Retention
from meridian.settings.video import Janus, Turn
from meridian.settings.watching import Logs, Metrics, Tracing
from meridian.settings.whole import Settings
from meridian.settings.wrong import BadSettings

T = TypeVar("T")


def load(data: Path, *, edition_name: str | None = None, **said: Any) -> Settings:
    """
    The settings of the data folder, with what the command line *said* on top; `None` values were not said.

    Raises:
        BadSettings: If the file is not TOML, or a setting is unknown or of the wrong type.
    """
    table = _file(data / "settings.toml")
    chosen = edition(edition_name or str(table.pop("edition", EDITIONS[1])))
    settings = Settings(
        edition=chosen,
        data=data,
        mariadb=_section(MariaDB, "mariadb", table),
        redis=_section(Redis, "redis", table),
        post=_section(Post, "post", table),
        s3=_section(S3, "s3", table),
        exports=_section(S3, "exports", table),
        archive=_section(S3, "archive", table),
        kms=_section(Kms, "kms", table),
        secrets=_section(SecretsManager, "secrets", table),
        queue=_section(Queue, "queue", table),
        events=_section(Events, "events", table),
        cognito=_section(Cognito, "cognito", table),
        partners=_section(Partners, "partners", table) or Partners(),
        turn=_section(Turn, "turn", table),
        janus=_section(Janus, "janus", table),
        metrics=_section(Metrics, "metrics", table) or Metrics(),
        logs=_section(Logs, "logs", table) or Logs(),
        tracing=_section(Tracing, "tracing", table),
        backups=_section(Backups, "backups", table),
        downtime=_section(Downtime, "downtime", table),
        retention=_section(Retention, "retention", table) or Retention(),
        oversight=_section(Oversight, "oversight", table) or Oversight(),
    )
    settings = _with(settings, hashable(table))
    return _with(settings, {key: value for key, value in said.items() if value is not None})


def _file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise BadSettings(f"{path.name} cannot be read: {wrong}") from wrong


def _section(kind: type[T], name: str, table: dict[str, Any]) -> T | None:
    """The section of that *name*, taken out of *table*; `None` when there is none."""
    said = table.pop(name, None)
    if said is None:
        return None
    if not isinstance(said, dict):
        raise BadSettings(f"settings.toml: {name} is to be a section, [{name}]")
    try:
        return kind(**hashable(said))
    except TypeError as wrong:
        raise BadSettings(f"settings.toml, [{name}]: {wrong}") from wrong


def _with(settings: Settings, changes: dict[str, Any]) -> Settings:
    known = {f.name: f for f in fields(Settings)}
    for name, value in changes.items():
        if name not in known:
            raise BadSettings(f"There is no setting {name!r}")
        present = getattr(settings, name)
        if present is not None and not isinstance(value, type(present)):
            raise BadSettings(f"The setting {name!r} is to be a {type(present).__name__}")
    return replace(settings, **changes)
