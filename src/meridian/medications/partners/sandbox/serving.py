"""The sandbox on a socket: in a process of its own, or in a thread of a test."""

import base64
import os
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from meridian.faults import NotFound
from meridian.medications.partners.lines import PARTNERS, key_name, signing_name
from meridian.medications.partners.sandbox.gate import Credentials

if TYPE_CHECKING:
    from meridian.settings import Edition
    from meridian.vault.secrets import Vault

LONG = 24
"""Bytes of a made-up key."""


def issue(edition: "Edition", secrets: "Vault") -> None:
    """Put made-up keys and signing secrets of both partners into the vault, where there are none."""
    for partner in PARTNERS:
        for name in (key_name(edition, partner), signing_name(edition, partner)):
            try:
                secrets.get(name)
            except NotFound:
                secrets.put(name, base64.urlsafe_b64encode(os.urandom(LONG)).decode())


def of_vault(edition: "Edition", secrets: "Vault") -> Callable[[str], Sequence[Credentials]]:
    """What a partner accepts: what the vault has now, so that a key can be changed while both sides run."""

    def accepted(partner: str) -> Sequence[Credentials]:
        try:
            key, secret = secrets.get(key_name(edition, partner)), secrets.get(signing_name(edition, partner))
        except NotFound:
            return ()
        return (Credentials(key.reveal(), secret.reveal()),)

    return accepted


def listening(port: int = 0) -> socket.socket:
    """A socket of this machine's own, listening; on any free port for 0."""
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(("127.0.0.1", port))
    made.listen(128)
    return made


def server(app: Any) -> Any:
    """A uvicorn server of *app*, to be run on a socket."""
    import uvicorn  # noqa: PLC0415  # only where it serves

    return uvicorn.Server(
        uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=1,
            lifespan="off",
        )
    )


@contextmanager
def served(app: Any, taken: socket.socket | None = None) -> Iterator[str]:
    """*app* in a thread of its own; its address, as `http://127.0.0.1:PORT`."""
    taken = taken or listening()
    address = f"http://127.0.0.1:{taken.getsockname()[1]}"
    running = server(app)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [taken]}, daemon=True)
    thread.start()
    try:
        yield address
    finally:
        running.should_exit = running.force_exit = True
        thread.join(10)
        taken.close()
