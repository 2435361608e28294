"""Packets as files: sealed, in the clinic's own folder, and deleted when their days are over."""

import logging
import re
import stat
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from secrets import choice

from meridian import paper
from meridian.access.chart import Chart
from meridian.clock import Clock
from meridian.faults import Fault, NotFound, Unavailable
from meridian.ops.downtime.packet import PACKET, Packet, packet
from meridian.scheduling import zones
from meridian.settings import Downtime
from meridian.vault.files import replace_file
from meridian.vault.secrets import Vault

EVERY = 600.0
"""Seconds between looks at whether packets are due or over."""
HOUR = 3600 * 1000
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUPS, _GROUP = 5, 4
_log = logging.getLogger("meridian.ops")
_FILE = re.compile(r"downtime-(\d{8}T\d{6})Z-[\w.-]{1,64}\.pdf")

Servant = Callable[[int], Awaitable[Chart]]
Organisations = Callable[[], Awaitable[Iterable[tuple[int, str, str]]]]


def passphrase(secrets: Vault, org: int) -> str:
    """The organisation's, made when there is none: 100 random bits that can be typed."""
    name = f"downtime/{org}"
    try:
        return secrets.get(name).reveal()
    except NotFound:
        groups = ("".join(choice(ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
        secrets.put(name, "-".join(groups))
        return secrets.get(name).reveal()


@dataclass(frozen=True, slots=True)
class Packets:
    """
    Makes packets and deletes them.

    Args:
        settings: Where, and when.
        servant: The door for the platform itself, in an organisation.
        organisations: Number, logical id and name of each.
        secrets: Has the passphrases.
        clock: What time it is.
    """

    settings: Downtime
    servant: Servant
    organisations: Organisations
    secrets: Vault
    clock: Clock

    async def sweep(self) -> None:
        """Delete what is over, and make what is due; what cannot be made for one does not hinder the others."""
        self.delete()
        for org, _, _ in await self.organisations():
            chart = await self.servant(org)
            zone = await chart.consult(PACKET, zones.of_organisation)
            if self.newest(org) < _due(self.settings.times, zone, self.clock()):
                await self._made(org)

    async def _made(self, org: int) -> None:
        try:
            await self.make(org)
        except Fault as wrong:
            _log.error("no downtime packet of organisation %d: %s", org, wrong.detail)

    async def make(self, org: int) -> list[Path]:
        """
        An organisation's packet, made now; its files.

        Raises:
            Unavailable: If the folder is not there, or others can enter it.
        """
        folder = self._folder()
        chart = await self.servant(org)
        found = await chart.consult(
            PACKET, packet(self.settings.language), what=f"Organization/{chart.subject.organisation}"
        )
        word = passphrase(self.secrets, org)
        written = []
        for sheet in found.sheets:
            path = folder / str(org) / f"downtime-{_stamp(self._until(found))}Z-{sheet.place or 'all'}.pdf"
            path.parent.mkdir(exist_ok=True, mode=0o700)
            replace_file(path, paper.pdf(sheet.document, word))
            written.append(path)
        return written

    def newest(self, org: int) -> int:
        """When the organisation's newest packet was made, ms since the epoch; 0 if it has none."""
        paths = (Path(self.settings.folder) / str(org)).glob("downtime-*.pdf")
        return max((path.stat().st_mtime_ns // 1_000_000 for path in paths), default=0)

    def delete(self) -> int:
        """Delete packets whose days are over; how many."""
        gone = 0
        for path in Path(self.settings.folder).glob("*/downtime-*.pdf"):
            found = _FILE.fullmatch(path.name)
            if found and datetime.strptime(found[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC) < self._now():
                path.unlink(missing_ok=True)
                gone += 1
        return gone

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.clock() / 1000, UTC)

    def _until(self, found: Packet) -> int:
        return found.end + self.settings.hours * HOUR

    def _folder(self) -> Path:
        folder = Path(self.settings.folder)
        if not folder.is_dir():
            raise Unavailable("The folder of downtime packets is not there")
        if stat.S_IMODE(folder.stat().st_mode) & 0o077:
            raise Unavailable("The folder of downtime packets can be entered by others; set its mode to 0700")
        return folder


def _stamp(moment: int) -> str:
    return f"{datetime.fromtimestamp(moment / 1000, UTC):%Y%m%dT%H%M%S}"


def _due(times: Iterable[str], zone: str, now: int) -> int:
    """The last of the set times that has passed, by the clock of *zone*."""
    today = zones.day_of(zone, now)
    moments = [
        zones.at(zone, today - timedelta(days=back), time.fromisoformat(one)) for one in times for back in (0, 1)
    ]
    return max(moment for moment in moments if moment <= now)
