"""A MariaDB of one's own, from the file that production has: its own folder, port, keys and certificate."""

import getpass
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from meridian.store.database import MariadbServer
from meridian.testing import placed
from meridian.testing.authority import authority
from meridian.testing.ports import free_ports

PASSWORD = "a-made-up-password-for-seconds"  # noqa: S105  # as it says
PATIENCE = 60
"""Seconds a server may take to start or stop."""
PLUGINS = Path("/usr/lib/mysql/plugin")


def missing() -> str:
    """Why none can be started here; empty when one can."""
    lacking = [name for name in ("mariadbd", "mariadb-install-db", "mariadb", "openssl") if not _found(name)]
    lacking += [] if (PLUGINS / "file_key_management.so").exists() else ["file_key_management"]
    return f"{', '.join(lacking)}: MariaDB is not installed whole (apt-get install mariadb-server)" if lacking else ""


class Stronghold:
    """
    One server with the accounts of `users.sql`.

    Args:
        change: What becomes of production's file before it is filled in.
    """

    def __init__(self, change: Callable[[str], str] = lambda text: text) -> None:
        memory = Path("/dev/shm")  # noqa: S108  # a folder of our own is made in it
        self.folder = Path(
            tempfile.mkdtemp(prefix="meridian-stronghold-", dir=memory if os.access(memory, os.W_OK) else None)
        )
        [self.port] = free_ports(1)
        self.data = self.folder / "data"
        self._lay(change)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Stronghold":
        """Lay its own tables, start it, wait until it answers, and make the accounts."""
        if not self.data.exists():
            self._run("mariadb-install-db", f"--defaults-file={self._file}", "--auth-root-authentication-method=normal",
                      "--skip-test-db", f"--user={getpass.getuser()}")  # fmt: skip
        self._process = subprocess.Popen(  # noqa: S603  # the installed server, with files of ours
            [_found("mariadbd"), f"--defaults-file={self._file}", f"--user={getpass.getuser()}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self._process.poll() is None:
            if not self.client("--user=root", "--execute=SELECT 1").returncode:
                self._accounts()
                return self
            time.sleep(0.05)
        said = self.errors
        self.close()
        raise RuntimeError(f"MariaDB did not start: {said[-2000:]}")

    def stop(self) -> None:
        """As at a shutdown: everything is on the disk then."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE)
            self._process = None

    def close(self) -> None:
        """Stop it and leave nothing behind."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(PATIENCE)
        shutil.rmtree(self.folder, ignore_errors=True)

    def client(self, *words: str, remote: bool = False) -> "subprocess.CompletedProcess[str]":
        """The client, by its socket or, *remote*, by TCP."""
        way = ["--host=127.0.0.1", f"--port={self.port}"] if remote else [f"--socket={self.folder}/run/mysqld.sock"]
        return subprocess.run(  # noqa: S603  # the installed client, our own words
            [_found("mariadb"), "--no-defaults", *way, *words], capture_output=True, text=True, check=False,
            timeout=PATIENCE, env=os.environ | {"MYSQL_PWD": PASSWORD if remote else ""},
        )  # fmt: skip

    @property
    def database(self) -> MariadbServer:
        """As Meridian is told of it."""
        return MariadbServer(port=self.port, user="meridian", password=PASSWORD, database="meridian", tls_ca=self.ca)

    @property
    def ca(self) -> str:
        """Path of its authority's certificate."""
        return str(self.folder / "conf" / "tls" / "ca.pem")

    @property
    def audit(self) -> str:
        """What `server_audit` wrote."""
        return "".join(log.read_text(errors="replace") for log in sorted((self.folder / "log").glob("audit.log*")))

    @property
    def errors(self) -> str:
        """Its error log."""
        log = self.folder / "log" / "error.log"
        return log.read_text(errors="replace") if log.exists() else ""

    def holding(self, octets: bytes) -> set[str]:
        """The files of its folder in which *octets* stand: `ibd`, `binlog`, `ib_logfile0`, …, each kind once."""
        found = (file for file in self.data.rglob("*") if file.is_file() and octets in file.read_bytes())
        return {_kind(file) for file in found}

    @property
    def _file(self) -> Path:
        return self.folder / "conf" / "meridian.cnf"

    def _lay(self, change: Callable[[str], str]) -> None:
        conf = self.folder / "conf"
        changed = self.folder / "meridian.cnf"
        changed.write_text(change((placed.DEPLOY / "mariadb" / "meridian.cnf").read_text("utf-8")), encoding="utf-8")
        placed.fill(changed, conf / "meridian.cnf", {
            "mariadb_port": self.port, "mariadb_conf": str(conf), "mariadb_data": str(self.data),
            "mariadb_run": str(self.folder / "run"), "mariadb_log": str(self.folder / "log"), "mariadb_memory": "64M",
        })  # fmt: skip
        for name in ("run", "log"):
            (self.folder / name).mkdir()
        authority(conf / "tls").vouch(conf / "tls", "127.0.0.1", "localhost")
        self._run(str(placed.DEPLOY / "mariadb" / "keys.sh"), str(conf / "keys"))

    def _accounts(self) -> None:
        text = (placed.DEPLOY / "mariadb" / "users.sql").read_text(encoding="utf-8")
        text = text.replace("@secret:mariadb/password@", PASSWORD)
        done = self.client("--user=root", f"--execute={text}")
        if done.returncode:
            raise RuntimeError(done.stderr)

    def _run(self, program: str, *words: str) -> None:
        done = subprocess.run(  # noqa: S603  # an installed program, or our own
            [program if "/" in program else _found(program), *words], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stdout[-1000:]}{done.stderr[-1000:]}{self.errors[-1000:]}")


def _kind(file: Path) -> str:
    return "binlog" if file.name.startswith("binlog.") else file.suffix[1:] or file.name


def _found(program: str) -> str:
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin") or ""
