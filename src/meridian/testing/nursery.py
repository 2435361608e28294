"""
Twins by the dozen: servers that are forked from a process in which everything is loaded already.

Starting a server is mostly importing it. Each twin is a process of its own, weakened after it was forked, so that none
has anything of another; one that is done with is killed, and its folder thrown away.
"""

import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from meridian.testing.twin import weaken

PATIENCE = 60.0
"""Seconds a server may take to start on a busy machine."""
LOADED = ("meridian.app.live", "meridian.app.watch", "meridian.cli.serve", "meridian.cli.serving", "meridian.web.api",
          "meridian.web.api.application", "meridian.ops.figures", "meridian.store.migrate", "uvicorn", "uvloop",
          "meridian.testing.nursery", "meridian.testing.weaknesses")  # fmt: skip
"""What the process that is forked has imported."""

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(list(LOADED))


@contextmanager
def born(data: Path, log: Path, port: int, *, without: str = "") -> Iterator[None]:
    """
    A server on the folder *data*, whole or *without* a control, while the context lasts.

    Raises:
        RuntimeError: If it does not start; says what it wrote.
    """
    process = _forks.Process(target=_serve, args=(without, str(data), str(log), port), daemon=True)
    process.start()
    try:
        until = time.monotonic() + PATIENCE
        while not _answers(port):
            if time.monotonic() > until or not process.is_alive():
                raise RuntimeError(f"The twin did not start:\n{log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.02)
        yield
    finally:
        process.kill()
        process.join(PATIENCE)
        process.close()


def _serve(without: str, data: str, log: str, port: int) -> None:
    """Be that server; what it says goes to its log."""
    with Path(log).open("ab", buffering=0) as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    if without:
        weaken(without, Path(data))
    from meridian.cli import main  # noqa: PLC0415  # after the control is out

    sys.argv = ["meridian", "serve", "--data", data, "--port", str(port)]
    main()


def _answers(port: int) -> bool:
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection, suppress(OSError, HTTPException):
        connection.request("GET", "/health", headers={"Host": f"localhost:{port}", "Connection": "close"})
        return connection.getresponse().status == 200  # noqa: PLR2004  # OK
    return False
