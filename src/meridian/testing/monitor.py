"""Prometheus and Alertmanager of one's own, from the files that production has."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from meridian.testing import placed
from meridian.testing.ports import free_ports

PATIENCE = 60
"""Seconds it may take to start or stop."""
TOKEN = "a-made-up-secret-of-figures-for-seconds"  # noqa: S105  # as it says


def missing(*programs: str) -> str:
    """Why they cannot be started here; empty when they can."""
    lacking = [name for name in programs or ("prometheus", "promtool") if not shutil.which(name)]
    return (
        f"{', '.join(lacking)} is not installed (apt-get install prometheus prometheus-alertmanager)" if lacking else ""
    )


class Monitor:
    """
    Prometheus and its files, laid out as in production; started when asked to.

    Args:
        meridian: Where Meridian gives its figures, as `host:port`.
        change: What becomes of a file before it is filled in: its name and text, to another text.
    """

    def __init__(self, meridian: str = "127.0.0.1:9", change: Callable[[str, str], str] = lambda _, text: text) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="meridian-monitor-"))
        [self.port, self.alerts] = free_ports(2)
        self.conf, self.secrets = self.folder / "conf", self.folder / "secrets"
        self.secrets.mkdir()
        for name, value in (("metrics-password", TOKEN), ("smtp-password", TOKEN), ("page-token", TOKEN)):
            (self.secrets / name).write_text(value, encoding="ascii")
        place = dict(placed.CLINIC) | {
            "prometheus_conf": str(self.conf / "prometheus"), "prometheus_secrets": str(self.secrets),
            "prometheus_port": self.port, "meridian_metrics": [meridian],
            "alertmanager_conf": str(self.conf / "alertmanager"), "alertmanager_secrets": str(self.secrets),
            "alertmanager_port": self.alerts, "page_urls": ["https://pages.clinic.example/x"],
        }  # fmt: skip
        for program in ("prometheus", "alertmanager"):
            source = self.folder / "source" / program
            source.mkdir(parents=True)
            for file in (placed.DEPLOY / program).iterdir():
                (source / file.name).write_text(change(file.name, file.read_text("utf-8")), encoding="utf-8")
            placed.fill(source, self.conf / program, place)
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> "Monitor":
        """Prometheus; returns once it is ready."""
        self._run("prometheus", f"--config.file={self.conf}/prometheus/prometheus.yml", "--web.enable-lifecycle",
                  f"--storage.tsdb.path={self.folder}/data", f"--web.listen-address=127.0.0.1:{self.port}")  # fmt: skip
        self._ready(self.port)
        return self

    def start_alertmanager(self) -> "Monitor":
        """Alertmanager; returns once it is ready."""
        self._run("prometheus-alertmanager", f"--config.file={self.conf}/alertmanager/alertmanager.yml",
                  f"--storage.path={self.folder}/alerts", f"--web.listen-address=127.0.0.1:{self.alerts}",
                  "--cluster.listen-address=")  # fmt: skip
        self._ready(self.alerts)
        return self

    def tool(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """What one of their own tools says."""
        return subprocess.run([*words], capture_output=True, text=True, check=False, timeout=PATIENCE)  # noqa: S603  # the installed tools, with files of ours

    def asked(self, path: str, **params: str) -> Any:
        """What Prometheus answers."""
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", params=params, trust_env=False).json()["data"]

    def until(self, seen: Callable[[], bool]) -> None:
        """Wait until something is seen; what is scraped comes every second or later."""
        end = time.monotonic() + PATIENCE
        while not seen():
            if time.monotonic() > end:
                raise TimeoutError
            time.sleep(0.1)

    def close(self) -> None:
        """Stop and leave nothing behind."""
        for process in self._processes:
            process.terminate()
            process.wait(PATIENCE)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, *words: str) -> None:
        with (self.folder / "log").open("ab") as log:
            self._processes.append(
                subprocess.Popen([*words], stdout=log, stderr=log, env=dict(os.environ), start_new_session=True)  # noqa: S603  # likewise
            )

    def _ready(self, port: int) -> None:
        def seen() -> bool:
            try:
                return httpx.get(f"http://127.0.0.1:{port}/-/ready", trust_env=False).status_code == 200  # noqa: PLR2004  # OK
            except httpx.TransportError:
                if self._processes[-1].poll() is not None:
                    raise RuntimeError((self.folder / "log").read_text()[-2000:]) from None
                return False

        self.until(seen)
