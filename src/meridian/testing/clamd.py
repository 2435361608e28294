"""A ClamAV daemon of one's own that knows two made-up signatures, so that no database has to be fetched."""

import os
import shutil
import subprocess
import time
from pathlib import Path

from meridian.testing.samples import EICAR

_CONFIG = """
LocalSocket {root}/clamd.sock
DatabaseDirectory {root}/db
Foreground yes
LogFile {root}/clamd.log
PidFile {root}/clamd.pid
OfficialDatabaseOnly no
StreamMaxLength {limit}
MaxFileSize 400M
MaxScanSize 400M
"""
_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
CANARY = b"a worm that only we know of"


def missing() -> str:
    """Why there is none; empty when there could be one."""
    return "" if shutil.which("clamd", path=_PATH) else "ClamAV's daemon is not installed (apt: clamav-daemon)"


class Daemon:
    """A running clamd in *root*; a file that it finds something in holds the EICAR test or `CANARY`."""

    def __init__(self, root: Path, *, limit: str = "400M") -> None:
        self.address = str(root / "clamd.sock")
        (root / "db").mkdir()
        lines = [f"{name}:0:*:{body.hex()}" for name, body in (("Eicar-Test", EICAR), ("Canary.Worm", CANARY))]
        (root / "db" / "test.ndb").write_text("\n".join(lines) + "\n", encoding="ascii")
        config = root / "clamd.conf"
        config.write_text(_CONFIG.format(root=root, limit=limit), encoding="utf-8")
        program = shutil.which("clamd", path=_PATH)
        assert program is not None  # noqa: S101  # `missing` has been asked
        self._process = subprocess.Popen(  # noqa: S603  # the system's own, with a file of ours
            [program, "--config-file", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._wait()

    def _wait(self) -> None:
        for _ in range(300):
            if Path(self.address).is_socket():
                return
            if self._process.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError("clamd did not start")

    def close(self) -> None:
        """Stop it."""
        self._process.terminate()
        self._process.wait(20)
