"""How the platform is watched: its log, its figures, its traces, and what regions addresses are in."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from meridian.settings.wrong import BadSettings

FORMS = ("auto", "json", "text")
LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True)
class Logs:
    """
    Where lines of the log go, and how they look (docs/logs.md).

    Args:
        form: `json`, `text` for people, or `auto`: for people on a terminal, JSON elsewhere.
        file: Path of a file of this process alone; `{role}` and `{port}` in it are replaced. Empty: standard output.
        largest: Bytes of the file before it is put aside.
        kept: Files put aside that are kept.
        level: Of our own lines; libraries speak from warning on.

    Raises:
        BadSettings: If the form or the level is none.
    """

    form: str = "auto"
    file: str = ""
    largest: int = 50_000_000
    kept: int = 10
    level: str = "info"

    def __post_init__(self) -> None:
        if self.form not in FORMS:
            raise BadSettings(f"settings.toml, [logs]: form is to be one of: {', '.join(FORMS)}")
        if self.level not in LEVELS:
            raise BadSettings(f"settings.toml, [logs]: level is to be one of: {', '.join(LEVELS)}")
        if self.largest <= 0 or self.kept < 1:
            raise BadSettings("settings.toml, [logs]: largest and kept are to be above nought")


@dataclass(frozen=True, slots=True)
class Metrics:
    """
    Who may read the figures, and what is measured of what is not ours (docs/metrics.md).

    Args:
        secret: Names a secret in the vault, it is not one; nothing listens without it.
        certificate: Path of the certificate that people see (PEM), so that its end is a figure; empty: none.
    """

    secret: str = "metrics/password"  # noqa: S105  # the name of a secret, not a secret
    certificate: str = ""


@dataclass(frozen=True, slots=True)
class Tracing:
    """
    Where traces go (OTLP over HTTP).

    Args:
        endpoint: As `http://127.0.0.1:4318`; without TLS on this machine only.
        share: Of the requests that nobody decided about, how many are traced: from 0 to 1.

    Raises:
        BadSettings: If the address is another machine's and lacks TLS, or the share is none.
    """

    endpoint: str
    share: float = 0.1

    def __post_init__(self) -> None:
        parts = urlsplit(self.endpoint)
        here = parts.hostname in {"127.0.0.1", "::1", "localhost"}
        if parts.scheme != "https" and not (parts.scheme == "http" and here):
            raise BadSettings("settings.toml, [tracing]: endpoint is to be https unless it is this machine's")
        if not 0 <= self.share <= 1:
            raise BadSettings("settings.toml, [tracing]: share is to be from 0 to 1")
