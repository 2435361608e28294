"""What containers and hosts on AWS start with: the proxy really runs, and a host's first start fills its files."""

import os
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPSConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from meridian.testing.ports import free_ports

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "infra" / "images"
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin")
needs_nginx = pytest.mark.skipif(NGINX is None, reason="nginx is not on this machine")


class Behind(BaseHTTPRequestHandler):
    """Says what it was asked, and by whom."""

    def do_GET(self) -> None:
        said = f"{self.path} {self.headers['X-Forwarded-For']} {self.headers['X-Forwarded-Proto']}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def behind() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), Behind)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def proxy(folder: Path, upstream: int, **said: str) -> Iterator[int]:
    [port], run = free_ports(1), folder / "run"
    environment = os.environ | said | {"DOORS": f"{port}:127.0.0.1:{upstream}", "RUN": str(run)}
    environment["PATH"] = f"/usr/sbin:{environment['PATH']}"
    with (folder / "said").open("w") as log:
        start = IMAGES / "proxy" / "start"
        process = subprocess.Popen([start], env=environment, stdout=log, stderr=log)  # noqa: S603  # our own
        try:
            until_open(port, process, folder / "said")
            yield port
        finally:
            process.terminate()
            process.wait(timeout=10)


def until_open(port: int, process: subprocess.Popen[bytes], said: Path) -> None:
    pause = threading.Event()
    for _ in range(300):
        if process.poll() is not None:
            pytest.fail(said.read_text())
        try:
            ask(port, "/nothing")
        except OSError:
            pause.wait(0.05)
        else:
            return
    pytest.fail("the proxy did not come up")


def ask(port: int, path: str, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3, **headers: str) -> tuple[int, str]:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # as balancers do
    context.minimum_version = context.maximum_version = version
    connection = HTTPSConnection("127.0.0.1", port, context=context, timeout=10)
    try:
        connection.request("GET", path, headers={key.replace("_", "-"): value for key, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


@needs_nginx
def test_requests_come_by_tls_and_say_who_asked(tmp_path: Path, behind: int) -> None:
    with proxy(tmp_path, behind) as port:
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            status, said = ask(port, "/fhir/R4/Patient?name=x", version, X_Forwarded_For="203.0.113.9")

            assert (status, said) == (200, "/fhir/R4/Patient?name=x 203.0.113.9, 127.0.0.1 https")


@needs_nginx
def test_nothing_of_a_request_is_written_down(tmp_path: Path, behind: int) -> None:
    with proxy(tmp_path, behind) as port:
        ask(port, "/fhir/R4/Patient?name=Canary")

    assert "Canary" not in (tmp_path / "said").read_text()
    assert [path for path in (tmp_path / "run").rglob("*") if path.is_file() and b"Canary" in path.read_bytes()] == []


@needs_nginx
def test_the_gateway_takes_pages_of_its_own_origin_only(tmp_path: Path, behind: int) -> None:
    with proxy(tmp_path, behind, GATEWAY_ORIGIN="https://meridian-pms.com") as port:
        assert ask(port, "/media/", Origin="https://meridian-pms.com") == (200, "/ 127.0.0.1 https")
        assert ask(port, "/media/", Origin="https://evil.example")[0] == 403
        assert ask(port, "/health")[0] == 200
        assert ask(port, "/admin")[0] == 404


def first_start(folder: Path, *words: str) -> str:
    for kind in ("coturn", "janus"):
        shutil.copytree(ROOT / "deploy" / kind, folder / "etc" / f"meridian-{kind}")
    (folder / "etc" / "meridian-region").write_text("us-east-1")
    said = folder / "said"
    (folder / "systemctl").write_text(f'#!/bin/sh\necho "$@" >>{said}\n')
    (folder / "systemctl").chmod(0o755)
    environment = os.environ | {
        "ETC": str(folder / "etc"), "DATA": str(folder / "data"), "SYSTEMCTL": str(folder / "systemctl"),
        "OWN": "10.70.0.9",
    }  # fmt: skip
    subprocess.run([IMAGES / "host" / "start", *words], env=environment, check=True)  # noqa: S603  # our own
    return said.read_text()


def test_a_relay_learns_its_addresses_and_leaves_tls_to_its_balancer(tmp_path: Path) -> None:
    started = first_start(tmp_path, "relay", "meridian-pms", "203.0.113.7")

    lines = (tmp_path / "etc" / "meridian-coturn" / "turnserver.conf").read_text().splitlines()
    assert "external-ip=203.0.113.7/10.70.0.9" in lines
    assert "no-tls" in lines
    assert not [line for line in lines if line.startswith(("cert=", "pkey=", "tls-listening-port="))]
    assert "meridian-coturn" in started


def test_a_gateway_learns_its_address(tmp_path: Path) -> None:
    started = first_start(tmp_path, "gateway", "careconnect360", "203.0.113.8")

    assert 'nat_1_1_mapping = "203.0.113.8"' in (tmp_path / "etc" / "meridian-janus" / "janus.jcfg").read_text()
    assert "meridian-janus" in started
    assert 'edition = "careconnect360"' in (tmp_path / "data" / "settings.toml").read_text()


def test_another_kind_of_host_is_refused(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError, match="exit status 2"):
        first_start(tmp_path, "printer", "meridian-pms")
