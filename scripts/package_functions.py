"""
`make lambda`: the code of the functions as AWS Lambda is to have it, in `dist/functions`.

The packages are those of `requirements/aws.txt` by their hashes, as wheels for Lambda's machine and not for this one,
so no container is needed; without those that Lambda brings along or that only a server uses.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from bootstrap import ROOT, UV, CannotStart, bootstrap, run, say

PACKED = ROOT / "dist" / "functions"
PLATFORM = ("--python-platform", "aarch64-manylinux_2_28", "--python-version", "3.14", "--only-binary", ":all:")
"""As `infra/functions.py` has the runtime and the architecture."""
LEFT_OUT = ("boto3", "botocore", "s3transfer", "jmespath", "uvloop", "httptools", "bin")
"""In Lambda's runtime already, or of a server's."""
LARGEST = 250_000_000
"""Bytes that Lambda takes, unpacked."""


def pack() -> int:
    """Fill `dist/functions`; how many bytes it has."""
    shutil.rmtree(PACKED, ignore_errors=True)
    PACKED.mkdir(parents=True)
    lock = ROOT / "requirements" / "aws.txt"
    run(
        "Packing",
        [UV, "pip", "install", "--quiet", "--target", PACKED, *PLATFORM, "--require-hashes", "--no-deps", "-r", lock],
    )
    for name in LEFT_OUT:
        shutil.rmtree(PACKED / name, ignore_errors=True)
    without = shutil.ignore_patterns("__pycache__", "portal", "testing", "README.md")
    shutil.copytree(ROOT / "src" / "meridian", PACKED / "meridian", ignore=without)
    shutil.copytree(ROOT / "functions", PACKED / "functions", ignore=without)
    return sum(path.stat().st_size for path in PACKED.rglob("*") if path.is_file())


def main() -> int:
    """Pack; 1 when it cannot be, or would not be taken."""
    try:
        bootstrap("infra")
        size = pack()
    except CannotStart as wrong:
        say(f"\nThe functions cannot be packed. {wrong}\n")
        return 1
    say(f"  {PACKED.relative_to(Path.cwd())}: {size // 1_000_000} MB of {LARGEST // 1_000_000} that Lambda takes")
    return 0 if size < LARGEST else 1


if __name__ == "__main__":
    sys.exit(main())
