"""An rsyslog of one's own, from the file that production has, which takes lines to a `Bulk`."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from meridian.testing import placed
from meridian.testing.authority import authority

PASSWORD = "a-made-up-password-for-seconds"  # noqa: S105  # as it says
PATIENCE = 30
"""Seconds it may take to stop."""


def missing() -> str:
    """Why none can be started here; empty when one can."""
    lacking = not list(Path("/usr/lib").glob("*/rsyslog/omelasticsearch.so")) or not _found()
    return "rsyslog is not installed (apt-get install rsyslog rsyslog-elasticsearch)" if lacking else ""


class Shipping:
    """
    One rsyslog.

    Args:
        port: Of what takes the lines.
        change: What becomes of a file before it is filled in.
        journal: Whether it is to read the journal too.
    """

    def __init__(self, port: int, change: Callable[[str], str] = lambda text: text, *, journal: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="meridian-shipping-"))
        self.logs, self.queue, self.tls = (self.folder / name for name in ("logs", "queue", "tls"))
        for folder in (self.logs, self.queue):
            folder.mkdir()
        authority(self.tls).vouch(self.tls, "127.0.0.1")
        source, conf = self.folder / "source", self.folder / "conf"
        source.mkdir()
        for file in (placed.DEPLOY / "logs" / "rsyslog").iterdir():
            if file.name == "rsyslog.conf" or journal:
                text = change(file.read_text(encoding="utf-8")).replace("@secret:elastic/password@", PASSWORD)
                (source / file.name).write_text(text, encoding="utf-8")
        placed.fill(source, conf, {
            "elastic": "127.0.0.1", "elastic_port": port, "elastic_ca": str(self.tls / "ca.pem"),
            "log_folder": str(self.logs), "nginx_log": str(self.logs), "log_queue": str(self.queue),
            "log_conf": str(conf),
        })  # fmt: skip
        self._file = conf / "rsyslog.conf"
        self._process: subprocess.Popen[bytes] | None = None

    def check(self) -> "subprocess.CompletedProcess[str]":
        """What it says of its file."""
        return subprocess.run(  # noqa: S603  # the system's own, with a file of ours
            [_found(), "-N1", "-f", str(self._file)], capture_output=True, text=True, check=False, timeout=PATIENCE
        )

    def start(self, *, anew: bool = True) -> "Shipping":
        """Start it as its unit does; it reads at once what is there, *anew* if it had read it before."""
        for state in self.queue.glob("imfile-state*") if anew else ():
            state.unlink()
        with (self.folder / "said").open("ab") as said:
            self._process = subprocess.Popen(  # noqa: S603  # likewise
                [_found(), "-n", "-f", str(self._file), "-i", str(self.folder / "pid")],
                stdout=said, stderr=said, start_new_session=True,
            )  # fmt: skip
        return self

    def stop(self) -> None:
        """As at a shutdown."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE)
            self._process = None

    def kill(self) -> None:
        """As a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE)
            self._process = None

    def write(self, name: str, *lines: bytes) -> None:
        """What a process of Meridian writes into its log."""
        with (self.logs / name).open("ab") as log:
            log.write(b"".join(line + b"\n" for line in lines))

    def close(self) -> None:
        """Stop it and leave nothing behind."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def _found() -> str:
    return shutil.which("rsyslogd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin") or ""
