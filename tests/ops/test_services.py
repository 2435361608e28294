"""What `make test` needs besides Python: known when it is missing, and a failure in CI."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from meridian.testing.browser import CHROMIUM

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


@pytest.fixture(scope="module")
def services() -> ModuleType:
    spec = importlib.util.spec_from_file_location("services", SCRIPTS / "services.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_a_service_is_here_when_each_of_its_programs_is(services: ModuleType) -> None:
    assert services.Service("Shell", ("sh", "no-such-program|ls"), ()).is_here()
    assert not services.Service("Nothing", ("sh", "no-such-program"), ()).is_here()


def test_a_file_may_be_what_is_needed(services: ModuleType, tmp_path: Path) -> None:
    assert services.Service("Module", (str(tmp_path),), ()).is_here()
    assert not services.Service("Module", (str(tmp_path / "none.so"),), ()).is_here()


def test_no_daemon_starts_while_packages_are_installed(services: ModuleType, tmp_path: Path) -> None:
    policy = tmp_path / "policy-rc.d"

    with services._nothing_starts(policy):
        assert subprocess.run([policy], check=False).returncode == 101  # noqa: S603  # our own

    assert not policy.exists()


def test_a_machine_s_own_policy_stays(services: ModuleType, tmp_path: Path) -> None:
    policy = tmp_path / "policy-rc.d"
    policy.write_text("its own")

    with services._nothing_starts(policy):
        pass

    assert policy.read_text() == "its own"


def test_of_two_programs_the_first_is_rather_used(services: ModuleType) -> None:
    assert services.Service("Shell", ("sh|no-such-program",), ()).is_at_its_best()
    assert not services.Service("Shell", ("no-such-program|sh",), ()).is_at_its_best()


def test_the_browser_that_is_installed_is_the_one_that_is_used(services: ModuleType) -> None:
    asked = next(one.programs for one in services.SERVICES if one.name == "Chromium")

    assert asked == ("|".join(CHROMIUM),)


def test_the_servers_of_the_suite_are_looked_for(services: ModuleType) -> None:
    assert [one.name for one in services.SERVICES] == [
        "MariaDB", "mariadb-backup", "Redis", "coturn", "Janus", "ClamAV", "promtool", "amtool", "nginx", "rsyslog",
        "Chromium",
    ]  # fmt: skip
    assert all(one.packages for one in services.SERVICES)


@pytest.mark.parametrize(("value", "expected"), [("true", True), ("1", True), ("", False), ("false", False)])
def test_ci_says_so_itself(value: str, expected: bool) -> None:  # noqa: FBT001  # a parameter of the test
    program = "import services; print(services.in_ci())"

    done = subprocess.run(  # noqa: S603  # our own
        [sys.executable, "-c", program], env={"CI": value}, cwd=SCRIPTS, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == str(expected)
