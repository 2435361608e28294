"""`make check`: what a machine can say about the code without running it."""

import sys

from parts import Part, npm, run_parts, summary

CHECKS = [
    Part("lint (ruff)", ("ruff", "check", ".")),
    Part("format (ruff)", ("ruff", "format", "--check", ".")),
    Part("types (mypy --strict)", ("mypy",)),
    Part("import contracts", ("lint-imports", "--no-logo")),
    Part("dependencies (deptry)", ("deptry", "src", "--config", "pyproject.toml")),
    npm("portal checks", "check"),
]

if __name__ == "__main__":
    sys.exit(0 if summary(run_parts(CHECKS)) else 1)
