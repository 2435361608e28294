"""
A manifest: what belongs to one backup, with counts and hashes; sealed by the backup's key, and signed.

    4 bytes   format
    2 bytes   length of the wrapped key
    wrapped   the backup's key, wrapped by the master key
    sealed    AES-256-GCM of the compressed description, bound to the object's name
    64 bytes  Ed25519 signature of the name and all before, by the key that signs the audit logs

Whoever restores knows that key from the secrets within, which the master key seals; or from elsewhere, and then it must
be the same.
"""

import base64
import json
import os
from collections.abc import AsyncIterator, Mapping, Sequence

import msgspec
import zstandard
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from meridian.audit.checkpoint import Signer
from meridian.faults import NotFound
from meridian.files.shelf import Shelf
from meridian.ops.backup import names
from meridian.ops.backup.blobs import Blob
from meridian.ops.backup.sealing import NONCE, BackupKey, Keys
from meridian.vault.unreadable import Unreadable

FORMAT = b"MBK\x01"
LARGEST = 2**28
"""Bytes of a description."""
_SIGNATURE = 64
_ALTERED = "The backup's manifest was altered, or belongs to another"


class Head(msgspec.Struct, frozen=True):
    """How far an organisation's audit log had come; *note* is its newest checkpoint."""

    org: int
    size: int
    root: bytes
    note: str


class Listing(msgspec.Struct, frozen=True):
    """A folder of sealed files: how many, how large, and the list of them."""

    files: int
    size: int
    entries: Blob


class Table(msgspec.Struct, frozen=True):
    """A table kept row by row: the statement that makes it, its columns, its rows' batches, and their hash."""

    name: str
    makes: str
    columns: Sequence[str]
    rows: int
    batches: Blob


class Piece(msgspec.Struct, frozen=True):
    """A binary log that the server has closed, or as much of it as there was."""

    name: str
    content: Blob


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """
    One backup.

    Args:
        no: Rises by one with each; the clock may be wrong, this is not.
        made: When what it holds was so, ms since the epoch.
        took: Milliseconds that it took.
        since: When the last one was made that refers to nothing earlier.
        full: Whether that is this one.
        follows: Name of the backup before; empty in the first.
        parent: Name of the backup that this one's database adds to; empty when it stands by itself.
        engine: `sqlite`, `physical` or `rows`.
        schema: Migration of the database.
        catalogue, account: Name of the MariaDB database, and whom the house is there.
        database: The file, or mariadb-backup's stream.
        tables: The rows, where they are kept one by one.
        position: `to_lsn` of mariadb-backup, where the next one goes on.
        binlog: Binary logs since, and where in the first one to begin; empty without.
        counts: Rows of each table: at least, and at most.
        heads: Audit logs.
        documents: Folders of sealed files; `None` when they lie in a bucket, which keeps versions itself.
        anchors: Anchors of the audit logs, and the ledger of destroyed keys, by file name.
        evidence: What shows that the house was as it should be; `None` in backups from before that was kept.
        secrets: The file of secrets, sealed as it is.
        settings: `settings.toml`, which holds no secret.
        packs: Wrapped keys of all packs it refers to, by name.
        sent: Bytes that were put on the shelf for it.
    """

    no: int
    made: int
    took: int = 0
    since: int = 0
    full: bool = True
    follows: str = ""
    parent: str = ""
    engine: str
    schema: str
    catalogue: str = ""
    account: str = ""
    database: Blob | None = None
    tables: Sequence[Table] = ()
    position: int = 0
    binlog: Sequence[Piece] = ()
    binlog_from: tuple[str, int] = ("", 0)
    counts: Mapping[str, tuple[int, int]]
    heads: Sequence[Head]
    documents: Mapping[str, Listing] | None = None
    anchors: Mapping[str, Blob]
    secrets: bytes
    settings: bytes
    packs: Mapping[str, bytes]
    evidence: Blob | None = None
    sent: int = 0


async def put(shelf: Shelf, manifest: Manifest, key: BackupKey, signer: Signer) -> str:
    """Seal, sign and put a manifest on the shelf, whereby the backup comes to be; its name."""
    name = names.manifest(manifest.made)
    packed = zstandard.ZstdCompressor(level=3).compress(msgspec.msgpack.encode(manifest))
    nonce = os.urandom(NONCE)
    sealed = nonce + key.cipher(name).encrypt(nonce, packed, name.encode())
    body = FORMAT + len(key.wrapped).to_bytes(2, "big") + key.wrapped + sealed
    await shelf.put(name, _once(body + signer.sign(_signed(name, body))))
    return name


async def get(shelf: Shelf, name: str, keys: Keys, public: bytes = b"") -> Manifest:
    """
    The manifest of that name, opened, its signature checked.

    Args:
        shelf: Where it is.
        name: Of the object.
        keys: Opens its key.
        public: The key it must be signed with, 32 octets; empty: the one among its secrets.

    Raises:
        Unreadable: If it was altered, signed by somebody else, or sealed by another master key.
    """
    raw = await shelf.get(name, 0, await shelf.size(name))
    body, signature = raw[:-_SIGNATURE], raw[-_SIGNATURE:]
    if body[:4] != FORMAT:
        raise Unreadable(_ALTERED)
    end = 6 + int.from_bytes(body[4:6], "big")
    cipher = keys.opened(body[6:end]).cipher(name)
    try:
        packed = cipher.decrypt(body[end : end + NONCE], body[end + NONCE :], name.encode())
        found = msgspec.msgpack.decode(zstandard.ZstdDecompressor().decompress(packed, LARGEST), type=Manifest)
        trusted = Ed25519PublicKey.from_public_bytes(public or signing_key(found, keys))
        trusted.verify(signature, _signed(name, body))
    except (InvalidTag, InvalidSignature, ValueError, zstandard.ZstdError, msgspec.MsgspecError):
        raise Unreadable(_ALTERED) from None
    return found


def signing_key(manifest: Manifest, keys: Keys) -> bytes:
    """The public half of the key that signs audit logs, as the backup's secrets have it."""
    secrets = json.loads(keys.secrets(manifest.secrets))
    try:
        secret = base64.b64decode(secrets["audit/signing-key"])
    except KeyError:
        raise Unreadable("The backup's secrets lack the key that signs") from None
    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


async def stamps(shelf: Shelf) -> list[names.Stamp]:
    """Every manifest on the shelf, the oldest first; none was opened."""
    found = [names.stamp(kept.name) async for kept in shelf.names()]
    return sorted(one for one in found if one is not None)


async def newest(shelf: Shelf, keys: Keys, before: int, public: bytes = b"") -> tuple[str, Manifest]:
    """
    The newest backup made no later than *before* (ms since the epoch).

    Raises:
        NotFound: If there is none.
        Unreadable: If it does not open.
    """
    for stamped in reversed(await stamps(shelf)):
        if stamped.made <= before:
            return stamped.name, await get(shelf, stamped.name, keys, public)
    raise NotFound("There is no backup of that time or before")


def _signed(name: str, body: bytes) -> bytes:
    return b"meridian backup manifest\n" + name.encode() + b"\n" + body


async def _once(body: bytes) -> AsyncIterator[bytes]:
    yield body
