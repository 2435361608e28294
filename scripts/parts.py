"""Run named commands, and end with a table of how each went."""

from __future__ import annotations

import os
import subprocess
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from bootstrap import PORTAL, ROOT, VENV, npm_command, npm_environment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

BYTECODE = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(ROOT / ".cache" / "bytecode")}
"""Hundreds of processes are started by tests; where nothing is kept, each compiles all it imports anew."""


@dataclass(frozen=True)
class Part:
    """One command: its *title* in the table, its *words*, the folder it runs in, and the exit *codes* that are well."""

    title: str
    words: tuple[str, ...]
    folder: Path = ROOT
    codes: tuple[int, ...] = (0,)


class Result(NamedTuple):
    """How a part went: whether well, in how many seconds, and what it said unless that was heard at once."""

    part: Part
    well: bool
    seconds: float
    said: bytes = b""


def npm(title: str, script: str) -> Part:
    """A script of the portal's package.json."""
    return Part(title, (*npm_command(), "run", "--silent", script), PORTAL)


def run_parts(parts: Sequence[Part], beside: Sequence[Part] = ()) -> list[Result]:
    """
    Run every part, also after one has failed.

    Args:
        parts: One after the other, heard at once.
        beside: Others, one after the other at the same time, on whatever the former leave of the machine; what they
            say is printed whole, between two parts.
    """
    results = []
    with ThreadPoolExecutor(1) as lane:
        waiting = [lane.submit(_run, part, subprocess.PIPE) for part in beside]
        for part in parts:
            print(f"\n── {part.title}", flush=True)
            results.append(_run(part))
            while waiting and waiting[0].done():
                results.append(_heard(waiting.pop(0)))
        return results + [_heard(one) for one in waiting]


def _run(part: Part, where: int | None = None) -> Result:
    environment = npm_environment() | BYTECODE
    environment["PATH"] = f"{VENV / 'bin'}{os.pathsep}{environment['PATH']}"
    began = time.monotonic()
    done = subprocess.run(  # noqa: S603  # our own
        part.words, cwd=part.folder, env=os.environ | environment, check=False, stdout=where,
        stderr=where and subprocess.STDOUT,
    )  # fmt: skip
    return Result(part, done.returncode in part.codes, time.monotonic() - began, done.stdout or b"")


def _heard(one: Future[Result]) -> Result:
    result = one.result()
    print(f"\n── {result.part.title}\n{result.said.decode(errors='replace')}", end="", flush=True)
    return result


def summary(results: list[Result]) -> bool:
    """Print the table; whether everything went well."""
    print("\n── Summary")
    for one in results:
        print(f"  {'ok    ' if one.well else 'FAILED'}  {one.part.title:<28} {one.seconds:7.1f} s")
    return all(one.well for one in results)
