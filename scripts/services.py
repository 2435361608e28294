"""
The real servers that tests talk to: is each on this machine, and if not, can it be put there?

As root they are installed with apt; otherwise what is missing is said loudly, and its tests are left out. With
`CI=true` in the environment a gap fails the run: what was not tested must not look as if it had been.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """
    A server by *name*, the *programs* it needs, and the Debian *packages* that bring them.

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
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/sbin"])
    return shutil.which(program, path=path) is not None


SERVICES = (
    Service("MariaDB", ("mariadbd", "mariadb", "mariadb-install-db"), ("mariadb-server-core", "mariadb-client-core")),
    Service("Redis", ("redis-server",), ("redis-server",)),
    Service("coturn", ("turnserver",), ("coturn",)),
    Service("Janus", ("janus", "janus-pp-rec", "ffmpeg"), ("janus", "janus-tools", "ffmpeg")),
    Service("ClamAV", ("clamd",), ("clamav-daemon",)),
    Service("promtool", ("promtool",), ("prometheus",)),
    Service(
        "Chromium",
        ("chromium-headless-shell|chromium|chromium-browser|google-chrome",),
        ("chromium-headless-shell",),
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
        for words in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
            subprocess.run(["apt-get", "-qq", *words], env=quiet, check=False)  # noqa: S603, S607  # the system's own
    return missing()


def in_ci() -> bool:
    """Whether a gap is a failure."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}
