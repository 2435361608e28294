"""The safety partners' sandbox beside a served demo clinic: killed as a machine is, and brought back."""

import os
import signal
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

from meridian.cli.sandbox import ABOVE
from meridian.medications.prescribing import RECHECK
from meridian.testing.browser import Clinic

PATIENCE = 20.0
"""Seconds it may take to start on a busy machine."""


@dataclass
class Beside:
    """The sandbox of *clinic*."""

    clinic: Clinic
    _mine: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    @property
    def _port(self) -> int:
        return int(self.clinic.origin.rpartition(":")[2]) + ABOVE

    def kill(self) -> None:
        """End it without a word: whoever started it finds nobody listening."""
        for process in _running("partners", str(self.clinic.data)):
            os.kill(process, signal.SIGKILL)
        self._until(answers=False)

    def start(self) -> None:
        """Bring it back where it was, with the keys it had."""
        words = ("partners", "--port", str(self._port), "--data", str(self.clinic.data))
        self._mine.append(subprocess.Popen([sys.executable, "-m", "meridian.cli", *words], stdout=subprocess.DEVNULL))  # noqa: S603  # our own
        self._until(answers=True)

    def see_to_it(self) -> None:
        """Bring it back if nobody has."""
        if not self._answers():
            self.start()

    def let_time_pass(self) -> None:
        """What is to be checked again in some minutes is due now."""
        with closing(sqlite3.connect(self.clinic.data / "meridian.db", timeout=10)) as database, database:
            database.execute("UPDATE outbox SET due = 0 WHERE topic = ?", (RECHECK,))

    def close(self) -> None:
        """End what was brought back."""
        for one in self._mine:
            one.terminate()
            one.wait(timeout=PATIENCE)

    def _until(self, *, answers: bool) -> None:
        until = monotonic() + PATIENCE
        while self._answers() is not answers:
            if monotonic() > until:
                raise RuntimeError(f"The sandbox still {'does not answer' if answers else 'answers'}")
            sleep(0.1)

    def _answers(self) -> bool:
        with suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{self._port}/openapi.json", timeout=1).close()  # our own
            return True
        return False


def _running(*words: str) -> list[int]:
    """Processes of ours whose command has all the *words*."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            said = place.read_bytes().decode(errors="replace").split("\0")
            if "meridian.cli" in said and set(words) <= set(said):
                found.append(int(place.parent.name))
    return found
