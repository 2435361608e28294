"""A deployment to attack, with people made for it, and twins of it; all stand at one address, one after the other."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from meridian.app import opened
from meridian.settings import load
from meridian.store.database import MariadbServer
from meridian.testing.browser import free_port
from meridian.testing.served import Served, Site, settle
from meridian.testing.twin import MARK
from meridian.threats.attacker import Attacker
from meridian.threats.material import Material, prepare


@dataclass(frozen=True)
class Attacked:
    """
    A data folder that nobody serves, the people in it, and where it is served when it is.

    Args:
        site: Copied before it is served, unless its database is a server.
        material: Made once.
        port: Tokens are made for this address.
    """

    site: Site
    material: Material
    port: int

    @property
    def address(self) -> str:
        """Where it is served."""
        return f"http://localhost:{self.port}"

    @contextmanager
    def served(self, folder: Path, *, without: str = "") -> Iterator[Attacker]:
        """Serve a copy in *folder*, whole or *without* a control; somebody who attacks it."""
        copy = Site(shutil.copytree(self.site.data, folder / "data"), (), self.site.client)
        server = Served(copy, folder / "log", self.port, twin=without)
        try:
            server.start()
            yield Attacker(self.address, self.material)
        finally:
            server.stop()


def attacked(folder: Path, database: MariadbServer | None = None) -> Attacked:
    """A new one in *folder*; its records are in *database*, or in a file."""
    site, port = settle(folder / "data", database), free_port()
    (site.data / MARK).touch()

    async def people() -> Material:
        async with opened(replace(load(site.data), origin=f"http://localhost:{port}")) as house:
            return await prepare(house.identity, house.chart)

    return Attacked(site, asyncio.run(people()), port)
