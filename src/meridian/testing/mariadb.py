"""
A private MariaDB server for tests and benchmarks: its own folder, port and socket, stopped when done with.

The program is the installed `mariadbd`; Docker is not asked for.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from meridian.store.database import MariadbServer

USER, PASSWORD = "meridian", secrets.token_urlsafe(18)
"""Of servers that live for minutes; what stands in the code is no password of anything (DATA-02)."""
PATIENCE = 60
"""Seconds a server may take to start or stop."""


def missing() -> str:
    """Why no server can be started here; empty when one can."""
    for program in ("mariadbd", "mariadb-install-db", "mariadb"):
        if not _found(program):
            return f"{program} is not installed (apt-get install mariadb-server)"
    return ""


class PrivateServer:
    """
    One server.

    Args:
        folder: Where its data goes; a temporary folder, in memory where possible, when not given.
        options: More options for `mariadbd`.
    """

    def __init__(self, folder: Path | None = None, *options: str) -> None:
        memory = Path("/dev/shm")  # noqa: S108  # a folder of our own is made in it
        self._own = folder is None
        self.folder = folder or Path(
            tempfile.mkdtemp(prefix="meridian-mariadb-", dir=memory if os.access(memory, os.W_OK) else None)
        )
        self.port = _free_port()
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        """Its Unix socket."""
        return self.folder / "s"

    def start(self) -> "PrivateServer":
        """Lay the data folder if need be, start, and wait until it answers."""
        data = self.folder / "data"
        if not data.exists():
            _checked("mariadb-install-db", "--no-defaults", f"--datadir={data}", *_as_user(), "--skip-test-db",
                     "--auth-root-authentication-method=normal", "--skip-name-resolve")  # fmt: skip
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603  # the installed server, our own arguments
                [_found("mariadbd"), "--no-defaults", f"--datadir={data}", f"--socket={self.socket}", *_as_user(),
                 f"--port={self.port}", "--bind-address=127.0.0.1", "--skip-name-resolve", "--skip-log-bin",
                 "--innodb-flush-log-at-trx-commit=1", "--innodb-buffer-pool-size=128M", "--max-allowed-packet=64M",
                 "--performance-schema=OFF", "--character-set-server=utf8mb4", *self._options],
                stdout=log, stderr=log, start_new_session=True)  # fmt: skip
        self._wait()
        self._sql(
            f"CREATE OR REPLACE USER '{USER}'@'localhost' IDENTIFIED BY '{PASSWORD}';"
            f"CREATE OR REPLACE USER '{USER}'@'127.0.0.1' IDENTIFIED BY '{PASSWORD}';"
            f"GRANT ALL ON *.* TO '{USER}'@'localhost'; GRANT ALL ON *.* TO '{USER}'@'127.0.0.1';"
        )
        return self

    @property
    def process_id(self) -> int:
        """Of the running server."""
        return self._process.pid if self._process else 0

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop it; with SIGKILL as a power cut would."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(PATIENCE)
            self._process = None

    def close(self) -> None:
        """Stop it and, unless the folder was given, leave nothing behind."""
        self.stop(signal.SIGKILL if self._own else signal.SIGTERM)
        if self._own:
            shutil.rmtree(self.folder, ignore_errors=True)

    def database(self, name: str) -> MariadbServer:
        """A database of that *name*, made empty."""
        self._sql(
            f"DROP DATABASE IF EXISTS {name};CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;"
        )
        return MariadbServer(port=self.port, user=USER, password=PASSWORD, database=name)

    def root(self, text: str) -> None:
        """Run statements as its administrator."""
        self._sql(text)

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self._process is None or self._process.poll() is not None:
                break
            if subprocess.run(self._client("SELECT 1"), capture_output=True, check=False).returncode == 0:  # noqa: S603  # as above
                return
            time.sleep(0.05)
        raise RuntimeError((self.folder / "log").read_text(errors="replace")[-2000:])

    def _sql(self, text: str) -> None:
        subprocess.run(self._client(text), capture_output=True, check=True)  # noqa: S603  # as above

    def _client(self, text: str) -> list[str]:
        return [_found("mariadb"), "--no-defaults", f"--socket={self.socket}", "--user=root", f"--execute={text}"]


def _found(program: str) -> str:
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin") or ""


def _as_user() -> list[str]:
    return ["--user=root"] if os.geteuid() == 0 else []


def _checked(program: str, *arguments: str) -> None:
    subprocess.run([_found(program), *arguments], capture_output=True, check=True)  # noqa: S603  # an installed program


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
