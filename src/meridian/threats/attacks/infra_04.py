"""
INFRA-04: a package of somebody else's in the place of one that was meant (CWE-427, CWE-1357).

The locks of a checkout are read; and the installer itself is given a package whose hash is not the locked one, from a
folder, without any network.
"""

import base64
import hashlib
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from meridian.threats import packages
from meridian.threats.attack import ARSENAL, Attack, Exchange, NotRun
from meridian.threats.attacker import Attacker

THREAT = "INFRA-04"
NAME = "meridian-verification-package"
LOOSE = """--extra-index-url https://registry.invalid/simple
meridian==1.0
starlette>=1.0 \\
    --hash=sha256:00
"""
"""A lock that keeps nothing: each question is asked of it first."""
LOOSE_NPM = {
    "packages": {"": {}, "node_modules/meridian-portal": {"version": "1.0.0", "resolved": "https://r.invalid"}}
}

attack = ARSENAL.attack


def source(attacker: Attacker) -> Path:
    """
    The checkout.

    Raises:
        NotRun: If there is none, or it has no locks.
    """
    if attacker.source is None or not packages.python_locks(attacker.source):
        raise NotRun("there is no checkout with locks at hand: --source says where")
    return attacker.source


def answered(attacker: Attacker, wrong: dict[str, list[str]], *, seen: bool) -> str | None:
    """
    The first of what is *wrong*, by file.

    Raises:
        NotRun: If what is known to be wrong was not *seen*.
    """
    if not seen:
        raise NotRun("a lock that keeps nothing is not noticed")
    for name, found in wrong.items():
        attacker.keep(Exchange(name, f"{found[:3]}"))
    return next((f"{name}: {found[0]}" for name, found in wrong.items() if found), None)


Question = Callable[[Path], dict[str, list[str]]]


def _both(python: Callable[[str], list[str]], npm: Callable[[dict[str, object]], list[str]]) -> Question:
    def ask(checkout: Path) -> dict[str, list[str]]:
        ours = {f"requirements/{name}": python(lock) for name, lock in packages.python_locks(checkout).items()}
        return ours | {f"{name}/package-lock.json": npm(lock) for name, lock in packages.npm_locks(checkout).items()}

    return ask


def _own_python(lock: str) -> list[str]:
    return packages.ours(packages.names(lock))


def _own_npm(lock: dict[str, object]) -> list[str]:
    return packages.ours([name for name, _ in packages.npm_packages(lock)])


QUESTIONS: dict[str, tuple[str, Callable[[str], list[str]], Callable[[dict[str, object]], list[str]]]] = {
    "hashes": ("A locked package may be another than was locked", packages.unhashed, packages.npm_unhashed),
    "registry": ("A lock names a place that packages come from", packages.from_elsewhere, packages.npm_from_elsewhere),
    "own-name": ("A package of a lock has a name of ours, which anybody may register", _own_python, _own_npm),
}


def asked(
    python: Callable[[str], list[str]], npm: Callable[[dict[str, object]], list[str]]
) -> Callable[[Attacker], Awaitable[str | None]]:
    """The attack that asks every lock."""

    async def run(attacker: Attacker) -> str | None:
        seen = bool(python(LOOSE) and npm(dict(LOOSE_NPM)))
        return answered(attacker, _both(python, npm)(source(attacker)), seen=seen)

    return run


for name, (title, python, npm) in QUESTIONS.items():
    ARSENAL.add(Attack(THREAT, f"{THREAT.lower()}/{name}", title, asked(python, npm)))


@attack(THREAT, "npm", "npm writes a registry into a lock, asks another than the usual, or runs what a package brings")
async def npm_settings(attacker: Attacker) -> str | None:
    """By the settings beside each lock."""
    folder = source(attacker)
    files = {f"{name}/.npmrc": folder / name / ".npmrc" for name in packages.npm_locks(folder)}
    wrong = {
        name: packages.settings_lacking(path.read_text(encoding="utf-8") if path.is_file() else "")
        for name, path in files.items()
    }
    return answered(attacker, wrong, seen=bool(packages.settings_lacking("registry=https://r.invalid")))


@attack(THREAT, "image", "An image is filled with packages whose hashes nobody asks for")
async def image(attacker: Attacker) -> str | None:
    """By the commands of every Containerfile."""
    folder = source(attacker)
    files = [*folder.glob("deploy/*/Containerfile"), *folder.glob("infra/images/*/Containerfile")]
    if not files:
        raise NotRun("the checkout has no Containerfile")
    wrong = {str(path.relative_to(folder)): packages.careless(path.read_text(encoding="utf-8")) for path in files}
    return answered(attacker, wrong, seen=bool(packages.careless("RUN pip install meridian")))


# --- the installer itself ----------------------------------------------------------------------------------------


def wheel(folder: Path, *, needs: str = "") -> str:
    """A package that does nothing, in *folder*; its SHA-256."""
    info = f"{NAME.replace('-', '_')}-1.0.dist-info"
    about = f"Metadata-Version: 2.1\nName: {NAME}\nVersion: 1.0\n" + (f"Requires-Dist: {needs}\n" if needs else "")
    files = {
        "meridian_verification_package.py": b"",
        f"{info}/METADATA": about.encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: meridian\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},sha256={_digest(body)},{len(body)}\n" for name, body in files.items())
    path = folder / f"{NAME.replace('-', '_')}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as packed:
        for name, body in {**files, f"{info}/RECORD": f"{record}{info}/RECORD,,\n".encode()}.items():
            packed.writestr(name, body)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _digest(body: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()


def installer(checkout: Path) -> list[str]:
    """
    The command that packages are installed with, but from a folder only.

    Raises:
        NotRun: If there is none here.
    """
    for uv in (str(checkout / ".cache" / "uv" / "bin" / "uv"), shutil.which("uv")):
        if uv and Path(uv).is_file():
            return [uv, "pip", "install", "--quiet", "--no-index", "--offline", "--python", sys.executable]
    command = [sys.executable, "-m", "pip"]
    if subprocess.run([*command, "--version"], capture_output=True, check=False).returncode:  # noqa: S603  # pip
        raise NotRun("neither uv nor pip is here to be tried")
    return [*command, "install", "--quiet", "--no-index", "--disable-pip-version-check"]


def installs(command: list[str], folder: Path, digest: str) -> bool:
    """Whether the package in *folder* is installed by a lock that has that *digest*."""
    lock, target = folder / "lock.txt", folder / "target"
    lock.write_text(f"{NAME}==1.0 --hash=sha256:{digest}\n", encoding="ascii")
    shutil.rmtree(target, ignore_errors=True)
    done = subprocess.run(  # noqa: S603  # an installer, into a folder that is thrown away
        [*command, "--find-links", folder, "--require-hashes", "--target", target, "-r", lock],
        capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    return done.returncode == 0 and any(target.glob("*.py"))


@attack(THREAT, "installer", "A package whose hash is not the locked one is installed all the same")
async def altered(attacker: Attacker) -> str | None:
    """One with another hash, and one that brings along another that nobody locked."""
    command = installer(source(attacker))
    with TemporaryDirectory() as name:
        folder = Path(name)
        digest = wheel(folder)
        if not installs(command, folder, digest):
            raise NotRun("the locked package is not installed either")
        if installs(command, folder, hashlib.sha256(b"another").hexdigest()):
            return "a package was installed against its lock"
        attacker.keep(Exchange("a package whose hash is another", "not installed"))
        if installs(command, folder, wheel(folder, needs="meridian-unlocked")):
            return "a package was installed that nobody locked"
        attacker.keep(Exchange("a package that needs one which is not locked", "not installed"))
    return None
