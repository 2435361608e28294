"""Logs made in memory, for tests of the verifier: the same bytes that the system writes, without its database."""

import base64
import json
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from meridian.audit import leaf, merkle, verifier
from meridian.audit.entry import Entry

ORIGIN = "clinic.example/audit/1"
SECRET = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
KEY = verifier.Key.of(ORIGIN, SECRET.public_key().public_bytes_raw())


def bodies(count: int, *, time: int = 1_780_000_000_000) -> list[bytes]:
    """The bytes of a whole log of *count* entries."""
    found: list[bytes] = []
    last = b""
    for seq in range(count):
        entry = Entry(org=1, time=time + seq, action="read", what=f"Patient/p{seq}", patient=f"p{seq}")
        found.append(leaf.seal(entry, seq, last))
        last = merkle.leaf_hash(found[-1])
    return found


def hashes(log: Sequence[bytes]) -> list[bytes]:
    """The leaf hashes of a log."""
    return [merkle.leaf_hash(body) for body in log]


def root(log: Sequence[bytes]) -> bytes:
    """The root over a log."""
    return merkle.root(merkle.frontier_of(hashes(log)))


def note(size: int, top: bytes, key: Ed25519PrivateKey = SECRET, origin: str = ORIGIN) -> str:
    """A signed checkpoint."""
    text = f"{origin}\n{size}\n{base64.b64encode(top).decode()}\n"
    mark = verifier.Key.of(origin, key.public_key().public_bytes_raw()).mark
    return f"{text}\n\u2014 {origin} {base64.b64encode(mark + key.sign(text.encode())).decode()}\n"


def checkpoints(log: Sequence[bytes], *sizes: int) -> list[verifier.Checkpoint]:
    """What honest checkpoints of these *sizes* say."""
    return [verifier.Checkpoint(size, root(log[:size]), ORIGIN) for size in sizes]


def finding(
    log: Sequence[bytes], claims: Sequence[bytes], points: Sequence[verifier.Checkpoint], *, open_end: bool = False
) -> verifier.Finding | None:
    """What a walk over a log finds first."""
    walk = verifier.Walk(points, open_end=open_end)
    try:
        for place in range(max(len(log), len(claims))):
            walk.take(
                log[place] if place < len(log) else None,
                claims[place] if place < len(claims) else None,
            )
        walk.finish()
    except verifier.Broken as broken:
        return broken.finding
    return None


def export(folder: Path, log: Sequence[bytes], sizes: Sequence[int]) -> None:
    """The log as an export with checkpoints of these *sizes*, the last of them the newest."""
    _tiles(folder / "tile" / "entries", [len(body).to_bytes(2, "big") + body for body in log])
    level, current = 0, hashes(log)
    while current:
        _tiles(folder / "tile" / str(level), current)
        whole = range(0, len(current) - verifier.TILE + 1, verifier.TILE)
        current = [merkle.tile_root(current[at : at + verifier.TILE]) for at in whole]
        level += 1
    notes = [note(size, root(log[:size])) for size in sizes]
    (folder / "checkpoints").write_text("".join(json.dumps(one) + "\n" for one in notes))
    if notes:
        (folder / "checkpoint").write_text(notes[-1])
    (folder / "key").write_text(f"{KEY}\n")


def _tiles(folder: Path, items: Sequence[bytes]) -> None:
    for index in range(0, len(items), verifier.TILE):
        chunk = items[index : index + verifier.TILE]
        path = folder / verifier.tile_path(index // verifier.TILE)
        if len(chunk) < verifier.TILE:
            path = path.with_name(path.name + ".p") / str(len(chunk))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(chunk))


def line(one: str) -> str:
    """A note as a line of a file of checkpoints."""
    return json.dumps(one) + "\n"


def folded(ranges: Sequence[merkle.Range], leaves: Sequence[bytes]) -> str:
    """The hashes of a proof, base64, one a line."""

    def node(at: merkle.Node) -> bytes:
        return merkle.tile_root(leaves[at[1] << at[0] : (at[1] + 1) << at[0]])

    return "".join(f"{base64.b64encode(merkle.fold(one, node)).decode()}\n" for one in ranges)
