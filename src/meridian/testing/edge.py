"""
An nginx of one's own, from the files that production has, on free ports of this machine in a folder of its own.

What a test says besides is its place: ports, folders, whose process it is, and how long is too slow.
"""

import getpass
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from random import randrange
from typing import Any, Final

import httpx

from meridian.testing import placed
from meridian.testing.authority import authority

HOST, MONITORING = "clinic.test", "monitoring.test"
PASSWORD: Final = "a-password-of-operators-for-seconds"  # noqa: S105  # as it says
PATIENCE = 30
"""Seconds it may take to start or stop."""
RULES = Path("/usr/share/modsecurity-crs/rules")
MODULE = Path("/usr/lib/nginx/modules/ngx_http_modsecurity_module.so")


def missing() -> str:
    """Why none can be started here; empty when one can."""
    if not _found("nginx") or not MODULE.exists():
        return "nginx is not installed (apt-get install nginx-light libnginx-mod-http-modsecurity)"
    return "" if RULES.is_dir() else "the Core Rule Set is not installed (apt-get install modsecurity-crs)"


_CODE = re.compile(rb"HTTP/1\.1 (\d{3}) ")


class Edge:
    """
    A running nginx.

    Args:
        change: What becomes of a file before it is filled in: its name in `deploy/nginx` and text, to another text.
        place: More of the place, as where Meridian is.
    """

    def __init__(self, place: placed.Place, change: Callable[[str, str], str] = lambda _, text: text) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="meridian-edge-"))
        self.http, self.https, self.monitoring = _ports(3)
        self.authority = authority(self.folder)
        self._lay(place, change)
        self._process: subprocess.Popen[bytes] | None = None

    def check(self) -> "subprocess.CompletedProcess[str]":
        """What `nginx -t` says of the files."""
        return subprocess.run(self._words("-t"), capture_output=True, text=True, check=False, timeout=PATIENCE)  # noqa: S603  # the system's own, with files of ours

    def start(self) -> "Edge":
        """Start it, and wait until it answers."""
        with (self.folder / "said").open("ab") as said:
            self._process = subprocess.Popen(  # noqa: S603  # likewise
                self._words("-g", "daemon off;"), stdout=said, stderr=said, cwd=self.folder, start_new_session=True
            )
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self._process.poll() is None:
            if all(_listens(port) for port in (self.http, self.https, self.monitoring)):
                return self
            time.sleep(0.05)
        words = self.said
        self.close()
        raise RuntimeError(f"nginx did not start: {words[-2000:]}")

    def close(self) -> None:
        """Stop it and leave nothing behind."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(PATIENCE)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def said(self) -> str:
        """All it wrote, wherever."""
        logs = [self.folder / "said", *sorted((self.folder / "log").glob("*"))]
        return "\n".join(log.read_text(encoding="utf-8", errors="replace") for log in logs if log.is_file())

    @property
    def accesses(self) -> list[dict[str, Any]]:
        """The lines of its access log."""
        return [json.loads(line) for line in (self.folder / "log" / "edge.json").read_text("utf-8").splitlines()]

    @property
    def trust(self) -> ssl.SSLContext:
        """A context that trusts its authority."""
        return ssl.create_default_context(cafile=str(self.authority.certificate))

    @property
    def origin(self) -> str:
        """As people see it."""
        return f"https://{HOST}:{self.https}"

    def visitor(self, address: str = "127.0.0.1", *, host: str = HOST, port: int = 0) -> httpx.Client:
        """A page of ours, or a program, that comes from *address* of this machine (any of 127.0.0.0/8)."""

        def named(request: httpx.Request) -> None:
            request.extensions["sni_hostname"] = host

        return httpx.Client(
            base_url=f"https://127.0.0.1:{port or self.https}",
            transport=httpx.HTTPTransport(verify=self.trust, local_address=address),
            headers={"Host": f"{host}:{port or self.https}", "Origin": self.origin, "Sec-Fetch-Site": "same-origin"},
            event_hooks={"request": [named]},
            timeout=PATIENCE,
        )

    def line(self, head: str, context: ssl.SSLContext | None = None, address: str = "127.0.0.1") -> ssl.SSLSocket:
        """A connection on which *head* has been sent, and nothing more."""
        plain = socket.create_connection(("127.0.0.1", self.https), timeout=PATIENCE, source_address=(address, 0))
        line = (context or self.trust).wrap_socket(plain, server_hostname=HOST)
        line.sendall(head.replace("\n", "\r\n").encode())
        return line

    def flood(self, address: str, path: str, count: int, method: str = "GET") -> list[int]:
        """The codes of so many requests from one address, sent one behind the other without waiting for answers."""
        body = "Content-Type: application/json\nContent-Length: 2\n\n{}" if method == "POST" else "\n"
        head = f"{method} {path} HTTP/1.1\nHost: {HOST}\n{body}"
        with self.line(head * count, address=address) as line:
            said = b""
            while len(codes := _CODE.findall(said)) < count and (more := line.recv(65536)):
                said += more
        return [int(code) for code in codes]

    def logged(self, address: str, count: int) -> list[dict[str, Any]]:
        """The lines about an *address*, once there are so many: each is written after its answer has left."""
        until = time.monotonic() + PATIENCE
        while len(mine := [one for one in self.accesses if one["source"]["ip"] == address]) < count:
            if time.monotonic() > until:
                raise TimeoutError(f"{len(mine)} of {count} lines")
            time.sleep(0.01)
        return mine

    def _words(self, *more: str) -> list[str]:
        return [_found("nginx"), "-c", str(self.folder / "conf" / "nginx.conf"), "-e", str(self.folder / "said"), *more]

    def _lay(self, place: placed.Place, change: Callable[[str, str], str]) -> None:
        source, conf, tls = (self.folder / name for name in ("source", "conf", "tls"))
        for one in sorted(file for file in (placed.DEPLOY / "nginx").rglob("*") if file.is_file()):
            name = str(one.relative_to(placed.DEPLOY / "nginx"))
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_text(change(name, one.read_text(encoding="utf-8")), encoding="utf-8")
        placed.fill(source, conf, self._place(conf, tls) | dict(place))
        self.authority.vouch(tls, str(place.get("host", HOST)))
        self.authority.vouch(tls, MONITORING, certificate="monitoring.pem", key="monitoring-key.pem")
        (self.folder / "log").mkdir()
        (self.folder / "run").mkdir()
        (conf / "monitoring.htpasswd").write_text(f"operator:{_hashed(PASSWORD)}\n", encoding="ascii")

    def _place(self, conf: Path, tls: Path) -> dict[str, "str | int | list[str]"]:
        return {
            "host": HOST,
            "monitoring_host": MONITORING,
            "http_port": self.http,
            "https_port": self.https,
            "monitoring_port": self.monitoring,
            "nginx_user": getpass.getuser(),
            "nginx_conf": str(conf),
            "nginx_tls": str(tls),
            "nginx_run": str(self.folder / "run"),
            "nginx_log": str(self.folder / "log"),
            "acme": str(self.folder / "acme"),
        }


def without(*lines: str) -> Callable[[str, str], str]:
    """A change that takes *lines* out of whichever file has them."""

    def change(_: str, text: str) -> str:
        for line in lines:
            text = text.replace(line, "")
        return text

    return change


def instead(said: Mapping[str, str]) -> Callable[[str, str], str]:
    """A change of words by others."""

    def change(_: str, text: str) -> str:
        for here, there in said.items():
            text = text.replace(here, there)
        return text

    return change


def _ports(count: int) -> list[int]:
    """Free ports on every address of this machine; none of those that connections out of it take meanwhile."""
    with ExitStack() as held:
        return [_held(held) for _ in range(count)]


def _held(held: ExitStack) -> int:
    while True:
        probe = held.enter_context(socket.socket(socket.AF_INET6))
        port = randrange(10_240, 32_000)  # noqa: S311  # nothing is guarded by it
        with suppress(OSError):
            probe.bind(("::", port))
            return port


def _hashed(password: str) -> str:
    done = subprocess.run(  # noqa: S603  # the system's own
        [_found("openssl"), "passwd", "-6", "-stdin"], input=password, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def _found(program: str) -> str:
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin") or ""


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
