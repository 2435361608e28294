"""systemd's units: good to systemd itself, and with little of the machine in their reach."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from meridian.testing import placed

UNITS = sorted(path.name for path in (placed.DEPLOY / "systemd").glob("*.service"))
OLDER = ["coturn/meridian-coturn.service", "janus/meridian-janus.service"]
MOST_EXPOSED = 2.0
"""Of ten, as `systemd-analyze security` counts; a unit without a word of it has 9.6."""
NEVER = ("LimitCORE=0", "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "PrivateDevices=yes",
         "SystemCallArchitectures=native", "RestrictNamespaces=yes")  # fmt: skip


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of them as on a machine, but that the program is one that there is."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not there (apt-get install systemd)")
    folder = tmp_path_factory.mktemp("units")
    placed.fill("systemd", folder, dict(placed.CLINIC) | {"meridian": "/bin/true"})
    for template in folder.glob("*@.service"):
        template.rename(folder / template.name.replace("@", "@8361"))
    return folder


def analyzed(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603  # the system's own
        ["systemd-analyze", "--no-pager", *words], capture_output=True, text=True, check=False, timeout=60  # noqa: S607  # likewise
    )  # fmt: skip


def test_systemd_understands_every_word_of_them(units: Path) -> None:
    files = [str(path) for path in units.iterdir() if path.suffix in {".service", ".timer", ".target"}]

    done = analyzed("verify", "--man=no", *files)

    ours = [line for line in done.stderr.splitlines() if "meridian" in line and "not executable" not in line]
    assert (ours, len(files)) == ([], 12)


@pytest.mark.parametrize(
    ("here", "there"), [("ProtectSystem=strict", "ProtectSystems=strict"), ("Type=exec", "Type=x")]
)
def test_a_word_that_it_does_not_know_is_found(units: Path, tmp_path: Path, here: str, there: str) -> None:
    changed = tmp_path / "meridian-api@8361.service"
    changed.write_text((units / changed.name).read_text().replace(here, there))

    assert f"{changed}:" in analyzed("verify", "--man=no", str(changed)).stderr


def exposed(unit: Path) -> float:
    done = analyzed("security", "--offline=true", str(unit))
    return float(re.findall(r"exposure level for \S+: ([\d.]+)", done.stdout)[0])


@pytest.mark.parametrize("name", UNITS)
def test_little_of_the_machine_is_in_its_reach(units: Path, name: str) -> None:
    assert exposed(units / name.replace("@", "@8361")) <= MOST_EXPOSED


def test_it_is_its_words_that_keep_it_so(units: Path, tmp_path: Path) -> None:
    text = (units / "meridian-api@8361.service").read_text()
    bare = re.sub(r"^(?:Protect|Private|Restrict|SystemCall|NoNew|Capab|Memory|Lock).*\n", "", text, flags=re.MULTILINE)
    (tmp_path / "meridian-api@8361.service").write_text(bare)

    assert exposed(tmp_path / "meridian-api@8361.service") > 3 * MOST_EXPOSED


@pytest.mark.parametrize("name", [*(f"systemd/{unit}" for unit in UNITS), *OLDER])
def test_memory_is_never_written_to_a_disk_and_nobody_rises(name: str) -> None:
    lines = (placed.DEPLOY / name).read_text(encoding="utf-8").splitlines()

    assert [word for word in NEVER if word not in lines] == []
    assert any(line.startswith("User=") and line != "User=root" for line in lines)
    assert not any(re.match(r"Environment=.*(?:PASSWORD|SECRET|TOKEN|KEY)", line) for line in lines)


@pytest.mark.parametrize("name", ["mariadb.service.d/meridian.conf", "nginx.service.d/meridian.conf"])
def test_debian_s_own_units_are_held_to_it_too(name: str) -> None:
    lines = (placed.DEPLOY / "systemd" / name).read_text(encoding="utf-8").splitlines()

    assert [word for word in NEVER if word not in lines] == []


MDWE = """
import ctypes, os, sys
if ctypes.CDLL(None).prctl(65, 1, 0, 0, 0):
    sys.exit(7)
os.execv(sys.argv[1], sys.argv[1:])
"""
"""PR_SET_MDWE with PR_MDWE_REFUSE_EXEC_GAIN, which MemoryDenyWriteExecute= sets. Source: prctl(2)."""


def held(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603  # our own
        [sys.executable, "-c", MDWE, *words], capture_output=True, text=True, check=False, timeout=100
    )


def test_meridian_runs_where_memory_cannot_become_code(tmp_path: Path) -> None:
    done = held(sys.executable, "-m", "meridian.cli", "org", "add", "Clinic", "--data", str(tmp_path / "data"))

    if done.returncode == 7:
        pytest.skip("this kernel has no PR_SET_MDWE (Linux 6.3)")
    assert done.returncode == 0, done.stderr


def test_there_a_program_cannot_make_code() -> None:
    make = "import mmap; mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)"

    assert held(sys.executable, "-c", make).returncode in {1, 7}
