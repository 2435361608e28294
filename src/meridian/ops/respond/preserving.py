"""
Putting evidence aside before anything changes it: logs with their proofs, lines, configuration, versions; read-only.

Everything gets its SHA-256 into `SHA256SUMS`, which `sha256sum -c` checks, and that is signed by the key that signs the
audit logs: `openssl pkeyutl -verify -pubin -inkey KEY.pem -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig`. Secrets are
not in it: the file of secrets and the master key stay where they are, and a password that stands in an address of the
settings is struck out.
"""

import json
import platform
import re
import shutil
from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import distributions
from pathlib import Path

from meridian import __version__
from meridian.audit.checkpoint import Signer
from meridian.faults import Conflict
from meridian.ops.evidence import pem
from meridian.settings import Settings

SUMS = "SHA256SUMS"
_SECRET = re.compile(r"(?i)^(\s*[\w.\"-]*(?:password|secret_key|token|apikey)[\w\"-]*\s*=\s*).+$", re.MULTILINE)
_LOGIN = re.compile(r"(://)[^/\s\"'@]*@")


def begin(folder: Path) -> None:
    """
    Take an empty folder; the audit logs are exported into `audit/N` of it next.

    Raises:
        Conflict: If there is something in it.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Conflict(f"{folder} is not empty; evidence is put into a folder of its own")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def finish(folder: Path, settings: Settings, signer: Signer) -> int:
    """
    Put what lies in files beside the audit logs, and sign all of it; how many files that were.

    Raises:
        OSError: If something cannot be read or written.
    """
    _copied(settings.anchors_folder, folder / "anchors")
    _copied(settings.data / "evidence", folder / "evidence")
    _copied(settings.data / "incidents", folder / "incidents")
    for line in _lines(settings):
        _copied(line, folder / "logs" / line.name)
    (folder / "configuration.toml").write_text(_configuration(settings.data / "settings.toml"), encoding="utf-8")
    (folder / "versions.json").write_text(json.dumps(_versions(), indent=1), encoding="utf-8")
    return _signed(folder, signer)


def _copied(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target)
    elif source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)


def _lines(settings: Settings) -> Iterator[Path]:
    """The files of the log, with those that were put aside."""
    if settings.logs.file:
        pattern = re.sub(r"\{\w+\}", "*", Path(settings.logs.file).name)
        yield from sorted(Path(settings.logs.file).parent.glob(f"{pattern}*"))


def _configuration(path: Path) -> str:
    """The settings without what could be a secret; they hold none unless somebody put one there."""
    return _without_secrets(path.read_text(encoding="utf-8") if path.is_file() else "")


def _without_secrets(said: str) -> str:
    """
    Values that look like a secret are struck out.

    >>> _without_secrets('url = "https://me:x@there/"')
    'url = "https://…@there/"'
    """
    return _LOGIN.sub(r"\1…@", _SECRET.sub(r"\1…", said))


def _versions() -> dict[str, object]:
    packages = {one.metadata["Name"]: one.version for one in distributions()}
    return {
        "meridian": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "packages": dict(sorted(packages.items())),
    }


def _signed(folder: Path, signer: Signer) -> int:
    """The list of sums and its signature; then nothing may be written any more."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n" for path in files]
    body = "".join(lines).encode()
    (folder / SUMS).write_bytes(body)
    (folder / f"{SUMS}.sig").write_bytes(signer.sign(body))
    (folder / "KEY.pem").write_bytes(pem(signer.public))
    for path in folder.rglob("*"):
        path.chmod(0o500 if path.is_dir() else 0o400)
    folder.chmod(0o500)
    return len(files)
