"""
What can be wrong with an installation, looked at one by one; each finding says what to do.

Every check is a function from facts to a finding, so that tests can state the facts; `cli.doctor` gathers them.
"""

import shutil
import sqlite3
import stat
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from meridian.faults import Unavailable

PYTHON = (3, 11)
SQLITE = (3, 37, 0)
"""The first with RETURNING and STRICT as the store uses them."""
TIGHT, FULL = 2 * 2**30, 200 * 2**20
"""Bytes of free disk below which it is worth a warning, and below which writes will soon fail."""
AHEAD = 120
"""Seconds that a file may be newer than the clock."""


class Level(StrEnum):
    """How bad it is."""

    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True)
class Finding:
    """One line: *what* was looked at, what was *found*, and what to *do* about it when it is not well."""

    level: Level
    what: str
    found: str
    do: str = ""


def examine(data: Path, portal: Path, key_service: Callable[[], None] | None = None) -> Iterator[Finding]:
    """
    Everything that can be seen without opening the database.

    Args:
        data: The folder.
        portal: Folder of the portal's files.
        key_service: Has the service that keeps the master key wrap something and unwrap it; `None`: it is a file.
    """
    yield python(sys.version_info[:3])
    yield sqlite(sqlite3.sqlite_version_info)
    yield folder(data)
    yield disk(shutil.disk_usage(_nearest(data)).free)
    yield key(data / "master.key") if key_service is None else service(key_service)
    yield clock(time.time(), _newest(data))
    yield built(portal)


def python(version: tuple[int, ...]) -> Finding:
    """
    The interpreter.

    >>> python((3, 10, 1)).level
    <Level.FAIL: 'FAIL'>
    """
    shown = ".".join(map(str, version))
    if version < PYTHON:
        return Finding(Level.FAIL, "Python", shown, "Install Python 3.11 or later.")
    return Finding(Level.OK, "Python", shown)


def sqlite(version: tuple[int, ...]) -> Finding:
    """The SQLite library that Python was built with."""
    shown = ".".join(map(str, version))
    if version < SQLITE:
        return Finding(Level.FAIL, "SQLite", shown, "Use a Python whose SQLite is 3.37 or later, or MariaDB.")
    return Finding(Level.OK, "SQLite", shown)


def folder(data: Path) -> Finding:
    """The data folder: there, and closed to others."""
    if not data.is_dir():
        return Finding(Level.WARN, "Data folder", f"{data} is not there yet", "The first `meridian serve` makes it.")
    if stat.S_IMODE(data.stat().st_mode) & 0o077:
        return Finding(Level.WARN, "Data folder", f"{data} can be entered by others", f"chmod 700 {data}")
    return Finding(Level.OK, "Data folder", str(data))


def disk(free: int) -> Finding:
    """Free space where the data are."""
    shown = f"{free / 2**30:.1f} GB free"
    if free < FULL:
        return Finding(Level.FAIL, "Disk", shown, "Free some space now: writes are about to be refused.")
    if free < TIGHT:
        return Finding(Level.WARN, "Disk", shown, "Free some space, or move the data folder.")
    return Finding(Level.OK, "Disk", shown)


def key(path: Path) -> Finding:
    """The master key: there, and its owner's alone."""
    if not path.parent.is_dir():
        return Finding(Level.WARN, "Master key", "not made yet", "The first `meridian serve` makes it.")
    if not path.is_file():
        return Finding(Level.FAIL, "Master key", f"{path} is missing", "Put it back from where you keep its copy.")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return Finding(Level.FAIL, "Master key", f"{path} can be read by others", f"chmod 600 {path}")
    return Finding(Level.OK, "Master key", "readable by its owner only; keep a copy on another medium")


def service(trial: Callable[[], None]) -> Finding:
    """The service that keeps the master key: it wraps and unwraps."""
    try:
        trial()
    except Unavailable as wrong:
        return Finding(
            Level.FAIL, "Master key", wrong.detail, "Look at [kms], at the role's rights and at the network."
        )
    return Finding(Level.OK, "Master key", "in KMS, which wraps and unwraps")


def clock(now: float, newest: float) -> Finding:
    """The time of day: not before something that was written already. Codes and tokens live by it."""
    if newest > now + AHEAD:
        return Finding(
            Level.FAIL,
            "Clock",
            f"{newest - now:.0f} s behind the newest file",
            "Set the clock (NTP), then start again.",
        )
    return Finding(Level.OK, "Clock", "not behind the data")


def built(portal: Path) -> Finding:
    """The portal's files."""
    if not (portal / "index.html").is_file():
        return Finding(Level.FAIL, "Portal", "not built", "From a checkout: make run. A wheel carries it.")
    return Finding(Level.OK, "Portal", "built")


def port(number: int, listen: Callable[[], None]) -> Finding:
    """The port, by trying: *listen* raises what stands in the way."""
    try:
        listen()
    except OSError as wrong:
        why = f"{number} cannot be used ({wrong.strerror or wrong})"
        return Finding(Level.WARN, "Port", why, "Fine if Meridian is running; else choose another with --port.")
    return Finding(Level.OK, "Port", f"{number} is free")


def schema(at: str, wanted: str) -> Finding:
    """The database's step, beside the one this program wants."""
    if not at:
        return Finding(Level.WARN, "Schema", "no database yet", "The first `meridian serve` makes it.")
    if at > wanted:
        return Finding(Level.FAIL, "Schema", f"step {at}, newer than this program's {wanted}", "Upgrade Meridian.")
    if at < wanted:
        return Finding(Level.WARN, "Schema", f"step {at}, wanted is {wanted}", "Back up, then: meridian migrate")
    return Finding(Level.OK, "Schema", f"step {at}")


LATE = 15 * 60
"""Seconds after which a job that is due and not done says that nobody works."""


def jobs(due: int, waited: float, failed: int) -> Finding:
    """
    What is to happen after a write: *due* jobs, the oldest having *waited* so many seconds, and *failed* ones.

    >>> jobs(3, 5, 0).level, jobs(3, 3600, 0).level, jobs(0, 0, 1).level
    (<Level.OK: 'OK'>, <Level.WARN: 'WARN'>, <Level.FAIL: 'FAIL'>)
    """
    shown = f"{due} due, {failed} failed"
    if failed:
        return Finding(Level.FAIL, "Jobs", shown, "See: meridian jobs; mend the cause, then: meridian jobs retry")
    if due and waited > LATE:
        late = f"{shown}, waiting for {waited / 60:.0f} min"
        return Finding(Level.WARN, "Jobs", late, "Is `meridian serve` running?")
    return Finding(Level.OK, "Jobs", shown)


def files(wrong: str) -> Finding:
    """Where the sealed files of documents are: the folder or the bucket, and what is amiss with it, if anything."""
    if wrong:
        return Finding(Level.FAIL, "Files", wrong, "Documents cannot be kept or read until this is mended.")
    return Finding(Level.OK, "Files", "can be kept and read, by us alone")


def partners(missing: Sequence[str], count: int) -> Finding:
    """
    Names under which the vault lacks a secret of one of the *count* safety partners.

    >>> partners([], 2).level, partners(["meridian-pms/medtrack/apikey"], 2).level
    (<Level.OK: 'OK'>, <Level.WARN: 'WARN'>)
    """
    if missing:
        shown = f"the vault lacks {', '.join(missing)}"
        return Finding(Level.WARN, "Partners", shown, "Without them it is not asked: meridian secret set NAME")
    return Finding(Level.OK, "Partners", f"keys for all {count} are there")


def relay(host: str, wrong: str) -> Finding:
    """
    A relay of video visits, and what is amiss with it, if anything.

    >>> relay("turn.example", "").level, relay("turn.example", "does not answer by UDP at port 3478").level
    (<Level.OK: 'OK'>, <Level.FAIL: 'FAIL'>)
    """
    if wrong:
        return Finding(
            Level.FAIL, "Relay", f"{host}: {wrong}", "Calls from strict networks fail: docs/runbooks/turn.md"
        )
    return Finding(Level.OK, "Relay", f"{host} gives addresses by UDP, and its certificate is good")


def gateway(wrong: str) -> Finding:
    """The gateway of visits of more than two, likewise."""
    if wrong:
        return Finding(Level.FAIL, "Gateway", wrong, "Visits of more than two fail: docs/runbooks/janus.md")
    return Finding(Level.OK, "Gateway", "answers, and shares our secrets")


UNSEALED = 3600.0
"""Seconds after which a recording that lies at the gateway is worth a warning; it does so for seconds."""


def recordings(folder: str, waited: Sequence[float], *, writable: bool = True) -> Finding:
    """
    What the gateway recorded and nobody has sealed yet: how many seconds each has *waited*.

    >>> [recordings("/srv", waited).level.value for waited in ([], [5.0], [5.0, 9000.0])]
    ['OK', 'OK', 'FAIL']
    """
    if not writable:
        return Finding(Level.FAIL, "Recordings", f"{folder} cannot be written", "See docs/runbooks/janus.md.")
    late = [one for one in waited if one > UNSEALED]
    if late:
        shown = f"{len(late)} not sealed, the oldest for {max(late) / 3600:.0f} h"
        return Finding(Level.FAIL, "Recordings", shown, "They are destroyed after a week. See the log for why.")
    return Finding(Level.OK, "Recordings", "none has been left unsealed")


def pool(wrong: Sequence[str]) -> list[Finding]:
    """
    The user pool that keeps passwords, with each thing that is *wrong* with it or with our app client there.

    >>> pool([])[0].level, [one.level for one in pool(["MFA is not required", "anybody can sign up"])]
    (<Level.OK: 'OK'>, [<Level.FAIL: 'FAIL'>, <Level.FAIL: 'FAIL'>])
    """
    if not wrong:
        return [Finding(Level.OK, "User pool", "demands an app of everybody, and tells nobody who is in it")]
    do = "Change it where the pool was made; docs/identity.md says what it is to be like."
    return [Finding(Level.FAIL, "User pool", one, do) for one in wrong]


def diary(twice: int) -> Finding:
    """
    Times to come that two visits have, kept from before that was refused.

    >>> diary(0).level, diary(2).level
    (<Level.OK: 'OK'>, <Level.WARN: 'WARN'>)
    """
    if twice:
        shown = f"{twice} claims on times that somebody else has too"
        return Finding(Level.WARN, "Diary", shown, "Look for them in the calendar and move one of each.")
    return Finding(Level.OK, "Diary", "no time is taken twice")


def _nearest(path: Path) -> Path:
    return next(folder for folder in (path.absolute(), *path.absolute().parents) if folder.is_dir())


def _newest(data: Path) -> float:
    files = [path for path in data.glob("*") if path.is_file()] if data.is_dir() else []
    return max((path.stat().st_mtime for path in files), default=0)


class Drilled(NamedTuple):
    """
    The last drill.

    Args:
        age: Seconds since.
        passed: Whether nothing failed in it.
        untried: What was not tried in it.
    """

    age: float
    passed: bool
    untried: tuple[str, ...] = ()


def backups(age: float | None, oldest: int, drilled: Drilled | None) -> list[Finding]:
    """
    Backups, and drills that show they can be restored.

    Args:
        age: Seconds since the newest one; `None` if there never was one.
        oldest: Hours after which that is too long.
        drilled: The last drill; `None` if there never was one.
    """
    if age is None:
        do = "meridian backup --shelf FOLDER, at set times; docs/runbooks/backup.md says how."
        return [Finding(Level.WARN, "Backup", "never made", do)]
    shown = f"{age / 3600:.1f} h old"
    if age > oldest * 3600:
        return [Finding(Level.FAIL, "Backup", shown, f"It is to be {oldest} h old at most: see why none was made.")]
    return [Finding(Level.OK, "Backup", shown), _drilled(drilled)]


DRILL_DAYS = 35
"""Days after which a drill is due again."""


def _drilled(drilled: Drilled | None) -> Finding:
    if drilled is None:
        return Finding(Level.WARN, "Drill", "never held", "A backup is one when it was restored: meridian drill")
    shown = f"{drilled.age / 86400:.0f} days ago"
    if not drilled.passed:
        return Finding(Level.FAIL, "Drill", f"failed {shown}", "meridian drill says what is wrong.")
    if drilled.age > DRILL_DAYS * 86400:
        return Finding(Level.WARN, "Drill", shown, "meridian drill")
    if drilled.untried:
        left = f"passed {shown}, with {len(drilled.untried)} not tried: {', '.join(drilled.untried)}"
        return Finding(Level.WARN, "Drill", left, "meridian drill, on a machine that may start a server, tries all.")
    return Finding(Level.OK, "Drill", f"passed {shown}")
