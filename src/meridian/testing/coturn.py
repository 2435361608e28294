"""
A coturn of one's own, from the file that production has.

It is started on free ports of this machine in a folder of its own. What a test needs besides is `PLACE`, the lines
that differ from place to place; and only where a relay is to reach this machine itself, which production never does,
also `LOOPBACK`. `strayed` finds either in a file that is to be production's.
"""

import os
import secrets
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time
from contextlib import closing
from pathlib import Path

from meridian.settings import Turn
from meridian.testing.certificates import self_signed
from meridian.testing.ports import free_ports

SECRET = secrets.token_urlsafe(32)
"""Of relays that live for seconds; what stands in the code is no secret of anything (DATA-02)."""
PRODUCTION = Path(__file__).resolve().parents[3] / "deploy" / "coturn" / "turnserver.conf"
SCHEMA = Path("/usr/share/coturn/schema.sql")
"""Of its database, as Debian brings it."""
PATIENCE = 20
"""Seconds it may take to start or stop."""

LOOPBACK = ("allow-loopback-peers", "allowed-peer-ip=127.0.0.1")
"""What lets a relay reach this machine: for tests alone."""
_PLACE = """
listening-ip=127.0.0.1
relay-ip=127.0.0.1
relay-ip=::1
listening-port={plain}
tls-listening-port={tls}
cert={root}/self-signed.pem
pkey={root}/self-signed.pem
userdb={root}/turndb
pidfile={root}/pid
"""


def missing() -> str:
    """Why none can be started here; empty when one can."""
    return "" if _found() else "coturn is not installed (apt-get install coturn)"


class Coturn:
    """
    A running relay.

    Args:
        config: The file it runs by; production's.
        extra: Lines of the test's own, after all others; `LOOPBACK` for calls on this machine.
    """

    def __init__(self, config: str | None = None, *, extra: tuple[str, ...] = ()) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="meridian-coturn-"))
        self.certificate = self_signed(self.folder)
        self.plain, self.tls = free_ports(2)
        text = PRODUCTION.read_text(encoding="utf-8") if config is None else config
        place = _PLACE.format(root=self.folder, plain=self.plain, tls=self.tls)
        _lay(self.folder / "turndb")
        conf = self.folder / "turnserver.conf"
        conf.write_text("\n".join([text.replace("@secret:turn/secret@", SECRET), place, *extra, ""]), encoding="utf-8")
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603  # the system's own, with a file of ours
                [_found(), "-c", str(conf)], stdout=log, stderr=log, cwd=self.folder, start_new_session=True
            )
        self._wait()

    @property
    def settings(self) -> Turn:
        """How Meridian is told of it; the secret is to be `SECRET`, under the name `turn/secret`."""
        return Turn(hosts=("127.0.0.1",), port=self.plain, tls_port=self.tls)

    @property
    def log(self) -> str:
        """What it wrote."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    @property
    def process_id(self) -> int:
        """Of the running relay."""
        return self._process.pid

    def close(self) -> None:
        """Stop it and leave nothing behind."""
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(PATIENCE)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _log(self) -> Path:
        return self.folder / "log"

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self._process.poll() is None:
            if _listens(self.plain) and _listens(self.tls):
                return
            time.sleep(0.05)
        said = self.log[-2000:]
        self.close()
        raise RuntimeError(f"coturn did not start: {said}")


def strayed(text: str) -> list[str]:
    """The lines of a production file that only a test may have, or that undo what makes it one."""
    return [line for line in directives(text) if line in LOOPBACK or line.partition("=")[0] in FORBIDDEN]


FORBIDDEN = frozenset(
    {"allow-loopback-peers", "allowed-peer-ip", "no-auth", "lt-cred-mech", "user", "server-relay", "secure-stun"}
    | {"cli-ip", "cli-port", "cli-password", "web-admin", "web-admin-ip", "web-admin-port", "prometheus", "mobility"}
    | {"web-admin-listen-on-workers", "redis-userdb", "redis-statsdb", "psql-userdb", "mysql-userdb", "oauth"}
    | {"listening-ip", "relay-ip", "verbose", "Verbose", "log-binding"}
)
"""Directives that no production file of ours has; each opens a door or is of one machine."""


def directives(text: str) -> list[str]:
    """The lines that say something."""
    return [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def _lay(database: Path) -> None:
    """Its empty database with tables, as production lays it: the first two at once would trip over each other."""
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(SCHEMA.read_text(encoding="utf-8"))


def _found() -> str:
    return shutil.which("turnserver", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin") or ""


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
