"""
Real pages with made-up devices that call each other, by a real relay and a real gateway where the test wants them.

One event loop for the whole folder: the browser, the relay and the gateway are started once.
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from meridian.telehealth.media.janus import Janus
from meridian.telehealth.turn import Relays
from meridian.testing import coturn, janus, switchboard
from meridian.testing.browser import chromium
from meridian.testing.callers import FLAGS, Visit, calls
from meridian.testing.switchboard import Switchboard
from meridian.vault.master import create_master
from meridian.vault.secrets import Secrets


@pytest.fixture(scope="package")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="package")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page that calls, built."""
    if reason := switchboard.missing():
        pytest.skip(reason)
    return switchboard.built(tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="package")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Secrets:
    """The secrets that relay and gateway share with us."""
    folder = tmp_path_factory.mktemp("vault")
    vault = Secrets(folder / "secrets.sealed", create_master(folder / "master.key"))
    vault.put("turn/secret", coturn.SECRET)
    vault.put("janus/admin-key", janus.ADMIN_KEY)
    vault.put("janus/token-secret", janus.TOKEN_SECRET)
    return vault


@pytest.fixture(scope="package")
def relay() -> Iterator[coturn.Coturn]:
    """A relay that may reach this machine."""
    if reason := coturn.missing():
        pytest.skip(reason)
    running = coturn.Coturn(extra=coturn.LOOPBACK)
    yield running
    running.close()


@pytest.fixture(scope="package")
def relays(relay: coturn.Coturn, vault: Secrets) -> Relays:
    """Whoever makes its credentials."""
    return Relays(relay.settings, vault)


@pytest.fixture(scope="package")
def running_gateway() -> Iterator[janus.Gateway]:
    if reason := janus.missing():
        pytest.skip(reason)
    running = janus.Gateway()
    yield running
    running.close()


@pytest.fixture(scope="package")
async def gateway(running_gateway: janus.Gateway, vault: Secrets) -> AsyncIterator[Janus]:
    """A gateway, as the server has it."""
    adapter = Janus(running_gateway.settings, vault)
    yield adapter
    await adapter.let_go()


@pytest.fixture(scope="package")
async def browser() -> AsyncIterator[Any]:
    """Chromium, whose devices are made up."""
    if chromium() is None:
        pytest.skip("Chromium is not on this machine")
    from playwright.async_api import async_playwright  # noqa: PLC0415  # only where it is used

    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium(), args=[*FLAGS])
        yield launched
        await launched.close()


@pytest.fixture
def visit(browser: Any, page: Path) -> Visit:
    """A visit with a switchboard of its own, as it is told to be."""
    return lambda **how: calls(browser, Switchboard(page, **how))
