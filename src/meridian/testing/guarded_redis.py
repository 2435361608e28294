"""A Redis of one's own, from the files that production has: TLS only, and an account that does what Meridian does."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from meridian.realtime.fanout import client
from meridian.settings import Redis as Place
from meridian.testing import placed
from meridian.testing.authority import authority
from meridian.testing.ports import free_ports

PASSWORD = "a-made-up-password-for-seconds"  # noqa: S105  # as it says
PATIENCE = 20
"""Seconds it may take to start or stop."""


def missing() -> str:
    """Why none can be started here; empty when one can."""
    return "" if _found() else "redis-server is not installed (apt-get install redis-server)"


class GuardedRedis:
    """
    One server.

    Args:
        change: What becomes of a file before it is filled in: its name and text, to another text.
    """

    def __init__(self, change: Callable[[str, str], str] = lambda _, text: text) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="meridian-guarded-"))
        [self.port] = free_ports(1)
        source, conf, run = (self.folder / name for name in ("source", "conf", "run"))
        source.mkdir()
        for file in (placed.DEPLOY / "redis").iterdir():
            text = change(file.name, file.read_text(encoding="utf-8"))
            (source / file.name).write_text(text.replace("@secret:redis/password@", PASSWORD), encoding="utf-8")
        placed.fill(source, run, {"redis_port": self.port, "redis_conf": str(conf), "redis_run": str(run)})
        authority(conf / "tls").vouch(conf / "tls", "127.0.0.1")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "GuardedRedis":
        """Start it, and wait until it listens."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603  # the installed server, with files of ours
                [_found(), str(self.folder / "run" / "redis.conf")], stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self._process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.02)
        said = self.log
        self.close()
        raise RuntimeError(f"Redis did not start: {said[-2000:]}")

    @property
    def client(self) -> Any:
        """A client as Meridian makes it."""
        return client(Place(f"rediss://127.0.0.1:{self.port}/0", "meridian", "redis/password", self.ca), PASSWORD)

    @property
    def ca(self) -> str:
        """Path of its authority's certificate."""
        return str(self.folder / "conf" / "tls" / "ca.pem")

    @property
    def log(self) -> str:
        """What it wrote."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def close(self) -> None:
        """Stop it and leave nothing behind."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(PATIENCE)
        shutil.rmtree(self.folder, ignore_errors=True)


def _found() -> str:
    return shutil.which("redis-server", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin") or ""
