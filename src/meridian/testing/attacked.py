"""A deployment to attack, with people made for it, and twins of it; all stand at one address, one after the other."""

import asyncio
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from itertools import count
from pathlib import Path

from meridian.app import opened
from meridian.medications.partners.sandbox.serving import issue
from meridian.settings import Turn, load
from meridian.store.database import MariadbServer
from meridian.testing.browser import free_port
from meridian.testing.coturn import SECRET
from meridian.testing.served import Served, Site, settle
from meridian.testing.trees import templates
from meridian.testing.twin import MARK
from meridian.threats.attacker import Attacker
from meridian.threats.material import Material, prepare
from meridian.threats.surroundings import surroundings
from meridian.vault.master import create_master
from meridian.vault.secrets import Secrets

SOURCE = Path(__file__).resolve().parents[3]
"""The checkout that all of this stands in."""
FIRST = IPv4Address("127.64.0.1")
"""The first of an attacker's addresses: each browser has one of its own, as strangers do."""


def strangers() -> Iterator[str]:
    """Addresses of this machine, one after the other."""
    return map(str, map(FIRST.__add__, count()))


@dataclass(frozen=True)
class Attacked:
    """
    A data folder that nobody serves, the people in it, and where it is served when it is.

    Args:
        site: Copied before it is served, unless its database is a server.
        material: Made once.
        port: Where it listens.
        infra: Templates of the functions.
        origin: What people see, where a proxy stands before it; empty: nothing does.
    """

    site: Site
    material: Material
    port: int
    infra: Path
    origin: str = ""

    @property
    def address(self) -> str:
        """Where it is served; tokens are made for it."""
        return self.origin or f"http://localhost:{self.port}"

    @contextmanager
    def served(self, folder: Path, *, without: str = "") -> Iterator[Attacker]:
        """Serve a copy in *folder*, whole or *without* a control; somebody who attacks it."""
        copy = Site(shutil.copytree(self.site.data, folder / "data"), (), self.site.client)
        server = Served(copy, folder / "log", self.port, twin=without)
        try:
            server.start()
            yield Attacker(self.address, self.material, source=SOURCE, infra=self.infra, data=copy.data)
        finally:
            server.stop()


def attacked(
    folder: Path,
    database: MariadbServer | None = None,
    relay: Turn | None = None,
    *,
    origin: str = "",
    port: int = 0,
) -> Attacked:
    """
    A new one.

    Args:
        folder: Where it is made.
        database: Where its records are; a file when not given.
        relay: One that has coturn's test secret.
        origin: What people see, where a proxy of this machine stands before it.
        port: Where it will listen; a free one when not given.
    """
    site, port = settle(folder / "data", database), port or free_port()
    (site.data / MARK).touch()
    before = f'origin = "{origin}"\nproxies = ["127.0.0.1"]\n' if origin else ""
    _say(
        site.data, f"{before}metrics_port = {free_port()}", _partnered(free_port()) + (_relayed(relay) if relay else "")
    )
    vault = Secrets(site.data / "secrets.sealed", create_master(site.data / "master.key"))
    vault.put("metrics/password", secrets.token_urlsafe(24))
    vault.put("turn/secret", SECRET)
    issue(load(site.data).edition, vault)

    async def people() -> Material:
        settings = replace(load(site.data), origin=origin or f"http://localhost:{port}")
        async with opened(settings) as house:
            return await prepare(house.identity, house.chart, surroundings(settings, house.secrets))

    return Attacked(site, asyncio.run(people()), port, templates(folder / "infra"), origin)


def _say(data: Path, first: str, last: str) -> None:
    """Put a line before the settings, and a section after them."""
    path = data / "settings.toml"
    path.write_text(f"{first}\n{path.read_text(encoding='utf-8')}\n{last}\n", encoding="utf-8")


def _partnered(port: int) -> str:
    """Nobody listens there: an attack serves the sandbox for as long as it needs one."""
    base = f"http://127.0.0.1:{port}"
    return (
        f'[partners]\nmedtrack = "{base}/medtrack/v2"\nscriptguard = "{base}/scriptguard/v2"\n'
        'hosts = ["127.0.0.1"]\nnetworks = ["127.0.0.1/32"]\n'
    )


def _relayed(relay: Turn) -> str:
    return f'[turn]\nhosts = ["{relay.hosts[0]}"]\nport = {relay.port}\ntls_port = {relay.tls_port}'
