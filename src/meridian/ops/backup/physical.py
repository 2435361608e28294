"""
MariaDB's files, by mariadb-backup: a full copy, then what has changed since a position in its log, and its binary logs.

The programs' streams go straight into chunks; nothing of the database lies on the disk besides. Binary logs are asked
of the server (`-R`), which opens them where they are encrypted.

Source: mariadb.com/kb/en/incremental-backup-and-restore-with-mariabackup.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from meridian.faults import Unavailable
from meridian.ops.backup import blobs, mariadb, programs
from meridian.ops.backup.manifest import Manifest, Piece
from meridian.ops.backup.sqlite import pieces
from meridian.store.database import MariadbServer
from meridian.store.mariadb import connect

if TYPE_CHECKING:
    from meridian.ops.backup.taking import Making


async def keep(server: MariadbServer, making: "Making", scratch: Path) -> dict[str, Any]:
    """What changed since the backup before, or everything."""
    basis = making.basis if making.before is not None and _continues(making, making.before) else None
    connection = await connect(server)
    try:
        least = await mariadb.counts(connection, mariadb.GROWING)
        facts: dict[str, Any] = {"schema": await mariadb.schema(connection), "heads": await mariadb.heads(connection)}
        stream = blobs.keep(making.packer, programs.output(_words(server, scratch, basis)), blobs.LARGE)
        database = await stream
        made = making.clock()
        most = await mariadb.counts(connection, mariadb.GROWING)
    finally:
        connection.close()
    facts["counts"] = {name: (least[name], most[name]) for name in least}
    position, binlog = _positions(scratch / "lsn")
    first = making.last[1].binlog_from[0] if making.last else ""
    kept = await _binlogs(server, making, scratch, first) if first else []
    return {
        "engine": "physical",
        "made": made,
        "database": database,
        "position": position,
        "parent": basis[0] if basis else "",
        "catalogue": server.database,
        "account": server.user,
        "binlog": kept,
        "binlog_from": binlog,
        **facts,
    }


def _continues(making: "Making", before: Manifest) -> bool:
    """Whether the backup before is of the same kind, and on the shelf; then it is this one's too."""
    return bool(before.engine == "physical" and before.database and making.packer.again(before.database.chunks))


def _words(server: MariadbServer, scratch: Path, basis: tuple[str, Manifest] | None) -> list[str]:
    (scratch / "work").mkdir()
    since = [f"--incremental-lsn={basis[1].position}"] if basis else []
    return [
        mariadb.found("mariadb-backup"), f"--defaults-extra-file={mariadb.options_file(scratch, server)}", "--backup",
        "--stream=mbstream", f"--target-dir={scratch / 'work'}", f"--extra-lsndir={scratch / 'lsn'}", *since,
    ]  # fmt: skip


def _positions(folder: Path) -> tuple[int, tuple[str, int]]:
    """Where in the server's log the next one goes on, and where in its binary log."""
    said = "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in sorted(folder.iterdir()))
    reached = re.search(r"^to_lsn = (\d+)$", said, re.MULTILINE)
    if reached is None:
        raise Unavailable("mariadb-backup did not say how far it came")
    binlog = re.search(r"binlog_pos = filename '([^']+)', position '(\d+)'", said)
    return int(reached[1]), (binlog[1], int(binlog[2])) if binlog else ("", 0)


async def _binlogs(server: MariadbServer, making: "Making", scratch: Path, first: str) -> list[Piece]:
    """The binary logs from *first* on; none where it keeps none, or has thrown that one away already."""
    [(kept,)] = await mariadb.asked(server, "SELECT @@log_bin")
    names = [str(row[0]) for row in await mariadb.asked(server, "SHOW BINARY LOGS")] if kept else []
    if first not in names:
        return []
    folder = scratch / "binlog"
    folder.mkdir()
    await programs.run([
        mariadb.found("mariadb-binlog"), f"--defaults-extra-file={mariadb.options_file(scratch, server)}",
        "--read-from-remote-server", "--raw", "--to-last-log", f"--result-file={folder}/", first,
    ])  # fmt: skip
    if making.before is not None:
        for piece in making.before.binlog:
            making.packer.know(piece.content.chunks)
    return [Piece(path.name, await blobs.keep(making.packer, pieces(path))) for path in sorted(folder.iterdir())]
