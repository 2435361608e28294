"""
Evidence: what was done to show that the house is as it should be, kept with its date and signed.

Each finding is a file `<data>/evidence/<kind>/<UTC>.json`, a JSON object with its kind, its time, the public key and
the content; beside it `<UTC>.json.sig`, the Ed25519 signature of exactly those octets by the key that signs the audit
logs; and in `<data>/evidence/keys` that public key as PEM. So anybody verifies it without Meridian:

    openssl pkeyutl -verify -pubin -inkey keys/ID.pem -rawin -in drill/UTC.json -sigfile drill/UTC.json.sig

The folder can be written by whoever runs the house, keys included: who does not trust them compares the key with one
they were given by another way, as for an exported audit log. It holds counts, times and names, no patient's data.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from itertools import chain, count
from pathlib import Path
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from meridian.audit.checkpoint import Signer
from meridian.vault.files import create_file

FOLDER = "evidence"
KEYS = "keys"
"""The folder of public keys that evidence was signed with, beside the kinds."""
SIGNATURE = ".sig"
_STAMP = re.compile(r"\d{8}T\d{6}\.\d{3}Z(-\d+)?")
_FILE = re.compile(rf"keys/[0-9a-f]{{16}}\.pem|[a-z-]+/{_STAMP.pattern}\.json(\.sig)?|drill-\d+\.json")
"""Paths below the folder; the last are drills from before evidence was signed."""


class Kind(StrEnum):
    """What evidence is of; the name of its folder."""

    VERIFY = "verify"
    PROVE = "prove"
    DRILL = "drill"
    TABLETOP = "tabletop"
    INCIDENT = "incident"
    ACCESS_REVIEW = "access-review"
    DOCTOR = "doctor"


class Standing(StrEnum):
    """What the signature says."""

    SIGNED = "signed"
    UNSIGNED = "not signed"
    ALTERED = "altered"


class Evidence(msgspec.Struct, frozen=True):
    """
    One finding as it was kept.

    Args:
        kind: What it is of.
        at: When, ms since the epoch.
        content: What was found.
        path: Where it lies.
        standing: Whether it is as it was signed. What a process found that is not given the key is not signed.
    """

    kind: str
    at: int
    content: dict[str, Any]
    path: Path
    standing: Standing


def keep(folder: Path, kind: str, content: Mapping[str, Any] | msgspec.Struct, signer: Signer | None, at: int) -> Path:
    """
    Keep a finding for good, beside the earlier ones; where it is.

    Args:
        folder: The data folder.
        kind: What it is of; see `Kind`.
        content: What was found: nothing of patients.
        signer: The house's `signer`; `None` in a process that is not given the key.
        at: When it was found, ms since the epoch.

    Raises:
        OSError: If it cannot be written.
    """
    place = folder / FOLDER / Kind(kind).value
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    whole = {"kind": Kind(kind).value, "at": _iso(at), "key": "", "content": msgspec.to_builtins(content)}
    if signer is None:
        return _put(place, at, _octets(whole), b"")
    _pin(folder, signer.public)
    body = _octets(whole | {"key": base64.b64encode(signer.public).decode()})
    return _put(place, at, body, signer.sign(body))


def held(folder: Path, kind: str, public: bytes = b"") -> list[Evidence]:
    """
    Every finding of that kind, the oldest first.

    Args:
        folder: The data folder.
        kind: What they are of.
        public: The key they must be signed with, 32 octets; empty: one that is kept beside them.
    """
    place = folder / FOLDER / Kind(kind).value
    trusted = {public} if public else set(_pinned(folder))
    paths = (path for path in place.glob("*.json") if _STAMP.fullmatch(path.stem))
    return sorted((_read(path, kind, trusted) for path in paths), key=lambda one: (one.at, one.path.name))


def newest(folder: Path, kind: str, public: bytes = b"") -> Evidence | None:
    """The last finding of that kind; `None` if there never was one. *public* as in `held`."""
    return next(reversed(held(folder, kind, public)), None)


def _read(path: Path, kind: str, trusted: set[bytes]) -> Evidence:
    """One finding; what is no JSON object of ours is altered, and says nothing."""
    body = path.read_bytes()
    try:
        whole = json.loads(body)
        at, content, key = _since(whole["at"]), dict(whole["content"]), base64.b64decode(whole["key"])
    except (ValueError, KeyError, TypeError):
        return Evidence(kind, _since(_time_of(path)), {}, path, Standing.ALTERED)
    return Evidence(kind, at, content, path, _standing(path, body, key, trusted, said=whole.get("kind") == kind))


def _standing(path: Path, body: bytes, key: bytes, trusted: set[bytes], *, said: bool) -> Standing:
    signature = path.with_name(path.name + SIGNATURE)
    if not key and not signature.exists():
        return Standing.UNSIGNED
    if not said or key not in trusted:
        return Standing.ALTERED
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature.read_bytes(), body)
    except (InvalidSignature, ValueError, OSError):
        return Standing.ALTERED
    return Standing.SIGNED


def _put(place: Path, at: int, body: bytes, signature: bytes) -> Path:
    """Under the first free name of that millisecond; the signature is there before what it is of."""
    for stem in chain((_stamp(at),), (f"{_stamp(at)}-{no}" for no in count(2))):
        path = place / f"{stem}.json"
        if signature and not create_file(path.with_name(path.name + SIGNATURE), signature):
            continue
        if create_file(path, body):
            return path
    raise AssertionError  # pragma: no cover  # the names never end


def collected(folder: Path) -> dict[str, bytes]:
    """Every file of evidence by its path, keys and signatures too, for a backup; *folder* is the data folder."""
    place = folder / FOLDER
    found = {path.relative_to(place).as_posix(): path for path in place.rglob("*") if path.is_file()}
    return {name: found[name].read_bytes() for name in sorted(found) if _FILE.fullmatch(name)}


def laid(folder: Path, files: Mapping[str, bytes]) -> None:
    """
    Put back what was collected, beside what there is; *folder* is the data folder.

    Raises:
        ValueError: If a path is none of ours.
    """
    for name, body in files.items():
        if not _FILE.fullmatch(name):
            raise ValueError("That is no file of evidence")
        path = folder / FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        create_file(path, body)


def pem(public: bytes) -> bytes:
    """A public key of 32 octets as openssl reads it."""
    return Ed25519PublicKey.from_public_bytes(public).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def pin_of(public: bytes) -> str:
    """The name of a public key's file: the beginning of its SHA-256."""
    return f"{sha256(public).hexdigest()[:16]}.pem"


def _pin(folder: Path, public: bytes) -> None:
    keys = folder / FOLDER / KEYS
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    create_file(keys / pin_of(public), pem(public))


def _pinned(folder: Path) -> Iterator[bytes]:
    for path in sorted((folder / FOLDER / KEYS).glob("*.pem")):
        key = load_pem_public_key(path.read_bytes())
        if isinstance(key, Ed25519PublicKey):
            yield key.public_bytes_raw()


def _octets(whole: dict[str, Any]) -> bytes:
    return json.dumps(whole, indent=1, ensure_ascii=False).encode() + b"\n"


def _iso(at: int) -> str:
    """
    A time, ms since the epoch, as ISO 8601 has it.

    >>> _iso(1_700_000_000_123), _since(_iso(1_700_000_000_123)), _stamp(1_700_000_000_123)
    ('2023-11-14T22:13:20.123Z', 1700000000123, '20231114T221320.123Z')
    """
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _stamp(at: int) -> str:
    return _iso(at).replace("-", "").replace(":", "")


def _since(iso: str) -> int:
    return round(datetime.fromisoformat(iso).timestamp() * 1000)


def _time_of(path: Path) -> str:
    """The time that a file's name says."""
    return path.stem.partition("-")[0]
