"""The first start: steps and their stamps, and what is said when one cannot be made."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def bootstrap() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "scripts" / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Work:
    """A step that counts how often it was made, and may fail."""

    def __init__(self, product: Path) -> None:
        self.product = product
        self.made = 0
        self.fails = False

    def __call__(self) -> None:
        self.product.write_text("half")
        if self.fails:
            raise KeyboardInterrupt
        self.made += 1


def test_a_step_is_made_once(bootstrap: ModuleType, tmp_path: Path) -> None:
    work = Work(tmp_path / "product")
    for _ in range(3):
        bootstrap.step("Working", tmp_path / "stamp", "from this", work, product=work.product)

    assert work.made == 1


def test_a_step_is_made_again_when_its_sources_changed(bootstrap: ModuleType, tmp_path: Path) -> None:
    work = Work(tmp_path / "product")
    for source in ("this", "that"):
        bootstrap.step("Working", tmp_path / "stamp", source, work, product=work.product)

    assert work.made == 2


def test_a_step_is_made_again_when_its_product_is_gone(bootstrap: ModuleType, tmp_path: Path) -> None:
    work = Work(tmp_path / "product")
    bootstrap.step("Working", tmp_path / "stamp", "this", work, product=work.product)
    work.product.unlink()

    bootstrap.step("Working", tmp_path / "stamp", "this", work, product=work.product)

    assert work.made == 2


def test_an_interrupted_step_is_made_again(bootstrap: ModuleType, tmp_path: Path) -> None:
    work = Work(tmp_path / "product")
    work.fails = True
    with pytest.raises(KeyboardInterrupt):
        bootstrap.step("Working", tmp_path / "stamp", "this", work, product=work.product)

    work.fails = False
    bootstrap.step("Working", tmp_path / "stamp", "this", work, product=work.product)

    assert work.made == 1


def test_a_fingerprint_follows_names_contents_and_words(bootstrap: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    first = bootstrap.fingerprint([tmp_path / "a"], "x")
    (tmp_path / "b").write_text("1")

    others = {bootstrap.fingerprint([tmp_path / "b"], "x"), bootstrap.fingerprint([tmp_path / "a"], "y")}
    (tmp_path / "a").write_text("2")
    others.add(bootstrap.fingerprint([tmp_path / "a"], "x"))

    assert len(others) == 3
    assert first not in others


def test_an_interpreter_that_does_not_run_is_known(bootstrap: ModuleType, tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/nowhere/python\n")
    broken.chmod(0o755)

    assert bootstrap.works(Path(sys.executable))
    assert not bootstrap.works(broken)
    assert not bootstrap.works(tmp_path / "missing")


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("npm error code ENOSPC", "disk is full"),
        ("The virtual environment was not created successfully because ensurepip is not available.", "python3-venv"),
        ("error: Failed to fetch: dns error", "network"),
        ("npm error code EAI_AGAIN", "network"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "refused"),
        ("npm error code EINTEGRITY", "refused"),
        ("EACCES: permission denied", "belong to you"),
    ],
)
def test_the_usual_failures_are_named(bootstrap: ModuleType, output: str, words: str) -> None:
    assert words in bootstrap.reason(output)


def test_what_a_failed_command_said_is_shown_from_both_ends(bootstrap: ModuleType) -> None:
    shown = bootstrap.excerpt("\n".join(f"line {number}" for number in range(100)))

    assert "line 0" in shown
    assert "line 99" in shown
    assert "line 50" not in shown


def test_a_command_that_fails_ends_with_advice_and_not_a_trace(bootstrap: ModuleType) -> None:
    program = "import sys; print('OSError: No space left on device'); sys.exit(1)"

    with pytest.raises(bootstrap.CannotStart, match="Free about 1 GB"):
        bootstrap.run("Trying", [sys.executable, "-c", program])


def test_a_command_that_is_not_there_is_named(bootstrap: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(bootstrap.CannotStart, match="Trying could not be started"):
        bootstrap.run("Trying", [tmp_path / "missing"])


def find_python(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # our own
        ["/bin/sh", ROOT / "scripts" / "find_python.sh"],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_python_is_found() -> None:
    found = find_python(MERIDIAN_PYTHON=sys.executable)

    assert found.returncode == 0
    assert found.stdout.strip() == sys.executable


def test_a_python_that_is_too_old_is_not_taken_and_the_message_says_what_to_do(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")  # what an old one answers to the question whether it is new enough
    old.chmod(0o755)

    found = find_python(MERIDIAN_PYTHON=str(old))

    assert found.returncode == 1
    assert "Python 3.11 or later" in found.stderr
    assert "apt install" in found.stderr


def test_an_unknown_level_is_a_matter_of_usage(bootstrap: ModuleType) -> None:
    assert bootstrap.main(["conquer"]) == 2
