"""Small files that matter: replaced in one step, readable by their owner only."""

import os
from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Put *content* at *path*, whole or not at all, and durable when this returns."""
    fresh = _beside(path)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    _sync_folder(path.parent)


def create_file(path: Path, content: bytes) -> bool:
    """Put *content* at *path* if nothing is there; `False` when something was, even if it came at the same moment."""
    fresh = _beside(path)
    replace_file(fresh, content)
    try:
        os.link(fresh, path)
    except FileExistsError:
        return False
    finally:
        fresh.unlink()
    _sync_folder(path.parent)
    return True


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.urandom(6).hex()}")


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
