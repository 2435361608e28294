"""
The record of an incident: what happened, what was done about it and when, kept sealed until it is closed and after.

An incident is a file `<data>/incidents/N.sealed` of its own, under the platform's key, since the database may be what
was hit. It is written anew at each step, whole or not at all. Closing it keeps evidence without names or words.

Source: 45 CFR 164.308(a)(6)(ii), document security incidents and their outcomes; 164.316(b)(2)(i), for six years.
"""

import fcntl
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import msgspec

from meridian.clock import Clock
from meridian.faults import Conflict, NotFound
from meridian.ops.respond import breach
from meridian.ops.respond.breach import Assessment, Delay, Duty
from meridian.vault.files import replace_file
from meridian.vault.platform import PlatformKey

FOLDER = "incidents"
KINDS = (
    "stolen-token",
    "leaked-key",
    "exposed-bucket",
    "compromised-partner",
    "ransomware",
    "insider",
    "lost-device",
    "breach-notification",
    "other",
)
"""Each but the last is a runbook: docs/runbooks."""
_NAME = re.compile(r"(\d+)\.sealed")


class Step(msgspec.Struct, frozen=True):
    """Something that was done: when (ms since the epoch), by whom, what, and what came of it."""

    at: int
    by: str
    did: str
    came: str = ""


class Incident(msgspec.Struct, frozen=True):
    """
    One incident.

    Args:
        no: Counted from 1.
        kind: One of `KINDS`.
        title: In words.
        discovered: The day on which it was known: ISO 8601.
        opened, closed: Ms since the epoch; 0 while it is open.
        outcome: How it ended, in words.
        steps: What was done, the oldest first.
        affected: How many individuals, as far as known.
        residents: How many of them live in each State.
        assessment: The four factors, once they were weighed.
        delay: By law enforcement.
    """

    no: int
    kind: str
    title: str
    discovered: str
    opened: int
    closed: int = 0
    outcome: str = ""
    steps: tuple[Step, ...] = ()
    affected: int = 0
    residents: Mapping[str, int] = {}
    assessment: Assessment | None = None
    delay: Delay | None = None

    @property
    def duties(self) -> list[Duty]:
        """Who is to be told by when; nobody where the assessment shows a low probability of a compromise."""
        if self.assessment is not None and self.assessment.low:
            return []
        discovered = date.fromisoformat(self.discovered)
        return breach.duties(discovered, self.affected, self.residents, delay=self.delay)


class Incidents:
    """
    The folder of them.

    Args:
        data: The data folder.
        sealer: The platform's key.
        clock: What time it is.
    """

    def __init__(self, data: Path, sealer: PlatformKey, clock: Clock) -> None:
        self._folder, self._sealer, self._clock = data / FOLDER, sealer, clock

    def open(self, kind: str, title: str, discovered: date, by: str) -> Incident:
        """A new incident."""
        with self._alone():
            number = max(self._numbers(), default=0) + 1
            now = self._clock()
            first = Step(now, by, "opened")
            made = Incident(number, kind, title, discovered.isoformat(), now, steps=(first,))
            self._write(made)
        return made

    def get(self, number: int) -> Incident:
        """
        An incident.

        Raises:
            NotFound: If there is none of that number.
            Unreadable: If it was altered, or is another's.
        """
        try:
            sealed = self._path(number).read_bytes()
        except FileNotFoundError:
            raise NotFound(f"There is no incident {number}") from None
        return msgspec.json.decode(self._sealer.open(sealed, _place(number)), type=Incident)

    def every(self) -> list[Incident]:
        """All of them, the oldest first."""
        return [self.get(number) for number in sorted(self._numbers())]

    def add(self, number: int, by: str, did: str, came: str = "", **changes: object) -> Incident:
        """
        One step more, and what it changed.

        Raises:
            Conflict: If it was closed.
        """
        with self._alone():
            present = self.get(number)
            if present.closed:
                raise Conflict(f"Incident {number} is closed; open another")
            step = Step(self._clock(), by, did, came)
            changed = msgspec.structs.replace(present, steps=(*present.steps, step), **changes)
            self._write(changed)
        return changed

    def _numbers(self) -> list[int]:
        names = (_NAME.fullmatch(path.name) for path in self._folder.glob("*.sealed"))
        return [int(name[1]) for name in names if name]

    def _path(self, number: int) -> Path:
        return self._folder / f"{number}.sealed"

    def _write(self, incident: Incident) -> None:
        sealed = self._sealer.seal(msgspec.json.encode(incident), _place(incident.no))
        replace_file(self._path(incident.no), sealed)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two commands at once come one after the other."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self._folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _place(number: int) -> bytes:
    return b"incident|%d" % number


def summary(incident: Incident) -> dict[str, object]:
    """What is kept as evidence: what was done and when, without a word of what it was about."""
    return {
        "incident": incident.no,
        "incident kind": incident.kind,
        "discovered": incident.discovered,
        "opened": incident.opened,
        "closed": incident.closed,
        "steps": [{"at": step.at, "did": step.did} for step in incident.steps],
        "affected": incident.affected,
        "low probability of a compromise": None if incident.assessment is None else incident.assessment.low,
        "duties": [{"whom": one.whom, "by": one.by.isoformat(), "section": one.section} for one in incident.duties],
    }
