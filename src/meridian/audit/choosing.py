"""
Entries that were chosen from a log, each with its proof, as one ZIP that anybody can verify.

    entries/7.json                 the entry's bytes, as they are kept and hashed
    entries/7.tlog-proof           that it is in the log at its place (C2SP tlog-proof)
    checkpoint                     the signed checkpoint to which the proofs lead
    selection                      how many there are and the hash over them, signed, so that none can be taken out
    anchors, consistency/OLD-NEW   the newest checkpoint anchored outside the database, and that the log continues it
    key                            the public key; compare it with the one you wrote down
    verifier.py, README            how to verify all this, on a machine without Meridian

What is chosen is whoever asks's matter, and `selection` says it in their words, which hold ids only. Everything is made
a piece at a time, so that an export of any length takes the same memory.
"""

import asyncio
import base64
import io
import json
import zipfile
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from meridian.audit import checkpoint, tree, verifier
from meridian.audit.anchors import Anchors
from meridian.audit.checkpoint import Signer
from meridian.faults import Unavailable
from meridian.store.engine import Engine
from meridian.store.plan import Plan, Query

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

MOST: Final = 10_000
"""Entries of one export; for more, export the whole log (`meridian audit export`)."""
VERIFIER: Final = Path(verifier.__file__)
_BODY = "SELECT body FROM audit_entry WHERE org = ? AND seq = ?"

README: Final = """\
Entries of an audit log, each with the proof that it is in the log and unchanged.

To verify them you need Python 3.11 or later, nothing else, and the public key that you were given by another way:

    python3 verifier.py . --key 'NAME+ID+KEY'

It ends with "every entry is in the log, as it was written" and exit code 0, or names the first entry that is not.
The file `key` names the key that came with the export: compare it with the one you were given.
If you keep checkpoints of your own (anchors), pass them with --anchors FILE.

entries/N.json is an entry as the log keeps it; entries/N.tlog-proof is its proof in the format of
https://c2sp.org/tlog-proof, which other tools for transparency logs read too.
The proofs show that these entries are in the log. They cannot show that no other entry would have fitted the choice:
for that, have the whole log exported (`meridian audit export`) and verify that.
"""


class Head(NamedTuple):
    """Where the log stands for an export: the newest checkpoint, as signed and as understood, and the newest anchor."""

    note: str
    point: verifier.Checkpoint
    anchored: str | None


async def head(engine: Engine, org: int, anchors: Anchors) -> Head:
    """
    The newest checkpoint of a log; the anchor is read first, so that an honest one is never past it.

    Raises:
        Unavailable: If it was never signed.
        OSError: If the anchors cannot be read.
    """
    anchored = anchors.newest_note(org)
    note = await engine.read(lambda: checkpoint.newest(org))
    if note is None:
        raise Unavailable("The log was never signed")
    return Head(note, _point(note), anchored)


def _point(note: str) -> verifier.Checkpoint:
    return verifier.read_checkpoint(note.rpartition("\n\n")[0] + "\n")


async def proof(engine: Engine, org: int, seq: int, top: Head) -> str:
    """
    The proof that entry *seq* is under the checkpoint. Source: c2sp.org/tlog-proof.

    Raises:
        NotFound: If it is not.
    """
    hashes = await engine.read(lambda: tree.inclusion(org, seq, top.point.size))
    lines = "".join(f"{base64.b64encode(one).decode()}\n" for one in hashes)
    return f"c2sp.org/tlog-proof@v1\nindex {seq}\n{lines}\n{top.note}"


def selection(signer: Signer, name: str, leaves: Sequence[bytes], asked: str) -> str:
    """Which entries were exported, as a signed note. Source: c2sp.org/signed-note."""
    text = f"{name} selection\nentries {len(leaves)}\nsha256 {sha256(b''.join(leaves)).hexdigest()}\n"
    text += f"asked {asked}\n" if asked else ""
    signature = checkpoint.key(signer, name).mark + signer.sign(text.encode())
    return f"{text}\n\u2014 {name} {base64.b64encode(signature).decode()}\n"


async def archive(
    engine: Engine, org: int, places: Sequence[int], top: Head, *, signer: Signer, asked: str
) -> AsyncIterator[bytes]:
    """
    The entries at *places* (rising) as the octets of a ZIP, piece by piece.

    Args:
        engine: Where the log is.
        org: Whose log.
        places: At most `MOST`, all below the size of *top*.
        top: The checkpoint that they are shown against.
        signer: Signs the list of them.
        asked: How they were chosen, on one line; ids only.
    """
    name, leaves, out = top.point.origin, list[bytes](), _Sink()
    program = await asyncio.to_thread(VERIFIER.read_bytes)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:

        def put(path: str, content: bytes | str) -> None:
            packed.writestr(zipfile.ZipInfo(path, _stamp()), content, zipfile.ZIP_DEFLATED)

        for seq in places:
            body = await engine.read(partial(_body, org, seq))
            leaves.append(verifier.leaf_hash(body))
            put(f"entries/{seq}.json", body)
            put(f"entries/{seq}.tlog-proof", await proof(engine, org, seq, top))
            yield out.taken()
        put("checkpoint", top.note)
        put("selection", selection(signer, name, leaves, asked))
        put("key", f"{checkpoint.key(signer, name)}\n")
        for path, content in (await _continued(engine, org, top)).items():
            put(path, content)
        put("verifier.py", program)
        put("README", README)
    yield out.taken()


async def _continued(engine: Engine, org: int, top: Head) -> dict[str, str]:
    """The newest anchor, and the proof that the log continues it."""
    if top.anchored is None:
        return {}
    point, files = _point(top.anchored), {"anchors": json.dumps(top.anchored) + "\n"}
    if 0 < point.size < top.point.size:
        hashes = await engine.read(lambda: tree.consistency(org, point.size, top.point.size))
        lines = "".join(f"{base64.b64encode(one).decode()}\n" for one in hashes)
        files[f"consistency/{point.size}-{top.point.size}"] = lines
    return files


def _body(org: int, seq: int) -> Plan[bytes]:
    rows = yield Query(_BODY, (org, seq))
    return bytes(rows[0][0])


def _stamp() -> tuple[int, int, int, int, int, int]:
    now = datetime.now(UTC)
    return now.year, now.month, now.day, now.hour, now.minute, now.second


class _Sink(io.RawIOBase):
    """Where a ZIP is written that is handed on as it comes."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces = bytearray()

    def writable(self) -> bool:
        """It is for nothing else."""
        return True

    def write(self, piece: "ReadableBuffer") -> int:
        """Take the next octets."""
        octets = bytes(piece)
        self._pieces += octets
        return len(octets)

    def taken(self) -> bytes:
        """What has come since the last time."""
        piece, self._pieces = bytes(self._pieces), bytearray()
        return piece
