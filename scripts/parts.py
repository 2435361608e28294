"""Run named commands one after the other, and end with a table of how each went."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bootstrap import PORTAL, ROOT, VENV, npm_command, npm_environment

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Part:
    """One command: its *title* in the table, its *words*, and the folder it runs in."""

    title: str
    words: tuple[str, ...]
    folder: Path = ROOT


def npm(title: str, script: str) -> Part:
    """A script of the portal's package.json."""
    return Part(title, (*npm_command(), "run", "--silent", script), PORTAL)


def run_parts(parts: list[Part]) -> list[tuple[Part, bool, float]]:
    """Run every part, also after one has failed; (part, whether it went well, seconds)."""
    environment = npm_environment()
    environment["PATH"] = f"{VENV / 'bin'}{os.pathsep}{environment['PATH']}"
    results = []
    for part in parts:
        print(f"\n── {part.title}", flush=True)
        began = time.monotonic()
        done = subprocess.run(part.words, cwd=part.folder, env=os.environ | environment, check=False)  # noqa: S603
        results.append((part, done.returncode == 0, time.monotonic() - began))
    return results


def summary(results: list[tuple[Part, bool, float]]) -> bool:
    """Print the table; whether everything went well."""
    print("\n── Summary")
    for part, well, seconds in results:
        print(f"  {'ok    ' if well else 'FAILED'}  {part.title:<28} {seconds:7.1f} s")
    return all(well for _, well, _ in results)
