"""What `make dist` builds carries everything: an installed wheel starts like the checkout."""

import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from meridian.testing.browser import free_port
from meridian.web.portal import FOLDER

ROOT = Path(__file__).resolve().parents[2]
START = 30.0

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (FOLDER / "index.html").is_file(), reason="the portal is not built: `make test` builds it"),
]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(  # noqa: S603  # our own build, of this checkout
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT],
        check=True,
        capture_output=True,
    )
    [built] = folder.glob("*.whl")
    return built


def test_the_wheel_carries_portal_definitions_migrations_and_editions(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    for wanted in (
        "meridian/web/portal/index.html",
        "meridian/store/migrations/versions/0001_records.py",
        "meridian/editions/careconnect360.toml",
        "meridian/vault/dictionary.zst",
        "meridian/fhir/definitions/structures.json",
    ):
        assert wanted in names
    assert any(name.startswith("meridian/web/portal/assets/") for name in names)
    assert not any("node_modules" in name or name.startswith("tests/") for name in names)


def test_an_unpacked_wheel_serves_the_portal_and_fhir(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)

    with serving(site, tmp_path / "data") as origin:
        page = httpx.get(f"{origin}/").content
        statement = httpx.get(f"{origin}/fhir/R4/metadata").content

    assert b'<script type="module"' in page
    assert b'"CapabilityStatement"' in statement


@contextmanager
def serving(site: Path, data: Path) -> Iterator[str]:
    """`meridian serve` of the package in *site*, not of this checkout."""
    environment = os.environ | {"PYTHONPATH": str(site), "PYTHONSAFEPATH": "1"}
    seen = subprocess.run(
        [sys.executable, "-c", "import meridian; print(meridian.__file__)"],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
    )
    assert str(site) in seen.stdout
    port = free_port()
    command = [sys.executable, "-m", "meridian.cli", "serve", "--data", str(data), "--port", str(port)]
    server = subprocess.Popen(command, env=environment)  # noqa: S603  # likewise
    try:
        wait(f"http://localhost:{port}")
        yield f"http://localhost:{port}"
    finally:
        server.terminate()
        server.wait(20)


def wait(origin: str) -> None:
    until = time.monotonic() + START
    while time.monotonic() < until:
        try:
            httpx.get(f"{origin}/health")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the wheel's server did not start")
