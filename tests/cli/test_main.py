import subprocess
import sys

import pytest
from click.testing import CliRunner

from meridian import __version__
from meridian.cli import COMMANDS, main


def test_help_names_every_command_and_shows_how_to_begin() -> None:
    said = CliRunner().invoke(main, ["--help"])

    assert said.exit_code == 0
    assert all(f"  {name} " in said.output for name in COMMANDS)
    assert "meridian demo" in said.output
    assert "Exit codes" in said.output


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    said = CliRunner().invoke(main, [name, "--help"])

    assert said.exit_code == 0
    assert len(said.output.splitlines()) > 8


def test_help_imports_nothing_heavy() -> None:
    heavy = "{'sqlalchemy', 'alembic', 'fastapi', 'pydantic', 'cryptography', 'uvicorn', 'rich', 'meridian.app'}"
    program = f"""
import sys
from click.testing import CliRunner
from meridian.cli import main
CliRunner().invoke(main, ["--help"])
print(sorted({heavy} & set(sys.modules)))
"""

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603  # our own

    assert done.stdout.strip() == "[]"


def test_a_command_that_does_not_exist_is_a_matter_of_usage() -> None:
    assert CliRunner().invoke(main, ["conquer"]).exit_code == 2


def test_the_version_is_said() -> None:
    assert __version__ in CliRunner().invoke(main, ["--version"]).output
