"""
A Janus of one's own, from the files that production has, on free ports of this machine in a folder of its own.

What a test changes is `_place`: ports, and that media go over the loopback interface, which Janus leaves out unless
told. `strayed` finds in production's files what only a test, or nobody, may have.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from meridian.settings import Janus as Settings
from meridian.testing.ports import free_ports

ADMIN_KEY = "a-made-up-key-that-makes-rooms-for-seconds"
TOKEN_SECRET = "a-made-up-secret-that-signs-tokens-for-seconds"  # noqa: S105  # as it says
PRODUCTION = Path(__file__).resolve().parents[3] / "deploy" / "janus"
PATIENCE = 20
"""Seconds it may take to start or stop."""

LOOPBACK = 'ice_enforce_list = "127.0.0.1"'
"""Media go over the loopback interface alone: for tests."""
FORBIDDEN = (
    r"ice_enforce_list\s*=", r"no_webrtc_encryption\s*=", r"admin_secret\s*=", r"admin_(http|https|ws|wss)\s*=\s*true",
    r"allow_force_relay", r"token_auth\s*=\s*false", r"room-", r"api_secret\s*=", r"turn_(user|pwd|rest_api)",
    r"(?:^|\s)(?:ws_)?ip\s*=\s*\"(?!127\.0\.0\.1\")", r"broadcast\s*=\s*true",
)  # fmt: skip
"""Patterns of what production's files never say; each opens a door or is of one machine."""


def missing() -> str:
    """Why none can be started here; empty when one can."""
    return "" if _found("janus") else "Janus is not installed (apt-get install janus janus-tools)"


def production() -> dict[str, str]:
    """Production's files: text by name."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(PRODUCTION.glob("*.jcfg"))}


class Gateway:
    """
    A running Janus.

    Args:
        files: The files it runs by; production's.
    """

    def __init__(self, files: dict[str, str] | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="meridian-janus-"))
        self.recordings = self.folder / "recordings"
        self.http, self.websocket = free_ports(2)
        conf = self.folder / "conf"
        conf.mkdir()
        for name, text in (files or production()).items():
            (conf / name).write_text(self._place(text), encoding="utf-8")
        self.start()

    @property
    def settings(self) -> Settings:
        """How Meridian is told of it; the vault is to hold `ADMIN_KEY` and `TOKEN_SECRET` under the usual names."""
        return Settings(url=f"http://127.0.0.1:{self.http}/janus", recordings=str(self.recordings))

    @property
    def log(self) -> str:
        """What it wrote."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    @property
    def process_id(self) -> int:
        """Of the running gateway."""
        return self._process.pid

    def start(self) -> None:
        """Start it, on the same ports as before, and wait until it answers."""
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603  # the system's own, with files of ours
                [_found("janus"), "--configs-folder", str(self.folder / "conf")],
                stdout=log, stderr=log, cwd=self.folder, start_new_session=True,
            )  # fmt: skip
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self._process.poll() is None:
            if _listens(self.http) and _listens(self.websocket):
                return
            time.sleep(0.05)
        said = self.log[-2000:]
        self.close()
        raise RuntimeError(f"Janus did not start: {said}")

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(PATIENCE)

    def close(self) -> None:
        """Stop it and leave nothing behind."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _place(self, text: str) -> str:
        ours = {"@secret:janus/admin-key@": ADMIN_KEY, "@secret:janus/token-secret@": TOKEN_SECRET}
        ours |= {"port = 8088": f"port = {self.http}", "ws_port = 8188": f"ws_port = {self.websocket}"}
        ours |= {'ice_ignore_list = "vmnet"': LOOPBACK}
        for here, there in ours.items():
            text = text.replace(here, there)
        return text


def strayed(text: str) -> list[str]:
    """What one of production's files says that only a test may say, or nobody."""
    said = re.sub(r"#.*", "", text)
    return [found[0].strip() for pattern in FORBIDDEN if (found := re.search(pattern, said))]


def _found(program: str) -> str:
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin:/usr/local/bin") or ""


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
