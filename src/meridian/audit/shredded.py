"""
The ledger of destroyed keys: which patients' records are to stay unreadable, whatever backup is restored.

It stands outside the database, beside the anchors and copied with every backup, one JSON object a line, only ever
appended to. Each line names its number and the hash of the line before, and is signed (Ed25519) by the key that signs
the logs: a line that was changed, taken out or put between does not pass. That its end was cut off shows by comparing
with the copies, of which the longest counts.

What stands in the ledger is destroyed: the line is on the disk before the key goes, and whatever happens in between is
made good by `replay`, which runs before anything is served. A line that was written and could not be carried out is
carried out later; that is what its approval said.

Source: the house's decision 6; 45 CFR 164.310(d)(2)(i), disposal.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from meridian.audit.checkpoint import Signer
from meridian.audit.entry import Entry
from meridian.store.engine import Engine
from meridian.store.plan import Plan, Query, Record
from meridian.store.records.erasing import destroy_key
from meridian.store.records.moving import merged_into
from meridian.vault.unreadable import Unreadable

FILE = "shredded.ledger"
_START = b"meridian shredded\n"


class Line(msgspec.Struct, frozen=True):
    """Number *no*: the key of *patient* (logical id) of organisation *org*, at *time* (ms since the epoch)."""

    no: int
    org: int
    patient: str
    time: int
    before: str
    """SHA-256 of the line before, in hexadecimal; empty in the first."""
    signature: str = ""

    def signed(self) -> bytes:
        """What the signature is of."""
        return _START + json.dumps([self.no, self.org, self.patient, self.time, self.before]).encode()


class Ledger:
    """
    The file of it.

    Args:
        folder: Where it is, that of the anchors; made when it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE

    def append(self, org: int, patient: str, time: int, signer: Signer) -> Line:
        """
        Write down that a key is to be destroyed; on the disk when this returns.

        Raises:
            Unreadable: If what is there already was altered.
            OSError: If it cannot be written.
        """
        new = not self.path.exists()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            content = file.read()
            whole = content[: content.rfind(b"\n") + 1]
            last = whole.splitlines()[-1] if whole else b""
            line = Line(len(read(whole, signer.public)), org, patient, time, _hash(last) if last else "")
            line = msgspec.structs.replace(line, signature=signer.sign(line.signed()).hex())
            file.truncate(len(whole))  # a crash may have left half a line
            file.write(msgspec.json.encode(line) + b"\n")
            os.fsync(file.fileno())
        if new:
            _sync(self.path.parent)
        return line

    def lines(self, public: bytes) -> list[Line]:
        """
        Every line, in order.

        Raises:
            Unreadable: If one was altered, taken out, put in, or signed by another key than *public*.
        """
        try:
            return read(self.path.read_bytes(), public)
        except FileNotFoundError:
            return []

    def take(self, copies: Sequence[bytes], public: bytes) -> int:
        """
        Keep the longest of this file and its *copies*; how many lines it has.

        Raises:
            Unreadable: If one was altered, or two do not continue each other.
        """
        own = self.path.read_bytes() if self.path.exists() else b""
        candidates = sorted((_whole(one) for one in (own, *copies)), key=len)
        for one in candidates:
            if not candidates[-1].startswith(one):
                raise Unreadable("Two ledgers of destroyed keys contradict each other; keep both and find out why")
        longest = candidates[-1]
        found = read(longest, public)
        if longest != _whole(own):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_bytes(longest)
        return len(found)


def read(content: bytes, public: bytes) -> list[Line]:
    """
    The lines of a ledger, each checked; half a line at its end is passed over, since a crash leaves one.

    Raises:
        Unreadable: If one was altered, taken out, put in, or signed by another key than *public*.
    """
    key, before, lines = Ed25519PublicKey.from_public_bytes(public), "", []
    for no, raw in enumerate(_whole(content).splitlines()):
        try:
            line = msgspec.json.decode(raw, type=Line)
            key.verify(bytes.fromhex(line.signature), line.signed())
        except (msgspec.MsgspecError, ValueError, InvalidSignature):
            raise Unreadable(f"The ledger of destroyed keys was altered at line {no}") from None
        if (line.no, line.before) != (no, before):
            raise Unreadable(f"The ledger of destroyed keys does not continue at line {no}")
        before = _hash(raw)
        lines.append(line)
    return lines


async def shred(engine: Engine, ledger: Ledger, signer: Signer, entry: Entry) -> int:
    """
    Destroy the key of the patient that *entry* names, for good and in every backup; how many resources it sealed.

    Whether it may be done is asked before: this asks nobody.

    Raises:
        NotFound: If there is no such patient; nothing was written then.
        Unavailable: If it could not be carried out yet; it is when the server starts next.
    """
    for patient in await engine.read(lambda: _with_merged(entry.org, entry.patient)):
        ledger.append(entry.org, patient, entry.time, signer)
    return await engine.write(lambda: _destroyed(entry))


async def replay(engine: Engine, lines: Sequence[Line], time: int) -> int:
    """Destroy every key that the ledger names and that is there (again); how many those were."""
    done = 0
    for org in sorted({line.org for line in lines}):
        wanted = sorted({line.patient for line in lines if line.org == org})
        there = await engine.read(lambda org=org, wanted=wanted: _there(org, wanted))  # type: ignore[misc]  # bound now
        for patient in there:
            entry = Entry(org, time, "shred", what=f"Patient/{patient}", patient=patient, rule="ledger-replayed")
            await engine.write(lambda entry=entry: _destroyed(entry))  # type: ignore[misc]  # bound now
            done += 1
    return done


def _destroyed(entry: Entry) -> Plan[int]:
    count = yield from destroy_key(entry.org, entry.patient)
    yield Record(entry)
    return count


def _with_merged(org: int, patient: str) -> Plan[list[str]]:
    """The patient and those merged into it: an older backup has their keys apart."""
    merged = yield from merged_into(org, [patient])
    return (yield from _there(org, [*merged, patient]))


def _there(org: int, patients: Sequence[str]) -> Plan[list[str]]:
    """Those of *patients* whose key is there."""
    found: list[str] = []
    for start in range(0, len(patients), 200):
        some = patients[start : start + 200]
        rows = yield Query(
            f"SELECT id FROM patient WHERE org = ? AND wrapped IS NOT NULL AND id IN ({','.join('?' * len(some))})",
            (org, *some),
        )
        found += [row[0] for row in rows]
    return found


def _whole(content: bytes) -> bytes:
    return content[: content.rfind(b"\n") + 1]


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
