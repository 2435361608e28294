"""The sandbox on the command line, and beside a demo clinic: there with it, gone with it."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from meridian.cli.sandbox import beside
from meridian.medications.partners.lines import panel
from meridian.settings import Partners, Settings, edition
from meridian.testing.browser import free_port
from meridian.vault.master import create_master
from meridian.vault.secrets import Secrets

PATIENCE = 30.0


def alive(url: str) -> bool:
    """Whether it answers, after a while at the most."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            return httpx.get(f"{url}/admin/faults", timeout=PATIENCE).is_success
        except httpx.TransportError:
            time.sleep(0.1)
    return False


def gone(url: str) -> bool:
    """Whether nobody listens there any more, after a while at the most."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            httpx.get(f"{url}/admin/faults", timeout=1)
        except httpx.TransportError:
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(edition("careconnect360"), tmp_path, port=free_port())


def test_beside_a_clinic_it_answers_with_keys_of_the_clinics_vault_and_ends_with_it(settings: Settings) -> None:
    with beside(settings) as leading:
        url = leading.partners.medtrack.removesuffix("/medtrack/v2")
        assert alive(url)
        names = Secrets(settings.data / "secrets.sealed", create_master(settings.data / "master.key")).names()
        assert "careconnect360/medtrack/apikey" in names
        panel(
            leading.edition, leading.partners, Secrets(settings.data / "x", create_master(settings.data / "master.key"))
        )

    assert gone(url)


def test_partners_that_are_configured_are_left_alone(settings: Settings) -> None:
    own = Settings(settings.edition, settings.data, partners=Partners(networks=("10.0.0.0/8",)))

    with beside(own) as leading:
        assert leading is own


def test_it_ends_when_whoever_started_it_is_killed(settings: Settings) -> None:
    program = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from meridian.cli.sandbox import beside\n"
        "from meridian.settings import Settings, edition\n"
        "with beside(Settings(edition('meridian-pms'), Path(sys.argv[1]), port=int(sys.argv[2]))) as leading:\n"
        "    print(leading.partners.medtrack, flush=True)\n"
        "    time.sleep(60)\n"
    )
    parent = subprocess.Popen(  # noqa: S603  # our own program
        [sys.executable, "-c", program, str(settings.data), str(settings.port)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ},
    )  # fmt: skip
    assert parent.stdout is not None
    url = parent.stdout.readline().strip().removesuffix("/medtrack/v2")
    assert alive(url)

    parent.kill()
    parent.wait()
    parent.stdout.close()

    assert gone(url)


def test_a_port_in_use_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(  # noqa: S603  # our own program
            [sys.executable, "-m", "meridian.cli", "partners", "--port", port, "--data", str(tmp_path)],
            capture_output=True, text=True, check=False, timeout=PATIENCE,
        )  # fmt: skip

    assert done.returncode != 0
    assert f"Port {port} is in use" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
