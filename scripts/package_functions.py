"""
`make lambda`: the code of the functions as AWS Lambda is to have it, in `dist/functions`, which `infra/` deploys.

    python scripts/package_functions.py                 for Lambda: Python 3.14 on ARM
    python scripts/package_functions.py --here          for this machine, to look at it

It is made of the locked packages (`requirements/aws.txt`, by their hashes, as wheels for Lambda's machine) and of this
tree, and of nothing else; no container is needed. All that varies from one making to the next (times, modes, compiled
code, who installed it) is taken away, so that the same tree gives the same bytes: `dist/functions.sha256` has the hash
of every file, and its own hash is printed. AWS's library comes along, so that it is the one that was locked and tested.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "dist" / "functions"
LOCK = ROOT / "requirements" / "aws.txt"
PLATFORM = ("--python-platform", "aarch64-manylinux_2_28", "--python-version", "3.14")
"""As `infra/functions.py` has the runtime."""
AUTHORITY = "rds-ca.pem"
"""Amazon's certificates for RDS, which whoever deploys puts here, for the images as well; without them no database."""
LARGEST = 250_000_000
"""Bytes that Lambda takes, unpacked. Source: docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html."""
MOMENT = 1_577_836_800
"""Every file's time: the beginning of 2020."""
NOT_OURS = ("web/portal/", "testing/", "threats/", "ops/demo/")
"""Below `src/meridian`: what no function needs."""
NOT_THEIRS = re.compile(
    r"(^|/)(tests?|__pycache__|bin|include)/|\.(c|cpp|h|pyx|pxd|pyi|pyc|a)$|/(RECORD|INSTALLER|REQUESTED|direct_url\.json)$"
    r"|^(awslambdaric|runtime_client|uvloop|pip|setuptools)([./-]|$)"
)
"""Sources of compiled modules, tests, notes of the installer, and what Lambda has by itself."""
SERVICES = frozenset(
    {"cognito-idp", "events", "kms", "s3", "secretsmanager", "sesv2", "sns", "sqs", "sts", "sso", "sso-oidc"}
)
"""Of AWS, whose descriptions botocore needs; those of 400 others are left out."""
_SERVICE = re.compile(r"^botocore/data/([a-z0-9-]+)/")


def ours() -> Iterator[tuple[Path, str]]:
    """Files of this tree, each with its place in the package, in order."""
    source = ROOT / "src"
    for path in sorted((source / "meridian").rglob("*")):
        name = path.relative_to(source).as_posix()
        if path.is_file() and "__pycache__" not in name and not name.removeprefix("meridian/").startswith(NOT_OURS):
            yield path, name
    for path in sorted((ROOT / "functions").rglob("*.py")):
        yield path, path.relative_to(ROOT).as_posix()
    if (authority := ROOT / AUTHORITY).is_file():
        yield authority, AUTHORITY


def kept(name: str) -> bool:
    """
    Whether a file of an installed package is wanted.

    >>> kept("asyncmy/connection.c"), kept("boto3/session.py"), kept("botocore/data/ec2/2016-11-15/service-2.json.gz")
    (False, True, False)
    """
    service = _SERVICE.match(name)
    return not NOT_THEIRS.search(name) and (service is None or service[1] in SERVICES)


def pack(target: Path, *, here: bool = False) -> str:
    """Make the package anew in *target*; the hash over all of it."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    install(target, here=here)
    for path in sorted(target.rglob("*"), reverse=True):
        if path.is_file() and not kept(path.relative_to(target).as_posix()):
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    for source, name in ours():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target / name)
    return settle(target)


def install(target: Path, *, here: bool) -> None:
    """The locked packages, as wheels."""
    command = [
        str(ROOT / ".cache" / "uv" / "bin" / "uv"), "pip", "install", "--quiet", "--no-deps", "--require-hashes",
        "--only-binary", ":all:", "--link-mode", "copy", "--target", str(target), *(() if here else PLATFORM),
        "--requirements", str(LOCK),
    ]  # fmt: skip
    subprocess.run(command, check=True)  # noqa: S603  # our own arguments


def settle(target: Path) -> str:
    """Take away what varies, write the hashes down, and see that Lambda takes it."""
    lines, size = [], 0
    for path in sorted(target.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
        os.utime(path, (MOMENT, MOMENT))
        if path.is_file():
            content = path.read_bytes()
            size += len(content)
            lines.append(f"{hashlib.sha256(content).hexdigest()}  {path.relative_to(target).as_posix()}\n")
    if size > LARGEST:
        sys.exit(f"The package has {size:,} bytes, and Lambda takes {LARGEST:,}")
    listed = "".join(lines).encode()
    target.with_suffix(".sha256").write_bytes(listed)
    print(f"{target.name}: {len(lines):,} files, {size:,} bytes")
    return hashlib.sha256(listed).hexdigest()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Pack the functions for Lambda.")
    parser.add_argument("--here", action="store_true", help="for this machine's own Python")
    parser.add_argument("--to", type=Path, default=TARGET, help="folder; its content is replaced")
    said = parser.parse_args()
    print(pack(said.to, here=said.here))
