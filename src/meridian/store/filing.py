"""
Rows of what lies beside the records: sealed files, uploads under way, and links.

Only `access.files` runs these, which asks the policy and makes the entries; nothing here knows of either.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

from meridian.store.keys import NOBODY, of_number, people
from meridian.store.plan import Change, Plan, Query
from meridian.store.visible import places
from meridian.vault.keyring import Keyring
from meridian.vault.seal import seal, unseal


class State(IntEnum):
    """What may be done with a file's bytes; they are handed out only when they are `CLEAN`."""

    COMING = 0
    SCANNING = 1
    CLEAN = 2
    REFUSED = 3
    RETRACTED = 4


class File(NamedTuple):
    """
    A sealed file.

    Args:
        id: Its name in what seals its chunks.
        patient: Logical id of whose key wraps its key; empty when it is nobody's.
        binary: Logical id of its Binary; empty until it has one.
        size: Plain bytes.
        wrapped: Its key, sealed.
        state: What may be done with it.
    """

    id: str
    patient: str
    binary: str
    size: int
    wrapped: bytes
    state: State


class Part(NamedTuple):
    """An object of *size* plain bytes, which begin at *start* of the file."""

    start: int
    name: str
    size: int


class Upload(NamedTuple):
    """A file that is being sent; *document* is what it became, empty until then."""

    id: str
    account: str
    size: int
    received: int
    said: bytes
    expires: int
    document: str


class Link(NamedTuple):
    """A link to the bytes of a document."""

    account: str
    session: str
    document: str
    version: int
    expires: int
    uses: int


_FILE = "f.id, f.patient, f.binary_id, f.size, f.wrapped, f.state"
_UPLOAD = "u.id, u.account, u.size, u.received, u.said, u.expires, u.document"


def wrapped(keyring: Keyring, org: int, patient: str, identity: str, key: bytes) -> Plan[bytes]:
    """
    A file's *key* under the patient's, or nobody's.

    Raises:
        Gone: If the patient's key has been destroyed.
    """
    known = yield from people(keyring, org, [patient] if patient else [])
    return seal(known[patient or NOBODY].key, _place(org, identity), key)


def unwrapped(keyring: Keyring, org: int, file: File) -> Plan[bytes]:
    """
    A file's key.

    Raises:
        Unreadable: If its patient's key was destroyed.
    """
    rows = yield Query("SELECT no FROM patient WHERE org = ? AND id = ?", (org, file.patient or NOBODY))
    data = yield from of_number(keyring, org, rows[0][0] if rows else 0)
    return unseal(data, _place(org, file.id), file.wrapped)


def _place(org: int, identity: str) -> bytes:
    return b"%d|file|%b" % (org, identity.encode())


def begin(org: int, now: int, file: File, upload: Upload) -> Plan[None]:
    """A file that is about to come."""
    yield Change(
        "INSERT INTO file (id, org, patient, binary_id, size, wrapped, state, made) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (file.id, org, file.patient, file.binary, file.size, file.wrapped, file.state, now),
    )
    yield Change(
        "INSERT INTO upload (id, org, account, size, received, said, expires, document)"
        " VALUES (?, ?, ?, ?, 0, ?, ?, ?)",
        (upload.id, org, upload.account, upload.size, upload.said, upload.expires, ""),
    )


def uploads_open(org: int, account: str, now: int) -> Plan[tuple[int, int]]:
    """How many files an account is sending, and how many bytes they will have."""
    rows = yield Query(
        "SELECT COUNT(*), COALESCE(SUM(size), 0) FROM upload WHERE org = ? AND account = ? AND document = ?"
        " AND expires > ?",
        (org, account, "", now),
    )
    return int(rows[0][0]), int(rows[0][1])


def unfinished(org: int, account: str, now: int) -> Plan[list[str]]:
    """Ids of the files that an account is sending, the oldest first."""
    rows = yield Query(
        "SELECT u.id FROM upload u JOIN file f ON f.id = u.id WHERE u.org = ? AND u.account = ? AND u.document = ?"
        " AND u.expires > ? ORDER BY f.made, u.id",
        (org, account, "", now),
    )
    return [identity for (identity,) in rows]


def upload(org: int, account: str, identity: str, *, lock: bool = False) -> Plan[Upload | None]:
    """An upload of that account."""
    rows = yield Query(
        f"SELECT {_UPLOAD} FROM upload u WHERE u.id = ? AND u.org = ? AND u.account = ?{' FOR UPDATE' if lock else ''}",
        (identity, org, account),
    )
    return Upload(*rows[0]) if rows else None


def advance(identity: str, offset: int, part: Part) -> Plan[bool]:
    """Take *part* in if the upload still stands at *offset*; whether it did."""
    done = yield Change(
        "UPDATE upload SET received = ? WHERE id = ? AND received = ? AND document = ?",
        (offset + part.size, identity, offset, ""),
    )
    if done.rows:
        yield Change(
            "INSERT INTO file_part (file, start, name, size) VALUES (?, ?, ?, ?)",
            (identity, part.start, part.name, part.size),
        )
    return bool(done.rows)


def became(identity: str, document: str) -> Plan[None]:
    """The upload is the document now."""
    yield Change("UPDATE upload SET document = ? WHERE id = ?", (document, identity))


def adopt(identity: str, binary: str, state: State) -> Plan[None]:
    """The file is the content of a Binary."""
    yield Change("UPDATE file SET binary_id = ?, state = ? WHERE id = ?", (binary, state, identity))


def follow(keyring: Keyring, org: int, whose: Mapping[str, str]) -> Plan[None]:
    """
    Seal the keys of files anew for the patients that their Binaries belong to now.

    Args:
        keyring: Unwraps patients' keys.
        org: The organisation's number.
        whose: Logical ids of patients, by those of Binaries; empty for nobody's.
    """
    found = yield from of_binaries(org, whose)
    for binary, file in found.items():
        if file.patient == whose[binary]:
            continue
        key = yield from unwrapped(keyring, org, file)
        sealed = yield from wrapped(keyring, org, whose[binary], file.id, key)
        yield Change("UPDATE file SET patient = ?, wrapped = ? WHERE id = ?", (whose[binary], sealed, file.id))


def mark(identity: str, state: State) -> Plan[None]:
    """What may be done with the file from now on."""
    yield Change("UPDATE file SET state = ? WHERE id = ?", (state, identity))


def of_binary(org: int, binary: str, *, lock: bool = False) -> Plan[File | None]:
    """The file that is the content of a Binary."""
    rows = yield Query(
        f"SELECT {_FILE} FROM file f WHERE f.org = ? AND f.binary_id = ?{' FOR UPDATE' if lock else ''}", (org, binary)
    )
    return _file(rows[0]) if rows and binary else None


def of_binaries(org: int, binaries: Iterable[str]) -> Plan[dict[str, File]]:
    """The files of several, by their Binary."""
    wanted = sorted(set(binaries) - {""})
    found: dict[str, File] = {}
    for start in range(0, len(wanted), 200):
        some = wanted[start : start + 200]
        rows = yield Query(
            f"SELECT {_FILE} FROM file f WHERE f.org = ? AND f.binary_id IN ({places(some)})", (org, *some)
        )
        found.update({row[2]: _file(row) for row in rows})
    return found


def by_id(org: int, identity: str) -> Plan[File | None]:
    """A file."""
    rows = yield Query(f"SELECT {_FILE} FROM file f WHERE f.id = ? AND f.org = ?", (identity, org))
    return _file(rows[0]) if rows else None


def parts(identity: str) -> Plan[list[Part]]:
    """Where a file lies, in order."""
    rows = yield Query("SELECT start, name, size FROM file_part WHERE file = ? ORDER BY start", (identity,))
    return [Part(*row) for row in rows]


def forget(identity: str) -> Plan[None]:
    """Let go of a file and its upload; its objects are nobody's then, and swept."""
    yield Change("DELETE FROM file_part WHERE file = ?", (identity,))
    yield Change("DELETE FROM upload WHERE id = ?", (identity,))
    yield Change("DELETE FROM file WHERE id = ?", (identity,))


def overdue(now: int, most: int) -> Plan[list[tuple[str, str]]]:
    """Uploads whose time is over, each with the document it became; empty where it became none."""
    rows = yield Query("SELECT u.id, u.document FROM upload u WHERE u.expires <= ? LIMIT ?", (now, most))
    return [(row[0], row[1]) for row in rows]


def close_upload(identity: str) -> Plan[None]:
    """Forget an upload that became a document, which stays."""
    yield Change("DELETE FROM upload WHERE id = ?", (identity,))


def referred(names: Sequence[str]) -> Plan[set[str]]:
    """Those objects that are part of a file whose key can still be had."""
    found: set[str] = set()
    for start in range(0, len(names), 200):
        some = names[start : start + 200]
        rows = yield Query(
            "SELECT p.name FROM file_part p JOIN file f ON f.id = p.file"
            " LEFT JOIN patient k ON k.org = f.org AND k.id = f.patient"
            f" WHERE p.name IN ({places(some)}) AND k.wrapped IS NOT NULL",
            some,
        )
        found |= {row[0] for row in rows}
    return found


def keep_link(org: int, token: bytes, link: Link) -> Plan[None]:
    """A new link, by the digest of its token."""
    yield Change(
        "INSERT INTO document_link (mark, org, account, session, document, version, expires, uses)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (token, org, link.account, link.session, link.document, link.version, link.expires, link.uses),
    )


def use_link(org: int, token: bytes) -> Plan[Link | None]:
    """A link, used once more."""
    rows = yield Query(
        "SELECT account, session, document, version, expires, uses FROM document_link WHERE mark = ? AND org = ?"
        " FOR UPDATE",
        (token, org),
    )
    if not rows:
        return None
    yield Change("UPDATE document_link SET uses = uses + 1 WHERE mark = ?", (token,))
    return Link(*rows[0])


def forget_links(now: int) -> Plan[None]:
    """Links whose time is over."""
    yield Change("DELETE FROM document_link WHERE expires <= ?", (now,))


def _file(row: Sequence[object]) -> File:
    found = File(*row)  # type: ignore[arg-type]  # as the table says
    return found._replace(state=State(found.state), wrapped=bytes(found.wrapped))
