"""
`python -m bench calls`: how soon two people who were let in are connected, and see each other.

Two pages of a real Chromium with made-up devices, which are open already; directly, and by a real relay alone over each
of its ways. Time counts from when the second one is let in; pictures, until both have the other's first one.
"""

import asyncio
import os
import tempfile
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from playwright.async_api import async_playwright
from rich.console import Console
from rich.table import Table

from meridian.telehealth.turn import Relays
from meridian.testing import coturn, switchboard
from meridian.testing.browser import chromium
from meridian.testing.callers import FLAGS, Caller, calls
from meridian.testing.switchboard import Switchboard
from meridian.vault.master import create_master
from meridian.vault.secrets import Secrets

CALLS = 7
TARGETS = {"connected": 0.5, "seen": 2.0}
"""Seconds at the median, by a relay on a quiet machine."""
WAYS = ("directly", "udp", "tcp", "tls")
TIMES = "() => ({ ...seat.times, at: performance.timeOrigin })"


class Took(NamedTuple):
    """Seconds until both were connected, and until both saw the other."""

    connected: float
    seen: float


def missing() -> str:
    """Why nothing can be measured here; empty when it can."""
    return switchboard.missing() or coturn.missing() or ("" if chromium() else "Chromium is not on this machine")


def main() -> None:
    """Measure and print."""
    console = Console(width=120)
    console.print(f"other work on this machine: load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    report(console)


def report(console: Console) -> None:
    """The table."""
    if reason := missing():
        console.print(f"NOT MEASURED, calls: {reason}")
        return
    table = Table(title=f"calls: seconds from being let in, median and worst of {CALLS}")
    for heading in ("", "connected", "worst", "target", "both see", "worst", "target"):
        table.add_column(heading, justify="left" if not heading else "right")
    for way, took in asyncio.run(measured()).items():
        connected = _cells([one.connected for one in took], "connected")
        seen = _cells([one.seen for one in took], "seen")
        table.add_row(way if way == "directly" else f"relay, {way}", *connected, *seen)
    console.print(table)


async def measured() -> dict[str, list[Took]]:
    """What each call took, by its way."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        page = switchboard.built(folder / "page")
        vault = Secrets(folder / "secrets.sealed", create_master(folder / "master.key"))
        vault.put("turn/secret", coturn.SECRET)
        relay = coturn.Coturn(extra=coturn.LOOPBACK)
        try:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=chromium(), args=[*FLAGS])
                relays = Relays(relay.settings, vault)
                found = {way: [await _call(browser, page, relays, way) for _ in range(CALLS)] for way in WAYS}
                await browser.close()
        finally:
            relay.close()
    return found


async def _call(browser: Any, page: Path, relays: Relays, way: str) -> Took:
    direct = way == "directly"
    board = Switchboard(page, relays=None if direct else relays, ways=(way,))
    async with calls(browser, board) as call:
        board.expect(("ann", "host"), ("pat", "patient"))
        ann, pat = await call.sit("ann"), await call.sit("pat")
        for one in (ann, pat):
            await one.ask("() => seat.devices.open()")
        for one in (ann, pat):
            await one.enter(relayOnly=not direct)
        await asyncio.gather(ann.sees(pat), pat.sees(ann))
        return _took(await _times(ann), await _times(pat))


async def _times(one: Caller) -> dict[str, float]:
    found = await one.ask(TIMES)
    return {name: (found["at"] + found[name]) / 1000 for name in ("began", "connected", "frame")}


def _took(first: dict[str, float], second: dict[str, float]) -> Took:
    began = second["began"]
    return Took(*(max(first[name], second[name]) - began for name in ("connected", "frame")))


def _cells(seconds: list[float], target: str) -> tuple[str, str, str]:
    middle, wanted = median(seconds), TARGETS[target]
    return f"[{'green' if middle <= wanted else 'red'}]{middle:.2f}[/]", f"{max(seconds):.2f}", f"{wanted:g}"
