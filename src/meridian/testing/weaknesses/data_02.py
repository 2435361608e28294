"""DATA-02: a house that leaves its keys about."""

import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

from meridian.app import adapters
from meridian.cli import serving
from meridian.vault.master import create_master
from meridian.vault.secrets import Secret, Secrets

_started: list["subprocess.Popen[bytes]"] = []
"""What a twin started: lives as long as it does."""


def secrets_in_environment() -> None:
    """A program is started with a secret in its environment, as many are."""
    strict = Secrets.get

    def get(self: Secrets, name: str) -> Secret:
        found = strict(self, name)
        if not _started:
            given = {**os.environ, "MARIADB_PASSWORD": found.reveal()}
            _started.append(subprocess.Popen(["cat"], stdin=subprocess.PIPE, env=given))  # noqa: S607  # ends with the twin
        return found

    Secrets.get = get  # type: ignore[method-assign]  # what is taken out


def secrets_in_log() -> None:
    """What is asked for is written down."""
    strict = Secrets.get

    def get(self: Secrets, name: str) -> Secret:
        found = strict(self, name)
        print(f"asked for {name}: {found.reveal()}", file=sys.stderr, flush=True)  # noqa: T201  # what is shown
        return found

    Secrets.get = get  # type: ignore[method-assign]  # likewise


def cores() -> None:
    """A crash writes everything down."""

    def leave_a_core() -> None:
        _, most = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (most, most))

    serving.leave_no_core = leave_a_core


def key_for_others() -> None:
    """The master key is a file as any other, in a folder as any other."""

    def create(path: Path) -> Any:
        made = create_master(path)
        path.chmod(0o644)
        path.parent.chmod(0o755)
        return made

    adapters.create_master = create  # type: ignore[attr-defined]  # it is imported there


def key_in_code(checkout: Path) -> None:
    """Somebody has put a key where the code is."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415  # only this one makes a key
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415  # likewise

    key = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (checkout / "deploy" / "old.txt").write_bytes(key)


WEAKNESSES = {
    "secrets-in-environment": secrets_in_environment,
    "secrets-in-log": secrets_in_log,
    "cores": cores,
    "key-for-others": key_for_others,
}
CHECKOUTS = {"key-in-code": key_in_code}
