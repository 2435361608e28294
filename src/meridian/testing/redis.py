"""
A private Redis for tests and benchmarks: its own folder and port, with a password, stopped when done with.

The program is the installed `redis-server`; Docker is not asked for. What it holds is in memory alone.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from meridian.settings import Redis as Place
from meridian.testing.ports import free_ports

PASSWORD = "a made-up password for minutes"  # noqa: S105  # as it says
SECRET = "redis/password"  # noqa: S105  # the name of a secret, not a secret
PATIENCE = 20.0
"""Seconds it may take to start or stop."""


def missing() -> str:
    """Why none can be started here; empty when one can."""
    return "" if _found("redis-server") else "redis-server is not installed (apt-get install redis-server)"


class PrivateRedis:
    """One server; it can be stopped and started again on the same port."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="meridian-redis-"))
        [self.port] = free_ports(1)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def place(self) -> Place:
        """How Meridian is told of it; the vault is to hold `PASSWORD` under the name `SECRET`."""
        return Place(url=f"redis://127.0.0.1:{self.port}/0", password=SECRET)

    def start(self) -> "PrivateRedis":
        """Start it, and wait until it answers."""
        words = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                 "--dir", str(self._folder), "--requirepass", PASSWORD]  # fmt: skip
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603  # the installed server, our own arguments
                [_found("redis-server"), *words], stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self._process.poll() is None:
            if self._answers():
                return self
            time.sleep(0.02)
        raise RuntimeError((self._folder / "log").read_text(errors="replace")[-2000:])

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(PATIENCE)
            self._process = None

    @contextmanager
    def hung(self) -> Iterator[None]:
        """For a while it takes connections and answers nothing."""
        assert self._process is not None  # noqa: S101  # started
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        """Stop it and leave nothing behind."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
                line.sendall(b"PING\r\n")
                return line.recv(64).startswith((b"+PONG", b"-NOAUTH"))
        except OSError:
            return False


def _found(program: str) -> str:
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin") or ""
