"""
Signed checkpoints: what a log promises about itself, kept where whoever can change the log cannot change it.

About every second, and when the server closes, each log that has grown is signed (Ed25519, a C2SP checkpoint), stored
in the database, and anchored in a file outside it. Before signing, the log must be shown to continue from the newest
anchor, by a consistency proof; a log that does not is never signed again, and that is said loudly.
"""

import asyncio
import base64
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from meridian.audit import merkle, tree, verifier
from meridian.audit.anchors import Anchors
from meridian.faults import Unavailable
from meridian.store.engine import Engine
from meridian.store.plan import Change, Plan, Query

INTERVAL = 1.0
"""Seconds between checkpoints."""

_HEADS = "SELECT org, size FROM audit_head WHERE size > 0"
_HEAD = "SELECT size, frontier FROM audit_head WHERE org = ?"
_NEWEST = "SELECT note FROM audit_checkpoint WHERE org = ? ORDER BY size DESC LIMIT 1"
_KEEP = "INSERT OR IGNORE INTO audit_checkpoint (org, size, note) VALUES (?, ?, ?)"

log = logging.getLogger(__name__)


class Signer(Protocol):
    """An Ed25519 key that signs and is never shown."""

    @property
    def public(self) -> bytes:
        """The public key's 32 octets."""

    def sign(self, message: bytes) -> bytes:
        """The signature's 64 octets."""


class Ed25519:
    """A signer from the 32 octets of a secret key, as the vault keeps them."""

    def __init__(self, secret: bytes) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - start in time

        self._key = Ed25519PrivateKey.from_private_bytes(secret)
        self.public = self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """The signature's 64 octets."""
        return self._key.sign(message)


class Unsigning:
    """
    Stands for the key in a process that signs no logs, and so is not given it.

    Args:
        known: Gives the public key, to whoever verifies.
    """

    def __init__(self, known: Callable[[], bytes]) -> None:
        self._known = known

    @property
    def public(self) -> bytes:
        """The public key's 32 octets."""
        return self._known()

    def sign(self, message: bytes) -> bytes:
        """A signature; never given here."""
        del message
        raise Unavailable("This process signs no audit logs")


def origin(host: str, org: int) -> str:
    """
    The name of an organisation's log, which is also its key's name.

    >>> origin("clinic.example", 3)
    'clinic.example/audit/3'
    """
    return f"{host}/audit/{org}"


def name_of(anchors: Anchors, host: str, org: int) -> str:
    """
    The name a log goes by: the one it was first anchored under, so that a new host name makes no second log of it.

    Raises:
        OSError: If the anchors cannot be read.
    """
    anchored = anchors.newest(org)
    return origin(host, org) if anchored is None else anchored.origin


def key(signer: Signer, name: str) -> verifier.Key:
    """The public key under a log's name; `str()` of it is what a verifier is given."""
    return verifier.Key.of(name, signer.public)


def sign(signer: Signer, name: str, size: int, root: bytes) -> str:
    """A signed checkpoint. Source: c2sp.org/tlog-checkpoint, c2sp.org/signed-note."""
    text = f"{name}\n{size}\n{base64.b64encode(root).decode()}\n"
    signature = key(signer, name).mark + signer.sign(text.encode())
    return f"{text}\n\u2014 {name} {base64.b64encode(signature).decode()}\n"


def newest(org: int) -> Plan[str | None]:
    """The newest checkpoint in the database."""
    rows = yield Query(_NEWEST, (org,))
    return bytes(rows[0][0]).decode() if rows else None


def _heads() -> Plan[list[tuple[int, int]]]:
    rows: list[tuple[int, int]] = yield Query(_HEADS)
    return rows


def _head(org: int) -> Plan[tuple[int, bytes]]:
    rows = yield Query(_HEAD, (org,))
    return (rows[0][0], merkle.root(merkle.unpack(rows[0][1]))) if rows else (0, merkle.root([]))


def _keep(org: int, size: int, note: str) -> Plan[None]:
    yield Change(_KEEP, (org, size, note.encode()))


class Checkpointer:
    """
    Signs the logs of one database as they grow.

    Args:
        engine: Where the logs are.
        signer: The key.
        anchors: Where checkpoints go besides.
        host: The host part of the logs' names.
        broken: Called once for each organisation whose log does not continue from its newest anchor, with the reason.

    Two processes may do this for one database: what one has signed, the other passes over.
    """

    def __init__(
        self,
        engine: Engine,
        signer: Signer,
        anchors: Anchors,
        *,
        host: str,
        broken: Callable[[int, str], None] | None = None,
    ) -> None:
        self._engine, self._signer, self._anchors, self._host = engine, signer, anchors, host
        self._told = broken
        self._signed: dict[int, int] = {}
        self.broken: dict[int, str] = {}
        """Organisations whose log is not signed any more, and why."""
        self.done = 0.0
        """When all logs were last found signed, on `time.monotonic`; 0 before that."""
        self._stop = asyncio.Event()

    async def run(self, interval: float = INTERVAL) -> None:
        """Sign again and again until `close` is called; what fails is tried again the next time."""
        while not self._stop.is_set():
            try:
                await self.once()
            except Exception:  # whatever it is, the next second is another chance
                log.exception("audit checkpoints could not be made; trying again")
            with suppress(TimeoutError):
                async with asyncio.timeout(interval):  # `wait_for` would lose a cancellation that comes as time is up
                    await self._stop.wait()

    async def close(self) -> None:
        """Sign what is new, a last time."""
        self._stop.set()
        await self.once()

    async def once(self) -> None:
        """
        Sign every log that has grown since its last checkpoint.

        Raises:
            Unavailable: If the database does not answer.
            OSError: If an anchor cannot be written.
        """
        for org, size in await self._engine.read(_heads):
            if size != self._signed.get(org) and org not in self.broken:
                await self._sign(org)
        self.done = time.monotonic()

    async def _sign(self, org: int) -> None:
        anchored = await asyncio.to_thread(self._anchors.newest, org)
        size, root = await self._engine.read(lambda: _head(org))
        try:
            await self._check(org, anchored, size, root)
        except verifier.Refused as refusal:
            self._give_up(org, str(refusal))
            return
        if anchored is None or anchored.size < size:
            name = origin(self._host, org) if anchored is None else anchored.origin
            note = sign(self._signer, name, size, root)
            await self._engine.write(lambda: _keep(org, size, note))
            await asyncio.to_thread(self._anchors.append, org, note)
        self._signed[org] = size

    async def _check(self, org: int, anchored: verifier.Checkpoint | None, size: int, root: bytes) -> None:
        """The log continues from its newest anchor."""
        if anchored is None or anchored.size == 0:
            return
        if anchored.size > size:
            raise verifier.Refused(f"it has {size} entries and had {anchored.size}")
        proof: list[bytes] = []
        if anchored.size < size:
            proof = await self._engine.read(lambda: tree.consistency(org, anchored.size, size))
        verifier.check_consistency(anchored.size, size, anchored.root, root, proof)

    def _give_up(self, org: int, reason: str) -> None:
        self.broken[org] = f"the log does not continue from its newest anchor: {reason}"
        log.critical("audit log of organisation %d is broken and not signed any more: %s", org, self.broken[org])
        if self._told is not None:
            self._told(org, self.broken[org])


async def sign_now(engine: Engine, signer: Signer, anchors: Anchors, *, host: str) -> None:
    """
    Sign every log once, as the command line does before an export.

    Raises:
        Unavailable: If the database does not answer, or a log does not continue from its newest anchor.
    """
    checkpointer = Checkpointer(engine, signer, anchors, host=host)
    await checkpointer.once()
    for org, reason in checkpointer.broken.items():
        raise Unavailable(f"The audit log of organisation {org} cannot be signed: {reason}")


def unsigned() -> Plan[int]:
    """Entries of all logs that no checkpoint covers yet."""
    newest = "COALESCE((SELECT MAX(c.size) FROM audit_checkpoint c WHERE c.org = h.org), 0)"
    [(missing,)] = yield Query(f"SELECT COALESCE(SUM(h.size - {newest}), 0) FROM audit_head h")
    return int(missing)
