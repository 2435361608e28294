"""
The real servers that tests talk to: is each on this machine, and if not, can it be put there?

As root they are installed with apt; otherwise what is missing is said loudly, and its tests are left out. With
`CI=true` in the environment a gap fails the run: what was not tested must not look as if it had been.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Service:
    """
    A server by *name*, the *programs* it needs (or files, by their paths), and the Debian *packages* that bring them.

    `a|b` is either program, and rather the first.
    """

    name: str
    programs: tuple[str, ...]
    packages: tuple[str, ...]

    def is_here(self) -> bool:
        """Whether the programs can be found, also in the folders of the system's own servers."""
        return all(any(map(_found, program.split("|"))) for program in self.programs)

    def is_at_its_best(self) -> bool:
        """Whether each program is here that is rather used than another."""
        return all(_found(program.split("|")[0]) for program in self.programs)


def _found(program: str) -> bool:
    if program.startswith("/"):
        return Path(program).exists()
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/sbin"])
    return shutil.which(program, path=path) is not None


MODULES = "/usr/lib/nginx/modules"
RSYSLOG_ELASTIC = "|".join(
    f"/usr/lib/{machine}-linux-gnu/rsyslog/omelasticsearch.so" for machine in ("x86_64", "aarch64")
)
SERVICES = (
    Service(
        "MariaDB",
        ("mariadbd", "mariadb", "mariadb-install-db", "/usr/lib/mysql/plugin/file_key_management.so"),
        ("mariadb-server", "mariadb-client-core"),
    ),
    Service("mariadb-backup", ("mariadb-backup", "mbstream"), ("mariadb-backup",)),
    Service("Redis", ("redis-server",), ("redis-server",)),
    Service("coturn", ("turnserver",), ("coturn",)),
    Service("Janus", ("janus", "janus-pp-rec", "ffmpeg"), ("janus", "janus-tools", "ffmpeg")),
    Service("ClamAV", ("clamd",), ("clamav-daemon",)),
    Service("promtool", ("promtool",), ("prometheus",)),
    Service("amtool", ("amtool", "prometheus-alertmanager"), ("prometheus-alertmanager",)),
    Service(
        "nginx",
        ("nginx", f"{MODULES}/ngx_http_modsecurity_module.so", "/usr/share/modsecurity-crs/rules"),
        ("nginx-light", "libnginx-mod-http-modsecurity", "modsecurity-crs"),
    ),
    Service("rsyslog", ("rsyslogd", RSYSLOG_ELASTIC), ("rsyslog", "rsyslog-elasticsearch")),
    Service(
        "Chromium",
        ("chromium-headless-shell|chromium|chromium-browser|google-chrome",),
        ("chromium", "chromium-headless-shell"),
    ),
)


def missing() -> list[Service]:
    """The services that are not on this machine."""
    return [service for service in SERVICES if not service.is_here()]


def provide() -> list[Service]:
    """Install what would rather be used if this is root and there is apt; the services that are missing still."""
    gaps = [service for service in SERVICES if not service.is_at_its_best()]
    if gaps and hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        packages = [package for service in gaps for package in service.packages]
        print(f"Installing {', '.join(packages)} with apt …", flush=True)
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        with _nothing_starts():
            for words in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
                subprocess.run(["apt-get", "-qq", *words], env=quiet, check=False)  # noqa: S603, S607  # the system's own
    return missing()


@contextmanager
def _nothing_starts(policy: Path = Path("/usr/sbin/policy-rc.d")) -> Iterator[None]:
    """
    While packages are installed none of their daemons is started: tests start their own.

    Source: invoke-rc.d's interface to policy-rc.d, /usr/share/doc/init-system-helpers.
    """
    if policy.exists():
        yield
        return
    policy.write_text("#!/bin/sh\nexit 101\n", encoding="ascii")
    policy.chmod(0o755)
    try:
        yield
    finally:
        policy.unlink()


def in_ci() -> bool:
    """Whether a gap is a failure."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}
