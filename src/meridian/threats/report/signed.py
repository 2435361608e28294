"""
Who signs a report, and where it is written.

The key is the deployment's own, which signs its audit logs, when its folder is at hand; else one that is named; else
one that is made for the report and forgotten, which shows that nothing was altered since and not who wrote it.
"""

import base64
import json
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from meridian.audit.checkpoint import Signer
from meridian.threats.findings import Run
from meridian.threats.register import Register
from meridian.threats.report.page import page


@dataclass(frozen=True, slots=True)
class Key:
    """
    A key that signs a report.

    Args:
        signer: The key.
        whose: In a sentence, as a reader is told.
    """

    signer: Signer
    whose: str


@dataclass(frozen=True, slots=True)
class _Private:
    _key: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


def read_key(path: Path) -> Key:
    """
    The key in a file (PKCS#8 PEM without a password, as `openssl genpkey -algorithm ed25519` writes it).

    Raises:
        ValueError: If there is no such key in it.
    """
    try:
        found = load_pem_private_key(path.read_bytes(), None)
    except TypeError as wrong:
        raise ValueError(f"{path}: its key has a password") from wrong
    if not isinstance(found, Ed25519PrivateKey):
        raise ValueError(f"{path}: it is no Ed25519 key")  # noqa: TRY004  # of the file, not of an argument
    return Key(_Private(found), "Signed with a key that whoever ran this named.")


def made_key() -> Key:
    """One that is kept nowhere."""
    whose = (
        "Signed with a key that was made for this report and is kept nowhere: it shows that nothing was altered since"
        " it was signed, and not who signed it."
    )
    return Key(_Private(Ed25519PrivateKey.generate()), whose)


def write(folder: Path, run: Run, register: Register, key: Key) -> list[Path]:
    """
    Write the report into *folder*; what was written. What is there of an earlier one is replaced.

    Raises:
        OSError: If it cannot be written.
    """
    public = base64.b64encode(key.signer.public).decode()
    said = run.as_json(register) | {"signer": key.whose, "key": public}
    files = {
        "report.html": page(run, register, key.whose, public),
        "report.json": json.dumps(said, indent=1, ensure_ascii=False).encode() + b"\n",
    }
    files |= {f"{name}.sig": key.signer.sign(content) for name, content in files.items()}
    pem = Ed25519PublicKey.from_public_bytes(key.signer.public)
    files["public-key.pem"] = pem.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files]
