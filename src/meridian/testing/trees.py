"""A copy of what attacks read besides the deployment, to be altered: the checkout's files, and templates."""

import shutil
from pathlib import Path

from meridian.testing.drawn import draw
from meridian.testing.workflows import ROOT

PARTS = (
    ".github", "deploy", "functions", "infra/cli", "infra/images", "requirements", "portal/package.json",
    "portal/package-lock.json", "portal/.npmrc", "scripts/release.py", "pyproject.toml",
)  # fmt: skip
"""Of the checkout, what is read of it as a whole."""


def checkout(folder: Path) -> Path:
    """A copy of those parts, in a new *folder*."""
    for part in PARTS:
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copyfile
        copy(ROOT / part, folder / part)
    return folder


def templates(folder: Path) -> Path:
    """Templates of the checkout's functions, in a new *folder*."""
    draw(folder, ROOT / "functions")
    return folder


def replace(path: Path, old: str, new: str) -> None:
    """
    Put *new* in the place of *old* in a file, wherever it stands.

    Raises:
        LookupError: If it stands nowhere.
    """
    text = path.read_text(encoding="utf-8")
    if old not in text:
        raise LookupError(f"{old!r} is not in {path.name}")
    path.write_text(text.replace(old, new), encoding="utf-8")
