"""
A model of how GitHub runs a step: what it does to `${{ … }}` before the shell sees the script, and nothing else.

An expression is replaced by text, whatever that text is; that is the whole of workflow injection (INFRA-03). Steps run
in an empty folder with a path of stubs, so that nothing but the shell's reading of the script is tried.
"""

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[3]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
STUBS = ("sudo", "make", "gh", "python3", "docker", "chown", "aws", "npm", "sha256sum")
_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Step:
    """A step that runs a script, with where it stands."""

    workflow: str
    job: str
    no: int
    script: str
    environment: Mapping[str, str]


def read(path: Path) -> dict[str, Any]:
    """A workflow; `on`, which YAML 1.1 takes for a truth value, is under its name."""
    table: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {("on" if key is True else str(key)): value for key, value in table.items()}


def jobs(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The jobs of a workflow by name."""
    yield from read(path)["jobs"].items()


def scripts(path: Path) -> Iterator[Step]:
    """Every step of a workflow that runs a script."""
    for name, job in jobs(path):
        for no, step in enumerate(job["steps"], 1):
            if "run" in step:
                yield Step(path.name, name, no, step["run"], step.get("env", {}))


def expanded(text: str, context: Mapping[str, str]) -> str:
    """*text* as GitHub hands it to the shell."""
    return _EXPRESSION.sub(lambda found: context.get(found[1], ""), text)


def run(step: Step, context: Mapping[str, str], folder: Path) -> None:
    """Run a step's script in *folder*, with every variable that GitHub sets from what a stranger chose."""
    stubs = folder / "stubs"
    stubs.mkdir(exist_ok=True)
    for name in STUBS:
        (stubs / name).write_text("#!/bin/sh\nexit 0\n", encoding="ascii")
        (stubs / name).chmod(0o755)
    environment = {name: expanded(str(value), context) for name, value in step.environment.items()}
    given = {name.replace("github.", "GITHUB_").upper(): value for name, value in context.items() if _plain(name)}
    subprocess.run(  # noqa: S603  # our own workflow, in an empty folder, with stubs for programs
        ["/bin/bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", expanded(step.script, context)],
        cwd=folder,
        env={"PATH": f"{stubs}{os.pathsep}/usr/bin{os.pathsep}/bin", **given, **environment},
        capture_output=True,
        check=False,
        timeout=10,
    )


def _plain(name: str) -> bool:
    return re.fullmatch(r"github\.[a-z_]+", name) is not None
