"""
Two deployments to attack as they are run: on SQLite by itself, and on MariaDB behind nginx by the files of `deploy`.

Each browser of the attacker comes from an address of its own (of 127.0.0.0/8), as strangers do, so that what refuses it
is a control and not what is allowed to one address.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TypeAlias

from meridian.testing import coturn, edge, mariadb
from meridian.testing.attacked import SOURCE, Attacked, attacked, strangers
from meridian.testing.coturn import Coturn
from meridian.testing.edge import Edge
from meridian.testing.mariadb import PrivateServer
from meridian.testing.ports import free_ports
from meridian.testing.served import Served
from meridian.threats.attacker import Attacker

HOST = "localhost"
Hosting: TypeAlias = Callable[[Path], AbstractContextManager[Attacker]]


def missing(name: str) -> str:
    """Why the deployment of that *name* cannot be started here; empty when it can."""
    needed = (coturn.missing(), *((mariadb.missing(), edge.missing()) if name == "mariadb" else ()))
    return "; ".join(filter(None, needed))


@contextmanager
def sqlite(folder: Path) -> Iterator[Attacker]:
    """One process, its records in a file."""
    with ExitStack() as stack:
        relay = stack.enter_context(_relay())
        deployment = attacked(folder / "attacked", relay=relay.settings)
        stack.enter_context(_served(deployment, folder / "log"))
        yield _attacker(deployment)


@contextmanager
def behind_nginx(folder: Path) -> Iterator[Attacker]:
    """The same on MariaDB, with production's nginx before it."""
    with ExitStack() as stack:
        relay = stack.enter_context(_relay())
        database = PrivateServer().start()
        stack.callback(database.close)
        [port] = free_ports(1)
        here = [f"127.0.0.1:{port}"]
        front = Edge({"host": HOST, "api": here, "realtime": here})
        stack.callback(front.close)
        origin = f"https://{HOST}:{front.https}"
        deployment = attacked(
            folder / "attacked", database.database("meridian_attacked"), relay.settings, origin=origin, port=port
        )
        stack.enter_context(_served(deployment, folder / "log"))
        front.start()
        stack.enter_context(_trusting(front.authority.certificate))
        yield _attacker(deployment)


HOSTINGS: dict[str, Hosting] = {"sqlite": sqlite, "mariadb": behind_nginx}


@contextmanager
def _served(deployment: Attacked, log: Path) -> Iterator[None]:
    """By its own command, as what looks at processes expects it."""
    server = Served(deployment.site, log, deployment.port, token="-")  # noqa: S106  # none is needed
    try:
        server.start()
        yield
    finally:
        server.stop()


def _attacker(deployment: Attacked) -> Attacker:
    return Attacker(
        deployment.address,
        deployment.material,
        source=SOURCE,
        infra=deployment.infra,
        data=deployment.site.data,
        addresses=strangers(),
    )


@contextmanager
def _relay() -> Iterator[Coturn]:
    running = Coturn()
    try:
        yield running
    finally:
        running.close()


@contextmanager
def _trusting(certificate: Path) -> Iterator[None]:
    """Have this process trust an authority, whatever connects."""
    before = os.environ.get("SSL_CERT_FILE")
    os.environ["SSL_CERT_FILE"] = str(certificate)
    try:
        yield
    finally:
        del os.environ["SSL_CERT_FILE"]
        if before is not None:
            os.environ["SSL_CERT_FILE"] = before
