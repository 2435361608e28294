"""
The files of `deploy`, filled in by the very program that production fills them in with.

A test says its place, which is ports and folders; whatever else a file says is production's.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

DEPLOY = Path(__file__).resolve().parents[3] / "deploy"
PROGRAM = DEPLOY / "place.py"

Place = Mapping[str, "str | int | list[str]"]

CLINIC: Place = {
    "host": "clinic.example",
    "monitoring_host": "monitoring.clinic.example",
    "alerts_to": "operators@clinic.example",
    "alerts_from": "meridian@clinic.example",
    "elastic": "search.clinic.example",
}
"""What production has to say, and no more."""
OF_A_TEST = re.compile(r"/tmp|/dev/shm|pytest|meridian-test|user root|(?:clinic|monitoring)\.test\b|self-signed")  # noqa: S108  # what is looked for
"""What is in a test's place and never in production's."""


class NotPlaced(Exception):
    """The program refused; the message is its own."""


def fill(source: str | Path, target: Path, place: Place) -> None:
    """
    Fill *source*, a file or folder of `deploy` or another, in as *target*.

    Raises:
        NotPlaced: If the program refuses.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as said:
        said.write("".join(f"{name} = {_toml(value)}\n" for name, value in place.items()))
        said.flush()
        done = subprocess.run(  # noqa: S603  # our own program
            [sys.executable, str(PROGRAM), str(source), str(target), "--place", said.name],
            capture_output=True, text=True, check=False, timeout=30,
        )  # fmt: skip
    if done.returncode:
        raise NotPlaced(done.stderr)


def _toml(value: "str | int | list[str]") -> str:
    return repr(value) if isinstance(value, int) else str(value) if isinstance(value, list) else f"'{value}'"
