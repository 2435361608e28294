"""
What is known on this machine of its backups and drills: files in the folder `evidence`, each one JSON object.

They hold counts, times and names of objects, nobody's data. Whoever alerts and whoever audits reads them. Drills are
evidence like any other (`ops.evidence`), and signed; those from before that was so lie beside the folders.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import Any

import msgspec

from meridian.audit.checkpoint import Signer
from meridian.faults import Unavailable
from meridian.ops import evidence
from meridian.ops.evidence import FOLDER, Evidence, Kind, Standing
from meridian.vault.files import replace_file

_LAST = "backup.json"


class Backup(msgspec.Struct, frozen=True):
    """
    The last backup.

    Args:
        name: Of its manifest.
        no: Its number.
        made: When what it holds was so, ms since the epoch.
        took: Milliseconds.
        size: Bytes of what it holds.
        sent: Bytes that were sent for it.
        full: Whether it refers to nothing earlier.
        engine: How the database was copied.
        removed: Old backups that were let go after it.
    """

    name: str
    no: int
    made: int
    took: int
    size: int
    sent: int
    full: bool
    engine: str
    removed: int = 0


class Came(StrEnum):
    """What came of a check. What was not tried has shown nothing, for or against."""

    PASSED = "passed"
    FAILED = "failed"
    UNTRIED = "not tried"


class Check(msgspec.Struct, frozen=True, array_like=True):
    """
    One thing that a drill looked at.

    Args:
        what: Its name.
        came: What came of it.
        found: What was found, or why it was not tried.
    """

    what: str
    came: Came
    found: str


class Drill(msgspec.Struct, frozen=True):
    """
    What a drill found.

    Args:
        at: When it began, ms since the epoch.
        backup: Name of the backup's manifest.
        made: When what was restored had been so.
        passed: Whether nothing failed, and something was tried; `untried` says what this does not speak of.
        checks: What was looked at, in order.
        rpo: Milliseconds of work that would have been lost, had the house burnt down when the drill began.
        rto: Milliseconds from the beginning until a record was read from what was restored.
        size: Bytes restored.
    """

    at: int
    backup: str
    made: int
    passed: bool
    checks: list[Check]
    rpo: int
    rto: int
    size: int

    @property
    def failed(self) -> list[str]:
        """Names of the checks that failed."""
        return self._that(Came.FAILED)

    @property
    def untried(self) -> list[str]:
        """Names of the checks that were not tried."""
        return self._that(Came.UNTRIED)

    def _that(self, came: Came) -> list[str]:
        return [check.what for check in self.checks if check.came is came]


def well(checks: list[Check]) -> bool:
    """
    Whether a drill with these *checks* passes: none failed, and not all were left untried.

    >>> well([Check("rows", Came.PASSED, ""), Check("http", Came.UNTRIED, "")]), well([Check("http", Came.UNTRIED, "")])
    (True, False)
    """
    came = {check.came for check in checks}
    return Came.PASSED in came and Came.FAILED not in came


def last_backup(data: Path) -> Backup | None:
    """The last backup made from this data folder; `None` if there never was one."""
    try:
        return msgspec.json.decode((data / FOLDER / _LAST).read_bytes(), type=Backup)
    except FileNotFoundError:
        return None
    except (msgspec.MsgspecError, OSError) as wrong:
        raise Unavailable("What is known of the last backup cannot be read") from wrong


def backup_age(data: Path, now: int) -> float | None:
    """Seconds since what the last backup holds was so, at *now* (ms since the epoch); `None` if there never was one."""
    last = last_backup(data)
    return None if last is None else (now - last.made) / 1000


def keep_backup(data: Path, backup: Backup) -> None:
    """This is the last backup now."""
    _put(data, _LAST, backup)


def keep_drill(data: Path, drill: Drill, signer: Signer | None = None) -> Path:
    """Keep what a drill found, beside the others; where. It is not signed where there is no *signer*."""
    return evidence.keep(data, Kind.DRILL, drill, signer, drill.at)


def drills(data: Path) -> list[Drill]:
    """Every drill, the oldest first, but those whose evidence was altered."""
    found = [*unsigned_drills(data), *evidence.held(data, Kind.DRILL)]
    whole = [msgspec.convert(one.content, Drill) for one in found if one.standing is not Standing.ALTERED]
    return sorted(whole, key=lambda one: one.at)


def unsigned_drills(data: Path) -> list[Evidence]:
    """Drills from before evidence was signed, the oldest first."""
    found = [(path, json.loads(path.read_bytes())) for path in (data / FOLDER).glob("drill-*.json")]
    kept = [Evidence(Kind.DRILL, said["at"], said, path, Standing.UNSIGNED) for path, said in found]
    return sorted(kept, key=lambda one: one.at)


def last_drill(data: Path) -> Drill | None:
    """The last one; `None` if there never was one."""
    return next(reversed(drills(data)), None)


def _put(data: Path, name: str, what: Any) -> Path:
    folder = data / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    replace_file(folder / name, json.dumps(msgspec.to_builtins(what), indent=1).encode() + b"\n")
    return folder / name


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """
    One backup at a time, of all machines that share the folder `evidence`.

    Raises:
        Unavailable: If another is being made.
    """
    (data / FOLDER).mkdir(parents=True, exist_ok=True, mode=0o700)
    with (data / FOLDER / ".backup.lock").open("w") as lock:
        try:
            flock(lock, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            raise Unavailable("Another backup is being made") from None
        yield
