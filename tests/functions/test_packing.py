"""What becomes of this tree when it is packed for Lambda, and what the functions say of themselves."""

import importlib.util
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path
from typing import Any

import pytest

from meridian.jobs.handing import QUEUES

from .conftest import Town, answers, batch

ROOT = Path(__file__).resolve().parents[2]


def script() -> Any:
    """`scripts/package_functions.py`, which is a program and no module."""
    path = ROOT / "scripts" / "package_functions.py"
    spec = importlib.util.spec_from_file_location("package_functions", path)
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


pack_functions = script()
FUNCTIONS = {path.parent.name: path for path in sorted((ROOT / "functions").glob("*/function.toml"))}
NINE = {
    "document_intake", "reminders", "refill_recheck", "no_show_sweep", "bulk_export", "audit_archive",
    "secret_rotation", "signing_key_rotation", "restore_drill",
}  # fmt: skip


def said(name: str) -> dict[str, Any]:
    return tomllib.loads(FUNCTIONS[name].read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our own part of the package."""
    target = tmp_path_factory.mktemp("package")
    for source, name in pack_functions.ours():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target / name)
    return target


def test_there_are_nine_each_with_a_handler() -> None:
    assert set(FUNCTIONS) == NINE
    assert {path.parent.name for path in (ROOT / "functions").glob("*/handler.py")} == NINE


@pytest.mark.parametrize("name", sorted(NINE))
def test_what_a_function_may_do_is_spelled_out(name: str) -> None:
    for allow in said(name)["allow"]:
        assert all(re.fullmatch(r"[a-z0-9-]+:[A-Z][A-Za-z]+", action) for action in allow["actions"]), allow
        assert all(re.fullmatch(r"[a-z]+(:[a-z][a-z/-]*(/\*)?)?", one) for one in allow["on"]), allow


@pytest.mark.parametrize("name", sorted(NINE))
def test_one_thing_starts_a_function(name: str) -> None:
    table = said(name)

    assert len({"schedule", "queue", "rotates"} & set(table)) == 1
    assert table["timeout"] <= 900
    if "queue" in table:
        assert tuple(table["topics"]) == QUEUES[table["queue"]]


def test_no_queue_is_without_a_function() -> None:
    assert {said(name).get("queue") for name in NINE} - {None} == set(QUEUES)


def test_every_handler_can_be_imported_from_what_is_packed(package: Path) -> None:
    site = sysconfig.get_path("purelib")
    lines = "\n".join(f"import functions.{name}.handler as h; assert callable(h.handler), h" for name in sorted(NINE))
    code = (
        f"import sys; sys.path[:0] = [{str(package)!r}, {site!r}]\n{lines}\nimport meridian; print(meridian.__file__)"
    )

    done = subprocess.run(  # noqa: S603  # our own code, without what this environment adds to the path
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(package))


@pytest.mark.anyio
@pytest.mark.mariadb
async def test_what_is_packed_runs(package: Path, town: Town) -> None:
    path = f"{package}:{sysconfig.get_path('purelib')}"

    run = town.call("reminders", batch("none of ours"), package=package, PYTHONPATH=path, PYTHONNOUSERSITE="1")

    assert answers(run) == [{"batchItemFailures": [{"itemIdentifier": "0"}]}]


def test_nothing_of_tests_pages_or_attacks_is_packed() -> None:
    names = [name for _, name in pack_functions.ours()]

    assert "meridian/app/functions/feeding.py" in names
    assert not [name for name in names if name.startswith(("meridian/testing/", "meridian/web/portal/", "tests/"))]
    assert not [name for name in names if name.endswith(".pyc")]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("asyncmy/connection.c", False),
        ("asyncmy/connection.cpython-313-aarch64-linux-gnu.so", True),
        ("sqlalchemy/testing/__init__.py", True),
        ("boto3/session.py", True),
        ("botocore/data/kms/2014-11-01/service-2.json.gz", True),
        ("botocore/data/ec2/2016-11-15/service-2.json.gz", False),
        ("botocore/data/endpoints.json", True),
        ("uvloop/loop.so", False),
        ("redis-6.0.dist-info/RECORD", False),
        ("redis-6.0.dist-info/METADATA", True),
    ],
)
def test_of_other_packages_only_what_runs_is_kept(name: str, wanted: bool) -> None:  # noqa: FBT001  # a table's column
    assert pack_functions.kept(name) is wanted


def test_the_same_files_give_the_same_hash_whenever_they_were_made(tmp_path: Path) -> None:
    hashes = []
    for name in ("one", "two"):
        target = tmp_path / name / "functions"
        target.mkdir(parents=True)
        (target / "b.py").write_text("b")
        (target / "a.py").write_text("a")
        hashes.append(pack_functions.settle(target))

    assert hashes[0] == hashes[1]
    assert (tmp_path / "one" / "functions" / "a.py").stat().st_mtime == pack_functions.MOMENT
    (tmp_path / "two" / "functions" / "a.py").write_text("c")
    assert pack_functions.settle(tmp_path / "two" / "functions") != hashes[0]


def test_a_package_that_lambda_would_not_take_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "functions").mkdir()
    (tmp_path / "functions" / "a.py").write_text("a" * 10)
    monkeypatch.setattr(pack_functions, "LARGEST", 9)

    with pytest.raises(SystemExit, match="Lambda takes 9"):
        pack_functions.settle(tmp_path / "functions")
